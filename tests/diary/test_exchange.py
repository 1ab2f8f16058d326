"""A record goes out as CSV and JSON and comes back the same; a broken file is refused whole, with its place."""

import csv
import io
import json
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.diary.ausbildung import monday
from bot.diary.export.as_csv import as_csv
from bot.diary.export.as_json import as_json, duration
from bot.diary.export.from_json import Fault, Imported, Problem, imported
from bot.diary.export.wording import load_words
from bot.diary.nachweis import By, DayType, Entry, Nachweis, Step, StepKind, Week
from tests.diary.records import NOW, record, training, worked

MONDAY = date(2026, 10, 12)
WORDS = load_words()
TEXT = st.text(max_size=20)
ENTRIES = st.lists(
    st.builds(
        Entry,
        day=st.dates(date(2026, 8, 1), date(2026, 9, 30)),
        type=st.sampled_from(DayType),
        minutes=st.none() | st.integers(0, 24 * 60),
        activities=st.lists(TEXT, max_size=3).map(tuple),
        position=TEXT,
    ),
    max_size=12,
).map(lambda entries: tuple(sorted(entries, key=lambda entry: entry.day)))


@given(ENTRIES)
@example((Entry(MONDAY, DayType.FREI, 0, ("\x00", "\ufeff", '"', "\u2028"), "\\"),))
def test_what_was_exported_comes_back(entries: tuple[Entry, ...]) -> None:
    nachweis = Nachweis(training(), entries)
    assert imported(as_json(nachweis), Nachweis()) == Imported(entries=entries)
    assert imported(as_json(nachweis), nachweis) == Imported()


@given(ENTRIES, ENTRIES, st.sampled_from(StepKind))
def test_only_days_of_open_weeks_are_taken(
    new: tuple[Entry, ...], old: tuple[Entry, ...], kind: StepKind
) -> None:
    weeks = {
        week: Week(week, (Step(kind, NOW, By.AUSBILDER),)) for week in {monday(e.day) for e in old}
    }
    found = imported(as_json(Nachweis(entries=new)), Nachweis(entries=old, weeks=weeks))
    touched = {monday(entry.day) for entry in new} & set(weeks)
    assert set(found.signed) == (touched if kind is StepKind.SIGNED else set())
    assert set(found.submitted) == (touched if kind is StepKind.SUBMITTED else set())
    assert not {monday(entry.day) for entry in found.entries} & {*found.signed, *found.submitted}
    assert set(found.overwritten) <= {e.day for e in old} & {e.day for e in found.entries}


def test_a_file_with_only_entries_is_enough() -> None:
    entry = {
        "datum": "2026-10-12",
        "ort": "BETRIEB",
        "dauer": "PT7H30M",
        "taetigkeiten": ["Ablage"],
    }
    expected = Imported(entries=(worked(MONDAY, "Ablage", minutes=450),))
    for document in ([entry], {"eintraege": [entry]}):
        assert imported(json.dumps(document).encode("utf-8-sig"), Nachweis()) == expected
    bare = [{"datum": "2026-10-12", "art": "URLAUB"}]
    found = imported(json.dumps(bare).encode(), Nachweis())
    assert found.entries == (Entry(MONDAY, DayType.URLAUB),)


def test_a_changed_day_is_named_before_it_is_overwritten() -> None:
    old = Nachweis(entries=(worked(MONDAY, "Ablage"), worked(MONDAY.replace(day=13), "Post")))
    new = Nachweis(entries=(worked(MONDAY, "Telefon"), worked(MONDAY.replace(day=13), "Post")))
    found = imported(as_json(new), old)
    assert found == Imported(entries=(worked(MONDAY, "Telefon"),), overwritten=(MONDAY,))


GOOD = {"datum": "2026-10-12", "ort": "BETRIEB"}


