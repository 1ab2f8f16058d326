"""Years of an apprentice with reminders: each comes when a second program says so, and names what it says is missing."""

import os
import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.diary.service import StoredDiaries
from tests.reminders.apprentice import (
    BERLIN,
    DAY,
    MINUTE,
    Act,
    Heard,
    Life,
    answers_form,
    begins_form,
    changes,
    deletes,
    full,
    goes_to,
    is_down,
    leave,
    master_data,
    part_time,
    says,
    sets_quiet,
    tonight,
    wants,
    writes_weekly,
    wrote,
)
from tests.reminders.judge import (
    IN_HESSEN,
    Days,
    Expected,
    Pauses,
    Resumes,
    Trains,
    Wants,
    Writes,
    judged,
)
from tests.support import Stage, on_stage, settings_in

BEGIN, END = date(2026, 9, 1), date(2029, 8, 31)
WEEKS = int(os.environ.get("SIMULATED_WEEKS", "5"))
UNTIL = min(BEGIN + timedelta(weeks=WEEKS), END)
LATE = timedelta(minutes=5)
HARD, EASY = 0.5, 0.75
"""How many days are written by themselves, in hard months and in others."""
SHOWN = 4
"""So many of what is missing are named; the others are counted."""
BLOCKS = (
    (date(2026, 9, 14), date(2026, 9, 25)),
    (date(2026, 11, 9), date(2026, 11, 20)),
    (date(2027, 4, 12), date(2027, 4, 23)),
    (date(2027, 9, 6), date(2027, 9, 17)),
    (date(2028, 2, 14), date(2028, 3, 3)),
    (date(2028, 9, 11), date(2028, 9, 22)),
    (date(2029, 2, 5), date(2029, 2, 16)),
)
LEAVES = (
    (date(2027, 7, 19), date(2027, 8, 6)),
    (date(2028, 12, 18), date(2028, 12, 29)),
)
SICK = ((date(2026, 9, 11), date(2026, 9, 11)), (date(2027, 2, 8), date(2027, 2, 12)))
FORMS_UNTIL_ANSWERED = frozenset({date(2026, 9, 9), date(2027, 6, 2), date(2029, 3, 5)})
FORMS_LEFT = frozenset({date(2026, 9, 10), date(2027, 6, 3), date(2029, 3, 6)})
"""On these days something is typed just before a plan is due; answered meanwhile, or left."""
LAZY = (
    date(2026, 9, 10),
    date(2026, 10, 25),
    date(2027, 3, 28),
    date(2027, 10, 31),
    date(2028, 2, 29),
    date(2028, 3, 26),
    date(2028, 9, 24),
    date(2028, 10, 29),
)
"""On these days, and the two before, nothing is written and no reminder heeded."""
ONLY_WHEN_REMINDED = frozenset(date(2026, 9, day) for day in (15, 16, 18, 25, 30))


def is_forgotten(day: date) -> bool:
    return day in ONLY_WHEN_REMINDED or is_lazy(day)


def is_lazy(day: date) -> bool:
    return any(timedelta() <= lazy - day <= 2 * DAY for lazy in LAZY)


