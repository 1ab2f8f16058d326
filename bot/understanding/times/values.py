"""What a stretch of a text means in time."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Prefer(StrEnum):
    """Where a day lies that could lie on either side of today."""

    PAST = "past"
    FUTURE = "future"


class Edge(StrEnum):
    """Whether a day is said as the edge of a stretch whose other edge is not beside it."""

    NONE = "none"
    FROM = "from"
    UNTIL = "until"


class Form(StrEnum):
    """In which form days were said."""

    RELATIVE = "relative"
    """`heute`, `vor zwei Tagen`."""
    WEEKDAY = "weekday"
    DATE = "date"
    HOLIDAY = "holiday"
    """A day with a name, such as Ostermontag or Silvester."""
    WEEK = "week"
    SOME_DAYS = "some days"
    """`die letzten drei Tage`."""


@dataclass(frozen=True, slots=True)
class Days:
    """One day or several.

    Attributes:
        days: in the order said; empty when impossible.
        form: how they were said; of several the form of the first.
        edge: whether `ab` or `bis` stands before a single day.
        is_possible: false for 31.02., for week 60, and for a weekday that is not the one of its date.
        is_public_holiday: the named day is a holiday in at least one Land.
    """

    days: tuple[date, ...]
    form: Form
    edge: Edge = Edge.NONE
    is_possible: bool = True
    is_public_holiday: bool = False


class Role(StrEnum):
    """What a clock time alone is."""

    POINT = "point"
    BEGIN = "begin"
    END = "end"


@dataclass(frozen=True, slots=True)
class Clock:
    """A time on the clock.

    Attributes:
        minute: minutes after midnight, 0 to 1440.
        role: whether it was said as begin (`ab 12`) or end (`bis 20 Uhr`) of something.
    """

    minute: int
    role: Role = Role.POINT


HOUR, HALF_DAY, DAY = 60, 12 * 60, 24 * 60
"""Minutes."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From a clock time to another.

    Attributes:
        begin: minutes after midnight.
        end: minutes after midnight of the same day; more than 1440 when it ends on the next.
    """

    begin: int
    end: int

    @classmethod
    def between(cls, begin: int, end: int) -> "Stretch":
        """The stretch meant: `halb acht bis vier` ends at 16:00, `22 bis 6` on the next day."""
        if end > begin:
            return cls(begin, end)
        is_afternoon = 0 < end <= HALF_DAY and begin < HALF_DAY + HOUR
        return cls(begin, end + (HALF_DAY if is_afternoon else DAY))

    @property
    def minutes(self) -> int:
        """How long it is."""
        return self.end - self.begin


class Share(StrEnum):
    """Of what a duration is the length."""

    OWN = "own"
    EACH = "each"
    """`je 2 h`, `jeden Tag 8 Stunden`."""
    TOTAL = "total"
    """`zusammen 8 h`."""
    PART = "part"
    """`davon 2 h`."""
    PAUSE = "pause"
    EXTRA = "extra"
    """`2 h länger`: beyond the usual time."""


@dataclass(frozen=True, slots=True)
class Duration:
    """How long something took.

    Attributes:
        minutes: None when it is not said exactly (`ein paar Stunden`).
        share: of what.
    """

    minutes: int | None
    share: Share = Share.OWN


Meaning = Days | Clock | Stretch | Duration


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text and what it means.

    Attributes:
        begin: the place of its first character.
        end: the place after its last one.
        meaning: what it says.
    """

    begin: int
    end: int
    meaning: Meaning
