"""School years of many parents with settings of all kinds: each gets what was chosen, no more, and none twice."""

import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.calendar_of_germany import STATES, school_holidays
from bot.clock import BERLIN
from bot.nudges.rules import next_due, pick
from bot.nudges.subscription import Days, Subscription, stage_at
from knowledge.nudge import STAGES, TOPICS
from tests.nudges.parents import NUDGES, may_be_sent

PARENTS = int(os.environ.get("SIMULATED_PARENTS", "20"))
YEARS = int(os.environ.get("SIMULATED_SCHOOL_YEARS", "2"))
BEGIN = date(2026, 8, 3)
"""A Monday."""
WEEKDAYS = {
    (Days.WEEKDAYS, 1): "Tue",
    (Days.WEEKDAYS, 2): "Tue Fri",
    (Days.WEEKDAYS, 3): "Mon Wed Fri",
    (Days.WEEKEND, 1): "Sat",
    (Days.WEEKEND, 2): "Sat Sun",
    (Days.WEEKEND, 3): "Sat Sun",
}
AFTERWARDS = {"k10": ("k11", "a1"), "k13": ("a1",), "a4": ()}

Phase = tuple[date, date, Subscription]
"""Some weeks with the same settings: first day, last day, settings."""


def life(number: int) -> Iterator[Phase]:
    """One parent's settings over the years; whoever changes them does so between two weeks."""
    chance = random.Random(number)  # noqa: S311 - the same parents each time
    now = Subscription(
        topics=frozenset(chance.sample(TOPICS, chance.randint(1, 6))),
        stage=chance.choice(STAGES),
        stage_since=BEGIN,
        state=chance.choice((None, *STATES)),
        seed=str(number),
    )
    first, end = BEGIN, BEGIN + timedelta(weeks=52 * YEARS)
    while first < end:
        last = min(first + timedelta(weeks=chance.randint(3, 25)), end) - timedelta(days=1)
        now = changed(chance, told_again(chance, now, first), first)
        yield first, last, now
        first = last + timedelta(days=1)


def changed(chance: random.Random, now: Subscription, day: date) -> Subscription:
    until = day + timedelta(days=chance.randint(1, 60))
    return replace(
        now,
        per_week=chance.randint(1, 3),
        days=chance.choice(list(Days)),
        minute=chance.choice((None, chance.randrange(24 * 60))),
        paused_until=until if chance.random() < 0.3 else None,
    )


def told_again(chance: random.Random, now: Subscription, day: date) -> Subscription:
    """At an end of school somebody is asked, and says how it goes on."""
    if stage_at(now, day):
        return now
    ends = next(end for end in AFTERWARDS if end[0] == now.stage[0] and ahead(end, now.stage))
    ways = AFTERWARDS[ends]
    return replace(now, stage=chance.choice(ways), stage_since=day) if ways else now


def ahead(end: str, stage: str) -> bool:
    return int(end[1:]) >= int(stage[1:])


def expected_dues(phase: Phase) -> list[datetime]:
    """Each chosen day at the chosen time, counted on the calendar."""
    first, last, settings = phase
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    clock = settings.time_of_day
    return [
        datetime.combine(day, clock, BERLIN).astimezone(UTC)
        for day in days
        if f"{day:%a}" in WEEKDAYS[settings.days, settings.per_week]
        and not (settings.paused_until and day < settings.paused_until)
    ]


def actual_dues(phase: Phase) -> list[datetime]:
    first, last, settings = phase
    night = datetime.combine(first, time(), BERLIN).astimezone(UTC) - timedelta(seconds=1)
    end = datetime.combine(last + timedelta(days=1), time(), BERLIN)
    dues = [next_due(settings, night)]
    while dues[-1] < end:
        dues.append(next_due(settings, dues[-1]))
    return dues[:-1]


@pytest.mark.parametrize("number", range(PARENTS))
def test_a_parent_gets_what_was_chosen_and_no_more(number: int) -> None:
    sent: dict[str, date] = {}
    weeks: Counter[date] = Counter()
    for phase in life(number):
        settings = phase[-1]
        dues = actual_dues(phase)
        assert dues == expected_dues(phase)
        for due in dues:
            day = due.astimezone(BERLIN).date()
            allowed = {each.key for each in NUDGES if may_be_sent(each, settings, day, sent)}
            nudge = pick(settings, day, NUDGES, sent, school_holidays)

            assert (nudge.key in allowed) if nudge else not allowed
            if nudge:
                sent[nudge.key] = day
                weeks[day - timedelta(days=day.weekday())] += 1
                assert weeks[day - timedelta(days=day.weekday())] <= settings.per_week


def test_the_parents_are_many_kinds() -> None:
    phases = [phase[-1] for number in range(PARENTS) for phase in life(number)]

    assert {each.per_week for each in phases} == {1, 2, 3}
    assert {each.days for each in phases} == set(Days)
    assert any(each.paused_until for each in phases)
