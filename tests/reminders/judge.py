"""A slow second program: from what an apprentice did it says which reminders must have come. It shares no code with ours."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

STEP = timedelta(minutes=5)
"""All times are multiples of it."""
FORM_IS_OPEN = timedelta(minutes=15)
DAY = timedelta(days=1)
NIGHT = (time(20), time(7))
NOON = 12
SATURDAY = 5
IN_HESSEN = frozenset(holidays.country_holidays("DE", subdiv="HE", years=range(2026, 2031)))

Quiet = tuple[time, time]
Days = tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Trains:
    """The apprentice told when the training begins and ends, and when school comes in blocks."""

    begin: date
    end: date
    blocks: tuple[tuple[date, date], ...]


@dataclass(frozen=True, slots=True)
class IsFreeOn:
    """From a day on some weekdays are free (part-time)."""

    since: date
    weekdays: frozenset[int]


@dataclass(frozen=True, slots=True)
class WritesWeekly:
    """From now on the record is kept by weeks."""


@dataclass(frozen=True, slots=True)
class Writes:
    """Days stand in the record now; those that are no training are leave, sickness or free."""

    days: Days
    is_training: bool = True


@dataclass(frozen=True, slots=True)
class Wants:
    """A plan is set, or another one takes its place."""

    plan: str
    falls_on: Callable[[date], bool]
    times: tuple[time, ...]
    is_despite_default: bool = False
    without_school_weeks: bool = False


@dataclass(frozen=True, slots=True)
class Deletes:
    """A plan is wanted no more."""

    plan: str


@dataclass(frozen=True, slots=True)
class Pauses:
    """All plans are silent before a day."""

    until: date


@dataclass(frozen=True, slots=True)
class Resumes:
    """The pause is over."""


@dataclass(frozen=True, slots=True)
class Snoozes:
    """What spoke last is to speak again."""

    until: datetime
    is_despite_default: bool = False


@dataclass(frozen=True, slots=True)
class SetsQuiet:
    """Own quiet hours; the same time twice: none."""

    hours: Quiet


@dataclass(frozen=True, slots=True)
class GoesTo:
    """The wall clock of another zone counts."""

    zone: str


@dataclass(frozen=True, slots=True)
class BeginsForm:
    """Something was typed and is not answered yet."""


@dataclass(frozen=True, slots=True)
class EndsForm:
    """It is answered."""


@dataclass(frozen=True, slots=True)
class IsDown:
    """The assistant does not run until a moment."""

    until: datetime


Deed = (
    Trains
    | IsFreeOn
    | WritesWeekly
    | Writes
    | Wants
    | Deletes
    | Pauses
    | Resumes
    | Snoozes
    | SetsQuiet
    | GoesTo
    | BeginsForm
    | EndsForm
    | IsDown
)


@dataclass(frozen=True, slots=True)
class Expected:
    """A reminder that must have come at a moment (UTC), and what it says is missing, oldest first."""

    at: datetime
    plan: str
    missing: Days


@dataclass
class _Plan:
    wants: Wants
    due_on: date | None = None
    is_wanted_in_quiet: bool = False
    snoozed_until: datetime | None = None
    is_snooze_despite: bool = False
    said_on: set[date] = field(default_factory=set)


class Judge:
    """Walks through the whole time, five minutes at a step."""

    def __init__(self) -> None:
        self.training = Trains(date.max, date.max, ())
        self.free_on = IsFreeOn(date.max, frozenset())
        self.is_weekly = False
        self.written: dict[date, bool] = {}
        self.plans: dict[str, _Plan] = {}
        self.last_spoken: _Plan | None = None
        self.paused_until = date.min
        self.own_quiet: Quiet | None = None
        self.zone = ZoneInfo("Europe/Berlin")
        self.form_since: datetime | None = None
        self.down_until = datetime.min.replace(tzinfo=UTC)

    def walk(
        self, deeds: Sequence[tuple[datetime, Deed]], begin: datetime, end: datetime
    ) -> Iterator[Expected]:
        """The reminders between two moments; what is done at a moment is done after what rings then."""
        left = sorted(deeds, key=lambda each: each[0])[::-1]
        moment = begin.astimezone(UTC)
        while moment < end:
            yield from self.rings(moment)
            while left and left[-1][0] <= moment:
                at, deed = left.pop()
                self.do(deed, at)
            moment += STEP

    def rings(self, moment: datetime) -> Iterator[Expected]:
        local = moment.astimezone(self.zone)
        today = local.date()
        for name, plan in self.plans.items():
            if self.is_time(plan.wants, local) and today not in plan.said_on:
                plan.due_on, plan.is_wanted_in_quiet = today, plan.wants.is_despite_default
            if plan.snoozed_until is not None and moment >= plan.snoozed_until:
                plan.due_on, plan.snoozed_until = (
                    plan.snoozed_until.astimezone(self.zone).date(),
                    None,
                )
                plan.is_wanted_in_quiet = plan.is_snooze_despite or plan.wants.is_despite_default
            if plan.due_on != today:
                plan.due_on = None
            elif not self.is_held_back(plan, moment):
                plan.due_on = None
                missing = () if self.is_free(plan.wants, today) else self.missing(local)
                if missing:
                    plan.said_on.add(today)
                    self.last_spoken, self.form_since = plan, None
                    yield Expected(moment, name, missing)

    def is_time(self, wants: Wants, local: datetime) -> bool:
        """Whether the wall clock shows a time for the first time; an hour that is skipped is made up for."""
        today = local.date()
        shown = local.replace(tzinfo=None)
        is_shown = local.fold == 0 and any(
            shown == self.really_shown(datetime.combine(today, wanted)) for wanted in wants.times
        )
        return is_shown and wants.falls_on(today) and today >= self.paused_until

    def really_shown(self, wanted: datetime) -> datetime:
        there = wanted.replace(tzinfo=self.zone).astimezone(UTC).astimezone(self.zone)
        return there.replace(tzinfo=None)

    def is_held_back(self, plan: _Plan, moment: datetime) -> bool:
        if moment < self.down_until:
            return True
        if self.form_since is not None and moment - self.form_since < FORM_IS_OPEN:
            return True
        default = None if plan.is_wanted_in_quiet else NIGHT
        quiet = self.own_quiet or default
        return quiet is not None and _is_between(moment.astimezone(self.zone).time(), *quiet)

    def is_free(self, wants: Wants, today: date) -> bool:
        monday = today - today.weekday() * DAY
        is_school_week = any(
            first <= monday + 6 * DAY and monday <= last for first, last in self.training.blocks
        )
        return (
            self.written.get(today) is False
            or today in IN_HESSEN
            or self.is_free_weekday(today)
            or (wants.without_school_weeks and is_school_week)
        )

    def is_free_weekday(self, day: date) -> bool:
        return day >= self.free_on.since and day.weekday() in self.free_on.weekdays

    def is_training_day(self, day: date) -> bool:
        return (
            self.training.begin <= day <= self.training.end
            and day.weekday() < SATURDAY
            and day not in IN_HESSEN
            and not self.is_free_weekday(day)
        )

    def missing(self, local: datetime) -> Days:
        last = local.date() if local.hour >= NOON else local.date() - DAY
        if self.is_weekly:
            return self.missing_weeks(last)
        days = _days(self.training.begin, last)
        return tuple(day for day in days if self.is_training_day(day) and day not in self.written)

    def missing_weeks(self, last: date) -> Days:
        """The Mondays of weeks whose last day of training is over, and of which too little is told."""
        mondays = []
        monday = self.training.begin - self.training.begin.weekday() * DAY
        while monday <= last:
            week = list(_days(monday, monday + 6 * DAY))
            training = [day for day in week if self.is_training_day(day)]
            is_told = any(self.written.get(day) for day in week)
            is_complete = all(day in self.written for day in training)
            if training and training[-1] <= last and not is_told and not is_complete:
                mondays.append(monday)
            monday += 7 * DAY
        return tuple(mondays)

    def do(self, deed: Deed, at: datetime) -> None:  # noqa: C901 - one line for each deed
        match deed:
            case Trains():
                self.training = deed
            case IsFreeOn():
                self.free_on = deed
            case WritesWeekly():
                self.is_weekly = True
            case Writes(days, is_training):
                self.written |= dict.fromkeys(days, is_training)
            case Wants(plan):
                said_on = self.plans[plan].said_on if plan in self.plans else set()
                self.plans[plan] = _Plan(deed, said_on=said_on)
            case Deletes(plan):
                del self.plans[plan]
            case Pauses(until):
                self.paused_until = until
            case Resumes():
                self.paused_until = date.min
            case Snoozes(until, is_despite):
                assert self.last_spoken is not None
                self.last_spoken.snoozed_until = until
                self.last_spoken.is_snooze_despite = is_despite
            case SetsQuiet(hours):
                self.own_quiet = hours
            case GoesTo(zone):
                self.zone = ZoneInfo(zone)
            case BeginsForm():
                self.form_since = at
            case EndsForm():
                self.form_since = None
            case IsDown(until):
                self.down_until = until


def judged(
    deeds: Sequence[tuple[datetime, Deed]], begin: datetime, end: datetime
) -> list[Expected]:
    """The reminders that must have come after what an apprentice did (aware moments), in order."""
    return list(Judge().walk(deeds, begin, end))


def _is_between(now: time, begin: time, end: time) -> bool:
    if begin <= end:
        return begin <= now < end
    return now >= begin or now < end


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + number * DAY
