"""When somebody wants to be reminded, later or not, is read as it is meant; the judge set shows how well."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reminders.phrases import Wish, read_pause, read_plan, read_snooze
from bot.reminders.plan import LAST, MOST_RULES, Plan, Rhythm, Unit, Without
from bot.reminders.rules import occurrences
from tests.reminders.oracle import Named, Oracle, ours

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 17, 10, tzinfo=BERLIN)  # a Wednesday
JUDGED = ("plan", "pause", "snooze")
LONG = 4000
WEEKDAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
MISSES = {
    "erinner mich bitte ans berichtsheft": (
        "no rhythm and no time: by its contract read_plan gives None, the caller takes the defaults"
    ),
}
"""Phrases of the judge set that are not read as expected, and why."""


def judge_set() -> Iterator[Any]:
    path = Path(__file__).with_name("phrases.jsonl")
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["kind"] not in JUDGED:
            continue
        reason = MISSES.get(row["message"])
        marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
        yield pytest.param(row, id=row["message"], marks=marks)


def local(moment: datetime) -> str:
    return moment.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M")


def read(row: dict[str, Any]) -> dict[str, Any]:
    """The reading of a row in the form of its expectation."""
    now = datetime.fromisoformat(row["today"]).replace(tzinfo=BERLIN)
    match row["kind"]:
        case "plan":
            return planned(read_plan(row["message"], now), now, len(row["expected"]))
        case "pause":
            pause = read_pause(row["message"], now)
            assert pause
            said = {"until": pause.until and pause.until.isoformat(), "until_event": pause.event}
            return {"pause": {key: value for key, value in said.items() if value}}
    moment = read_snooze(row["message"], now)
    return {"snooze": moment and local(moment)}


def planned(wish: Wish | None, now: datetime, count: int) -> dict[str, Any]:
    assert wish
    moments = islice(occurrences(Plan(wish.rules), now.astimezone(UTC)), count)
    return {
        "expected": [local(moment) for moment in moments],
        "says_days": wish.says_days,
        "says_time": wish.says_time,
        "without": sorted(wish.without),
    }


@pytest.mark.parametrize("row", list(judge_set()))
def test_the_judge_set(row: dict[str, Any]) -> None:
    keys = ("expected", "says_days", "says_time", "pause", "snooze")
    expected: dict[str, Any] = {key: row[key] for key in keys if key in row}
    if row["kind"] == "plan":
        expected["without"] = sorted(row.get("without", []))
    assert read(row) == expected


LISTED = Path(__file__).parents[2] / "docs" / "measurements" / "reminders.md"


def shown(named: Named) -> str:
    return " ".join((*named.days, *named.hours)) or "nothing"


def test_disagreements_with_duckling_are_those_that_are_listed() -> None:
    pytest.importorskip("duckling")
    oracle = Oracle()
    differing = set()
    for line in Path(__file__).with_name("phrases.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        now = datetime.fromisoformat(row["today"]).replace(tzinfo=BERLIN)
        our = ours(row["message"], now) if row["kind"] == "plan" else None
        if our and our != (their := oracle.theirs(row["message"], now)):
            differing.add((row["message"], shown(our), shown(their)))
    beside = LISTED.read_text(encoding="utf-8").split("## Beside Duckling")[1]
    listed = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|", beside, re.MULTILINE)
    assert differing == set(listed)


def said(text: str) -> str:
    """A plan by `Mo Mi 15:00; every 2 Fr 16:00`."""
    wish = read_plan(text, NOW)
    return (
        "nothing"
        if wish is None
        else "; ".join(
            f"{rhythm(rule.rhythm)} {rule.minute // 60}:{rule.minute % 60:02}"
            for rule in wish.rules
        )
    )


def rhythm(said: Rhythm) -> str:
    days = " ".join(WEEKDAYS[day] for day in sorted(said.weekdays))
    if said.unit is Unit.MONTHS:
        return f"{name(said.nth)} {days}" if days else " ".join(map(name, sorted(said.month_days)))
    every = f"every {said.every} " if said.every > 1 else ""
    parity = f"{said.parity} " if said.parity else ""
    return f"{every}{parity}{days or said.unit}"


def name(number: int) -> str:
    return "last" if number == LAST else f"{number}."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The hour.
        ("um 5", "Mo Di Mi Do Fr 17:00"),
        ("um 7", "Mo Di Mi Do Fr 7:00"),
        ("gegen 5", "Mo Di Mi Do Fr 17:00"),
        ("kurz nach fünf", "Mo Di Mi Do Fr 17:00"),
        ("um zwölf", "Mo Di Mi Do Fr 12:00"),
        ("um halb eins", "Mo Di Mi Do Fr 12:30"),
        ("0:30 uhr", "Mo Di Mi Do Fr 0:30"),
        ("05:30", "Mo Di Mi Do Fr 5:30"),
        ("um 1/2 8", "Mo Di Mi Do Fr 7:30"),
        ("halb acht abends", "Mo Di Mi Do Fr 19:30"),
        ("viertel vier", "Mo Di Mi Do Fr 15:15"),
        ("um fünf vor halb 5", "Mo Di Mi Do Fr 16:25"),
        ("abends um 8", "Mo Di Mi Do Fr 20:00"),
        ("um 5 uhr früh", "Mo Di Mi Do Fr 5:00"),
        ("nachts um 11", "Mo Di Mi Do Fr 23:00"),
        ("freitag 3 pm", "Fr 15:00"),
        ("Mo 0800", "Mo 8:00"),
        ("Fr 15", "Fr 15:00"),
        ("um 8, 12 und 16 uhr", "Mo Di Mi Do Fr 8:00; Mo Di Mi Do Fr 12:00; Mo Di Mi Do Fr 16:00"),
        ("um 8 und 16 uhr", "Mo Di Mi Do Fr 8:00; Mo Di Mi Do Fr 16:00"),
        ("morgens um 7 und abends um 6", "Mo Di Mi Do Fr 7:00; Mo Di Mi Do Fr 18:00"),
        ("freitags zwischen 14 und 15 uhr", "Fr 14:00"),
        # Parts of the day.
        ("Donnerstagabend", "Do 18:00"),
        ("freitag vormittag", "Fr 10:00"),
        ("samstagmorgen um 10", "Sa 10:00"),
        ("immer freitags nach der Schicht", "Fr 16:30"),
        ("montags 10 min vor feierabend", "Mo 16:20"),
        # Days.
        ("mo di do um 16 uhr", "Mo Di Do 16:00"),
        ("sa/so 11 uhr", "Sa So 11:00"),
        ("mo, mi, so um 18h", "Mo Mi So 18:00"),
        ("so um 18 uhr", "Mo Di Mi Do Fr 18:00"),
        ("fr bis mo um 10", "Mo Fr Sa So 10:00"),
        ("donerstags um 9", "Do 9:00"),
        ("sonnabends um 10", "Sa 10:00"),
        ("ab montag jeden tag um 4", "Mo Di Mi Do Fr Sa So 16:00"),
        ("alle zwei wochen ab montag", "every 2 Mo 16:00"),
        ("alle 10 tage", "every 10 days 16:00"),
        ("alle 14 tage donnerstags", "every 2 Do 16:00"),
        ("jeden dritten Freitag", "every 3 Fr 16:00"),
        ("am 3. Freitag im Monat", "3. Fr 16:00"),
        ("ersten und letzten mittwoch im monat um 10", "1. Mi 10:00; last Mi 10:00"),
        ("am 1. und 15. jeden Monats 8 Uhr", "1. 15. 8:00"),
        ("immer zum Monatsende", "last 16:00"),
        ("ungerade wochen freitag, gerade wochen donnerstag, jeweils 15 uhr", "odd Fr 15:00; even Do 15:00"),
        # Which time belongs to which days.
        ("Mo-Do 16.30, Fr 13.00", "Mo Di Mi Do 16:30; Fr 13:00"),
        ("um 15 montags und um 14 freitags", "Mo 15:00; Fr 14:00"),
        ("freitags um 12, sonst um 16 uhr", "Fr 12:00; Mo Di Mi Do 16:00"),
        ("jeden tag um 16 uhr, freitags schon um 12", "Mo Di Mi Do Sa So 16:00; Fr 12:00"),
        ("unter der woche abends, wochenende mittags", "Mo Di Mi Do Fr 18:00; Sa So 12:00"),
        ("freitags um 15 uhr alle zwei wochen", "every 2 Fr 15:00"),
        # What is denied, or taken back.
        ("täglich aber nicht am wochenende", "Mo Di Mi Do Fr 16:00"),
        ("freitags kann ich nicht, nimm donnerstag", "Do 16:00"),
        ("dienstags statt montags um 15 uhr", "Di 15:00"),
        ("montags um 3 geht nicht, lieber dienstags um 4", "Di 16:00"),
        ("montags um 3 geht nicht, lieber um 4", "Mo 16:00"),
        ("15 uhr ist zu früh, lieber 17 uhr", "Mo Di Mi Do Fr 17:00"),
        ("Am Freitag nicht um 15 Uhr sondern um 14 Uhr", "Fr 14:00"),
        ("lieber um 3 als um 4 freitags", "Fr 15:00"),
        ("jeden freitag, nee sorry, jeden donnerstag um 3", "Do 15:00"),
        ("um 3 äh um 4 freitags", "Fr 16:00"),
        ("verschieb das von 15 auf 17 uhr", "Mo Di Mi Do Fr 17:00"),
        ("kannst du mich nicht einfach jeden freitag erinnern", "Fr 16:00"),
        ("vergiss mich nicht, dienstags 8 uhr", "Di 8:00"),
        ("sonntags um 19 uhr, sonst vergess ich es", "So 19:00"),
        # Dialect.
        ("meld di jedn midwoch um siebene in da fria", "Mi 7:00"),
        ("erinner mi um 5", "Mo Di Mi Do Fr 17:00"),
    ],
)  # fmt: skip
def test_plans(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "was ist ein Berichtsheft",
        "erinner mich ans berichtsheft",
        "guten morgen",
        "schönes wochenende",
        "schönen feierabend",
        "so früh wie möglich",
        "24.12.",
        "montagebericht",
    ],
)
def test_no_plan(text: str) -> None:
    assert read_plan(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("freitags 15 uhr, aber nicht in den Schulwochen", {Without.SCHOOL_WEEKS}),
        ("jeden tag um 5 nur in Betriebswochen", {Without.SCHOOL_WEEKS}),
        ("nicht während der blockwochen, dienstags 17 uhr", {Without.SCHOOL_WEEKS}),
        ("wenn ich schule hab brauch ich keine, sonst freitags um 3", {Without.SCHOOL_DAYS}),
        ("jeden Freitag, wenn keine Schule ist, um 14 Uhr", {Without.SCHOOL_DAYS}),
        ("an betriebstagen um 16 uhr", {Without.SCHOOL_DAYS}),
        ("montag bis freitag um 17 uhr außer feiertags", {Without.PUBLIC_HOLIDAYS}),
        ("freitags, Ferien und Feiertage ausgenommen", {Without.SCHOOL_HOLIDAYS, Without.PUBLIC_HOLIDAYS}),
        ("nicht am wochenende und in den ferien, um 5", {Without.SCHOOL_HOLIDAYS}),
        ("freitags um 3, auch in den ferien", set()),
    ],
)  # fmt: skip
def test_days_of_silence(text: str, expected: set[Without]) -> None:
    wish = read_plan(text, NOW)
    assert wish is not None
    assert wish.without == expected


@pytest.mark.parametrize(
    ("text", "days", "hour"),
    [
        ("um 5", False, True),
        ("freitags", True, False),
        ("nicht am wochenende", True, False),
        ("nicht in den ferien", False, False),
    ],
)
def test_what_was_said_and_what_is_a_default(text: str, days: bool, hour: bool) -> None:
    wish = read_plan(text, NOW)
    assert wish is not None
    assert (wish.says_days, wish.says_time) == (days, hour)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("jeden zweiten Mittwoch um 18 Uhr", "2026-11-25T18:00"),
        ("jeden zweiten Mittwoch um 17:10", "2026-12-02T17:10"),
        ("alle drei tage um 9", "2026-11-26T09:00"),
    ],
)
def test_counting_starts_after_now(text: str, first: str) -> None:
    assert planned(read_plan(text, NOW), NOW, 1)["expected"] == [first]


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("bis 4.1.", "2027-01-04"),
        ("bis mittwoch", "2026-12-02"),
        ("bis einschl. freitag", "2026-11-28"),
        ("bis freitag inklusive", "2026-11-28"),
        ("bis zum 5.", "2026-12-05"),
        ("bis ende nächster woche", "2026-12-07"),
        ("bis nächste Woche", "2026-11-30"),
        ("nächste Woche keine Erinnerungen", "2026-12-07"),
        ("die woche nicht mehr", "2026-11-30"),
        ("übers wochenende nicht", "2026-11-30"),
        ("bis zum wochenende", "2026-11-28"),
        ("heute und morgen nicht", "2026-11-27"),
        ("bis Ende Januar", "2027-02-01"),
        ("im ganzen Januar nicht", "2027-02-01"),
        ("bis Mitte Januar", "2027-01-15"),
        ("einen Monat pause", "2026-12-25"),
        ("10 tage ruhe", "2026-12-05"),
        ("vom 21.12. bis 6.1. keine", "2027-01-07"),
        ("ab 7.12. bin ich wieder da", "2026-12-07"),
        ("am montag wieder", "2026-11-30"),
        ("bis nach Weihnachten", "2026-12-27"),
        ("über Ostern nicht", "2027-03-30"),
        ("dieses jahr nicht mehr", "2027-01-01"),
    ],
)
def test_pauses(text: str, until: str) -> None:
    pause = read_pause(text, NOW)
    assert pause is not None
    assert str(pause.until) == until
    assert pause.event is None


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("in den Herbstferien nicht", "herbstferien"),
        ("bis nach der Zwischenprüfung", "zwischenpruefung"),
        ("während der blockschule ruhe", "blockschule"),
    ],
)
def test_pauses_that_a_calendar_ends(text: str, event: str) -> None:
    pause = read_pause(text, NOW)
    assert pause is not None
    assert (pause.until, pause.event) == (None, event)


@pytest.mark.parametrize("text", ["", "mach mal pause", "ein paar tage", "bis heute abend"])
def test_no_pause(text: str) -> None:
    assert read_pause(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("in ner halben std", "2026-11-25T17:40"),
        ("in einem stündchen", "2026-11-25T18:10"),
        ("in 10", "2026-11-25T17:20"),
        ("noch ne viertelstunde", "2026-11-25T17:25"),
        ("in einer stunde und 15 minuten", "2026-11-25T18:25"),
        ("um 8", "2026-11-25T20:00"),
        ("so um 9", "2026-11-25T21:00"),
        ("um neun heute abend", "2026-11-25T21:00"),
        ("um 5", "2026-11-26T17:00"),
        ("heute abend", "2026-11-25T18:00"),
        ("morgen", "2026-11-26T07:00"),
        ("morgen früh um halb sieben", "2026-11-26T06:30"),
        ("morgen in der mittagspause", "2026-11-26T12:00"),
        ("am freitag", "2026-11-27T07:00"),
    ],
)
def test_snoozes(text: str, moment: str) -> None:
    read_moment = read_snooze(text, NOW)
    assert read_moment is not None
    assert local(read_moment) == moment


@pytest.mark.parametrize("text", ["", "später", "nachher", "gleich", "heute um 15 uhr"])
def test_no_moment(text: str) -> None:
    assert read_snooze(text, NOW) is None


def test_a_wait_is_as_long_when_clocks_change() -> None:
    before = datetime(2026, 10, 25, 1, 30, tzinfo=BERLIN)
    moment = read_snooze("in 3 stunden", before)
    assert moment is not None
    assert (moment.astimezone(UTC) - before.astimezone(UTC)).total_seconds() == 3 * 3600


WORDS = """
    montag dienstags mi so jeden zweiten letzten alle 2 3. 15 um uhr halb viertel nach vor bis - , und nicht außer
    sondern nee lieber statt ferien schule feiertags gerade wochen wochenende abends früh morgen monat in ab stunde
    24 29.2. pause ende januar im tag tage 0 99 4.1. mittagspause kein sonst
