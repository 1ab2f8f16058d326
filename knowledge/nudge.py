"""Nudges for parents, read from files: one fact, one act, one encouragement; and when each is in season."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.article import ArticleError, decoded, front_matter, mapping, read
from knowledge.loader import KnowledgeError, ReloadReport

TOPICS = (
    "berufswahl", "praktikum", "bewerbung", "start", "alltag", "geld", "pruefung", "miteinander",
    "wege",
)  # fmt: skip
CLASSES = tuple(f"k{number}" for number in range(7, 14))
TRAINING_YEARS = tuple(f"a{number}" for number in range(1, 5))
STAGES = (*CLASSES, *TRAINING_YEARS)
"""Where a child is: the class at school (`k9`), or the year of the training (`a2`)."""
SUMMER, AUTUMN, CHRISTMAS, EASTER = (
    "sommerferien", "herbstferien", "weihnachtsferien", "osterferien",
)  # fmt: skip
TRAINING_BEGIN = "ausbildungsstart"
"""The first of September."""
ANCHORS = (SUMMER, AUTUMN, CHRISTMAS, EASTER, TRAINING_BEGIN)


@dataclass(frozen=True, slots=True)
class Always:
    """In season all the year."""


@dataclass(frozen=True, slots=True)
class Season:
    """In season every year from one (month, day) until another, both included; also across the new year."""

    begin: tuple[int, int]
    end: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Before:
    """In season for two weeks, from so many weeks before the first day of an anchor."""

    weeks: int
    anchor: str


@dataclass(frozen=True, slots=True)
class After:
    """In season for two weeks, from so many weeks after the last day of an anchor."""

    weeks: int
    anchor: str


When = Always | Season | Before | After


@dataclass(frozen=True, slots=True)
class Words:
    """The three parts of a nudge in one language level."""

    fact: str
    act: str
    cheer: str

    @property
    def text(self) -> str:
        """All three, as they are sent."""
        return f"{self.fact} {self.act} {self.cheer}"


@dataclass(frozen=True, slots=True)
class Nudge:
    """One short message to a parent; the README of this folder explains each field.

    Attributes:
        key: `<topic>.<name>`.
        stages: for parents of children at which of `STAGES`.
        region: `bund`, or the lower-case code of a state.
        when: in which time of the year.
        facts: keys of facts; the first is the main one.
        article: key of the article that explains it.
        minutes: how long the act takes, 1 to 10.
    """

    key: str
    title: str
    topic: str
    stages: frozenset[str]
    region: str
    when: When
    facts: tuple[str, ...]
    article: str
    minutes: int
    standard: Words
    einfach: Words
    path: Path
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)

    @property
    def main_fact(self) -> str:
        """The key of the fact that it tells first."""
        return self.facts[0]

    def text(self, level: str) -> str:
        """Fact, act and encouragement in the wanted language level.

        Args:
            level: `standard` or `einfach`.
        """
        return self.words(level).text

    def words(self, level: str) -> Words:
        """The three parts in the wanted language level."""
        return self.einfach if level == "einfach" else self.standard


def load_nudges(folder: Path) -> dict[str, Nudge]:
    """By key, all nudges of a knowledge folder, in the order of their files.

    Args:
        folder: the knowledge folder, which holds `nudges/<topic>/<key>.md`.

    Raises:
        KnowledgeError: with every mistake found, not only the first.
    """
    errors: list[ArticleError] = []
    nudges: dict[str, Nudge] = {}
    for path in sorted((folder / "nudges").rglob("*.md")):
        try:
            nudge = read_nudge(path)
        except ArticleError as error:
            errors.append(error)
            continue
        if nudge.key in nudges:
            reason = f"{nudge.key} stands already in {nudges[nudge.key].path}"
            errors.append(ArticleError(path, nudge.lines["key"], reason))
        nudges[nudge.key] = nudge
    if errors:
        raise KnowledgeError(errors)
    return nudges


class LiveNudges:
    """Nudges that can be read again; a broken file keeps the last good state.

    Raises:
        KnowledgeError: the first reading failed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._signature = self._sign()
        self.current: Mapping[str, Nudge] = load_nudges(folder)

    def reload(self) -> ReloadReport:
        """Read again if any file changed; never raises."""
        signature = self._sign()
        if signature == self._signature:
            return ReloadReport()
        self._signature = signature
        try:
            self.current = load_nudges(self._folder)
        except KnowledgeError as error:
            return ReloadReport(errors=tuple(error.errors))
        return ReloadReport(is_changed=True)

    def _sign(self) -> frozenset[tuple[Path, int, int]]:
        stats = []
        for path in (self._folder / "nudges").rglob("*.md"):
            try:
                stats.append((path, path.stat()))
            except OSError:
                # Gone between listing and looking: the next reload sees that.
                continue
        return frozenset((path, stat.st_mtime_ns, stat.st_size) for path, stat in stats)


