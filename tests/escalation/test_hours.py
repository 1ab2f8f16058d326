"""Office hours: what an operator types comes back, and a clock that walks minute by minute agrees when a team is there."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.escalation.hours import (
    HoursError,
    OfficeHours,
    Span,
    is_open,
    merged,
    open_stretches,
    opens_next,
    read_hours,
    said_opening,
    show_hours,
)

BERLIN, BEIRUT = "Europe/Berlin", "Asia/Beirut"
A_MINUTE = timedelta(minutes=1)

ANY_SPANS = st.lists(
    st.builds(
        lambda day, begin, length: Span(day, begin, min(begin + length, 1440)),
        st.integers(0, 6),
        st.integers(0, 1439),
        st.integers(1, 1440),
    ),
    max_size=8,
).map(tuple)
NIGHTLY = st.lists(
    st.builds(
        lambda day, begin, length: Span(day, begin, begin + length),
        st.just(6),
        st.integers(0, 250),
        st.integers(1, 90),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
"""Short ones on Sunday, when the clocks are changed."""


def at(text: str, zone: str = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Mo-Fr 9-12, Mo-Do 13:30-16", "Mo–Fr 9–12 Uhr, Mo–Do 13:30–16 Uhr"),
        ("Montag bis Freitag 9 bis 17 Uhr", "Mo–Fr 9–17 Uhr"),
        ("montags bis freitags von 9 Uhr bis 17 Uhr", "Mo–Fr 9–17 Uhr"),
        ("Di 14.00–18.00", "Di 14–18 Uhr"),
        ("Mo–Fr: 9–12 Uhr.", "Mo–Fr 9–12 Uhr"),
        ("Mo.-Fr. 8:15-12h; Sa 10-12", "Mo–Fr 8:15–12 Uhr, Sa 10–12 Uhr"),
        ("Mo, Mi und So 9-12", "Mo, Mi und So 9–12 Uhr"),
        ("Mo/Mi 9-12\nDo 13-15", "Mo und Mi 9–12 Uhr, Do 13–15 Uhr"),
        ("Sonnabend 10-12", "Sa 10–12 Uhr"),
        ("Sa-Mo 9-10", "Mo und Sa–So 9–10 Uhr"),
        ("am Wochenende 10-12", "Sa–So 10–12 Uhr"),
        ("täglich 8-20", "täglich 8–20 Uhr"),
        ("jeden Tag neun bis zwölf", "täglich 9–12 Uhr"),
        ("rund um die Uhr", "rund um die Uhr"),
        ("24/7", "rund um die Uhr"),
        ("Mo-So 0-24", "rund um die Uhr"),
        ("Sa rund um die Uhr", "Sa 0–24 Uhr"),
        ("geschlossen", "geschlossen"),
        # Times without days belong to the days before them.
        ("Mo-Do 9-12 und 13-16, Fr 9-12", "Mo–Fr 9–12 Uhr, Mo–Do 13–16 Uhr"),
        # What overlaps or touches is one.
        ("Mo 9-12, Mo 11-13, Mo 13-14", "Mo 9–14 Uhr"),
        # What goes over midnight ends on the next day; Sunday's on Monday.
        ("Fr 20-2", "Fr 20–24 Uhr, Sa 0–2 Uhr"),
        ("So 22:30-6", "Mo 0–6 Uhr, So 22:30–24 Uhr"),
        ("Mo 20-0", "Mo 20–24 Uhr"),
    ],
)
def test_hours_as_operators_type_them(typed: str, shown: str) -> None:
    assert show_hours(read_hours(typed)) == shown


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "empty"),
        (" , ", "empty"),
        ("Mo-Fr", "times after their days"),
        ("Mo 9-12, Di", "times after their days"),
        ("9-12", "days before their times"),
        ("Mo 9-25", "no clock shows"),
        ("Mo 9-12:75", "no clock shows"),
        ("Mo 24:30-25", "no clock shows"),
        ("Mo 9-9", "no stretch"),
        ("Mo 24-3", "no stretch"),
        ("Mo ab 9", "'ab 9'"),
        ("Mo-Fr außer Mi 9-12", "'außer Mi 9-12'"),
        ("werktags 9-12", "'werktags 9-12'"),
        ("Mo 9-12 nach Vereinbarung", "'nach Vereinbarung'"),
        ("Mo 9-120", "'9-120'"),
    ],
)
def test_nonsense_is_refused_with_a_reason(typed: str, why: str) -> None:
    with pytest.raises(HoursError) as error:
        read_hours(typed)
    assert error.value.text == typed
    assert why in error.value.why


@given(ANY_SPANS)
def test_what_is_shown_can_be_read_again(spans: tuple[Span, ...]) -> None:
    assert read_hours(show_hours(merged(spans))) == merged(spans)


@given(ANY_SPANS)
def test_merging_changes_no_minute(spans: tuple[Span, ...]) -> None:
    def minutes(some: tuple[Span, ...]) -> set[tuple[int, int]]:
        return {(each.weekday, minute) for each in some for minute in range(each.begin, each.end)}

    assert minutes(merged(spans)) == minutes(spans)


WORDS = ("Mo", "Fr", "so", "-", "bis", "9", "12:30", "24", "25", "Uhr", ",", "und", "täglich", "?")


@given(st.text(max_size=80) | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_any_text_is_hours_or_refused(text: str) -> None:
    try:
        spans = read_hours(text)
    except HoursError:
        return
    assert spans == merged(spans)


@pytest.mark.parametrize("span", [(7, 0, 1), (-1, 0, 1), (0, 5, 5), (0, 6, 5), (0, 0, 1441)])
def test_only_stretches_of_a_day(span: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no stretch"):
        Span(*span)


# --- the slow judge ----------------------------------------------------------------------------

OF_ALL = {"2026-04-03", "2026-04-06", "2026-12-25", "2026-12-26", "2027-01-01"}
HOLIDAYS = {
    None: OF_ALL,
    "he": OF_ALL | {"2026-06-04"},
    "by": OF_ALL | {"2026-06-04", "2026-11-01", "2027-01-06"},
    "sn": OF_ALL | {"2026-10-31", "2026-11-18"},
    "bb": OF_ALL | {"2026-04-05", "2026-10-31"},
}
"""From a calendar on paper, for the days that are walked through."""
STARTS = ("2026-03-25", "2026-05-30", "2026-10-21", "2026-12-21")


@cache
def walked(start: str, zone: str) -> list[tuple[datetime, str, int, int]]:
    """Every minute of 24 days, with the date, the weekday and the minute of the day that a clock on a wall shows."""
    first = datetime.fromisoformat(start).replace(tzinfo=UTC)
    shown = []
    for number in range(24 * 1440):
        moment = first + number * A_MINUTE
        wall = moment.astimezone(ZoneInfo(zone))
        hour, minute = wall.strftime("%H:%M").split(":")
        shown.append(
            (
                moment,
                wall.strftime("%Y-%m-%d"),
                int(wall.strftime("%u")),
                int(hour) * 60 + int(minute),
            )
        )
    return shown


def judged(hours: OfficeHours, start: str) -> list[bool]:
    """For every minute, whether the team is there."""
    wanted = {
        (each.weekday + 1, minute) for each in hours.spans for minute in range(each.begin, each.end)
    }
    closed = HOLIDAYS[hours.state]
    return [
        (weekday, minute) in wanted and day not in closed
        for _, day, weekday, minute in walked(start, hours.zone)
    ]


@settings(max_examples=60)
@given(
    ANY_SPANS | NIGHTLY,
    st.sampled_from(sorted(HOLIDAYS, key=str)),
    st.sampled_from((BERLIN, BEIRUT)),
    st.sampled_from(STARTS),
    st.lists(st.integers(0, 9 * 1440), min_size=1, max_size=5),
)
def test_a_team_opens_when_a_clock_on_the_wall_says_so(
    spans: tuple[Span, ...], state: str | None, zone: str, start: str, numbers: list[int]
) -> None:
    hours = OfficeHours(spans, state, zone)
    moments = [moment for moment, *_ in walked(start, zone)]
    expected = judged(hours, start)
    for number in numbers:
        now = moments[number]
        ahead = (each for each in range(number, number + 14 * 1440) if expected[each])
        following = next(ahead, None)
        assert is_open(hours, now) is expected[number]
        assert opens_next(hours, now) == (None if following is None else moments[following])

    first, last = min(numbers), max(numbers)
    stretches = list(open_stretches(hours, moments[first], moments[last]))
    inside = {
        begin + minute * A_MINUTE
        for begin, end in stretches
        for minute in range((end - begin) // A_MINUTE)
    }
    assert inside == {moments[each] for each in range(first, last) if expected[each]}
    assert all(one[1] < other[0] for one, other in pairwise(stretches))


@pytest.mark.parametrize(
    ("typed", "state", "now", "expected"),
    [
        ("Mo-Fr 9-12", "he", "2026-11-23 11:59", "2026-11-23 11:59"),
        ("Mo-Fr 9-12", "he", "2026-11-23 12:00", "2026-11-24 09:00"),
        # Over the holidays, and those of one state.
        ("Mo-Fr 9-12", "he", "2026-12-24 13:00", "2026-12-28 09:00"),
        ("Mo-Fr 9-12", "he", "2026-06-03 13:00", "2026-06-05 09:00"),
        ("Mo-Fr 9-12", "be", "2026-06-03 13:00", "2026-06-04 09:00"),
        ("Mo-Fr 9-12", None, "2026-06-03 13:00", "2026-06-04 09:00"),
        # The clock is put forward over the beginning, and back over it.
        ("So 2:30-5", "he", "2026-03-29 01:00", "2026-03-29 03:00"),
        ("So 2:30-5", "he", "2026-10-25 01:00", "2026-10-25 02:30"),
        # On Fridays only, and two Fridays in a row are holidays.
        ("Fr 9-12", "he", "2026-12-18 13:00", None),
        ("geschlossen", "he", "2026-11-23 11:59", None),
    ],
)
def test_when_a_team_opens_next(
    typed: str, state: str | None, now: str, expected: str | None
) -> None:
    hours = OfficeHours(read_hours(typed), state)
    assert opens_next(hours, at(now)) == (at(expected) if expected else None)


def test_a_night_is_one_stretch() -> None:
    hours = OfficeHours(read_hours("Mo 22-6, Di 8-9"), None)
    assert list(open_stretches(hours, at("2026-11-23 00:00"), at("2026-11-24 08:30"))) == [
        (at("2026-11-23 22:00"), at("2026-11-24 06:00")),
        (at("2026-11-24 08:00"), at("2026-11-24 08:30")),
    ]


def test_an_hour_that_comes_twice_is_open_twice() -> None:
    hours = OfficeHours(read_hours("So 2-2:30"), None)
    first = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    assert list(open_stretches(hours, first, first + timedelta(hours=6))) == [
        (first, first + 30 * A_MINUTE),
        (first + 60 * A_MINUTE, first + 90 * A_MINUTE),
    ]


def test_a_naive_moment_is_an_error() -> None:
    hours = OfficeHours(read_hours("rund um die Uhr"), None)
    naive = datetime.combine(date(2026, 11, 23), datetime.min.time())
    for asked in (is_open, opens_next):
        with pytest.raises(ValueError, match="naive"):
            asked(hours, naive)


@pytest.mark.parametrize(
    ("now", "opens", "expected"),
    [
        ("2026-11-23 12:10", "2026-11-23 13:30", "heute um 13:30 Uhr"),
        ("2026-11-23 23:59", "2026-11-24 09:00", "morgen um 9 Uhr"),
        ("2026-11-27 17:00", "2026-11-30 09:00", "am Montag um 9 Uhr"),
        ("2026-11-24 09:00", "2026-11-30 09:00", "am Montag um 9 Uhr"),
        ("2026-11-23 09:00", "2026-11-30 09:00", "am Montag, 30. November, um 9 Uhr"),
        ("2026-11-24 09:00", "2026-12-07 09:05", "am Montag, 7. Dezember, um 9:05 Uhr"),
        # By the calendar, not by hours: the night is an hour longer.
        ("2026-10-24 23:30", "2026-10-25 23:45", "morgen um 23:45 Uhr"),
    ],
)
def test_an_opening_is_said_by_the_calendar(now: str, opens: str, expected: str) -> None:
    assert said_opening(at(opens), at(now), BERLIN) == expected


def test_an_opening_is_said_by_the_clock_of_the_reader() -> None:
    opens = at("2026-11-24 09:00")
    assert said_opening(opens, at("2026-11-23 12:00"), "America/New_York") == "morgen um 3 Uhr"
