"""Runs the test stories of a project as `rasa test` does: each message and action is predicted.

What a story says happens; where a prediction differs, the story fails. No custom action runs.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.engine.dialogue import Dialogue
from bot.engine.project import yaml_files
from bot.engine.stories import SNIPPET, Trace, load_traces
from bot.events import (
    ActionExecuted,
    ActionExecutionRejected,
    Event,
    Parse,
    SlotSet,
    UserUttered,
    entities,
)
from bot.tracker import Tracker, apply

_PAYLOAD = re.compile(r"/(?P<intent>[\w./-]+)(?P<values>\{.*\})?", re.DOTALL)

Understand = Callable[[str], Parse]


@dataclass(frozen=True, slots=True)
class StoryResult:
    """How a story went: its name, and what differed, a sentence each."""

    name: str
    differences: tuple[str, ...]


def find_tests(folder: Path) -> list[Path]:
    """The test stories of a project: `test_*.yml` below it, but for what it learns from."""
    data = folder / "data"
    return [
        path
        for path in yaml_files(folder)
        if path.name.startswith("test_") and data not in path.parents
    ]


def run_stories(
    dialogue: Dialogue, files: Sequence[Path], understand: Understand
) -> Iterator[StoryResult]:
    """Run the test stories of these files.

    Raises:
        DialogueError: a story cannot be read.
    """
    for trace in load_traces(files, dialogue.domain, is_test=True):
        yield StoryResult(trace.name, tuple(_differences(dialogue, trace, understand)))


def _differences(dialogue: Dialogue, trace: Trace, understand: Understand) -> Iterator[str]:
    tracker = Tracker(slots=dialogue.domain.initial_slots)
    is_begun = False
    for event in trace.events:
        if isinstance(event, UserUttered):
            yield from _misunderstood(dialogue, event.parse, understand)
        elif isinstance(event, ActionExecuted) and event.name != SNIPPET and is_begun:
            tracker, predicted = _predicted(dialogue, tracker, event.name)
            if predicted != event.name:
                yield f"expected {event.name}, predicted {predicted}"
        is_begun = True
        tracker = apply(tracker, [_fitted(dialogue, event)])


def _predicted(dialogue: Dialogue, tracker: Tracker, wanted: str) -> tuple[Tracker, str | None]:
    """The prediction; a form that would swallow what the story answers otherwise is rejected first."""
    prediction = dialogue.next(tracker)
    loop = tracker.active_loop
    if loop and prediction.action == loop and wanted != loop:
        tracker = apply(tracker, [ActionExecutionRejected(loop)])
        prediction = dialogue.next(tracker)
    return apply(tracker, prediction.events), prediction.action


def _misunderstood(dialogue: Dialogue, told: Parse, understand: Understand) -> Iterator[str]:
    if not told.text:
        return
    found = _from_payload(told.text) or dialogue.with_fallback(understand(told.text))
    if told.intent not in (found.intent, found.base_intent):
        yield f"“{told.text}”: expected {told.intent}, understood {found.intent}"
    wanted = sorted((entity.name, str(entity.value)) for entity in told.entities)
    there = sorted((entity.name, str(entity.value)) for entity in found.entities)
    if wanted != there:
        yield f"“{told.text}”: expected entities {wanted}, found {there}"


def _from_payload(text: str) -> Parse | None:
    """A message that says its intent itself, as a button's payload does: `/intent{"entity": 1}`."""
    found = _PAYLOAD.fullmatch(text)
    if found is None:
        return None
    values = json.loads(found["values"]) if found["values"] else {}
    return Parse(text, found["intent"], 1.0, entities=entities(values))


def _fitted(dialogue: Dialogue, event: Event) -> Event:
    slot = dialogue.domain.slots.get(event.name) if isinstance(event, SlotSet) else None
    if isinstance(event, SlotSet) and slot:
        return SlotSet(event.name, slot.stored(event.value))
    return event
