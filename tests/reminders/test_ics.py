"""A plan's calendar file rings at the moments of the plan, wherever the clocks change."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.reminders.ics import as_ics
from bot.reminders.plan import EVERY_DAY, LAST, MONDAY_TO_FRIDAY, Parity, Plan, Rhythm, Rule, Unit
from bot.reminders.rules import occurrences

YEAR = timedelta(days=366)
NOW = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
ZONES = (
    "Europe/Berlin", "Europe/Dublin", "Atlantic/Azores", "America/New_York", "America/Santiago",
    "Africa/Casablanca", "Asia/Kolkata", "Australia/Lord_Howe", "UTC",
)  # fmt: skip

weekdays = st.frozensets(st.integers(0, 6), min_size=1)
anchors = st.dates(date(2019, 1, 1), date(2031, 12, 31))
month_days = st.frozensets(st.sampled_from([LAST, *range(1, 32)]), min_size=1, max_size=6)
rhythms = st.one_of(
    st.builds(Rhythm, st.just(Unit.DAYS)),
    st.builds(Rhythm, st.just(Unit.DAYS), st.integers(2, 30), anchor=anchors),
    st.builds(Rhythm, st.just(Unit.WEEKS), weekdays=weekdays),
    st.builds(Rhythm, st.just(Unit.WEEKS), st.integers(2, 8), weekdays=weekdays, anchor=anchors),
    st.builds(Rhythm, st.just(Unit.WEEKS), weekdays=weekdays, parity=st.sampled_from([*Parity])),
    st.builds(
        Rhythm, st.just(Unit.MONTHS), weekdays=weekdays, nth=st.sampled_from([1, 2, 3, 4, LAST])
    ),
    st.builds(Rhythm, st.just(Unit.MONTHS), month_days=month_days),
)
rules = st.builds(Rule, rhythms, st.integers(0, 1439))
plans = st.builds(
    Plan,
    st.lists(rules, min_size=1, max_size=3).map(tuple),
    st.sampled_from(ZONES),
    paused_until=st.none() | anchors.filter(lambda day: day.year < 2030),
)
moments = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001
    datetime(2030, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def of(plan: Plan, now: datetime = NOW) -> bytes:
    return as_ics(plan, "Berichtsheft", "Was hast du heute gemacht?", now, "plan@example.org")


def ringing(file: bytes, begin: datetime, end: datetime) -> set[datetime]:
    """The moments at which events of a file begin, as a calendar reckons them."""
    query = recurring_ical_events.of(Calendar.from_ical(file))
    starts: Iterator[datetime] = (
        event.start for event in query.between(begin - timedelta(days=1), end)
    )
    return {start for each in starts if begin < (start := each.astimezone(UTC)) < end}


def due(plan: Plan, after: datetime, end: datetime) -> set[datetime]:
    return set(takewhile(lambda moment: moment < end, occurrences(plan, after)))


def weekly(*days: int, minute: int = 990, zone: str = "Europe/Berlin") -> Plan:
    return Plan((Rule(Rhythm(weekdays=frozenset(days)), minute),), zone)


@given(plans, moments)
def test_it_rings_when_the_plan_rings(plan: Plan, now: datetime) -> None:
    begin = max(now, datetime.combine(plan.paused_until or now, time(), UTC) - timedelta(days=1))
    end = begin + YEAR
    assert ringing(of(plan, now), begin, end) == due(plan, now, end)


@pytest.mark.parametrize(
    ("rhythm", "minute", "expected"),
    [
        (Rhythm(weekdays=MONDAY_TO_FRIDAY), 990, b"FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR;WKST=MO"),
        (Rhythm(Unit.MONTHS, month_days=frozenset({LAST})), 0, b"FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=-1"),
        (Rhythm(Unit.MONTHS, month_days=frozenset({1, 31})), 0, b"FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=-1,1"),
        (
            Rhythm(Unit.MONTHS, month_days=frozenset({15, 30})),
            0,
            b"FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=15,28,29,30;BYSETPOS=1,-1",
        ),
        (Rhythm(Unit.MONTHS, weekdays=frozenset({4}), nth=LAST), 0, b"FREQ=MONTHLY;INTERVAL=1;BYDAY=-1FR"),
    ],
)  # fmt: skip
def test_how_a_rhythm_is_written(rhythm: Rhythm, minute: int, expected: bytes) -> None:
    lines = of(Plan((Rule(rhythm, minute),))).replace(b"\r\n ", b"").split(b"\r\n")
    [written] = [line.removeprefix(b"RRULE:") for line in lines if line.startswith(b"RRULE:")]
    assert set(written.split(b";")) == set(expected.split(b";"))


def test_an_event_has_what_a_calendar_needs() -> None:
    plan = Plan(
        (
            Rule(Rhythm(Unit.DAYS), 930),
            Rule(Rhythm(weekdays=EVERY_DAY), 1080),
        )
    )
    calendar = Calendar.from_ical(of(plan))
    assert [event["uid"] for event in calendar.events] == [
        "1-plan@example.org",
        "2-plan@example.org",
    ]
    first = calendar.events[0]
    assert first.start == datetime(2026, 11, 22, 15, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert (first["summary"], first["description"]) == (
        "Berichtsheft",
        "Was hast du heute gemacht?",
    )
    [alarm] = first.subcomponents
    assert {b"ACTION:DISPLAY", b"TRIGGER:P0D"} < set(alarm.to_ical().split(b"\r\n"))


def test_the_file_is_the_same_each_time_and_ends_its_lines_as_the_standard_wants() -> None:
    file = of(weekly(0))
    assert file == of(weekly(0))
    lines = file.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert b"DTSTART;TZID=Europe/Berlin:20261123T163000" in lines
    assert all(len(line) <= 75 for line in lines)


def test_text_of_people_cannot_break_the_file() -> None:
    summary = "Heft; heute, \\ morgen\r\nEND:VEVENT\n😀" * 9
    file = as_ics(weekly(0), summary, "", NOW, "x")
    [event] = Calendar.from_ical(file).events
    assert str(event["summary"]) == summary.replace("\r\n", "\n")


@pytest.mark.parametrize("zone", [zone for zone in ZONES if zone != "UTC"])
def test_the_file_itself_knows_when_clocks_change(zone: str) -> None:
    [written] = Calendar.from_ical(of(weekly(0, zone=zone))).timezones
    own = written.to_tz(lookup_tzid=False)
    hours = (NOW + timedelta(hours=number) for number in range(3 * 366 * 24))
    wrong = [
        hour
        for hour in hours
        if hour.astimezone(own).utcoffset() != hour.astimezone(ZoneInfo(zone)).utcoffset()
    ]
    assert wrong == []


@pytest.mark.parametrize("parity", Parity)
def test_even_and_odd_weeks_are_right_in_and_after_a_year_of_53(parity: Parity) -> None:
    plan = Plan((Rule(Rhythm(weekdays=EVERY_DAY, parity=parity), 1439),))
    file = of(plan)
    for years in (0, 3, 6):
        begin = NOW + years * YEAR
        end = begin + 3 * YEAR
        assert ringing(file, begin, end) == due(plan, begin, end)


def test_a_plan_that_never_rings_again_has_no_event() -> None:
    plan = Plan((Rule(Rhythm(Unit.MONTHS), 0),))
    assert Calendar.from_ical(of(plan)).events == []


def test_a_naive_moment_is_an_error() -> None:
    with pytest.raises(ValueError, match="naive"):
        of(weekly(0), datetime(2026, 11, 21))  # noqa: DTZ001
