"""What the diary changes in storage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.diary.ausbildung import Ausbildung
from bot.diary.nachweis import Entry, Week
from bot.diary.twice import Pick, Version
from bot.turn import Change


@dataclass(frozen=True, slots=True)
class WriteDays(Change):
    """These days have these entries now; the writing can be undone.

    Attributes:
        days: by day, all its entries; none empties the day.
        before: by day, what stood there when this was decided; else the turn runs again.
    """

    days: Mapping[date, tuple[Entry, ...]]
    before: Mapping[date, tuple[Entry, ...]]


@dataclass(frozen=True, slots=True)
class UndoDays(Change):
    """What the last writing changed stands there again; the next undoing brings the writing back."""


@dataclass(frozen=True, slots=True)
class WriteWeek(Change):
    """A week after a step, or with other notes.

    Attributes:
        week: as it is now.
        steps_before: how many steps it had when this was decided; else the turn runs again.
    """

    week: Week
    steps_before: int


@dataclass(frozen=True, slots=True)
class WriteAusbildung(Change):
    """The master data, as they are now."""

    ausbildung: Ausbildung


@dataclass(frozen=True, slots=True)
class PickWeek(Change):
    """Two records told of one week, and the person says what is to stand there.

    Attributes:
        pick: what.
        stands: the week as it stood when this was decided; else the turn runs again.
        other: what waited beside it; the same.
    """

    pick: Pick
    stands: Version
    other: Version