@pytest.mark.parametrize(
    ("document", "fault", "place"),
    [
        ({}, Fault.NO_ENTRIES, "eintraege"),
        ("x", Fault.NO_ENTRIES, "eintraege"),
        (None, Fault.NO_ENTRIES, "eintraege"),
        ({"eintraege": {}}, Fault.NO_ENTRIES, "eintraege"),
        ({"format": "anders", "eintraege": []}, Fault.WRONG_FORMAT, "format"),
        ({"version": 2, "eintraege": []}, Fault.NEWER_VERSION, "version"),
        ({"version": "1", "eintraege": []}, Fault.WRONG_FORMAT, "version"),
        ({"version": True, "eintraege": []}, Fault.WRONG_FORMAT, "version"),
        ([GOOD] * 20_001, Fault.TOO_MANY_ENTRIES, "eintraege"),
        ([GOOD] * 100_000, Fault.TOO_MANY_ENTRIES, "eintraege"),
        ([GOOD, 7], Fault.WRONG_ENTRY, "eintraege[1]"),
        ([{"ort": "BETRIEB"}], Fault.WRONG_DATE, "eintraege[0].datum"),
        ([{**GOOD, "datum": "2026-02-31"}], Fault.WRONG_DATE, "eintraege[0].datum"),
        ([{**GOOD, "datum": "12.10.2026"}], Fault.WRONG_DATE, "eintraege[0].datum"),
        ([{**GOOD, "datum": 20261012}], Fault.WRONG_DATE, "eintraege[0].datum"),
        ([{**GOOD, "datum": "9999-12-31"}], Fault.WRONG_DATE, "eintraege[0].datum"),
        ([{"datum": "2026-10-12"}], Fault.WRONG_TYPE, "eintraege[0].ort"),
        ([{**GOOD, "ort": "betrieb"}], Fault.WRONG_TYPE, "eintraege[0].ort"),
        ([{**GOOD, "ort": ["BETRIEB"]}], Fault.WRONG_TYPE, "eintraege[0].ort"),
        ([{**GOOD, "art": "URLAUB"}], Fault.WRONG_TYPE, "eintraege[0].ort"),
        ([{"datum": "2026-10-12", "art": "BETRIEB"}], Fault.WRONG_TYPE, "eintraege[0].art"),
        ([{**GOOD, "dauer": 8}], Fault.WRONG_DURATION, "eintraege[0].dauer"),
        ([{**GOOD, "dauer": "8"}], Fault.WRONG_DURATION, "eintraege[0].dauer"),
        ([{**GOOD, "dauer": "PT"}], Fault.WRONG_DURATION, "eintraege[0].dauer"),
        ([{**GOOD, "dauer": "PT25H"}], Fault.WRONG_DURATION, "eintraege[0].dauer"),
        ([{**GOOD, "dauer": "-PT1H"}], Fault.WRONG_DURATION, "eintraege[0].dauer"),
        ([{**GOOD, "dauer": "PT١H"}], Fault.WRONG_DURATION, "eintraege[0].dauer"),
        ([{**GOOD, "taetigkeiten": "Ablage"}], Fault.WRONG_TEXT, "eintraege[0].taetigkeiten"),
        ([{**GOOD, "taetigkeiten": ["a", 1]}], Fault.WRONG_TEXT, "eintraege[0].taetigkeiten[1]"),
        ([{**GOOD, "taetigkeiten": ["\ud800"]}], Fault.WRONG_TEXT, "eintraege[0].taetigkeiten[0]"),
        ([{**GOOD, "position": None}], Fault.WRONG_TEXT, "eintraege[0].position"),
    ],
)
def test_a_broken_file_is_refused_whole(document: Any, fault: Fault, place: str) -> None:
    found = imported(json.dumps(document).encode(), Nachweis())
    assert found == Imported(problems=(Problem(fault, place),))


