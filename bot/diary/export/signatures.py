"""What was done with a week, as it stands on its sheet: confirmations and notes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.clock import day_in_germany
from bot.diary.export.wording import (
    Words,
    day_in_words,
    head_field,
    lines_of,
    moment_in_words,
)
from bot.diary.nachweis import Step, StepKind

CONFIRMING = (StepKind.SUBMITTED, StepKind.SIGNED, StepKind.NOTED)
UNDOING = (StepKind.RETURNED, StepKind.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One step: what was confirmed and in which role, by whom, and when (by the clock in Germany)."""

    what: str
    name: str
    at: str


def standing(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps that still stand: a return or a withdrawal takes back all before it."""
    undone = [place for place, step in enumerate(steps) if step.kind in UNDOING]
    return tuple(steps[undone[-1] + 1 :] if undone else steps)


def confirmations(steps: Sequence[Step], words: Words) -> tuple[Confirmation, ...]:
    """The electronic confirmations of a week, in their order (HA 156 no. 7 to 9)."""
    return tuple(
        Confirmation(
            _confirmed(step, words), head_field(step.name), moment_in_words(step.at, words)
        )
        for step in standing(steps)
        if step.kind in CONFIRMING and not step.is_on_paper
    )


def notes(steps: Sequence[Step], topic: Sequence[str], words: Words) -> tuple[str, ...]:
    """The topic at school, corrections of a signed week, and that it was signed on paper."""
    told = (words["notes"]["topic"].format(text=", ".join(topic)),) if topic else ()
    return (*told, *(note for step in standing(steps) for note in _note(step, words)))


def _confirmed(step: Step, words: Words) -> str:
    return str(words["confirmed"][step.kind.value].format(role=words["by"][step.by.value]))


def _note(step: Step, words: Words) -> tuple[str, ...]:
    day = day_in_words(day_in_germany(step.at), words)
    name = head_field(step.name) or words["by"][step.by.value]
    if step.kind is StepKind.CORRECTED:
        text = ", ".join(lines_of(step.text))
        return (words["notes"]["corrected"].format(day=day, name=name, text=text),)
    if step.is_on_paper:
        return (words["notes"]["on_paper"].format(day=day, name=name),)
    return ()
