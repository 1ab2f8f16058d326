"""What turns change of cases, teams and staff; `opening`, `relaying`, `ending` and `staffing` apply it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.escalation.values import CallOut, Outcome, Said, Side
from bot.turn import Change, Reply, RoomReply


@dataclass(frozen=True, slots=True)
class OpenCase(Change):
    """The learner of this chat wants a human.

    Attributes:
        number: free; when somebody else was faster, the turn runs again.
        team_id: whose it is.
        topic: of the articles, or None.
        is_acute: whether it begins with an acute crisis.
        context: what the learner passes on, in its order: whose words, and the words.
        holds_until: so long the assistant is silent, and what the learner writes is for the coach (UTC).
        stage: how far the calling goes at once.
        calls: who is called.
        room: a topic in the team's group, for a team that has one.
    """

    number: int
    team_id: int
    topic: str | None
    is_acute: bool
    context: tuple[Said, ...]
    holds_until: datetime
    stage: int
    calls: tuple[CallOut, ...]
    room: RoomReply | None = None


@dataclass(frozen=True, slots=True)
class CallMore(Change):
    """Nobody has taken a case over: others are called.

    Attributes:
        number: the case.
        stage: how far the calling has come by this.
        calls: who is called.
        is_anew: the calling begins again (the team has opened).
        acute: the learner spoke of an acute crisis just now: what is read of it in the topic of the case, if it has one.
    """

    number: int
    stage: int
    calls: tuple[CallOut, ...]
    is_anew: bool = False
    acute: Reply | None = None


@dataclass(frozen=True, slots=True)
class Claim(Change):
    """A coach takes a case over; of two only one does, and the other's turn runs again.

    Attributes:
        number: the case.
        staff_id: who.
        news: what the learner hears.
        intro: what the coach reads before what was written.
        taken: what those read who were called, too.
        room: a room of its own for the case; None where the coach's own chat is the place.
        stays: the topic of the team's group that the case has is the place.
    """

    number: int
    staff_id: int
    news: Reply
    intro: Reply
    taken: str
    room: RoomReply | None = None
    stays: bool = False


@dataclass(frozen=True, slots=True)
class PlaceCase(Change):
    """A room was opened for a case, or could not be: from now on the coach speaks there, or in their own chat.

    Attributes:
        token: of the room.
        channel: the messenger.
        address: of the room; empty when it could not be opened.
        first: what is said first in the new place; None for nothing.
    """

    token: str
    channel: str
    address: str
    first: Reply | None = None


@dataclass(frozen=True, slots=True)
class RelayMessage(Change):
    """Words go to the other side, or wait until somebody is there.

    Attributes:
        number: the case.
        side: whose words.
        said: the words.
        external_id: of the message; empty for what no message holds (a template).
        reply_to: the external id of what it answers, in the chat where it was written; or empty.
        notice: what stands above it on the coach's side: a warning of an acute crisis; or empty.
        staff_id: the coach who speaks, who must be the case's; None for the learner.
    """

    number: int
    side: Side
    said: Said
    external_id: str
    reply_to: str = ""
    notice: str = ""
    staff_id: int | None = None


@dataclass(frozen=True, slots=True)
class EditMessage(Change):
    """Words that were passed on are changed there, too.

    Attributes:
        number: the case.
        target: the external id of the message, in the chat where it was written.
        text: the new words; None takes them back.
    """

    number: int
    target: str
    text: str | None


@dataclass(frozen=True, slots=True)
class AddNote(Change):
    """An internal note; the learner never sees it."""

    number: int
    staff_id: int
    text: str


@dataclass(frozen=True, slots=True)
class HandOver(Change):
    """Cases go to a colleague, or back to those who wait.

    Attributes:
        numbers: the cases; those that are not the giver's any more are left alone.
        giver: whose they are.
        taker: who gets them; None when they wait again.
        news: what each learner hears.
        brief: by case, what the taker reads first.
        told: by case, how many entries the brief tells; when there are others by now, the turn runs again.
        rooms: by case, a room of its own; where there is none the taker's own chat is the place.
        in_topic: by case that stays in the topic of the team's group, what is said there.
        calls: by case, who is called when they wait again.
    """

    numbers: tuple[int, ...]
    giver: int
    taker: int | None
    news: Reply
    brief: Mapping[int, Reply] = field(default_factory=dict)
    told: Mapping[int, int] = field(default_factory=dict)
    rooms: Mapping[int, RoomReply] = field(default_factory=dict)
    in_topic: Mapping[int, Reply] = field(default_factory=dict)
    calls: Mapping[int, tuple[CallOut, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CloseCase(Change):
    """A case is over.

    Attributes:
        number: which.
        outcome: how it ended.
        to_learner: what the learner hears in their chat; None when this turn says it, or nobody listens.
        to_coach: what the coach hears; None when this turn says it.
    """

    number: int
    outcome: Outcome
    to_learner: Reply | None = None
    to_coach: Reply | None = None


@dataclass(frozen=True, slots=True)
class ReopenCase(Change):
    """A closed case goes on with the coach who had it.

    Attributes:
        number: which.
        staff_id: the coach.
        news: what the learner hears.
        room: as in `Claim`.
    """

    number: int
    staff_id: int
    news: Reply
    room: RoomReply | None = None


@dataclass(frozen=True, slots=True)
class TellCoach(Change):
    """The coach of a case, or who leads its team, hears something about it.

    Attributes:
        number: the case.
        reply: what.
        is_reminder: it reminds of a learner who waits; counted, so that it is said once.
        is_warning: it warns that the case will be closed.
    """

    number: int
    reply: Reply
    is_reminder: bool = False
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class NoteTold(Change):
    """The learner was told that nobody is there; from now on the assistant answers them again."""

    number: int


@dataclass(frozen=True, slots=True)
class HoldCase(Change):
    """Until when what the learner writes is for the coach, while nobody has taken the case over (UTC)."""

    number: int
    until: datetime


@dataclass(frozen=True, slots=True)
class RateCase(Change):
    """The learner's answer whether it helped: `yes`, `some`, `no`; and whether the coach may come back to it."""

    number: int
    did_help: str | None = None
    may_write_first: bool | None = None