def read_nudge(path: Path) -> Nudge:
    """Read one file.

    Raises:
        ArticleError: with file, line and reason.
    """
    return parse_nudge(path, read(path))


def parse_nudge(path: Path, data: bytes) -> Nudge:
    """Parse the bytes of one file.

    Raises:
        ArticleError: with file, line and reason.
    """
    front, offset = front_matter(path, decoded(path, data))
    values, lines = mapping(path, front, offset)
    for name in values:
        if name not in _FIELDS:
            raise ArticleError(path, lines[name], f"unknown field: {name}")
    checked: dict[str, Any] = {}
    for name, of_value in _FIELDS.items():
        if name not in values:
            raise ArticleError(path, 1, f"the field {name} is missing")
        try:
            checked[name] = of_value(values[name])
        except _Wrong as error:
            raise ArticleError(path, lines[name], f"{name} {error}") from error
    standard = Words(*(checked.pop(part) for part in _PARTS))
    return Nudge(path=path, lines=lines, standard=standard, **checked)


class _Wrong(Exception):
    """What a field must be."""


_PARTS = ("fact", "act", "cheer")
_MONTH_DAY = re.compile(r"(\d\d)-(\d\d)")
_COMMON_YEAR = 2001
"""Any year without a 29 February: a season must have its days every year."""


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Wrong("must be a text; write it in quotes")
    return value.strip()


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise _Wrong("must be a list of texts")
    return tuple(map(_text, value))


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _Wrong("must be a whole number")
    return value


def _words(value: Any) -> Words:
    if not isinstance(value, dict) or set(value) != set(_PARTS):
        raise _Wrong("must hold fact, act and cheer, and nothing else")
    return Words(*(_text(value[part]) for part in _PARTS))


def _when(value: Any) -> When:
    match value:
        case "always":
            return Always()
        case {"from": begin, "until": end, **rest} if not rest:
            return Season(_month_day(begin), _month_day(end))
        case {"weeks_before": weeks, "anchor": anchor, **rest} if not rest:
            return Before(_whole(weeks), _anchor(anchor))
        case {"weeks_after": weeks, "anchor": anchor, **rest} if not rest:
            return After(_whole(weeks), _anchor(anchor))
    raise _Wrong("must be `always`, a season or a date rule")


def _month_day(value: Any) -> tuple[int, int]:
    found = _MONTH_DAY.fullmatch(str(value))
    if found is None:
        raise _Wrong('needs months and days such as "09-01"')
    month, day = int(found[1]), int(found[2])
    try:
        date(_COMMON_YEAR, month, day)
    except ValueError as error:
        raise _Wrong(f"names a day that not every year has: {value}") from error
    return month, day


def _anchor(value: Any) -> str:
    if value not in ANCHORS:
        raise _Wrong(f"has an unknown anchor: {value}")
    return str(value)


_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "key": _text,
    "title": _text,
    "topic": _text,
    "stages": lambda value: frozenset(_texts(value)),
    "region": _text,
    "when": _when,
    "facts": _texts,
    "article": _text,
    "fact": _text,
    "act": _text,
    "minutes": _whole,
    "cheer": _text,
    "einfach": _words,
}
