"""What a message means before anything is parsed: stop words, buttons, numbers, commands, kinds.

Pure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.chosen import chosen_by_text, payload_of
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
    Moved,
    Opened,
    Reaction,
    Text,
    Unreadable,
    spoken_text,
    typed,
)
from bot.people.codes import invitation_in
from bot.turn import Offer, Reply, Situation
from knowledge.text import normalise

MAX_LENGTH = 4000
"""Half a page is welcome; longer texts are asked to be shortened (characters)."""

STOP_LAST = "stop_last"
"""What the bare word `Stopp` means: what we said last unasked ends, else all of it."""
OPEN_LINK, CHECK_INVITATION = "open_link", "check_invitation"


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
        case Deletion() | Reaction() | Gone() | Moved() | Opened() | Due():
            return None
        case Joined():
            return _known("greet")
        case Unreadable(kind="encrypted"):
            return _known("undecryptable")
        case Unreadable() | File():
            return _known("unreadable")
        case Choice():
            return _pressed(situation)
        case Command():
            return _commanded(content, situation, commands)
        case Text(text=text) | Edit(text=text):
            return _typed(text, situation, commands)


def _new_words(content: IncomingContent) -> IncomingContent:
    """An edit is read as if it had been written just now."""
    return typed(content.text) if isinstance(content, Edit) else content


def _pressed(situation: Situation) -> Meaning | None:
    if situation.is_double_tap:
        return None
    return from_payload(situation.chosen) if situation.chosen else _known("old_button")


def _commanded(command: Command, situation: Situation, commands: Commands) -> Meaning:
    row = commands.find(command.name)
    seat = situation.standing.seat
    if row is not None and row.roles and not (seat and set(row.roles) & set(seat.roles)):
        # Nobody learns of a command that is not theirs.
        row = None
    if row is not None and row.argument_intent == OPEN_LINK and invitation_in(command.argument):
        return _known(CHECK_INVITATION, argument=command.argument)
    if row is not None and row.argument_intent and command.argument:
        meaning = _known(row.argument_intent, argument=command.argument)
        return replace(meaning, works_while_human=row.works_while_human)
    return _command(row)


def from_payload(offer: Offer) -> Meaning:
    """What a chosen offer stands for.

    Raises:
        ValueError: its payload is broken; our own data are wrong.
    """
    intent, values = payload_of(offer)
    parse = Parse(text=offer.label, intent=intent, confidence=1.0, entities=entities(values))
    return Meaning(parse=parse, picked=offer)


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
