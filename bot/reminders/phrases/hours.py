"""Finds times of day in a plain text: on the clock, or by a part of the day. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.reminders.phrases.values import AtTime
from bot.reminders.phrases.words import one_of
from bot.understanding.times.clocks import clocks_found
from bot.understanding.times.values import DAY, HALF_DAY, HOUR, Clock
from bot.understanding.times.words import MONTHS, WEEKDAYS

FIRST_OF_MORNING = 7 * HOUR
"""An earlier hour without a word beside it is one of the afternoon (minutes)."""


class Part(StrEnum):
    """A part of the day."""

    MORNING = "morning"
    FORENOON = "forenoon"
    NOON = "noon"
    AFTERNOON = "afternoon"
    AFTER_WORK = "after_work"
    EVENING = "evening"
    NIGHT = "night"


HOURS: Mapping[Part, int] = {
    Part.MORNING: 7 * HOUR,
    Part.FORENOON: 10 * HOUR,
    Part.NOON: 12 * HOUR,
    Part.AFTERNOON: 15 * HOUR,
    Part.AFTER_WORK: 16 * HOUR + 30,
    Part.EVENING: 18 * HOUR,
    Part.NIGHT: 22 * HOUR,
}
"""When a part of the day is, unless an hour is said (minutes after midnight)."""

_DAY_BEFORE = rf"(?:(?:{'|'.join(WEEKDAYS)})s? ?|heute |jede[nm]? |am |dem |den |gestern )"
_WORK = r"(?:(?:der|dem|die) )?(?:arbeit|schicht|betrieb|dienst|maloche|job)"
_PARTS: Mapping[Part, str] = {
    Part.MORNING: (
        rf"morge?nd?s|(?:(?<=tag)|(?<=tag )|(?<=tags )|(?<=woch)|(?<=woch )|(?<=jeden )|(?<=am ))morgen"
        rf"|(?:in der )?frueh[es]?|vor {_WORK}"
    ),
    Part.FORENOON: r"vormittags?",
    Part.NOON: r"(?:(?:in|zu) der )?mittagspause|mittagszeit|mittags?",
    Part.AFTERNOON: r"nachmittags?",
    Part.AFTER_WORK: rf"(?:(?:nach|zum|zu|bei|vor) (?:dem )?)?(?:feierabends?|dienstschluss|dienstende|schichtende|arbeitsende)|nach {_WORK}",
    Part.EVENING: r"(?:spaet)?abends?",
    Part.NIGHT: r"nachts",
}
_PART = re.compile(
    r"(?:(?<!\w)|(?<=tag)|(?<=tags)|(?<=woch)|(?<=wochs))(?:"
    + "|".join(f"(?P<{part}>{pattern})" for part, pattern in _PARTS.items())
    + r")(?!\w)"
)
_GREETED = re.compile(r"(?<!\w)(?:gut\w*|schoen\w*|moin|wuensch\w*|moeglichst|so|zu) $")
_SMALL = one_of(
    r"""
    immer bitte so um gegen ca\.? circa etwa ungefaehr ab am im in der da den dann jeweils kurz nach
    vor mal rum schon erst heute morgen
    """
)
_BESIDE = re.compile(rf"[ ,(]*(?:{_SMALL}[ ,]+)*")
_ENGLISH = re.compile(
    r"(?<![\w.,:])(?P<hour>\d|1[0-2])(?:[:.](?P<minute>[0-5]\d))?(?: ?(?P<pm>pm|p\.m\.)|(?P<am>am|a\.m\.))(?!\w)"
)
_AFTER_DAY = re.compile(
    rf"(?<!\w)(?:{'|'.join(WEEKDAYS)})s?:? (?P<hour>[01]?\d|2[0-3])(?= ?(?:$|[,;!?\n/]|und |bitte|rum))"
)
_FOUR_FIGURES = re.compile(
    rf"(?<!\w)(?:(?:um|gegen|ab|{'|'.join(WEEKDAYS)})s? (?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?![\w.]|,\d)"
    r"|(?P<hour_2>[01]?\d|2[0-3])(?P<minute_2>[0-5]\d)(?= ?uhr(?!\w)))"
)
_FIGURES = r"(?:[01]?\d|2[0-3])(?:[:.][0-5]\d)?"
_LISTED = re.compile(
    rf"(?<!zwischen )(?<![\w.,:])(?:um |gegen )?{_FIGURES}(?:(?: ?, ?| und | oder | ?/ ?)(?:um )?{_FIGURES}){{1,7}} ?uhr(?!\w)"
)
_FIGURE = re.compile(r"(?P<hour>\d\d?)(?:[:.](?P<minute>\d\d))?")
_DATE = re.compile(
    rf"(?<![\d:.])(?<!um )(?<!gegen )\d\d?\. ?(?:\d\d?\.(?: ?\d{{4}}|\d\d)?|(?:{'|'.join(MONTHS)})(?!\w))"
)
_OF_24 = re.compile(r"\D*0")
_SHIFT = re.compile(
    r"(?<!\w)(?:(?P<minutes>\d\d?) ?min(?:uten)?|(?:(?P<half>halbe)|(?P<quarter>viertel)|eine|ne|1) ?(?:stunde|std|h)) $"
)
LONGEST_GAP = 40
"""Words farther apart do not belong together (characters)."""


@dataclass(frozen=True, slots=True)
class _Said:
    """An hour as it was said; `is_open` when it may be before or after noon."""

    begin: int
    end: int
    minute: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class _PartSaid:
    begin: int
    end: int
    part: Part


def usual(minute: int) -> int:
    """The half of the day in which an hour is usually meant: 1 to 6 is the afternoon."""
    if HOUR <= minute < FIRST_OF_MORNING or 0 < minute < HOUR:
        return minute + HALF_DAY
    return minute % DAY


def within(minute: int, part: Part) -> int:
    """The hour that is meant beside a part of the day (`abends um 8`)."""
    early = minute % HALF_DAY
    match part:
        case Part.MORNING | Part.FORENOON:
            return minute % DAY
        case Part.NIGHT:
            return early if early < FIRST_OF_MORNING else early + HALF_DAY
        case Part.EVENING:
            return (early + HALF_DAY) % DAY if early else 0
        case Part.NOON:
            return minute if minute >= 10 * HOUR else minute + HALF_DAY
    return early + HALF_DAY if minute < HALF_DAY else minute % DAY


def _is_open(said: str, minute: int) -> bool:
    """Whether an hour fits both halves of the day; `05:00` and `0:30` fit only one."""
    return not _OF_24.match(said) and minute < HALF_DAY + HOUR


def _clocks(text: str, is_free: list[bool]) -> Iterator[_Said]:
    for begin, end, clock in clocks_found(text, is_free):
        minute = clock.minute if isinstance(clock, Clock) else clock.begin
        yield _Said(begin, end, minute, _is_open(text[begin:end], minute))


def _without_dates(text: str, is_free: Sequence[bool]) -> list[bool]:
    left = list(is_free)
    for found in _DATE.finditer(text):
        left[found.start() : found.end()] = [False] * len(found[0])
    return left


def _listed(text: str, is_free: list[bool]) -> Iterator[_Said]:
    """Hours of which only the last one has its word: `um 8, 12 und 16 Uhr`; they are no longer free."""
    for found in _LISTED.finditer(text):
        if not all(is_free[found.start() : found.end()]):
            continue
        is_free[found.start() : found.end()] = [False] * len(found[0])
        for figure in _FIGURE.finditer(text, found.start(), found.end()):
            minute = int(figure["hour"]) * HOUR + int(figure["minute"] or 0)
            yield _Said(figure.start(), figure.end(), minute, _is_open(figure[0], minute))


def _others(text: str, is_free: Sequence[bool]) -> Iterator[_Said]:
    """Hours that are none in a sentence: `5pm`, `Fr 15`."""
    for found in _ENGLISH.finditer(text):
        half = HALF_DAY if found["pm"] else 0
        minute = int(found["hour"]) % 12 * HOUR + int(found["minute"] or 0) + half
        yield _Said(found.start(), found.end(), minute, is_open=False)
    for found in _FOUR_FIGURES.finditer(text):
        hours, rest = found["hour"] or found["hour_2"], found["minute"] or found["minute_2"]
        yield _Said(found.start(), found.end(), int(hours) * HOUR + int(rest), is_open=False)
    for found in _AFTER_DAY.finditer(text):
        begin, minute = found.start("hour"), int(found["hour"]) * HOUR
        if is_free[begin]:
            yield _Said(begin, found.end(), minute, _is_open(found["hour"], minute))


def _parts(text: str) -> list[_PartSaid]:
    """The parts of the day; of two side by side (`früh am Abend`) the last one."""
    parts: list[_PartSaid] = []
    for found in _PART.finditer(text):
        if _GREETED.search(text, max(0, found.start() - LONGEST_GAP), found.start()):
            continue
        said = _PartSaid(found.start(), found.end(), Part(found.lastgroup or ""))
        if parts and _are_beside(text, parts[-1].end, said.begin):
            said = replace(said, begin=parts.pop().begin)
        parts.append(said)
    return parts


def _are_beside(text: str, end: int, begin: int) -> bool:
    return 0 <= begin - end <= LONGEST_GAP and _BESIDE.fullmatch(text, end, begin) is not None


def _apart(said: Iterable[_Said]) -> list[_Said]:
    kept: list[_Said] = []
    for hour in sorted(said, key=lambda hour: (hour.begin, -hour.end)):
        if not kept or hour.begin >= kept[-1].end:
            kept.append(hour)
    return kept


def hours_found(text: str, is_free: list[bool]) -> list[AtTime]:
    """The times of day in the free places of a plain text, in their order.

    Args:
        text: the plain text.
        is_free: by character, whether it means nothing else yet.
    """
    is_free = _without_dates(text, is_free)
    hours = _apart([*_listed(text, is_free), *_clocks(text, is_free), *_others(text, is_free)])
    parts = [part for part in _parts(text) if is_free[part.begin] and not _is_inside(part, hours)]
    times: list[AtTime] = []
    used: set[int] = set()
    for hour in hours:
        part = _beside(text, hour, parts, used)
        if part is None:
            minute = usual(hour.minute) if hour.is_open else hour.minute % DAY
            times.append(AtTime(hour.begin, hour.end, minute, hour.is_open))
            continue
        used.add(part.begin)
        minute = within(hour.minute, part.part) if hour.is_open else hour.minute % DAY
        times.append(AtTime(min(hour.begin, part.begin), max(hour.end, part.end), minute))
    times += [
        AtTime(part.begin, part.end, HOURS[part.part] + _shift(text, part))
        for part in parts
        if part.begin not in used
    ]
    return sorted(times, key=lambda time: time.begin)


def _shift(text: str, part: _PartSaid) -> int:
    """How far from a part of the day (minutes): `10 min vor Feierabend`."""
    said = _SHIFT.search(text, max(0, part.begin - LONGEST_GAP), part.begin)
    if not said or not text.startswith(("vor ", "nach "), part.begin):
        return 0
    minutes = int(said["minutes"] or 0) or (30 if said["half"] else 15 if said["quarter"] else HOUR)
    return -minutes if text.startswith("vor ", part.begin) else minutes


def _is_inside(part: _PartSaid, hours: Iterable[_Said]) -> bool:
    return any(hour.begin <= part.begin < hour.end for hour in hours)


def _beside(text: str, hour: _Said, parts: Iterable[_PartSaid], used: set[int]) -> _PartSaid | None:
    """The part of the day beside an hour; one before it first (`morgens um 7 und abends`)."""
    free = [part for part in parts if part.begin not in used]
    before = (part for part in free if _are_beside(text, part.end, hour.begin))
    after = (part for part in free if _are_beside(text, hour.end, part.begin))
    return next(before, None) or next(after, None)
