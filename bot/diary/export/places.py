"""Where a day stands in the training: its calendar weeks, sheet number and training year. Pure."""

from dataclasses import dataclass
from datetime import date

from bot.diary.ausbildung import (
    Ausbildung,
    Zeitraum,
    monday,
    sheet_number,
    training_year,
    weeks,
)
from bot.diary.nachweis import Nachweis


@dataclass(frozen=True, slots=True)
class Place:
    """Sheet number and training year of a week; None outside the training or while its dates are unknown."""

    number: int | None = None
    year: int | None = None


def place(ausbildung: Ausbildung, week: date) -> Place:
    """The place of a week in the training."""
    zeitraum = ausbildung.zeitraum
    if zeitraum is None:
        return Place()
    try:
        return Place(sheet_number(zeitraum, week), training_year(ausbildung, week))
    except ValueError:
        return Place()


def mondays(nachweis: Nachweis, days: Zeitraum | None) -> tuple[date, ...]:
    """The weeks to print: those that the days touch, or of the whole record.

    The whole record has every week of the training, and beyond it every week in which something was written.
    """
    if days is not None:
        return tuple(weeks(days))
    zeitraum = nachweis.ausbildung.zeitraum
    regular = set(weeks(zeitraum)) if zeitraum else set()
    return tuple(
        sorted(regular | {monday(entry.day) for entry in nachweis.entries} | {*nachweis.weeks})
    )
