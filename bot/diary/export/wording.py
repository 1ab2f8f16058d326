"""Days, hours and moments as they stand on paper. Pure; the words come from `words.yml`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.clock import BERLIN
from bot.diary.nachweis import Entry
from bot.texts import load_texts

FOLDER = Path(__file__).resolve().parent
MOST_HEAD = 200
"""Characters of a name or another field of the head, which stands on every page."""

Words = Mapping[str, Any]
"""The texts of `words.yml`."""


def load_words(folder: Path = FOLDER) -> Words:
    """The words of the sheets.

    Raises:
        ConfigurationError: the file is missing or broken.
    """
    return load_texts("words", folder)


def short_day(day: date | None) -> str:
    """A day in figures, `12.10.2026`; empty when there is none."""
    return "" if day is None else f"{day.day:02}.{day.month:02}.{day.year:04}"


def day_in_words(day: date, words: Words) -> str:
    """A day, `12. Oktober 2026`."""
    month = words["months"][day.month - 1]
    return str(words["day_in_words"].format(day=day.day, month=month, year=day.year))


def moment_in_words(at: datetime, words: Words) -> str:
    """A moment by the clock in Germany, `Montag, 12. Oktober 2026, 16:05 Uhr`."""
    local = at.astimezone(BERLIN)
    return str(
        words["moment_in_words"].format(
            weekday=words["days"][local.weekday()],
            day=local.day,
            month=words["months"][local.month - 1],
            year=local.year,
            time=f"{local.hour:02}:{local.minute:02}",
        )
    )


def clock_hours(minutes: int | None) -> str:
    """A duration in hours and minutes, `7:30`; empty when it is unknown."""
    return "" if minutes is None else f"{minutes // 60}:{minutes % 60:02}"


def summed(entries: Sequence[Entry]) -> int | None:
    """The minutes of some entries together; None when none of them tells its own."""
    told = [entry.minutes for entry in entries if entry.minutes is not None]
    return sum(told) if told else None


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a text that are not blank."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def head_field(text: str) -> str:
    """A text for a field of the head, cut where it would take the page for itself."""
    return text if len(text) <= MOST_HEAD else text[: MOST_HEAD - 1] + "…"
