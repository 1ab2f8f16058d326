"""An apprentice's years, week by week: what they type on Friday, and what should stand in the record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import holidays

from bot.diary.ausbildung import Zeitraum, monday, weeks
from bot.diary.nachweis import DayType, Entry

BEGIN, END = date(2026, 9, 1), date(2029, 8, 31)
PART_TIME_FROM, PART_TIME_END = date(2028, 3, 1), date(2030, 2, 28)
"""From this week on half the hours, and half of what was left is added to the end (§ 7a BBiG)."""
BLOCK_EVERY = 6
LEAVES = (
    Zeitraum(date(2027, 7, 19), date(2027, 8, 6)),
    Zeitraum(date(2028, 12, 18), date(2028, 12, 29)),
)
SICK = Zeitraum(date(2027, 2, 8), date(2027, 2, 12))
ABROAD = Zeitraum(date(2028, 5, 1), date(2028, 5, 26))
NAMES = ("Mo", "Di", "Mi", "Do", "Fr")
TASKS = ("Postausgang", "Rechnungen geprüft", "Telefonzentrale", "Inventur", "Angebote geschrieben")
SUBJECTS = ("Buchungssätze", "Englisch", "Wirtschaftslehre", "Netzplan", "Deutsch")


@dataclass(frozen=True, slots=True)
class LivedWeek:
    """One week: what is typed on its last day, and the entries that mean the same."""

    monday: date
    message: str
    entries: tuple[Entry, ...]


def lived(most: int) -> Iterator[LivedWeek]:
    """The weeks from the beginning on, at most so many."""
    free = {*holidays.country_holidays("DE", subdiv="HE", years=range(2026, 2031))}
    whole = Zeitraum(BEGIN, PART_TIME_END)
    for number, first in enumerate(weeks(whole)):
        if number == most:
            return
        days = [first + timedelta(days=each) for each in range(5)]
        told = [_day(day, number, day in free) for day in days if day in whole]
        message = ", ".join(text for text, _ in told)
        yield LivedWeek(first, message, tuple(entry for _, entry in told))


def _day(day: date, number: int, is_free: bool) -> tuple[str, Entry]:
    name = NAMES[day.weekday()]
    if is_free:
        return f"{name} Feiertag", Entry(day, DayType.FEIERTAG)
    if any(day in leave for leave in LEAVES):
        return f"{name} Urlaub", Entry(day, DayType.URLAUB)
    if day in SICK:
        return f"{name} krank", Entry(day, DayType.KRANK)
    place = day.weekday()
    hours = 4 if monday(day) >= monday(PART_TIME_FROM) else 8
    if number % BLOCK_EVERY == BLOCK_EVERY - 1 and day not in ABROAD:
        what = SUBJECTS[place]
        return f"{name} Berufsschule {what} 6h", Entry(day, DayType.SCHULE, 360, (what,))
    what = TASKS[(number + place) % len(TASKS)]
    if day in ABROAD:
        what = f"{what} in Lyon"
    return f"{name} {what} {hours}h", Entry(day, DayType.BETRIEB, hours * 60, (what,))
