"""School holidays and public holidays of the German states, from the `holidays` package."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

GERMANY = "DE"
STATES = (
    "bw", "by", "be", "bb", "hb", "hh", "he", "mv", "ni", "nw", "rp", "sl", "sn", "st", "sh", "th",
)  # fmt: skip
SUMMER, AUTUMN, CHRISTMAS, EASTER = (
    "Sommerferien", "Herbstferien", "Weihnachtsferien", "Oster-/Frühjahrsferien",
)  # fmt: skip
_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True, order=True)
class SchoolHoliday:
    """One stretch without school.

    Attributes:
        first: its first day.
        last: its last day, included.
        name: what kind it is, as the states name it together; single bridge days have a kind too.
    """

    first: date
    last: date
    name: str

    @property
    def length(self) -> int:
        """How many days it lasts, weekends included."""
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@cache
def public_holidays(state: str | None, year: int) -> frozenset[date]:
    """The public holidays of a year.

    Args:
        state: the state's key as settings hold it (`he`); None gives those of all Germany.
        year: the year.
    """
    subdivision = state.upper() if state else None
    return frozenset(
        holidays.country_holidays(GERMANY, subdiv=subdivision, years=year, language="de")
    )


@cache
def school_holidays(state: str | None, year: int) -> tuple[SchoolHoliday, ...]:
    """The school holidays that begin in a year, in order; whole, also across the new year.

    Args:
        state: the state's key as settings hold it (`he`); without a state none are known.
        year: the year; what the states have not published yet is missing (`knows_school_holidays`).
    """
    if state is None:
        return ()
    days = holidays.country_holidays(
        GERMANY,
        subdiv=state.upper(),
        years=range(year - 1, year + 2),
        categories=("school",),
        language="de",
    )
    named = [(day, str(days[day])) for day in sorted(days)]
    return tuple(each for each in _stretches(state, named) if each.first.year == year)


def knows_school_holidays(state: str | None, year: int) -> bool:
    """Whether the school holidays of a year are known to its end."""
    return any(each.name == CHRISTMAS for each in school_holidays(state, year))


def is_school_day(state: str | None, day: date) -> bool:
    """Whether school is held: no weekend, no public holiday, no school holiday."""
    if _is_free_anyway(state, day):
        return False
    known = (*school_holidays(state, day.year - 1), *school_holidays(state, day.year))
    return not any(day in each for each in known)


def _stretches(state: str, named: list[tuple[date, str]]) -> Iterator[SchoolHoliday]:
    """Days of one kind as stretches; weekends and public holidays between two days part nothing."""
    if not named:
        return
    (first, kind), *others = named
    last = first
    for day, name in others:
        if name != kind or not _is_free_between(state, last, day):
            yield SchoolHoliday(first, last, kind)
            first, kind = day, name
        last = day
    yield SchoolHoliday(first, last, kind)


def _is_free_between(state: str, first: date, second: date) -> bool:
    between = (first + _DAY * number for number in range(1, (second - first).days))
    return all(_is_free_anyway(state, day) for day in between)


def _is_free_anyway(state: str | None, day: date) -> bool:
    return day.weekday() >= _SATURDAY or day in public_holidays(state, day.year)
