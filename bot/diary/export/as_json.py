"""A record as JSON, in the words of the chambers' portal: `ort` and durations such as `PT7H30M`. Pure."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from bot.diary.ausbildung import monday
from bot.diary.export.places import place
from bot.diary.nachweis import DayType, Entry, Nachweis, Step, Week

FORMAT = "ausbildungsnachweis"
VERSION = 1
ORTE: Mapping[DayType, str] = {
    DayType.BETRIEB: "BETRIEB",
    DayType.SCHULE: "SCHULE",
    DayType.UNTERWEISUNG: "UNTERWEISUNG",
}
"""Where training took place; other days have an `art` instead."""


def as_json(nachweis: Nachweis) -> bytes:
    """The whole record as JSON (UTF-8): master data, weeks with their steps, entries; moments are UTC."""
    weeks = sorted({monday(entry.day) for entry in nachweis.entries} | {*nachweis.weeks})
    document = {
        "format": FORMAT,
        "version": VERSION,
        "ausbildung": asdict(nachweis.ausbildung),
        "wochen": [_week(nachweis, week) for week in weeks],
        "eintraege": [_entry(entry) for entry in nachweis.entries],
    }
    text = json.dumps(document, ensure_ascii=False, indent=1, default=_plain)
    return text.encode("utf-8", errors="replace") + b"\n"


def duration(minutes: int) -> str:
    """Minutes as an ISO 8601 duration: `PT8H`, `PT7H30M`, `PT45M`; none is `PT0M`."""
    hours, rest = divmod(minutes, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{rest}M" if rest or not hours else "")


def _entry(entry: Entry) -> dict[str, Any]:
    where = {"ort": ORTE[entry.type]} if entry.type in ORTE else {"art": entry.type.value.upper()}
    return {
        "datum": entry.day,
        **where,
        "dauer": None if entry.minutes is None else duration(entry.minutes),
        "taetigkeiten": entry.activities,
        "position": entry.position,
    }


def _week(nachweis: Nachweis, day: date) -> dict[str, Any]:
    week: Week = nachweis.week(day)
    at = place(nachweis.ausbildung, day)
    return {
        "montag": day,
        "blatt": at.number,
        "ausbildungsjahr": at.year,
        "stand": week.state,
        "thema": week.school_topic,
        "schwer": week.hard,
        "fragen": week.to_ask,
        "schritte": [_step(step) for step in week.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "art": step.kind,
        "zeit": step.at,
        "von": step.by,
        "name": step.name,
        "text": step.text,
        "auf_papier": step.is_on_paper,
    }


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"no JSON for {type(value).__name__}")
