"""When plans ring: tables of what people say, and every zone against a program that looks at the wall each minute."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.reminders.plan import (
    EVERY_DAY,
    LAST,
    MONDAY_TO_FRIDAY,
    Parity,
    Plan,
    Rhythm,
    Rule,
    Unit,
    Without,
)
from bot.reminders.rules import falls_on, next_due, occurrences
from tests.reminders.by_the_minute import belongs, rings

NOON = 12 * 60
MONDAY, FRIDAY, SUNDAY = 0, 4, 6
ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "Atlantic/Azores",
    "America/New_York",
    "America/St_Johns",
    "America/Nuuk",
    "America/Havana",
    "Asia/Beirut",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Apia",
    "UTC",
)


def plan(
    *rhythms: Rhythm,
    minute: int = NOON,
    zone: str = "Europe/Berlin",
    paused_until: date | None = None,
) -> Plan:
    return Plan(tuple(Rule(each, minute) for each in rhythms), zone, paused_until=paused_until)


def on(*weekdays: int, every: int = 1, anchor: str = "", parity: Parity | None = None) -> Rhythm:
    first = date.fromisoformat(anchor) if anchor else None
    return Rhythm(weekdays=frozenset(weekdays), every=every, anchor=first, parity=parity)


def monthly(*days: int) -> Rhythm:
    return Rhythm(Unit.MONTHS, month_days=frozenset(days))


def nth(number: int, *weekdays: int) -> Rhythm:
    return Rhythm(Unit.MONTHS, nth=number, weekdays=frozenset(weekdays))


def every_days(every: int, anchor: str) -> Rhythm:
    return Rhythm(Unit.DAYS, every=every, anchor=date.fromisoformat(anchor))


DAILY = Rhythm(Unit.DAYS)


def at(text: str, zone: str = "Europe/Berlin", fold: int = 0) -> datetime:
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return local.astimezone(UTC)


@pytest.mark.parametrize(
    ("rhythm", "after", "expected"),
    [
        (on(FRIDAY), "2026-11-21", "2026-11-27 2026-12-04 2026-12-11"),
        (on(*MONDAY_TO_FRIDAY), "2026-11-26", "2026-11-26 2026-11-27 2026-11-30"),
        # Every second Monday: from the week of the anchor on, which may be any day of it.
        (
            on(MONDAY, every=2, anchor="2026-11-23"),
            "2026-11-21",
            "2026-11-23 2026-12-07 2026-12-21",
        ),
        (
            on(MONDAY, every=2, anchor="2026-11-25"),
            "2026-11-21",
            "2026-11-23 2026-12-07 2026-12-21",
        ),
        (
            on(MONDAY, every=2, anchor="2026-11-30"),
            "2026-11-21",
            "2026-11-30 2026-12-14 2026-12-28",
        ),
        (on(MONDAY, FRIDAY, every=3, anchor="2026-12-21"), "2026-12-22", "2026-12-25 2027-01-11"),
        # Over the 53rd week, an odd one, which another odd one follows.
        (
            on(MONDAY, parity=Parity.ODD),
            "2026-12-10",
            "2026-12-14 2026-12-28 2027-01-04 2027-01-18",
        ),
        (on(MONDAY, parity=Parity.EVEN), "2026-12-10", "2026-12-21 2027-01-11 2027-01-25"),
        # The first days of January belong to the old year's last week.
        (on(FRIDAY, parity=Parity.ODD), "2026-12-30", "2027-01-01 2027-01-08 2027-01-22"),
        # Months.
        (nth(LAST, FRIDAY), "2026-11-21", "2026-11-27 2026-12-25 2027-01-29 2027-02-26"),
        (nth(1, MONDAY), "2026-11-21", "2026-12-07 2027-01-04 2027-02-01"),
        (nth(4, SUNDAY), "2026-11-01", "2026-11-22 2026-12-27"),
        (monthly(LAST), "2026-11-21", "2026-11-30 2026-12-31 2027-01-31 2027-02-28 2027-03-31"),
        (monthly(LAST), "2028-02-01", "2028-02-29 2028-03-31"),
        (monthly(31), "2027-01-31", "2027-01-31 2027-02-28 2027-03-31 2027-04-30"),
        (monthly(30, 31), "2027-02-01", "2027-02-28 2027-03-30 2027-03-31 2027-04-30"),
        (monthly(29), "2027-02-01", "2027-02-28 2027-03-29"),
        (monthly(29), "2028-02-01", "2028-02-29 2028-03-29"),
        (monthly(1, 15), "2026-11-21", "2026-12-01 2026-12-15 2027-01-01"),
        # Days.
        (DAILY, "2026-12-30", "2026-12-30 2026-12-31 2027-01-01"),
        (every_days(2, "2028-02-28"), "2028-02-28", "2028-02-28 2028-03-01 2028-03-03"),
        (every_days(3, "2026-12-01"), "2026-11-21", "2026-12-01 2026-12-04"),
    ],
)
def test_on_which_days(rhythm: Rhythm, after: str, expected: str) -> None:
    days = expected.split()
    moments = list(islice(occurrences(plan(rhythm), at(after)), len(days)))
    assert moments == [at(f"{day} 12:00") for day in days]


@pytest.mark.parametrize(
    ("minute", "after", "expected"),
    [
        # At half past three, in winter and in summer.
        (
            930,
            "2027-03-27 12:00",
            ["2027-03-27T14:30", "2027-03-28T13:30", "2027-03-29T13:30"],
        ),
        (
            930,
            "2027-10-30 12:00",
            ["2027-10-30T13:30", "2027-10-31T14:30", "2027-11-01T14:30"],
        ),
        # At half past two, which one night lacks and another has twice.
        (
            150,
            "2027-03-27 12:00",
            ["2027-03-28T01:30", "2027-03-29T00:30", "2027-03-30T00:30"],
        ),
        (
            150,
            "2027-10-30 12:00",
            ["2027-10-31T00:30", "2027-11-01T01:30", "2027-11-02T01:30"],
        ),
        # At its edges.
        (120, "2027-03-27 12:00", ["2027-03-28T01:00", "2027-03-29T00:00"]),
        (119, "2027-03-27 12:00", ["2027-03-28T00:59", "2027-03-28T23:59"]),
        (180, "2027-10-30 12:00", ["2027-10-31T02:00", "2027-11-01T02:00"]),
        (0, "2027-10-30 12:00", ["2027-10-30T22:00", "2027-10-31T23:00"]),
    ],
)
def test_when_the_clocks_change_in_germany(minute: int, after: str, expected: list[str]) -> None:
    moments = islice(occurrences(plan(DAILY, minute=minute), at(after)), len(expected))
    assert [f"{moment:%Y-%m-%dT%H:%M}" for moment in moments] == expected


def test_between_the_two_times_that_a_clock_shows_once_more_nothing_rings() -> None:
    second = at("2027-10-31 02:29", fold=1)
    assert next_due(plan(DAILY, minute=150), second) == at("2027-11-01 02:30")


def test_a_time_that_is_skipped_and_the_one_it_becomes_ring_once() -> None:
    both = Plan((Rule(DAILY, 150), Rule(DAILY, 210)))
    moments = list(islice(occurrences(both, at("2027-03-28 01:00")), 3))
    assert moments == [at("2027-03-28 03:30"), at("2027-03-29 02:30"), at("2027-03-29 03:30")]


def test_where_the_clock_is_put_forward_at_midnight_an_evening_may_come_on_the_next_day() -> None:
    nightly = plan(on(5), minute=23 * 60 + 30, zone="America/Nuuk")
    # On that Saturday in 2027 the clock goes from 23:00 to midnight.
    sunday = at("2027-03-28 00:10", "America/Nuuk")
    assert next_due(nightly, sunday) == at("2027-03-28 00:30", "America/Nuuk")


@pytest.mark.parametrize(
    ("paused_until", "expected"),
    [
        (None, "2026-12-25"),
        ("2026-12-20", "2026-12-25"),
        ("2026-12-25", "2026-12-25"),
        ("2026-12-26", "2027-01-01"),
        ("2027-01-13", "2027-01-15"),
        ("2029-09-01", "2029-09-07"),
    ],
)
def test_a_pause_keeps_the_schedule(paused_until: str | None, expected: str) -> None:
    until = date.fromisoformat(paused_until) if paused_until else None
    paused = plan(on(FRIDAY)).paused(until)
    assert next_due(paused, at("2026-12-21 09:00")) == at(f"{expected} 12:00")


def test_a_pause_does_not_change_which_weeks_count() -> None:
    fortnightly = on(MONDAY, every=2, anchor="2026-11-23")
    paused = plan(fortnightly, paused_until=date(2026, 12, 8))
    assert next_due(paused, at("2026-11-24 09:00")) == at("2026-12-21 12:00")


def test_on_a_pauses_first_day_after_it_rings_again_also_from_midnight() -> None:
    paused = plan(DAILY, minute=0, paused_until=date(2026, 12, 8))
    assert next_due(paused, at("2026-12-01 09:00")) == at("2026-12-08 00:00")


def test_without_any_day_it_never_rings() -> None:
    assert next_due(plan(on()), at("2026-11-21")) is None
    assert next_due(Plan(()), at("2026-11-21")) is None


def test_exceptions_that_depend_on_calendars_are_not_its_business() -> None:
    silent = Plan((Rule(on(FRIDAY), NOON),), without=frozenset(Without))
    assert next_due(silent, at("2026-12-24 13:00")) == at("2026-12-25 12:00")


def test_several_rules_come_in_order_and_the_same_moment_once() -> None:
    rules = (Rule(on(MONDAY), 900), Rule(on(FRIDAY), 840), Rule(on(*MONDAY_TO_FRIDAY), 900))
    days = islice(occurrences(Plan(rules), at("2026-11-23 00:00")), 7)
    shown = [f"{each.astimezone(ZoneInfo('Europe/Berlin')):%a %H:%M}" for each in days]
    assert shown == [
        "Mon 15:00",
        "Tue 15:00",
        "Wed 15:00",
        "Thu 15:00",
        "Fri 14:00",
        "Fri 15:00",
        "Mon 15:00",
    ]


# --- against the second program ------------------------------------------------------------------

anchors = st.dates(date(2020, 1, 1), date(2036, 12, 31))
weekdays = st.frozensets(st.integers(0, 6), min_size=1)
rhythms = st.one_of(
    st.just(DAILY),
    st.just(Rhythm(weekdays=EVERY_DAY)),
    st.builds(Rhythm, st.just(Unit.DAYS), st.integers(2, 40), anchor=anchors),
    st.builds(Rhythm, weekdays=weekdays),
    st.builds(Rhythm, every=st.integers(2, 9), weekdays=weekdays, anchor=anchors),
    st.builds(Rhythm, weekdays=weekdays, parity=st.sampled_from(Parity)),
    st.builds(
        Rhythm,
        st.just(Unit.MONTHS),
        month_days=st.frozensets(st.integers(1, 31) | st.just(LAST), min_size=1),
    ),
    st.builds(
        Rhythm, st.just(Unit.MONTHS), nth=st.sampled_from([1, 2, 3, 4, LAST]), weekdays=weekdays
    ),
)
often = st.sampled_from([DAILY, Rhythm(weekdays=EVERY_DAY), on(5, 6), monthly(LAST, 1)])


def _changes(zone: str) -> list[datetime]:
    """The days in which the clock of a zone changes, to the hour."""
    there, hour = ZoneInfo(zone), timedelta(hours=1)
    day = datetime(2008, 1, 1, tzinfo=UTC)
    found = []
    while day.year < 2037:
        following = day + 24 * hour
        if day.astimezone(there).utcoffset() != following.astimezone(there).utcoffset():
            found += [
                day + number * hour
                for number in range(24)
                if (day + number * hour).astimezone(there).utcoffset()
                != (day + (number + 1) * hour).astimezone(there).utcoffset()
            ]
        day = following
    return found


CHANGES = [(zone, each) for zone in ZONES for each in _changes(zone)]
minutes_of_day = st.integers(0, 1439)
at_night = st.integers(0, 210) | st.integers(1380, 1439)


@st.composite
def around_changes(draw: st.DrawFn) -> tuple[Plan, datetime]:
    """A plan with rules near the change of a clock, and a moment up to two days before or after it."""
    zone, change = draw(st.sampled_from(CHANGES))
    minute = at_night | minutes_of_day
    rules = draw(st.lists(st.builds(Rule, often | rhythms, minute), min_size=1, max_size=3))
    after = change + timedelta(minutes=draw(st.integers(-2880, 180)))
    paused = draw(st.none() | st.integers(-1, 2))
    until = None if paused is None else change.date() + timedelta(days=paused)
    return Plan(tuple(rules), zone, paused_until=until), after


def _until(moments: Iterable[datetime], end: datetime) -> list[datetime]:
    return list(takewhile(lambda moment: moment <= end, moments))


@settings(max_examples=150)
@given(around_changes())
@example((plan(on(5), minute=1410, zone="America/Nuuk"), datetime(2027, 3, 28, 1, 5, tzinfo=UTC)))
@example((plan(DAILY, minute=15, zone="Asia/Beirut"), datetime(2026, 3, 28, 12, tzinfo=UTC)))
@example((plan(DAILY, minute=15, zone="America/Havana"), datetime(2026, 10, 31, 12, tzinfo=UTC)))
@example((plan(DAILY, minute=135, zone="Australia/Lord_Howe"), datetime(2026, 10, 3, tzinfo=UTC)))
@example((plan(DAILY, minute=900, zone="Pacific/Apia"), datetime(2011, 12, 29, tzinfo=UTC)))
def test_it_rings_when_the_clock_on_the_wall_says_so(case: tuple[Plan, datetime]) -> None:
    told, after = case
    end = after + timedelta(days=3)
    assert _until(occurrences(told, after), end) == rings(told, after, end)


@settings(max_examples=40)
@given(rhythms, st.sampled_from(ZONES), st.datetimes(datetime(2020, 1, 1), datetime(2036, 1, 1)))  # noqa: DTZ001
def test_in_ten_days_anywhere(rhythm: Rhythm, zone: str, moment: datetime) -> None:
    after = moment.replace(tzinfo=UTC)
    told, end = plan(rhythm, minute=930, zone=zone), after + timedelta(days=10)
    assert _until(occurrences(told, after), end) == rings(told, after, end)


@given(rhythms, st.dates(date(2015, 1, 1), date(2036, 1, 1)))
def test_on_the_days_of_two_years_that_the_calendar_says(rhythm: Rhythm, first: date) -> None:
    days = [first + timedelta(days=number) for number in range(731)]
    assert [day for day in days if falls_on(rhythm, day)] == [
        day for day in days if belongs(rhythm, day)
    ]


@given(around_changes())
def test_in_order_each_once_strictly_after_and_from_anywhere_the_same(
    case: tuple[Plan, datetime],
) -> None:
    told, after = case
    moments = list(islice(occurrences(told, after), 12))

    assert all(earlier < later for earlier, later in pairwise([after, *moments]))
    assert all(moment.utcoffset() == timedelta() for moment in moments)
    for earlier, later in pairwise(moments):
        assert next_due(told, earlier) == later
        assert next_due(told, later - timedelta(microseconds=1)) == later