"""
texts = st.one_of(
    st.text(max_size=200), st.lists(st.sampled_from(WORDS.split()), max_size=30).map(" ".join)
)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(BERLIN))  # noqa: DTZ001


@given(texts, moments)
def test_any_text_is_read(text: str, now: datetime) -> None:
    wish, pause, snooze = read_plan(text, now), read_pause(text, now), read_snooze(text, now)
    if wish:
        assert 1 <= len(wish.rules) <= MOST_RULES
        assert all(0 <= rule.minute < 24 * 60 for rule in wish.rules)
        assert all(rule.rhythm.anchor or rule.rhythm.every == 1 for rule in wish.rules)
        assert next(occurrences(Plan(wish.rules), now.astimezone(UTC)), None)
    if pause:
        assert (pause.until is None) != (pause.event is None)
        assert pause.until is None or pause.until > now.date()
    if snooze:
        assert snooze.astimezone(UTC) > now.astimezone(UTC)


@pytest.mark.parametrize(
    "part",
    ["mo ", "um 8 ", "nicht ", "montag nee ", "ferien nicht und ", "1. und ", "jeden ", "früh ", "(", "  ", "bis 4.1. ",
     "in 2 stunden ", "8, ", "außer mo und ", "ich ", "a", "1", "morgens um 7 und ", "letzten und ", "mo-", "äh "],
)  # fmt: skip
def test_long_texts_are_read_to_their_end(part: str) -> None:
    text = (part * LONG)[:LONG]
    for read_it in (read_plan, read_pause, read_snooze):
        read_it(text, NOW)
