"""What is read in a text, and the pieces of which it is put together. Pure."""

from dataclasses import dataclass
from datetime import date

from bot.reminders.plan import Rhythm, Rule, Unit, Without


@dataclass(frozen=True, slots=True)
class Wish:
    """When somebody wants to be reminded.

    Attributes:
        rules: with the defaults filled in; at least one.
        without: on which days not.
        says_days: whether days were named; else they are Monday to Friday.
        says_time: whether a time was named; else it is 16:00.
    """

    rules: tuple[Rule, ...]
    without: frozenset[Without]
    says_days: bool
    says_time: bool


@dataclass(frozen=True, slots=True)
class Pause:
    """How long somebody wants to be left alone.

    Attributes:
        until: the first day on which reminders may come again; None when a calendar has to tell.
        event: what has to be over, folded, such as `osterferien`; None when `until` is known.
    """

    until: date | None
    event: str | None = None


@dataclass(frozen=True, slots=True)
class OnDays:
    """Days that a plain text names.

    Attributes:
        begin: the place of the first character.
        end: the place after the last one.
        rhythms: on which days; a rhythm of weeks without weekdays only says in which weeks.
        is_general: said of days at large (`jeden Tag`), so that days with names come first.
        is_start: said as the first day (`ab Montag`).
    """

    begin: int
    end: int
    rhythms: tuple[Rhythm, ...]
    is_general: bool = False
    is_start: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it says only in which weeks or months."""
        return all(
            rhythm.unit is not Unit.DAYS and not rhythm.weekdays and not rhythm.month_days
            for rhythm in self.rhythms
        )


@dataclass(frozen=True, slots=True)
class AtTime:
    """A time of day that a plain text names.

    Attributes:
        begin: the place of the first character.
        end: the place after the last one.
        minute: minutes after midnight.
        is_open: only usage says in which half of the day (`um 8`).
    """

    begin: int
    end: int
    minute: int
    is_open: bool = False


Piece = OnDays | AtTime
