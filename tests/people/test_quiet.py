"""Quiet hours: read from what people type, kept as text, and ended by the wall clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.people.quiet import NO_QUIET, Quiet, as_text, default_quiet, from_text, read_quiet

BERLIN = ZoneInfo("Europe/Berlin")
minutes = st.integers(0, 1439)
quiets = st.builds(Quiet, minutes, minutes)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.sampled_from(
    [BERLIN, ZoneInfo("Atlantic/Azores"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")]
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("22 bis 7", "22:00-07:00"),
        ("von 21 Uhr bis 6:30", "21:00-06:30"),
        ("nachts zwischen 22 und 6", "22:00-06:00"),
        ("ruhezeit 22-7", "22:00-07:00"),
        ("22:00–07:00", "22:00-07:00"),
        ("22.30 bis 7.15 Uhr bitte", "22:30-07:15"),
        ("22h - 7h", "22:00-07:00"),
        ("zwischen zehn und sieben nicht schreiben", "22:00-07:00"),
        ("von 9 abends bis 8 morgens", "21:00-08:00"),
        ("9 uhr abends bis 7 uhr morgens", "21:00-07:00"),
        ("abends ab 9 bis morgens um 10", "21:00-10:00"),
        ("ab 22 uhr bis morgens um 7", "22:00-07:00"),
        ("halb zehn bis sieben", "21:30-07:00"),
        ("viertel nach 9 bis dreiviertel 7", "21:15-06:45"),
        ("mitternacht bis 6", "00:00-06:00"),
        ("12 bis 6", "00:00-06:00"),
        ("nachts von 1 bis 6", "01:00-06:00"),
        ("22 bis 24 uhr", "22:00-00:00"),
        ("schreib mir nicht während der arbeit, von 8 bis 16 uhr", "08:00-16:00"),
        ("von 10 bis 19 uhr", "10:00-19:00"),
        ("kannst du mich nachts in ruhe lassen, so 22 bis 6 uhr?", "22:00-06:00"),
        ("keine ruhezeit", "none"),
        ("ich brauch keine feste ruhezeit", "none"),
        ("Ruhezeiten bitte ausschalten", "none"),
        ("schreib mir ruhig rund um die uhr", "none"),
    ],
)
def test_quiet_hours_as_people_type_them(text: str, expected: str) -> None:
    quiet = read_quiet(text)
    assert quiet is not None
    assert as_text(quiet) == expected


@pytest.mark.parametrize(
    "text",
    ["", "nachts", "schreib mir nicht vor 8", "bis 7", "22 uhr", "von 22 bis 22", "die 8te bis 4"],
)
def test_what_names_no_two_times_is_asked_back(text: str) -> None:
    assert read_quiet(text) is None


@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from(
            [
                "von",
                "bis",
                "zwischen",
                "und",
                "7",
                "22",
                "8te",
                "halb",
                "uhr",
                "-",
                ".",
                "abends",
                "ruhe",
                "keine",
            ]
        )
    ).map(" ".join)
)
def test_any_text_can_be_read(text: str) -> None:
    quiet = read_quiet(text)
    assert quiet is None or from_text(as_text(quiet)) == quiet


@given(quiets)
def test_quiet_hours_come_back_from_their_text(quiet: Quiet) -> None:
    back = from_text(as_text(quiet))
    assert [back.contains(each) for each in range(1440)] == [
        quiet.contains(each) for each in range(1440)
    ]
    if quiet.begin != quiet.end:
        assert back == quiet
        assert read_quiet(f"von {as_text(quiet).replace('-', ' bis ')} Uhr") is not None


@pytest.mark.parametrize("text", ["", "None", "22-7", "24:00-07:00", "22:00-07:60", "22:00-07:00 "])
def test_what_was_never_kept_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="no quiet hours"):
        from_text(text)


@pytest.mark.parametrize(("begin", "end"), [(-1, 0), (0, 1440), (1440, 0)])
def test_only_minutes_of_a_day(begin: int, end: int) -> None:
    with pytest.raises(ValueError, match="minutes of a day"):
        Quiet(begin, end)


@pytest.mark.parametrize(
    ("quiet", "minute", "expected"),
    [
        (Quiet(1320, 420), 1319, False),
        (Quiet(1320, 420), 1320, True),
        (Quiet(1320, 420), 0, True),
        (Quiet(1320, 420), 419, True),
        (Quiet(1320, 420), 420, False),
        (Quiet(480, 960), 479, False),
        (Quiet(480, 960), 480, True),
        (Quiet(480, 960), 960, False),
        (NO_QUIET, 0, False),
    ],
)
def test_the_first_minute_is_quiet_and_the_last_is_not(
    quiet: Quiet, minute: int, expected: bool
) -> None:
    assert quiet.contains(minute) is expected


@pytest.mark.parametrize(
    ("age_band", "expected"),
    [
        (None, Quiet(1200, 420)),
        ("unter16", Quiet(1200, 420)),
        ("16-17", Quiet(1200, 420)),
        ("ab18", None),
    ],
)
def test_minors_and_the_unknown_have_quiet_nights(
    age_band: str | None, expected: Quiet | None
) -> None:
    assert default_quiet(age_band) == expected


@pytest.mark.parametrize(
    ("quiet", "moment", "expected"),
    [
        (Quiet(1320, 420), "2026-11-21T23:10+01:00", "2026-11-22T07:00+01:00"),
        (Quiet(1320, 420), "2026-11-22T00:10+01:00", "2026-11-22T07:00+01:00"),
        (Quiet(1320, 420), "2026-11-22T07:00+01:00", "2026-11-23T07:00+01:00"),
        (Quiet(1320, 420), "2027-03-27T23:00+01:00", "2027-03-28T07:00+02:00"),
        (Quiet(1320, 420), "2026-10-24T23:00+02:00", "2026-10-25T07:00+01:00"),
        (Quiet(1320, 150), "2027-03-27T23:00+01:00", "2027-03-28T03:30+02:00"),
        (Quiet(1320, 150), "2026-10-25T02:10+02:00", "2026-10-25T02:30+02:00"),
        (Quiet(1320, 150), "2026-10-25T02:10+01:00", "2026-10-25T02:30+01:00"),
        (Quiet(480, 960), "2026-11-21T09:00+01:00", "2026-11-21T16:00+01:00"),
    ],
)
def test_quiet_hours_end_by_the_wall_clock(quiet: Quiet, moment: str, expected: str) -> None:
    local = datetime.fromisoformat(moment).astimezone(BERLIN)
    assert quiet.ends_after(local) == datetime.fromisoformat(expected).astimezone(UTC)


@given(quiets, moments, zones)
def test_they_end_later_and_within_a_day(quiet: Quiet, moment: datetime, zone: ZoneInfo) -> None:
    end = quiet.ends_after(moment.astimezone(zone))
    assert end.tzinfo is UTC
    assert timedelta() < end - moment <= timedelta(hours=25)


def test_a_naive_moment_is_an_error() -> None:
    with pytest.raises(ValueError, match="naive"):
        NO_QUIET.ends_after(datetime(2026, 11, 21))  # noqa: DTZ001
