"""Cases as topics see them: who, what was said, how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.turn import Reply


class State(StrEnum):
    """Of a case: it waits for somebody, somebody has taken it over, it is over."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    CLOSED = "closed"


class Side(StrEnum):
    """Whose words an entry holds: the learner's, the coach's, an internal note, what was said before."""

    LEARNER = "learner"
    COACH = "coach"
    NOTE = "note"
    CONTEXT = "context"


class Outcome(StrEnum):
    """How a case ended."""

    SOLVED = "solved"
    REFERRED = "referred"
    OPEN = "open"
    BY_LEARNER = "by_learner"
    SILENT = "silent"
    WITHDRAWN = "withdrawn"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Case:
    """One matter of one learner.

    Attributes:
        number: what it is called by, also in `/fall 12`.
        team_id: whose it is.
        state: where it stands.
        stage: how far the calling has come (`bot.escalation.routing.Stage`).
        chat_id: the learner's chat.
        place_chat_id: where the coach speaks; None while nobody does, or a room is being opened.
        staff_id: who has taken it over, or had when it was closed; None for nobody.
        staff_name: what learners see of them; empty for nobody.
        topic: of the articles; None when it is not known.
        is_acute: it began with an acute crisis.
        may_write_first: the learner agreed that the coach comes back to it.
        room_token: of the room that was asked for; None without one.
        group_channel: the messenger of the team's group, while the place is a topic there; None elsewhere.
        opened_at, called_at, claimed_at, closed_at, last_learner_at, asked_at (the first of what nobody has answered), last_coach_at, reminded_at, told_at (that nobody was
            there), warned_at: UTC.
    """

    number: int
    team_id: int
    state: State
    stage: int
    chat_id: int
    place_chat_id: int | None
    staff_id: int | None
    staff_name: str
    topic: str | None
    is_acute: bool
    may_write_first: bool
    room_token: str | None
    opened_at: datetime
    called_at: datetime
    claimed_at: datetime | None
    closed_at: datetime | None
    last_learner_at: datetime | None
    asked_at: datetime | None
    last_coach_at: datetime | None
    reminded_at: datetime | None
    told_at: datetime | None
    warned_at: datetime | None
    group_channel: str | None = None


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of a team.

    Attributes:
        staff_id: our id.
        team_id: their team.
        role: `coach` or `lead`.
        name: what learners see.
        chat_id: where they are called.
        channel: the messenger of that chat.
        is_on_duty: whether they are called.
        substitute_id: who stands in for them.
        open_cases: how many they have.
    """

    staff_id: int
    team_id: int
    role: str
    name: str
    chat_id: int
    channel: str
    is_on_duty: bool
    substitute_id: int | None
    open_cases: int


@dataclass(frozen=True, slots=True)
class Said:
    """The words of an entry.

    Attributes:
        text: plain.
        file: how to fetch what came with it: `channel`, `reference`, `media_type`; None without a file.
    """

    text: str
    file: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was said in a case.

    Attributes:
        side: whose words.
        said: the words.
        said_at: UTC.
        author: the coach's name, for what a coach said or noted.
        is_passed_on: it is on its way to the other side, or was not for it.
    """

    side: Side
    said: Said
    said_at: datetime
    author: str = ""
    is_passed_on: bool = True


# --- changes -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallOut:
    """One member of staff is called.

    Attributes:
        staff_id: who.
        reply: what they read.
    """

    staff_id: int
    reply: Reply
