"""The days of a training that somebody wants to be told of in time. Pure.

Each names the article that explains it; what an article does not support is not here. Chambers set the days of exams
and of registering for them, and no fact knows these: there is a hint to ask, early enough.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.diary.ausbildung import Ausbildung, Zeitraum, add_months

PROBEZEIT = range(1, 5)
"""How long a probation may be (months, § 20 BBiG). Of longer ones, as in nursing, no article says enough."""
ONE = timedelta(days=1)
PROBATION_LEAD = timedelta(days=14)
MIDDLE_LEAD = 3
"""Months before the middle: whoever asks in the middle may have missed the intermediate exam."""
REGISTRATION_LEAD = 8
"""Months before the end: the exam is earlier, and its registration closes earlier still. Better too early."""
END_LEAD = 3
"""Months before the end: when registering as looking for work makes sense (§ 38 SGB III)."""
STAYING = 6
"""Only in so many last months a promise to stay is valid (§ 12 Abs. 1 S. 2 BBiG)."""
LEAVE_ASKED = (11, 15)
"""Month and day: late enough to know what is left, early enough to take it."""


@dataclass(frozen=True, slots=True)
class ImportantDate:
    """A day that matters, in the calendar of the contract.

    Attributes:
        key: its text under `dates` in `bot/texts/reminders.yml`.
        day: the day that the text names.
        remind_on: the day on which to tell it, never before the training begins.
        article: the article that explains it.
    """

    key: str
    day: date
    remind_on: date
    article: str


def important_dates(ausbildung: Ausbildung, probezeit: int | None) -> tuple[ImportantDate, ...]:
    """The days that matter in a training, in the order in which to tell them; none while its dates are unknown.

    A training that was shortened or extended counts as it stands now. A day that is not inside it is left out, such as
    the end of a probation that is longer than the training, and so is that of one that § 20 BBiG does not know.

    Args:
        ausbildung: the training.
        probezeit: its probation as agreed (months), None when not told.
    """
    zeitraum = ausbildung.zeitraum
    if zeitraum is None:
        return ()
    dates = (
        replace(each, remind_on=max(each.remind_on, zeitraum.von))
        for each in _dates(zeitraum, probezeit)
        if each.day in zeitraum
    )
    return tuple(sorted(dates, key=lambda each: (each.remind_on, each.day, each.key)))


def _dates(zeitraum: Zeitraum, probezeit: int | None) -> Iterator[ImportantDate]:
    end = zeitraum.bis
    middle = zeitraum.von + (end - zeitraum.von) // 2
    if probezeit is not None and probezeit in PROBEZEIT:
        day = _last_day(zeitraum.von, probezeit)
        yield ImportantDate("probation_ends", day, day - PROBATION_LEAD, "dual.probezeit")
    yield ImportantDate(
        "intermediate_exam", middle, add_months(middle, -MIDDLE_LEAD), "pruefung.zwischen"
    )
    yield ImportantDate(
        "final_exam_registration", end, add_months(end, -REGISTRATION_LEAD), "pruefung.zulassung"
    )
    staying = add_months(end, -STAYING) + ONE
    yield ImportantDate("promise_to_stay", staying, staying, "dual.vertrag.nichtig")
    yield ImportantDate("training_ends", end, add_months(end, -END_LEAD), "dual.ende")
    yield from _leave(zeitraum)


def _leave(zeitraum: Zeitraum) -> Iterator[ImportantDate]:
    """Leave belongs into the calendar year (§ 7 Abs. 3 BUrlG); that of a training's last months is another matter."""
    for year in range(zeitraum.von.year, zeitraum.bis.year + 1):
        asked = date(year, *LEAVE_ASKED)
        if asked in zeitraum:
            yield ImportantDate("leave_left", date(year, 12, 31), asked, "urlaub.verfall")


def _last_day(first: date, months: int) -> date:
    """The day before the one with the same number; the month's last where it has none (§ 188 Abs. 2, 3 BGB)."""
    after = add_months(first, months)
    return after - ONE if after.day == first.day else after
