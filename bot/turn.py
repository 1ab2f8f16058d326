"""What one turn is given and what it gives back: values only, so that a turn can be run anywhere.

Delivery loads a `Situation`, the conversation answers with an `Outcome`, and delivery writes that in
one short transaction. A turn that is run twice from the same situation gives the same outcome.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.messages import Capabilities, IncomingMessage
from bot.tracker import Tracker


class Owner(StrEnum):
    """Who speaks with the person in this chat. `closed`: nothing is sent until they write again."""

    ASSISTANT = "assistant"
    HUMAN = "human"
    CLOSED = "closed"


class OnUnknowable(StrEnum):
    """What to do with a message when nobody can know whether it arrived."""

    REPEAT = "repeat"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who consented to being remembered, or who is under 16 and waits for a parent to.

    Attributes:
        person_id: our id.
        profile: what they told us: role, state, age_band, language_level and the like.
        consents: by scope, the version of the privacy text they agreed to.
        channels: the channels of all their chats.
        waits_until: under 16: until when a parent may agree, before drafts are deleted (UTC); else None.
    """

    person_id: str
    profile: Mapping[str, str]
    consents: Mapping[str, str]
    channels: tuple[str, ...] = ()
    waits_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """A member of staff, by invitation of the operator.

    Attributes:
        staff_id: our id.
        team_id: their team.
        roles: what commands ask for: `coach`, and `lead` for who leads the team.
        name: what learners see.
    """

    staff_id: int
    team_id: int
    roles: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a message stands to the cases that humans work on.

    Attributes:
        is_human: it is spoken with a human here, not with the assistant.
        case: the number of the case that it belongs to: the learner's own open one, that of the room, the one that
            a coach replied to or has turned to; None for no case.
        seat: the member of staff who wrote it; None for everybody else.
        is_shared: the chat is a room of a team or of a case, and nobody's own.
    """

    is_human: bool = False
    case: int | None = None
    seat: Seat | None = None
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A choice below a text.

    Attributes:
        label: what the button says.
        payload: the Rasa payload (`/intent{…}`) that it stands for.
        settles: choosing it answers the question, and the other choices go.
    """

    label: str
    payload: str
    settles: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """A text to say.

    Attributes:
        text: light markup.
        offers: choices in their order.
        is_urgent: a crisis answer; it goes before all others.
        unknowable: `repeat` for answers, `drop` for what starts by itself.
        expires_after: how long after the turn it is still worth sending; None means a day.
        author: the person who wrote it, when it is not from us; its text is plain then.
        quotes: the message of that chat that it answers and is shown with: a row of ours, or the external id of a
            message of theirs.
        is_kept: what became of it must be known as long as its case is: it may be answered, changed, taken back.
    """

    text: str
    offers: tuple[Offer, ...] = ()
    is_urgent: bool = False
    unknowable: OnUnknowable = OnUnknowable.REPEAT
    expires_after: timedelta | None = None
    author: str = ""
    quotes: int | str | None = None
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class FileReply:
    """A file to render while it is delivered.

    Attributes:
        document: the name of a renderer, such as `export`.
        parameters: JSON values for the renderer; it also gets the person's id.
        caption: the text that goes with it.
        quotes: as in `Reply`.
        is_kept: as in `Reply`.
    """

    document: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    caption: str = ""
    quotes: int | str | None = None
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class EditReply:
    """One of our earlier messages with other words, or without its choices.

    Attributes:
        target: the external id it was sent under, or our row.
        text: its new text in light markup, or plain with an author; None leaves the old one.
        author: as in `Reply`.
    """

    target: str | int
    text: str | None = None
    author: str = ""


@dataclass(frozen=True, slots=True)
class DeletionReply:
    """One of our earlier messages is taken back; `target` is our row."""

    target: int


@dataclass(frozen=True, slots=True)
class RoomReply:
    """Open a room for one matter; see `bot.messages.OutgoingRoom`."""

    token: str
    title: str
    pinned: str


@dataclass(frozen=True, slots=True)
class EndReply:
    """The matter of this room is over; see `bot.messages.OutgoingEnd`."""

    forgets: bool = False


AnyReply = Reply | FileReply | EditReply | DeletionReply | RoomReply | EndReply


class Change:
    """The root of what a turn wants changed in storage; each topic has its own frozen changes."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a turn needs to know.

    Attributes:
        message: what happened.
        now: the moment of the turn (UTC).
        tracker: the conversation's memory.
        owner: who speaks in this chat.
        person: None before the first consent.
        offers: the choices of the last delivered message that had any, so that "1" or a label
            typed by hand picks from them.
        offered_by: the external id of that message, or None.
        chosen: the offer that a pressed button stands for; None when the button is too old.
        capabilities: what the channel can show.
        is_double_tap: the button was pressed a moment ago, or its question is answered by it.
        meant_before: the `Outcome.meaning` of the message that this one edits; None when it was never
            answered, or too long ago.
        standing: how the message stands to the cases that humans work on.
    """

    message: IncomingMessage
    now: datetime
    tracker: Tracker
    owner: Owner
    person: Person | None
    offers: tuple[Offer, ...]
    chosen: Offer | None
    capabilities: Capabilities
    offered_by: str | None = None
    is_double_tap: bool = False
    meant_before: str | None = None
    standing: Standing = Standing()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn decided.

    Attributes:
        tracker: the conversation's memory afterwards.
        replies: what to say, in order.
        changes: what to change in storage, in order, in the same transaction.
        owner: who speaks from now on.
        findings: what `ask --jsonl` reports: outcome, article, keys, alternatives, confidence.
        meaning: what a text was taken for; two texts with the same meaning need one answer.
    """

    tracker: Tracker
    replies: tuple[AnyReply, ...] = ()
    changes: tuple[Change, ...] = ()
    owner: Owner = Owner.ASSISTANT
    findings: Mapping[str, Any] = field(default_factory=dict)
    meaning: str = ""
