"""Days, clock times and durations are found where they stand, and mean what a German reader takes them for."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.times import (
    Clock,
    Days,
    Duration,
    Edge,
    Prefer,
    Role,
    Share,
    Stretch,
    found,
)

TODAY = date(2026, 11, 25)  # a Wednesday
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def said(text: str, prefer: Prefer = Prefer.PAST, today: date = TODAY) -> list[str]:
    return [
        " ".join(day.strftime("%d.%m.%Y") for day in span.meaning.days)
        for span in found(text, today, prefer)
        if isinstance(span.meaning, Days) and span.meaning.days
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("heute", "25.11.2026"),
        ("heut", "25.11.2026"),
        ("gestern", "24.11.2026"),
        ("gestren", "24.11.2026"),
        ("vorgestern", "23.11.2026"),
        ("übermorgen", "27.11.2026"),
        ("Montag", "23.11.2026"),
        ("diensatg", "24.11.2026"),
        ("Mittwoch", "25.11.2026"),
        ("am Freitag", "20.11.2026"),
        ("letzten Mittwoch", "18.11.2026"),
        ("nächsten Freitag", "27.11.2026"),
        ("am 3.11.", "03.11.2026"),
        ("am 3.12.", "03.12.2025"),
        ("3. November 2026", "03.11.2026"),
        ("am dritten november", "03.11.2026"),
        ("2026-11-03", "03.11.2026"),
        ("03.11.26", "03.11.2026"),
        ("am 3.", "03.11.2026"),
        ("vor zwei Tagen", "23.11.2026"),
        ("vor einer Woche", "18.11.2026"),
        ("Montag, 23.11.", "23.11.2026"),
        ("vom 3. bis 5.11.", "03.11.2026 04.11.2026 05.11.2026"),
        ("am 3. und 5. November", "03.11.2026 05.11.2026"),
        ("30.10. bis 3.11.", "30.10.2026 02.11.2026 03.11.2026"),
        ("Mo–Mi", "23.11.2026 24.11.2026 25.11.2026"),
        ("Do-Fr", "19.11.2026 20.11.2026"),
        ("Fr bis So", "20.11.2026 21.11.2026 22.11.2026"),
        ("Mo und Di", "23.11.2026 24.11.2026"),
        ("Sa + So", "21.11.2026 22.11.2026"),
        ("letzte Woche Dienstag", "17.11.2026"),
        ("Dienstag letzter Woche", "17.11.2026"),
        ("diese Woche Mo, Di", "23.11.2026 24.11.2026"),
        ("letzte Woche", "16.11.2026 17.11.2026 18.11.2026 19.11.2026 20.11.2026"),
        ("nächste Woche", "30.11.2026 01.12.2026 02.12.2026 03.12.2026 04.12.2026"),
        ("KW 42", "12.10.2026 13.10.2026 14.10.2026 15.10.2026 16.10.2026"),
        ("die letzten drei Tage", "20.11.2026 23.11.2026 24.11.2026"),
        ("gestern äh nee vorgestern", "23.11.2026"),
        ("Ostermontag", "06.04.2026"),
        ("Fronleichnam", "04.06.2026"),
        ("29.2.", "29.02.2024"),
        ("letztes Wochenende", "21.11.2026 22.11.2026"),
    ],
)
def test_days(text: str, expected: str) -> None:
    assert said(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("am 3.12.", "03.12.2026"),
        ("Freitag", "27.11.2026"),
        ("KW 50", "07.12.2026 08.12.2026 09.12.2026 10.12.2026 11.12.2026"),
        ("ab Montag", "30.11.2026"),
    ],
)
def test_days_that_may_lie_ahead(text: str, expected: str) -> None:
    assert said(text, Prefer.FUTURE) == [expected]


@pytest.mark.parametrize(
    "text", ["31.02.", "am 31.11.2026", "am 30. Februar", "KW 60", "am 29.2.2027", "Montag, 24.11."]
)
def test_impossible_days_are_found_and_marked(text: str) -> None:
    (span,) = found(text, TODAY)
    assert isinstance(span.meaning, Days)
    assert not span.meaning.is_possible
    assert not span.meaning.days


@pytest.mark.parametrize(
    "text",
    [
        "Montage beim Kunden",
        "so war das",
        "guten Morgen",
        "5 Köpfe gewaschen",
        "im 2. Lehrjahr",
        "mal so mal so",
    ],
)
def test_other_words_are_left(text: str) -> None:
    assert found(text, TODAY) == ()


def test_a_day_alone_may_be_an_edge() -> None:
    (until,) = found("bis Freitag", TODAY)
    (begin,) = found("seit Montag", TODAY)
    assert until.meaning == Days((date(2026, 11, 27),), until.meaning.form, Edge.UNTIL)  # type: ignore[union-attr]
    assert begin.meaning.edge is Edge.FROM  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("8 bis 16:30", 480, 990),
        ("von 7.30-16.15 Uhr", 450, 975),
        ("halb acht bis vier", 450, 960),
        ("vo halber achte bis fünfe", 450, 1020),
        ("vo viertl achte bis viere", 435, 960),
        ("von ein uhr dreißig bis neun uhr", 90, 540),
        ("acht Uhr dreißig bis siebzehn Uhr", 510, 1020),
        ("viertel nach 7 bis viertel vor 5", 435, 1005),
        ("6 bis dreiviertel 2", 360, 825),
        ("viertel acht bis zwölf", 435, 720),
        ("22 bis 6 Uhr", 1320, 1800),
        ("9-15h", 540, 900),
        ("zehn bis sechzehn uhr nein stopp bis siebzehn uhr", 600, 1020),
    ],
)
def test_stretches(text: str, begin: int, end: int) -> None:
    (span,) = found(text, TODAY)
    assert span.meaning == Stretch(begin, end)


@pytest.mark.parametrize(
    ("text", "minute", "role"),
    [
        ("ab 12 Uhr", 720, Role.BEGIN),
        ("bis 16 uhr", 960, Role.END),
        ("um halb acht angefangen", 450, Role.BEGIN),
        ("7.30 Uhr", 450, Role.POINT),
    ],
)
def test_clock_times(text: str, minute: int, role: Role) -> None:
    (span,) = found(text, TODAY)
    assert span.meaning == Clock(minute, role)


@pytest.mark.parametrize(
    ("text", "minutes", "share"),
    [
        ("2,5 std", 150, Share.OWN),
        ("anderthalb stunden", 90, Share.OWN),
        ("zweieinhalb Stunden", 150, Share.OWN),
        ("ne halbe stunde", 30, Share.OWN),
        ("ne dreiviertel Stunde", 45, Share.OWN),
        ("90 min", 90, Share.OWN),
        ("1h30", 90, Share.OWN),
        ("7 1/2 std", 450, Share.OWN),
        ("8 Stunden und 15 Minuten", 495, Share.OWN),
        ("sieben komma fünf stunden", 450, Share.OWN),
        ("drei Stunden", 180, Share.OWN),
        ("7:45 std", 465, Share.OWN),
        ("je 2h", 120, Share.EACH),
        ("jeden Tag 8 Stunden", 480, Share.EACH),
        ("zusammen 8 h", 480, Share.TOTAL),
        ("8h insgesamt", 480, Share.TOTAL),
        ("mit 30 min Pause", 30, Share.PAUSE),
        ("mit na hoibn stund brotzeit", 30, Share.PAUSE),
        ("abzüglich 1 Stunde Mittag", 60, Share.PAUSE),
        ("davon 2 h", 120, Share.PART),
        ("ein paar Stunden", None, Share.OWN),
        ("2-3 h", None, Share.OWN),
    ],
)
def test_durations(text: str, minutes: int | None, share: Share) -> None:
    (span,) = found(text, TODAY)
    assert span.meaning == Duration(minutes, share)


def test_spans_leave_the_persons_words() -> None:
    text = "gestern von 8 bis 12 Uhr Bäume geschnitten, 30 min pause"
    left = list(text)
    for span in found(text, TODAY):
        left[span.begin : span.end] = ["\0"] * (span.end - span.begin)
    assert "".join(left).replace("\0", "").split() == ["Bäume", "geschnitten,"]


WORDS = """
    heute gestern Mo Di so am bis von ab vom 3. 5.11. 31.02. 8 16:30 Uhr halb acht viertel 2,5 std h
    min je - – , . KW 53 99 letzte Woche Tage drei ersten nein äh
