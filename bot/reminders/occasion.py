"""What a ringing is about: whether something is missing, and whether the day is one for it. Pure.

A reminder that nobody needs is the reason why the next one is not read: it speaks only of a gap, and not on a day that
is free. What is missing then is named the next time.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from bot.calendar_of_germany import SchoolHoliday, public_holidays, school_holidays
from bot.diary.ausbildung import WEEK, Ausbildung, monday
from bot.diary.nachweis import DayType, Nachweis
from bot.diary.rules import gaps
from bot.reminders.plan import Without

NOON = 12
"""From this hour on today counts as missing: a day that has hardly begun is no gap."""
AFTERWARDS = timedelta(days=14)
"""So long after the end of a training what is missing is still worth a reminder."""
FREE = frozenset({DayType.URLAUB, DayType.KRANK, DayType.FREI, DayType.FEIERTAG})


@dataclass(frozen=True, slots=True)
class Calendar:
    """The free days where a person is trained.

    Attributes:
        public: the public holidays of a year.
        school: the school holidays that begin in a year.
    """

    public: Callable[[int], Collection[date]]
    school: Callable[[int], Collection[SchoolHoliday]]

    @classmethod
    def of(cls, state: str | None) -> "Calendar":
        """That of a state; without one only the public holidays of all Germany are known."""
        return cls(partial(public_holidays, state), partial(school_holidays, state))

    def is_school_holiday(self, day: date) -> bool:
        """Whether there are school holidays on a day."""
        years = (day.year - 1, day.year)
        return any(day in each for year in years for each in self.school(year))


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing is said, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Missing:
    """What is missing, oldest first: days, or Mondays of weeks in the weekly form."""

    days: tuple[date, ...]


def occasion(
    nachweis: Nachweis, without: Collection[Without], now: datetime, calendar: Calendar
) -> Missing | Silence:
    """Whether to speak, by what is written and what day it is.

    Args:
        nachweis: the person's record.
        without: on which days the plan is silent.
        now: by the person's wall clock.
        calendar: the free days where they are trained.
    """
    today = now.date()
    if reason := free_because(nachweis, without, today, calendar):
        return Silence(reason)
    known = _with_dates(nachweis, today)
    whole = known.ausbildung.zeitraum
    if whole is not None and today > whole.bis + AFTERWARDS:
        return Silence("training is over")
    years = range(whole.von.year, today.year + 1) if whole else ()
    public = frozenset(day for year in years for day in calendar.public(year))
    missing = gaps(known, today, public, is_today_over=now.hour >= NOON)
    return Missing(tuple(missing)) if missing else Silence("no gap")


def free_because(
    nachweis: Nachweis, without: Collection[Without], today: date, calendar: Calendar
) -> str | None:
    """Why a day is none for a reminder, or None."""
    types = {entry.type for entry in nachweis.of_day(today)}
    if types and types <= FREE:
        return min(types).value
    if today in calendar.public(today.year):
        return "public holiday"
    if nachweis.ausbildung.is_free(today):
        return "free in part-time"
    return next(
        (each.value for each in sorted(without) if _is_without(each, nachweis, today, calendar)),
        None,
    )


def _is_without(each: Without, nachweis: Nachweis, today: date, calendar: Calendar) -> bool:
    ausbildung = nachweis.ausbildung
    match each:
        case Without.PUBLIC_HOLIDAYS:
            return today in calendar.public(today.year)
        case Without.SCHOOL_HOLIDAYS:
            return calendar.is_school_holiday(today)
        case Without.SCHOOL_WEEKS:
            return _is_block_week(ausbildung, today)
        case Without.SCHOOL_DAYS:
            is_weekday = today.weekday() in ausbildung.schultage
            is_school = is_weekday and not calendar.is_school_holiday(today)
            return is_school or any(today in block for block in ausbildung.bloecke)


def _is_block_week(ausbildung: Ausbildung, today: date) -> bool:
    first = monday(today)
    last = first + WEEK - timedelta(days=1)
    return any(block.von <= last and first <= block.bis for block in ausbildung.bloecke)


def _with_dates(nachweis: Nachweis, today: date) -> Nachweis:
    """The record; a beginning that is unknown was the first entry, or today, and an unknown end lies ahead."""
    ausbildung = nachweis.ausbildung
    if ausbildung.zeitraum is not None:
        return nachweis
    first = min((entry.day for entry in nachweis.entries), default=today)
    dates = replace(
        ausbildung,
        beginn=ausbildung.beginn or min(first, today),
        ende=ausbildung.ende or today + WEEK,
    )
    return replace(nachweis, ausbildung=dates)