def at(year: int, month: int, day: int, clock: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.combine(date(year, month, day), time.fromisoformat(clock), zone)


def on_weekdays(*days: int) -> Callable[[date], bool]:
    return lambda day: day.weekday() in days


def is_end_of_month(day: date) -> bool:
    return (day + DAY).day == 1


def is_in_even_week(day: date) -> bool:
    return day.weekday() == 6 and day.isocalendar().week % 2 == 0


LONDON, AUCKLAND = ZoneInfo("Europe/London"), ZoneInfo("Pacific/Auckland")
FRIDAY = Wants("fridays", on_weekdays(4), (time(15),))
WORKDAYS = Wants("workdays", on_weekdays(0, 1, 2, 3), (time(16, 30),), without_school_weeks=True)
LATER = Wants("workdays", on_weekdays(0, 1, 2, 3), (time(17, 10),), without_school_weeks=True)
MONTH_END = Wants("month", is_end_of_month, (time(18),))
EVENING = Wants("evening", on_weekdays(6), (time(21),), is_despite_default=True)
EVEN = Wants("even", is_in_even_week, (time(9, 30),))
AT_NIGHT = Wants("night", on_weekdays(6), (time(2, 30),))
EARLIER_AT_NIGHT = Wants("night", on_weekdays(6), (time(1, 30),))
TWICE = Wants("twice", on_weekdays(1), (time(10), time(18)))
MORNING = Wants("moved", on_weekdays(2), (time(10),))
MOVED = Wants("moved", on_weekdays(2), (time(17, 50),))
MONDAY_TO_THURSDAY = "montags bis donnerstags um {} Uhr, nicht in den Schulwochen"

ACTS: tuple[tuple[datetime, Act], ...] = (
    (at(2026, 9, 1, "08:00"), master_data(BEGIN, END, BLOCKS)),
    (at(2026, 9, 1, "08:05"), wants("freitags um 15 Uhr", FRIDAY)),
    (
        at(2026, 9, 1, "08:10"),
        wants("montags bis donnerstags um halb fünf, nicht in den Schulwochen", WORKDAYS),
    ),
    (at(2026, 9, 2, "08:00"), wants("am Monatsende um 18 Uhr", MONTH_END)),
    (at(2026, 9, 5, "11:00"), wants("sonntags um 21 Uhr", EVENING)),
    (at(2026, 9, 10, "18:00"), tonight),
    (at(2026, 9, 14, "09:00"), wants("dienstags um 10 Uhr und um 18 Uhr", TWICE)),
    (at(2026, 9, 14, "19:55"), wrote(date(2026, 9, 10), date(2026, 9, 14))),
    (at(2026, 9, 15, "09:00"), wants("mittwochs um 10 Uhr", MORNING)),
    (at(2026, 9, 16, "08:00"), wrote(date(2026, 9, 15))),
    (at(2026, 9, 16, "11:00"), changes("mittwochs", "mittwochs um 17:50 Uhr", MOVED)),
    (at(2026, 9, 17, "08:00"), deletes("mittwochs", "moved")),
    (at(2026, 9, 17, "09:00"), goes_to("/zeitzone London", "Europe/London")),
    (at(2026, 9, 21, "09:00"), goes_to("wieder in Deutschland", "Europe/Berlin")),
    (at(2026, 9, 23, "08:00"), deletes("dienstags um 10", "twice")),
    (at(2026, 9, 23, "09:00"), sets_quiet("/ruhezeit 14 bis 16 Uhr", (time(14), time(16)))),
    (at(2026, 9, 26, "09:00"), sets_quiet("/ruhezeit 20:30 bis 6 Uhr", (time(20, 30), time(6)))),
    (at(2026, 9, 27, "22:00"), is_down(at(2026, 9, 30, "17:30"))),
    (at(2026, 10, 1, "09:00"), says("Pause bis 5.10.", Pauses(date(2026, 10, 5)))),
    (at(2026, 10, 3, "09:00"), says("/pause", Pauses(date(2026, 10, 5)))),
    (at(2026, 10, 3, "09:05"), says("bis 5.10.", Pauses(date(2026, 10, 5)))),
    (at(2026, 10, 12, "09:00"), deletes("sonntags um 21", "evening")),
    (at(2026, 10, 12, "09:05"), sets_quiet("keine Ruhezeit", (time(), time()))),
    (at(2026, 10, 24, "12:00"), wants("sonntags um 2:30 Uhr nachts", AT_NIGHT)),
    (at(2026, 10, 26, "12:00"), deletes("sonntags um 2:30", "night")),
    (at(2026, 12, 18, "20:00"), says("Pause bis 11.1.", Pauses(date(2027, 1, 11)))),
    (at(2027, 1, 7, "09:00"), says("erinner mich wieder", Resumes())),
    (
        at(2027, 1, 18, "09:00"),
        changes("montags, dienstags", MONDAY_TO_THURSDAY.format("17:10"), LATER),
    ),
    (at(2027, 3, 27, "12:00"), wants("sonntags um 2:30 Uhr nachts", AT_NIGHT)),
    (at(2027, 3, 29, "12:00"), deletes("sonntags um 2:30", "night")),
    (at(2027, 5, 3, "09:00"), wants("sonntags in geraden Wochen um halb zehn morgens", EVEN)),
    (at(2027, 7, 16, "12:00"), leave(*LEAVES[0])),
    (at(2027, 10, 18, "09:00"), goes_to("/zeitzone London", "Europe/London")),
    (at(2027, 10, 30, "12:00"), wants("sonntags um 1:30 Uhr nachts", EARLIER_AT_NIGHT)),
    (at(2027, 11, 1, "12:00"), deletes("sonntags um 1:30", "night")),
    (at(2027, 11, 5, "20:00"), goes_to("wieder in Deutschland", "Europe/Berlin")),
    (at(2027, 12, 1, "09:00"), sets_quiet("/ruhezeit 21 bis 6 Uhr", (time(21), time(6)))),
    (at(2027, 12, 23, "20:00"), says("Pause bis 10.1.", Pauses(date(2028, 1, 10)))),
    (at(2028, 3, 6, "12:00"), is_down(at(2028, 3, 9, "22:00"))),
    (at(2028, 3, 15, "09:00"), part_time(Trains(BEGIN, END, BLOCKS), date(2030, 2, 28), "Mi", 2)),
    (at(2028, 3, 20, "09:00"), sets_quiet("keine Ruhezeit", (time(), time()))),
    (at(2028, 3, 25, "12:00"), wants("sonntags um 2:30 Uhr nachts", AT_NIGHT)),
    (at(2028, 3, 27, "12:00"), deletes("sonntags um 2:30", "night")),
    (at(2028, 9, 4, "09:00"), goes_to("/zeitzone Auckland", "Pacific/Auckland")),
    (at(2028, 9, 23, "13:00", AUCKLAND), wants("sonntags um 2:30 Uhr nachts", AT_NIGHT)),
    (at(2028, 9, 25, "13:00", AUCKLAND), deletes("sonntags um 2:30", "night")),
    (at(2028, 10, 20, "20:00"), goes_to("wieder in Deutschland", "Europe/Berlin")),
    (at(2028, 10, 28, "12:00"), wants("sonntags um 2:30 Uhr nachts", AT_NIGHT)),
    (at(2028, 10, 30, "12:00"), deletes("sonntags um 2:30", "night")),
    (at(2028, 11, 2, "09:00"), writes_weekly),
    (at(2028, 12, 15, "12:00"), leave(*LEAVES[1])),
)

WITNESSED = (
    *(at(2026, 9, 10, "16:40"), at(2026, 9, 10, "21:00")),
    *(at(2026, 9, 15, "18:00"), at(2026, 9, 16, "17:50")),
    at(2026, 9, 18, "15:00", LONDON),
    *(at(2026, 9, 25, "16:00"), at(2026, 9, 30, "17:30")),
    *(at(2026, 10, 25, "02:30"), at(2027, 3, 28, "03:30")),
    *(at(2027, 10, 31, "01:30", LONDON), at(2028, 2, 29, "18:00"), at(2028, 3, 26, "03:30")),
    *(at(2028, 9, 24, "03:30", AUCKLAND), at(2028, 10, 29, "02:30")),
)
"""At these a reminder comes whatever chance has it: else what is special about them was not seen."""


def everyday(chance: random.Random) -> Iterator[tuple[datetime, Act]]:
    """What is done on most days: written, or forgotten; sick in the morning."""
    day = BEGIN
    while day < UNTIL:
        is_sick = any(first <= day <= last for first, last in SICK)
        is_away = any(first <= day <= last for first, last in LEAVES)
        often = HARD if day.month // 3 % 2 == 0 else EASY
        is_remembered = chance.random() < often and not is_forgotten(day)
        clock = time(chance.choice((12, 14, 16, 18, 19)), chance.choice((0, 20, 45, 50)))
        zone = AUCKLAND if date(2028, 9, 5) <= day <= date(2028, 10, 20) else BERLIN
        if day in FORMS_UNTIL_ANSWERED | FORMS_LEFT:
            due = datetime.combine(day, time(16, 30) if day.year == 2026 else time(17, 10), BERLIN)
            yield due - 5 * MINUTE, begins_form
            if day in FORMS_UNTIL_ANSWERED:
                yield due + 5 * MINUTE, answers_form
        elif is_sick:
            yield datetime.combine(day, time(8), BERLIN), wrote(day, what="krank")
        elif is_remembered and not (day.weekday() >= 5 or is_away or day in IN_HESSEN):
            yield datetime.combine(day, clock, zone), wrote(day)
        day += DAY


def shown(expected: Expected) -> tuple[Days, int]:
    """What a reminder names: the newest first, then those before it in their order."""
    *others, newest = expected.missing[-SHOWN:]
    return (newest, *others), max(0, len(expected.missing) - SHOWN)


async def test_every_reminder_comes_that_must_and_no_other(tmp_path: Path) -> None:
    begin = datetime.combine(BEGIN, time(8), BERLIN)
    end = datetime.combine(UNTIL, time(), BERLIN)
    settings = settings_in(tmp_path, clock_start=begin.isoformat())
    async with on_stage(settings) as stage:
        life = Life(stage, begin, lambda day: not is_lazy(day), random.Random(50))  # noqa: S311
        for moment, act in (*ACTS, *everyday(random.Random(7))):  # noqa: S311
            life.plan(moment, act)
        await life.live(end)
        written = await days_written(stage)

    noted = {day for _, deed in life.deeds if isinstance(deed, Writes) for day in deed.days}
    assert written == noted
    moments = {full(each.at) for each in life.heard}
    assert {each.astimezone(UTC) for each in WITNESSED if each < end} <= moments
    assert compared(life.heard, judged(life.deeds, begin, end)) == ([], [])


def compared(heard: list[Heard], expected: list[Expected]) -> tuple[list[Heard], list[Expected]]:
    """The reminders that came and need not have, or said something else, and those that did not come."""
    unjustified, lacking = [], list(expected)
    for each in heard:
        found = [one for one in lacking if is_heard(one, each)]
        if found:
            lacking.remove(found[0])
        else:
            unjustified.append(each)
    return unjustified, lacking


def is_heard(expected: Expected, heard: Heard) -> bool:
    is_in_time = timedelta() <= heard.at - expected.at <= LATE
    return is_in_time and shown(expected) == (heard.named, heard.more)


async def days_written(stage: Stage) -> set[date]:
    database = stage.house.database
    async with database.read() as connection:
        found = await connection.exec_driver_sql("SELECT id FROM person")
        record = await StoredDiaries(database).load(str(found.scalar()))
    return {entry.day for entry in record.entries}
