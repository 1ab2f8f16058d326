"""The timers of a case: what is due for it, and when it must be looked at next. Pure.

What somebody else has to do is counted in office hours; what starts by itself outside of them is for acute crises only.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge

from bot.clock import require_aware
from bot.escalation.hours import OfficeHours, is_open, open_stretches, opens_next
from bot.escalation.routing import Stage, Team
from bot.escalation.values import State

UNANSWERED = timedelta(minutes=30)
"""After so long in office hours a coach is reminded of a learner who waits for an answer."""
SILENCE = timedelta(hours=24)
"""Nobody wrote for so long: a case is over soon. Who was warned has as long again."""
SILENCE_OPEN = timedelta(hours=1)
"""Of a silence, so much must lie in office hours: a weekend alone ends nothing."""
HORIZON = timedelta(days=366)
"""A team that does not open within this never does."""

RECENT, FEWEST = 20, 5
"""So many of the last waiting times count; with fewer nothing is promised."""
MOST_OF = 0.8
"""The share of learners who waited no longer than is said."""
SAID_IN = timedelta(minutes=5)
"""Waiting times are said in steps of this."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What of a case decides its timers; all moments are UTC.

    Attributes:
        state: whether it waits, was taken over, is closed.
        stage: the stage that was called last; anything while nobody was called.
        opened_at: when the learner asked for a human.
        called_at: when the stage was called; when it was opened, for a case that nobody was called to yet.
        claimed_at: when its coach took it over; None while it waits.
        last_learner_at: when the learner wrote last since it was opened, or None.
        asked_at: when the learner wrote the first of what the coach has not answered, or None.
        last_coach_at: when the coach wrote last, or None.
        is_acute: it began with an acute crisis.
        reminded_at: when the coach was reminded last, or None.
        told_at: when the learner was told that nobody is there, or None.
        warned_at: when it was last said that the case will be closed, or None.
    """

    state: State
    stage: Stage
    opened_at: datetime
    called_at: datetime
    claimed_at: datetime | None
    last_learner_at: datetime | None
    asked_at: datetime | None
    last_coach_at: datetime | None
    is_acute: bool
    reminded_at: datetime | None
    told_at: datetime | None
    warned_at: datetime | None

    @property
    def active_at(self) -> datetime:
        """When somebody last wrote, took it over, or was told something (UTC); warnings do not count."""
        others = (self.claimed_at, self.last_learner_at, self.last_coach_at, self.told_at)
        return max([self.opened_at, *(each for each in others if each is not None)])

    @property
    def waits_since(self) -> datetime | None:
        """Since when the learner waits for a word of the coach who took it over; None when they do not."""
        asked_at = self.asked_at or self.opened_at
        if self.claimed_at is None or (self.last_coach_at and self.last_coach_at >= asked_at):
            return None
        return max(asked_at, self.claimed_at)

    @property
    def unheard_since(self) -> datetime | None:
        """Since when the coach was not reminded of who waits (UTC); None when nothing was written since they were."""
        since, wrote_at = self.waits_since, self.last_learner_at or self.opened_at
        if since is None or self.reminded_at is None:
            return since
        return max(since, self.reminded_at) if wrote_at > self.reminded_at else None

    @property
    def silent_since(self) -> datetime:
        """When somebody was last active or warned (UTC)."""
        return max(self.active_at, self.warned_at or self.active_at)

    @property
    def is_warned(self) -> bool:
        """Whether nobody wrote since it was said that the case will be closed."""
        return self.warned_at is not None and self.warned_at >= self.active_at


@dataclass(frozen=True, slots=True)
class Nothing:
    """It is not time for anything."""


@dataclass(frozen=True, slots=True)
class CallNext:
    """Call a stage, or the first after it that calls somebody (`routing.next_stage`); it is `called_at` now.

    `FIRST` begins anew: who was called before is called again. Where nobody is left, it is `TellLearner`.
    """

    stage: Stage


@dataclass(frozen=True, slots=True)
class TellLearner:
    """Tell the learner that nobody is there, with alternatives; it is `told_at` now, and the stage is `TOLD`.

    The case still waits, and the team is called again when it opens next.
    """


@dataclass(frozen=True, slots=True)
class RemindCoach:
    """Remind the coach that the learner waits for an answer."""


@dataclass(frozen=True, slots=True)
class WarnInactive:
    """Tell both sides that the case will be closed unless somebody writes; it is `warned_at` now."""


@dataclass(frozen=True, slots=True)
class CloseInactive:
    """Close the case, and tell both sides."""


Step = Nothing | CallNext | TellLearner | RemindCoach | WarnInactive | CloseInactive


def first_call(team: Team, now: datetime, *, is_acute: bool) -> Stage | None:
    """Which stage is called when a case is opened: the leads alone out of hours, and only to an acute crisis."""
    if is_open(team.hours, now):
        return Stage.FIRST
    return Stage.LEADS if is_acute else None


def next_step(progress: Progress, team: Team, now: datetime) -> Step:
    """What is to be done for a case at an aware moment; of several things the most urgent one.

    Whoever did it looks again at once. What was missed is done late, but never out of office hours: then the team is
    called anew when it opens.
    """
    moment = require_aware(now)
    match progress.state:
        case State.WAITING:
            step = _call(progress, team, moment)
        case State.CLAIMED:
            step = _reminder(progress, team, moment)
        case State.CLOSED:
            return Nothing()
    return step if step != Nothing() else _ending(progress, team, moment)


def next_due(progress: Progress, team: Team, now: datetime) -> datetime | None:
    """The first moment (UTC) from now on at which `next_step` has something to do; None when it never has.

    Args:
        progress: of the case, after everything that was done up to now.
        team: whose case it is.
        now: aware.
    """
    moment = require_aware(now)
    if progress.state is State.CLOSED:
        return None
    moments = merge(_timers(progress, team, moment), _changes(team.hours, moment))
    return next((each for each in moments if next_step(progress, team, each) != Nothing()), None)


def said_wait(recent: Sequence[timedelta], now_open: bool) -> timedelta | None:
    """How long a learner is told that it takes: four of five of the last ones waited no longer.

    Args:
        recent: how long learners of the team waited until somebody was there, the latest last.
        now_open: whether the team is there; else nothing is promised.

    Returns:
        A multiple of 5 minutes; None when nothing can be promised.
    """
    waits = sorted(recent[-RECENT:])
    if not now_open or len(waits) < FEWEST:
        return None
    wait = waits[math.ceil(len(waits) * MOST_OF) - 1]
    return max(1, -(-wait // SAID_IN)) * SAID_IN


# --- what is due -------------------------------------------------------------------------------


def _call(progress: Progress, team: Team, now: datetime) -> Step:
    """Who is called to a case that waits."""
    is_there = is_open(team.hours, now)
    if is_there and not _is_open_since(team.hours, progress.called_at, now):
        return CallNext(Stage.FIRST)
    if is_there or progress.is_acute:
        following = _following(progress.stage, is_there=is_there)
        if now < progress.called_at + timedelta(minutes=team.minutes):
            return Nothing()
        if following is not Stage.TOLD:
            return CallNext(following)
        return TellLearner() if progress.told_at is None else Nothing()
    never_opens = progress.told_at is None and opens_next(team.hours, now) is None
    return TellLearner() if never_opens else Nothing()


def _following(stage: Stage, *, is_there: bool) -> Stage:
    """The stage after another; out of hours only the leads are called."""
    following = Stage(min(stage + 1, Stage.TOLD))
    return following if is_there else max(following, Stage.LEADS)


def _reminder(progress: Progress, team: Team, now: datetime) -> Step:
    """Whether the coach is reminded; in an acute crisis at any hour."""
    since = progress.unheard_since
    if since is None:
        return Nothing()
    if progress.is_acute:
        waited = now - since
    elif is_open(team.hours, now):
        waited = _open_time(team.hours, since, now)
    else:
        return Nothing()
    return RemindCoach() if waited >= UNANSWERED else Nothing()


def _ending(progress: Progress, team: Team, now: datetime) -> Step:
    """Whether a case ends because nobody writes; who waits is told first."""
    since = progress.silent_since
    is_silent = (
        is_open(team.hours, now)
        and now - since >= SILENCE
        and _open_time(team.hours, since, now) >= SILENCE_OPEN
    )
    if not is_silent:
        return Nothing()
    if progress.is_warned:
        return CloseInactive()
    is_told = progress.state is State.CLAIMED or progress.told_at is not None
    return WarnInactive() if is_told else TellLearner()


# --- moments at which something may become due -------------------------------------------------


def _timers(progress: Progress, team: Team, now: datetime) -> list[datetime]:
    """When the timers of a case run out, from now on; now for those that did."""
    unheard_since = progress.unheard_since or progress.opened_at
    silent_since = progress.silent_since
    ends = (
        progress.called_at + timedelta(minutes=team.minutes),
        unheard_since + UNANSWERED,
        _after_open(team.hours, unheard_since, UNANSWERED),
        silent_since + SILENCE,
        _after_open(team.hours, silent_since, SILENCE_OPEN),
    )
    return sorted(max(each, now) for each in (now, *ends) if each is not None)


def _changes(hours: OfficeHours, now: datetime) -> Iterator[datetime]:
    """When a team opens and closes, after now."""
    for begin, end in open_stretches(hours, now, now + HORIZON):
        yield from (begin, end)


def _is_open_since(hours: OfficeHours, begin: datetime, now: datetime) -> bool:
    """Whether a team that is there now was so from a moment on."""
    return begin >= now or next(open_stretches(hours, begin, now), None) == (begin, now)


def _open_time(hours: OfficeHours, begin: datetime, end: datetime) -> timedelta:
    """How long a team was there between two moments."""
    return sum((last - first for first, last in open_stretches(hours, begin, end)), timedelta())


def _after_open(hours: OfficeHours, begin: datetime, amount: timedelta) -> datetime | None:
    """When a team was there for so long since a moment; None when it never will be."""
    left = amount
    for first, last in open_stretches(hours, begin, begin + HORIZON):
        if last - first >= left:
            return first + left
        left -= last - first
    return None