@pytest.mark.parametrize(
    ("data", "fault", "place"),
    [
        (b"", Fault.NOT_JSON, "line 1, column 1"),
        (b'[\n{"datum": }]', Fault.NOT_JSON, "line 2, column 11"),
        (b"\xff\xfe[]", Fault.NOT_UTF8, "byte 0"),
        ("[ä]".encode("latin-1"), Fault.NOT_UTF8, "byte 1"),
        (b"[" * 200_000, Fault.NOT_JSON, ""),
        (b"[" + b"9" * 5000 + b"]", Fault.NOT_JSON, ""),
        (b" " * 20_000_001, Fault.TOO_LARGE, ""),
    ],
    ids=["empty", "syntax", "utf-16", "latin-1", "deep", "long number", "large"],
)
def test_what_is_no_json_is_refused(data: bytes, fault: Fault, place: str) -> None:
    assert imported(data, Nachweis()) == Imported(problems=(Problem(fault, place),))


@given(
    st.binary(max_size=60)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.just("2026-10-12"),
        lambda each: (
            st.lists(each, max_size=3)
            | st.dictionaries(
                st.sampled_from(["eintraege", "datum", "ort", "dauer", "taetigkeiten"]), each
            )
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_no_file_raises(data: bytes) -> None:
    found = imported(data, Nachweis())
    assert not (found.problems and found.entries)


def test_a_file_full_of_faults_names_the_first_ones() -> None:
    found = imported(json.dumps([{}] * 5000).encode(), Nachweis())
    assert len(found.problems) == 20
    assert found.problems[0].place == "eintraege[0].datum"


@pytest.mark.parametrize(
    ("minutes", "expected"), [(480, "PT8H"), (450, "PT7H30M"), (45, "PT45M"), (0, "PT0M")]
)
def test_durations_are_iso_8601(minutes: int, expected: str) -> None:
    assert duration(minutes) == expected


def test_json_tells_master_data_weeks_and_steps() -> None:
    steps = (Step(StepKind.SIGNED, NOW, By.AUSBILDER, "Ayşe Öztürk", is_on_paper=True),)
    entries = (worked(MONDAY, "Ablage"), Entry(MONDAY, DayType.KRANK))
    nachweis = Nachweis(training(), entries, {MONDAY: Week(MONDAY, steps, "Kaufvertrag")})
    document = json.loads(as_json(nachweis))
    assert (document["format"], document["version"]) == ("ausbildungsnachweis", 1)
    assert document["ausbildung"]["beginn"] == "2026-08-03"
    (week,) = document["wochen"]
    assert (week["blatt"], week["ausbildungsjahr"], week["stand"]) == (11, 1, "signed")
    assert datetime.fromisoformat(week["schritte"][0]["zeit"]) == NOW
    assert week["schritte"][0]["auf_papier"] is True
    assert document["eintraege"][0]["ort"] == "BETRIEB"
    assert document["eintraege"][1]["art"] == "KRANK"


@pytest.mark.parametrize("seed", range(100, 120))
def test_random_records_go_out_and_come_back(seed: int) -> None:
    nachweis, _ = record(seed)
    assert imported(as_json(nachweis), Nachweis()).entries == nachweis.entries
    assert len(rows(nachweis)) == len(nachweis.entries) + 1


def rows(nachweis: Nachweis) -> list[list[str]]:
    text = as_csv(nachweis, WORDS).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def test_csv_opens_in_excel() -> None:
    school = Entry(MONDAY, DayType.SCHULE, 440, ("WiSo; Recht", "Deutsch\nDiktat"))
    nachweis = Nachweis(training(), (worked(MONDAY, "Ablage", minutes=450), school))
    assert as_csv(nachweis, WORDS).startswith(b"\xef\xbb\xbfDatum;Woche;")
    assert rows(nachweis)[1:] == [
        ["12.10.2026", "KW 42/2026", "11", "1", "Betrieb", "7,5", "Ablage"],
        [
            "12.10.2026",
            "KW 42/2026",
            "11",
            "1",
            "Berufsschule",
            "7,33",
            "WiSo; Recht, Deutsch\nDiktat",
        ],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_a_formula(start: str) -> None:
    nachweis = Nachweis(training(), (worked(MONDAY, f"{start}SUMME(A1)"),))
    assert rows(nachweis)[1][-1] == f"'{start}SUMME(A1)"
