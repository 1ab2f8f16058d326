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
    """

    text: str
    offers: tuple[Offer, ...] = ()
    is_urgent: bool = False
    unknowable: OnUnknowable = OnUnknowable.REPEAT
    expires_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class FileReply:
    """A file to render while it is delivered.

    Attributes:
        document: the name of a renderer, such as `export`.
        parameters: JSON values for the renderer; it also gets the person's id.
        caption: the text that goes with it.
    """

    document: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    caption: str = ""


@dataclass(frozen=True, slots=True)
class EditReply:
    """One of our earlier messages without its choices.

    Attributes:
        target: the external id it was sent under.
        text: its new text in light markup; None leaves the old one.
    """

    target: str
    text: str | None = None


AnyReply = Reply | FileReply | EditReply


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
