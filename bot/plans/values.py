"""Plans as topics see them: values and the changes of a turn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from bot.turn import Change

NextDue = Callable[[Any, datetime], datetime | None]
"""From the content of a plan and an aware moment: the next moment (UTC) after that, or None."""


def _never(content: Any) -> bool:
    return False


DESPITE_QUIET = "wanted in quiet hours"
"""The reason of a ringing that was put off into the quiet hours, on purpose."""


class RingingState(StrEnum):
    """What became of a ringing.

    `rung`: it is in the inbox. `waits`: it may not speak yet. `said`: the person was spoken to. `silent`: it had nothing
    to say, or may not speak today. `missed`: its day was over before anybody looked.
    """

    RUNG = "rung"
    WAITS = "waits"
    SAID = "said"
    SILENT = "silent"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a topic brings.

    Attributes:
        name: of the kind, `reminder`.
        event: what the dialogues hear, `EXTERNAL_reminder_due`.
        next_due: when a plan with some content is due next.
        breaks_default_quiet: whether a plan with some content may ring in the quiet hours that hold by default.
    """

    name: str
    event: str
    next_due: NextDue
    breaks_default_quiet: Callable[[Any], bool] = _never


@dataclass(frozen=True, slots=True)
class Planned:
    """A stored plan.

    Attributes:
        plan_id: our id.
        kind: the name of its kind.
        zone: the IANA name of the zone whose wall clock counts.
        content: the topic's own JSON values.
        next_due_at: UTC; None when it never rings again.
        last_said_at: when it last spoke to the person (UTC), or None.
    """

    plan_id: int
    kind: str
    zone: str
    content: Mapping[str, Any]
    next_due_at: datetime | None
    last_said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ringing:
    """What became of one ringing: for `explain`."""

    plan_id: int
    day: date
    number: int
    state: RingingState
    reason: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class AddPlan(Change):
    """Keep a new plan, which speaks in this chat unless the person chose another one.

    Attributes:
        kind: its kind.
        zone: the IANA name of a zone.
        content: JSON values.
        is_only: it takes the place of the person's other plans of this kind.
    """

    kind: str
    zone: str
    content: Mapping[str, Any]
    is_only: bool = False


@dataclass(frozen=True, slots=True)
class ChangePlan(Change):
    """Keep a plan's new content and zone; what is due next is reckoned anew.

    Attributes:
        plan_id: which plan.
        zone: the IANA name of a zone.
        content: JSON values.
        keeps_put_off: what the person put off still comes at its moment.
    """

    plan_id: int
    zone: str
    content: Mapping[str, Any]
    keeps_put_off: bool = False


@dataclass(frozen=True, slots=True)
class DropPlans(Change):
    """Forget plans of the person."""

    plan_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EndRinging(Change):
    """Say what became of a ringing.

    Attributes:
        ringing_id: which.
        state: `said` or `silent`, or `waits` with `until`.
        reason: a few words for `explain`; never what a person wrote.
        until: when to try again (UTC).
    """

    ringing_id: int
    state: RingingState
    reason: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PutOff(Change):
    """The person wants to hear it again at a moment; what is due regularly stays.

    Attributes:
        plan_id: which plan.
        until: the moment (UTC).
        is_despite_quiet: in quiet hours that hold by default; the person was asked.
    """

    plan_id: int
    until: datetime
    is_despite_quiet: bool = False