@dataclass(frozen=True, slots=True)
class NoteLook(Change):
    """Somebody of the staff looked at a case: who, when, at what; never what it said."""

    number: int
    staff_id: int
    what: str


@dataclass(frozen=True, slots=True)
class SetDuty(Change):
    """A member of staff is called from now on, or no longer."""

    staff_id: int
    is_on_duty: bool


@dataclass(frozen=True, slots=True)
class TurnTo(Change):
    """Plain messages in the coach's own chat go to this case; None: to the assistant."""

    staff_id: int
    number: int | None


@dataclass(frozen=True, slots=True)
class AskBlock(Change):
    """A coach wants a chat to be blocked; it needs a colleague's word.

    Attributes:
        number: the case.
        staff_id: who asks.
        asked: the colleagues who may say it.
    """

    number: int
    staff_id: int
    asked: tuple[CallOut, ...]


@dataclass(frozen=True, slots=True)
class ConfirmBlock(Change):
    """A second person's word: from this chat no human can be reached until a moment (UTC)."""

    number: int
    staff_id: int
    until: datetime
    to_learner: Reply
    to_coach: Reply


@dataclass(frozen=True, slots=True)
class JoinTeam(Change):
    """Somebody takes an invitation: this chat is where they are called.

    Attributes:
        code: as typed.
        profile: what is known of them; a person is made when there was none.
        version: of the privacy text that they agreed to.
    """

    code: str
    profile: Mapping[str, Any]
    version: str


@dataclass(frozen=True, slots=True)
class EventDone(Change):
    """The clock's event of a case was looked at; when it is due next is reckoned anew."""

    number: int
