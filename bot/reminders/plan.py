"""When somebody wants to be reminded, as values. Pure.

A plan is kept in local wall time and a zone: at half past three it rings at half past three, in summer, in winter and
abroad. What a day is about (a gap, leave, a holiday) is not its business.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.clock import HOME

LAST = -1
"""As day of a month, or as which of its weekdays: the last one."""
EVERY_DAY = frozenset(range(7))
MONDAY_TO_FRIDAY = frozenset(range(5))
MOST_RULES = 8
"""More in one plan is a mistake of reading."""


class Unit(StrEnum):
    """What a rhythm counts."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


class Parity(StrEnum):
    """Which calendar weeks by ISO 8601 (`in geraden Wochen`)."""

    EVEN = "even"
    ODD = "odd"


class Without(StrEnum):
    """On which days a plan is silent, whatever is missing."""

    SCHOOL_DAYS = "school_days"
    SCHOOL_WEEKS = "school_weeks"
    SCHOOL_HOLIDAYS = "school_holidays"
    PUBLIC_HOLIDAYS = "public_holidays"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """On which days.

    Attributes:
        unit: what is counted.
        every: of days and weeks: each so manieth; months come each.
        weekdays: of weeks: on which days, Monday is 0; of months with `nth`: which day.
        nth: of months: which of these weekdays, 1 to 4 or `LAST`; 0: `month_days` count.
        month_days: of months: 1 to 31 or `LAST`; a day that a month lacks is its last one.
        anchor: a day from which is counted: the first one (days), or any of the first week (weeks); needed where
            `every` is more than 1.
        parity: of weeks: only those with an even or an odd number.
    """

    unit: Unit = Unit.WEEKS
    every: int = 1
    weekdays: frozenset[int] = frozenset()
    nth: int = 0
    month_days: frozenset[int] = frozenset()
    anchor: date | None = None
    parity: Parity | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rhythm at a time of day, in minutes after midnight of the local wall clock."""

    rhythm: Rhythm
    minute: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What one person wants to be reminded by.

    Attributes:
        rules: when; at least one.
        zone: the IANA name of the zone whose wall clock counts.
        without: on which days it is silent.
        paused_until: silent before this local day; the schedule stays.
        breaks_default_quiet: the person chose a time inside the quiet hours that hold by default, and was asked.
    """

    rules: tuple[Rule, ...]
    zone: str = HOME
    without: frozenset[Without] = frozenset()
    paused_until: date | None = None
    breaks_default_quiet: bool = False

    def paused(self, until: date | None) -> "Plan":
        """The same plan, silent before a day; None ends a pause."""
        return replace(self, paused_until=until)
