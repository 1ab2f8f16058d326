"""What a message means before anything is parsed: stop words, buttons, numbers, commands, kinds.

Pure. A button's payload is Rasa's `/intent{json}`; a typed one is text, never a payload.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.commands import CommandRow, Commands
from bot.events import Parse, entities
from bot.messages import (
    Choice,
    Command,
    Deletion,
    Due,
    Edit,
    File,
    Gone,
    IncomingContent,
    Joined,
    Reaction,
    Text,
    Unreadable,
    spoken_text,
    typed,
)
from bot.turn import Offer, Reply, Situation
from knowledge.text import normalise

MAX_LENGTH = 4000
"""Half a page is welcome; longer texts are asked to be shortened (characters)."""

STOP_LAST = "stop_last"
"""What the bare word `Stopp` means: what we said last unasked ends, else all of it."""
_QUANTITY = re.compile(r"\d+(?:,\d+)? [a-z]")
_PAYLOAD = re.compile(r"/(?P<intent>[\w./-]+)(?P<entities>\{.*\})?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the gates made of a message.

    Attributes:
        text: what is left to parse, when `parse` is None.
        parse: the meaning, when no parsing is needed.
        picked: the offer that was pressed, or typed as a number or label.
        works_while_human: whether it is answered while a human owns the conversation.
    """

    text: str = ""
    parse: Parse | None = None
    picked: Offer | None = None
    works_while_human: bool = False


@dataclass(frozen=True, slots=True)
class CrisisCheck:
    """What the crisis rules say of a message.

    Attributes:
        is_acute: the fixed answer alone is said.
        reply: that answer; for distress the sentence above the normal answer; None for neither.
        findings: for `ask --jsonl`.
    """

    is_acute: bool = False
    reply: Reply | None = None
    findings: Mapping[str, Any] = field(default_factory=dict)


class CrisisGate:
    """Crisis first, in every state.

    Args:
        assess: gives a check for a text; pure rules and fixed texts.
    """

    def __init__(self, assess: Callable[[str], CrisisCheck]) -> None:
        self._assess = assess

    def check(self, situation: Situation) -> CrisisCheck:
        """Check everything that the person wrote in this message."""
        words = spoken_text(situation.message.content)
        return self._assess(words) if words else CrisisCheck()


def understood(situation: Situation, commands: Commands) -> Meaning | None:
    """What the message means, or None when nothing is to be said (a deletion, a reaction)."""
    content = _new_words(situation.message.content)
    match content:
        case Deletion() | Reaction() | Gone() | Due():
            return None
        case Joined():
            return _known("greet")
        case Unreadable() | File():
            return _known("unreadable")
        case Choice():
            return _pressed(situation)
        case Command():
            return _commanded(content, commands)
        case Text(text=text) | Edit(text=text):
            return _typed(text, situation, commands)


def _new_words(content: IncomingContent) -> IncomingContent:
    """An edit is read as if it had been written just now."""
    return typed(content.text) if isinstance(content, Edit) else content


def _pressed(situation: Situation) -> Meaning | None:
    if situation.is_double_tap:
        return None
    return from_payload(situation.chosen) if situation.chosen else _known("old_button")


def _commanded(command: Command, commands: Commands) -> Meaning:
    row = commands.find(command.name)
    if row is not None and row.argument_intent and command.argument:
        return _known(row.argument_intent, argument=command.argument)
    return _command(row)


def from_payload(offer: Offer) -> Meaning:
    """What a chosen offer stands for.

    Raises:
        ValueError: the payload is not `/intent{json}`; our own data are wrong.
    """
    found = _PAYLOAD.fullmatch(offer.payload)
    if not found:
        raise ValueError("an offer's payload is not /intent{json}")
    values = json.loads(found["entities"]) if found["entities"] else {}
    return Meaning(
        parse=Parse(
            text=offer.label, intent=found["intent"], confidence=1.0, entities=entities(values)
        ),
        picked=offer,
    )


def chosen_by_text(text: str, offers: Sequence[Offer]) -> Offer | None:
    """The offer that a typed number, a label or the beginning of exactly one label picks.

    Where choices are quantities ("8 Stunden"), a number means itself and not a position.
    """
    typed = normalise(text).strip(" .!)")
    if not typed:
        return None
    labels = [normalise(offer.label) for offer in offers]
    if typed.isdecimal() and not any(map(_QUANTITY.match, labels)):
        position = int(typed)
        return offers[position - 1] if 0 < position <= len(offers) else None
    if typed in labels:
        return offers[labels.index(typed)]
    begun = [
        offer
        for offer, label in zip(offers, labels, strict=True)
        if re.match(re.escape(typed) + r"(?![\w]|[.,]\d)", label)
    ]
    return begun[0] if len(begun) == 1 else None


def _typed(text: str, situation: Situation, commands: Commands) -> Meaning:
    if not normalise(text):
        return _known("empty")
    word = normalise(text).strip(" .!")
    row = commands.find(word)
    is_in_form = situation.tracker.active_loop is not None
    if row is not None and row.is_stop:
        return replace(_known(STOP_LAST), works_while_human=row.works_while_human)
    if row is not None and row.is_bare_in_form and is_in_form:
        return _command(row)
    offer = chosen_by_text(text, situation.offers)
    if offer is not None:
        return from_payload(offer)
    if len(text) > MAX_LENGTH:
        return _known("too_long")
    return Meaning(text=text)


def _command(row: CommandRow | None) -> Meaning:
    if row is None:
        return _known("unknown_command")
    meaning = _known(row.intent)
    return Meaning(parse=meaning.parse, works_while_human=row.works_while_human)


def _known(intent: str, **values: Any) -> Meaning:
    return Meaning(parse=Parse(text="", intent=intent, confidence=1.0, entities=entities(values)))
