"""Our grammar of times and Duckling's agree, or it is written down who is right (docs/measurements/times.md)."""

import re
from datetime import date
from pathlib import Path

import pytest

from tests.diary.oracle import Oracle, ours

pytest.importorskip("duckling")

TODAY = date(2026, 11, 25)  # a Wednesday
LISTED = Path(__file__).parents[2] / "docs" / "measurements" / "times.md"
DAYS = """
    heute | gestern | vorgestern | morgen | übermorgen | Montag | Dienstag | Mittwoch | Freitag
    | Sonntag | am Montag | am Freitag | letzten Freitag | letzten Montag | letzten Mittwoch |
    nächsten Montag | kommenden Freitag | diesen Freitag | vor zwei Tagen | vor drei Tagen | vor
    einer Woche | vor zwei Wochen | in drei Tagen | in einer Woche | letzte Woche | diese Woche
    | nächste Woche | KW 42 | am 3.11. | am 3.12. | 3.11.2026 | 03.11.2026 | 3. November | 3.
    November 2026 | am 24. Dezember | 1. Januar | am dritten November | den 3. November |
    2026-11-03 | 31.12.2026 | 29.2.2028 | 31.02. | 31.02.2026 | 30. Februar | 31.11. | vom 3.
    bis 5. November | 3.11. bis 5.11. | 3. bis 5. November | vom 3. bis 5.11. | Montag bis
    Mittwoch | Montag bis Freitag | letzte Woche Dienstag | Dienstag letzter Woche | Montag,
    23.11.2026 | am Montag den 23. November | die letzten drei Tage | die letzten 3 Tage |
    Ostermontag | Karfreitag | Neujahr | Silvester | Heiligabend | Tag der Arbeit | Tag der
    Deutschen Einheit | Pfingstmontag | Fronleichnam | Allerheiligen | letztes Wochenende | am
    Wochenende
"""
CLOCK_TIMES = """
    8 Uhr | um 8 Uhr | 16:30 | 16:30 Uhr | 7.30 Uhr | um 7 Uhr 30 | acht Uhr | acht Uhr dreißig
    | siebzehn Uhr | halb acht | um halb fünf | viertel nach vier | viertel vor fünf |
    dreiviertel acht | viertel acht | fünf vor halb acht | zehn nach acht | zwanzig vor neun |
    Mitternacht | von 8 bis 12 Uhr | von 8 Uhr bis 12 Uhr | 8:00 - 12:00 | 8-12 Uhr | 8:30 bis
    16:45 | von 7:30 bis 16 Uhr | von halb acht bis vier | 13 bis 17 Uhr | von 22 bis 6 Uhr |
    von acht bis zwölf Uhr | 9 bis 15 uhr | 14-23 Uhr
"""
DURATIONS = """
    2 Stunden | drei Stunden | eine Stunde | acht Stunden | 2,5 Stunden | 7,5 Stunden |
    zweieinhalb Stunden | anderthalb Stunden | eineinhalb Stunden | eine halbe Stunde | halbe
    Stunde | eine Viertelstunde | viertel Stunde | dreiviertel Stunde | eine dreiviertel Stunde
    | 90 Minuten | 30 min | 45 Minuten | dreißig Minuten | 2 Stunden 30 Minuten | 2 Stunden und
    15 Minuten | 1h30 | 2h | 2,5 std | 8 std | 1 1/2 Stunden | ein paar Stunden
"""


def phrases(listed: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in listed.split("|")]


def listed() -> set[tuple[str, str, str]]:
    """The rows of the table: phrase, ours, theirs."""
    text = LISTED.read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|", text, re.MULTILINE))


def test_disagreements_are_those_that_are_listed() -> None:
    oracle = Oracle()
    differing = set()
    for part in (DAYS, CLOCK_TIMES, DURATIONS):
        for phrase in phrases(part):
            our = ours(phrase, TODAY)
            their = oracle.theirs(phrase, TODAY, is_day=part is DAYS)
            if our != their:
                differing.add((phrase, our, their))
    assert differing == listed()
