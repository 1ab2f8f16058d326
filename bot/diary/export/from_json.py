"""Entries from a JSON file into a record: what would be added, replaced, or left alone. Pure; never an exception."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from bot.diary.ausbildung import monday
from bot.diary.export.as_json import FORMAT, ORTE, VERSION
from bot.diary.nachweis import DayType, Entry, Nachweis, WeekState
from bot.diary.rules import is_locked

MOST_BYTES = 20_000_000
MOST_ENTRIES = 20_000
"""Eight years with seven entries a day; more is no Ausbildungsnachweis."""
MOST_PROBLEMS = 20
"""So many are told; whoever mends them will see the rest."""
MOST_MINUTES = 24 * 60
YEARS = range(1990, 2100)
TYPES: Mapping[tuple[str, str], DayType] = {
    **{("ort", ort): type_ for type_, ort in ORTE.items()},
    **{("art", type_.value.upper()): type_ for type_ in DayType if type_ not in ORTE},
}
DURATION = re.compile(r"PT(?=\d)(?:(\d{1,3})H)?(?:(\d{1,4})M)?", re.ASCII)


class Fault(StrEnum):
    """What is wrong in a file."""

    TOO_LARGE = "too_large"
    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    WRONG_FORMAT = "wrong_format"
    NEWER_VERSION = "newer_version"
    NO_ENTRIES = "no_entries"
    TOO_MANY_ENTRIES = "too_many_entries"
    WRONG_ENTRY = "wrong_entry"
    WRONG_DATE = "wrong_date"
    WRONG_TYPE = "wrong_type"
    WRONG_DURATION = "wrong_duration"
    WRONG_TEXT = "wrong_text"


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault and its place, such as `eintraege[3].dauer` or `line 4, column 7`; empty means the whole file."""

    fault: Fault
    place: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file would change in a record. With a problem nothing is taken.

    A day of the file replaces the same day of the record; days that are the same in both are not mentioned.

    Attributes:
        entries: to write, by day.
        overwritten: days among them that have other entries now.
        signed: Mondays of weeks in the file that are signed and stay as they are.
        submitted: Mondays of weeks in the file that are with the trainer and stay as they are.
        problems: what is wrong in the file, at most 20.
    """

    entries: tuple[Entry, ...] = ()
    overwritten: tuple[date, ...] = ()
    signed: tuple[date, ...] = ()
    submitted: tuple[date, ...] = ()
    problems: tuple[Problem, ...] = ()


def imported(data: bytes, nachweis: Nachweis) -> Imported:
    """What a file would change; it may be a whole export, `{"eintraege": […]}`, or the list alone."""
    reading = _Reading()
    entries = reading.entries(data)
    if reading.problems:
        return Imported(problems=tuple(reading.problems[:MOST_PROBLEMS]))
    return _compared(entries, nachweis)


def _compared(entries: Sequence[Entry], nachweis: Nachweis) -> Imported:
    new, old = _by_day(entries), _by_day(nachweis.entries)
    states = {week: nachweis.week(week).state for week in map(monday, new)}
    changed = sorted(
        day for day in new if not is_locked(nachweis.week(monday(day))) and new[day] != old.get(day)
    )
    return Imported(
        entries=tuple(entry for day in changed for entry in new[day]),
        overwritten=tuple(day for day in changed if day in old),
        signed=_in_state(states, WeekState.SIGNED),
        submitted=_in_state(states, WeekState.SUBMITTED),
    )


def _by_day(entries: Sequence[Entry]) -> Mapping[date, Sequence[Entry]]:
    days: defaultdict[date, list[Entry]] = defaultdict(list)
    for entry in entries:
        days[entry.day].append(entry)
    return days


def _in_state(states: Mapping[date, WeekState], state: WeekState) -> tuple[date, ...]:
    return tuple(sorted(week for week, each in states.items() if each is state))


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads a file and collects what is wrong with it."""

    problems: list[Problem] = field(default_factory=list)

    def entries(self, data: bytes) -> tuple[Entry, ...]:
        document = self._document(data)
        found = [] if self.problems else self._list(document)
        read: list[Entry] = []
        for place, each in enumerate(found):
            if len(self.problems) >= MOST_PROBLEMS:
                break
            read += self._entry(each, f"eintraege[{place}]")
        return tuple(read)

    def _wrong(self, fault: Fault, place: str = "") -> None:
        self.problems.append(Problem(fault, place))

    def _document(self, data: bytes) -> Any:
        if len(data) > MOST_BYTES:
            self._wrong(Fault.TOO_LARGE)
            return None
        try:
            return json.loads(data.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            self._wrong(Fault.NOT_UTF8, f"byte {error.start}")
        except json.JSONDecodeError as error:
            self._wrong(Fault.NOT_JSON, f"line {error.lineno}, column {error.colno}")
        except (ValueError, RecursionError):
            self._wrong(Fault.NOT_JSON)
        return None

    def _list(self, document: Any) -> list[Any]:
        if isinstance(document, dict):
            self._head(document)
            document = document.get("eintraege")
        if not isinstance(document, list):
            self._wrong(Fault.NO_ENTRIES, "eintraege")
            return []
        if len(document) > MOST_ENTRIES:
            self._wrong(Fault.TOO_MANY_ENTRIES, "eintraege")
            return []
        return document

    def _head(self, document: Mapping[str, Any]) -> None:
        version = document.get("version", VERSION)
        if document.get("format", FORMAT) != FORMAT:
            self._wrong(Fault.WRONG_FORMAT, "format")
        elif not _is_whole(version) or version < 1:
            self._wrong(Fault.WRONG_FORMAT, "version")
        elif version > VERSION:
            self._wrong(Fault.NEWER_VERSION, "version")

    def _entry(self, value: Any, place: str) -> Iterator[Entry]:
        """The entry, or none when something in it is wrong."""
        if not isinstance(value, dict):
            self._wrong(Fault.WRONG_ENTRY, place)
            return
        before = len(self.problems)
        day = self._day(value.get("datum"), f"{place}.datum")
        type_ = self._type(value, place)
        minutes = self._minutes(value.get("dauer"), f"{place}.dauer")
        activities = self._texts(value.get("taetigkeiten", []), f"{place}.taetigkeiten")
        position = self._text(value.get("position", ""), f"{place}.position")
        if day is not None and type_ is not None and len(self.problems) == before:
            yield Entry(day, type_, minutes, activities, position)

    def _day(self, value: Any, place: str) -> date | None:
        try:
            day = date.fromisoformat(value)
        except (TypeError, ValueError):
            day = None
        if day is None or day.year not in YEARS:
            self._wrong(Fault.WRONG_DATE, place)
            return None
        return day

    def _type(self, value: Mapping[str, Any], place: str) -> DayType | None:
        keys = [key for key in ("ort", "art") if value.get(key) is not None]
        key = keys[0] if len(keys) == 1 else "ort"
        word = value.get(key)
        found = TYPES.get((key, word)) if isinstance(word, str) and len(keys) == 1 else None
        if found is None:
            self._wrong(Fault.WRONG_TYPE, f"{place}.{key}")
        return found

    def _minutes(self, value: Any, place: str) -> int | None:
        if value is None:
            return None
        match = DURATION.fullmatch(value) if isinstance(value, str) else None
        minutes = int(match[1] or 0) * 60 + int(match[2] or 0) if match else MOST_MINUTES + 1
        if minutes > MOST_MINUTES:
            self._wrong(Fault.WRONG_DURATION, place)
            return None
        return minutes

    def _texts(self, value: Any, place: str) -> tuple[str, ...]:
        if not isinstance(value, list):
            self._wrong(Fault.WRONG_TEXT, place)
            return ()
        return tuple(self._text(each, f"{place}[{at}]") for at, each in enumerate(value))

    def _text(self, value: Any, place: str) -> str:
        if isinstance(value, str) and _is_storable(value):
            return value
        self._wrong(Fault.WRONG_TEXT, place)
        return ""


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_storable(text: str) -> bool:
    """Half of a surrogate pair is no character."""
    return not any("\ud800" <= char <= "\udfff" for char in text)