"""
GERMAN = st.lists(st.sampled_from([*WORDS.split()]), max_size=40).map(" ".join)


@given(st.text() | GERMAN, days, st.sampled_from(Prefer))
def test_any_text_is_survived(text: str, today: date, prefer: Prefer) -> None:
    spans = found(text, today, prefer)
    assert all(0 <= span.begin < span.end <= len(text) for span in spans)
    assert all(one.end <= other.begin for one, other in pairwise(spans))


MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
WEEKDAYS = "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"


@given(days, days)
def test_written_dates_are_read_back(day: date, today: date) -> None:
    forms = (
        f"{day.day}.{day.month}.{day.year}",
        f"{day:%d.%m.%Y}",
        f"{day.day}. {MONTHS.split()[day.month - 1]} {day.year}",
        f"{WEEKDAYS.split()[day.weekday()]}, {day:%d.%m.%Y}",
        day.isoformat(),
    )
    for form in forms:
        assert said(form, today=today) == [day.strftime("%d.%m.%Y")], form


@given(days, st.integers(0, 364))
def test_a_date_without_year_is_the_latest(today: date, ago: int) -> None:
    day = today - timedelta(days=ago)
    assert said(f"am {day.day}.{day.month}.", today=today) == [day.strftime("%d.%m.%Y")]


@given(st.integers(0, 23), st.integers(1, 59))
def test_written_durations_are_read_back(hours: int, minutes: int) -> None:
    total = 60 * hours + minutes
    for form in (
        f"{hours} h {minutes} min",
        f"{hours} Stunden und {minutes} Minuten",
        f"{total} min",
    ):
        (span,) = found(form, TODAY)
        assert span.meaning == Duration(total), form


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("heit", "25.11.2026"),
        ("am heutigen Mittwoch", "25.11.2026"),
        ("am Freidog", "20.11.2026"),
        ("Bericht für 12.05.: Kasse", "12.05.2026"),
        ("Nachtrag 24.11: Kasse", "24.11.2026"),
        ("ganze letzte Woche", "16.11.2026 17.11.2026 18.11.2026 19.11.2026 20.11.2026"),
    ],
)
def test_days_as_strangers_write_them(text: str, expected: str) -> None:
    assert said(text) == [expected]


def test_what_only_looks_like_a_day() -> None:
    assert said("Lager, so 9 Std") == []
    assert said("Tabletten für die ganze Woche") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8 statt 7 Stunden", Duration(480)),
        ("2 std länger", Duration(120, Share.EXTRA)),
        ("gsamt 8 stond", Duration(480, Share.TOTAL)),
        ("zwei Stunden, nee warte drei Stunden", Duration(180)),
        ("zwei Stunden Post nee warte drei Stunden Post", Duration(180)),
    ],
)
def test_durations_as_strangers_write_them(text: str, expected: Duration) -> None:
    assert [span.meaning for span in found(text, TODAY)] == [expected]


def test_clock_times_as_strangers_write_them() -> None:
    assert [span.meaning for span in found("von 7 Uhr bis 15 Uhr 30, Pause", TODAY)] == [
        Stretch(420, 930)
    ]
    begin, end = (
        span.meaning for span in found("begann um 6:00 Uhr und endete um 14:15 Uhr", TODAY)
    )
    assert (begin, end) == (Clock(360, Role.BEGIN), Clock(855, Role.END))
