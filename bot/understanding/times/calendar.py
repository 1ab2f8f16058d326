"""Days and weeks that a calendar knows: Easter, days with names, the nearest day of a kind. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

LONGEST_SEARCH = 8 * 366 + 1
"""From one 29 February to the next there may be eight years (days)."""
ONE = timedelta(days=1)

_AFTER_EASTER: Mapping[str, int] = {
    "rosenmontag": -48, "aschermittwoch": -46, "gruendonnerstag": -3, "karfreitag": -2,
    "ostersamstag": -1, "ostersonntag": 0, "ostermontag": 1, "himmelfahrt": 39,
    "christi himmelfahrt": 39, "vatertag": 39, "pfingstsonntag": 49, "pfingstmontag": 50,
    "fronleichnam": 60,
}  # fmt: skip
_FIXED: Mapping[str, tuple[int, int]] = {
    "neujahr": (1, 1), "neujahrstag": (1, 1), "dreikoenig": (6, 1), "dreikoenige": (6, 1),
    "heilige drei koenige": (6, 1), "heilige 3 koenige": (6, 1), "maifeiertag": (1, 5),
    "tag der arbeit": (1, 5), "mariae himmelfahrt": (15, 8), "weltkindertag": (20, 9),
    "tag der deutschen einheit": (3, 10), "tag der einheit": (3, 10), "reformationstag": (31, 10),
    "allerheiligen": (1, 11), "nikolaus": (6, 12), "heiligabend": (24, 12),
    "heilig abend": (24, 12), "1. weihnachtstag": (25, 12), "1. weihnachtsfeiertag": (25, 12),
    "2. weihnachtstag": (26, 12), "2. weihnachtsfeiertag": (26, 12), "silvester": (31, 12),
    "sylvester": (31, 12),
}  # fmt: skip
_NO_HOLIDAYS = frozenset(
    {
        "rosenmontag", "aschermittwoch", "gruendonnerstag", "ostersamstag", "nikolaus",
        "heiligabend", "heilig abend", "silvester", "sylvester",
    }
)  # fmt: skip
NAMES = (*_AFTER_EASTER, *_FIXED)
"""Days with names, folded."""


def is_public(name: str) -> bool:
    """Whether a day with a name is a holiday in at least one Land."""
    return name not in _NO_HOLIDAYS


def easter(year: int) -> date:
    """Easter Sunday (Gauss, as completed by Lichtenberg)."""
    century = year // 100
    moon = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    sun = 2 - (3 * century + 3) // 4
    age = year % 19
    seed = (19 * age + moon) % 30
    full = 21 + seed - (seed // 29 + (seed // 28 - seed // 29) * (age // 11))
    sunday = 7 - (year + year // 4 + sun) % 7
    return date(year, 3, 1) + timedelta(days=full + 7 - (full - sunday) % 7 - 1)


def monday(day: date) -> date:
    """The first day of the week of a day."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Kind:
    """What days are meant; what is None may be anything.

    Attributes:
        weekday: 0 is Monday.
        day: of the month.
        month: 1 to 12.
        name: of a holiday.
        exact: this very day.
    """

    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    name: str | None = None
    exact: date | None = None

    def has(self, day: date) -> bool:
        """Whether a day is one of them."""
        if self.exact is not None:
            return day == self.exact
        if self.name is not None:
            after = _AFTER_EASTER.get(self.name)
            if after is not None:
                return day == easter(day.year) + after * ONE
            return (day.day, day.month) == _FIXED[self.name]
        return (
            self.weekday in (None, day.weekday())
            and self.day in (None, day.day)
            and self.month in (None, day.month)
        )

    @property
    def is_possible(self) -> bool:
        """Whether there is such a day of the month in any year."""
        leap_year = 2000
        try:
            date(leap_year, self.month or 1, self.day or 1)
        except ValueError:
            return False
        return True

    def latest(self, today: date) -> date | None:
        """The last such day up to and including today."""
        return self.exact or _nearest(self, today, -1)

    def next(self, today: date) -> date | None:
        """The first such day from today on."""
        return self.exact or _nearest(self, today, 1)

    def closest(self, today: date) -> date | None:
        """The one that is nearer; the past one of two."""
        found = [day for day in (self.latest(today), self.next(today)) if day]
        return min(found, key=lambda day: abs(day - today), default=None)


@lru_cache(maxsize=4096)
def _nearest(kind: Kind, start: date, step: int) -> date | None:
    if not kind.is_possible:
        return None
    first = start.toordinal()
    for ordinal in range(first, first + step * LONGEST_SEARCH, step):
        if not date.min.toordinal() <= ordinal <= date.max.toordinal():
            return None
        if kind.has(date.fromordinal(ordinal)):
            return date.fromordinal(ordinal)
    return None


LONGEST_WEEK_SEARCH = 60
"""A week number that is not found within so many weeks is not in this year or the last (weeks)."""


def week_of(number: int, today: date, *, is_closest: bool) -> date | None:
    """The Monday of the latest, or the closest, ISO week of a number."""
    start = monday(today)
    steps = range(LONGEST_WEEK_SEARCH)
    back = [start - week * 7 * ONE for week in steps]
    ahead = [start + week * 7 * ONE for week in steps] if is_closest else []
    fitting = [day for day in (*back, *ahead) if day.isocalendar().week == number]
    return min(fitting, key=lambda day: abs(day - start), default=None)
