"""One article and one place to go, read from files; every mistake names file, line and reason."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

LARGEST_FILE = 256 * 1024


class ArticleError(Exception):
    """A file cannot be read as an article or as places. Mend the named line and reload."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Source:
    """Where something stands: a title such as `BBiG § 7a`, and the official page."""

    title: str
    link: str


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go next; the facts named support what it says."""

    key: str
    name: str
    does: str
    link: str = ""
    phone: str = ""
    hours: str = ""
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Variant:
    """The answer for somebody who needs another one than the apprentice, in both language levels."""

    answer: str
    einfach: str


@dataclass(frozen=True, slots=True)
class Article:
    """One checked answer; the README of this folder explains each field."""

    key: str
    title: str
    topic: str
    audience: tuple[str, ...]
    phase: tuple[str, ...]
    region: str
    questions: tuple[str, ...]
    answer: str
    einfach: str
    next_step: str
    place: str
    sources: tuple[Source, ...]
    stand: str
    valid_until: date
    owner: str
    confidence: str
    path: Path
    aliases: tuple[str, ...] = ()
    more: str = ""
    related: tuple[str, ...] = ()
    variants: Mapping[str, Variant] = field(default_factory=dict)
    serious: bool = False
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)

    @property
    def keys(self) -> tuple[str, ...]:
        """All fact keys that this article answers."""
        return (self.key, *self.aliases)

    def text(self, level: str, role: str | None = None) -> str:
        """The answer in the wanted language level.

        Args:
            level: `standard` or `einfach`.
            role: who asks; with a variant of its own or not.
        """
        said = self.variants.get(role or "", self)
        return said.einfach if level == "einfach" else said.answer

    def said(self) -> "Iterator[tuple[str, Article | Variant]]":
        """The article itself and each variant, with the field that names it."""
        yield "answer", self
        for variant in self.variants.values():
            yield "variants", variant

    def is_valid_on(self, day: date) -> bool:
        """Whether the text may be stated as true on this day."""
        return day <= self.valid_until


_LISTS = ("audience", "phase", "questions", "aliases", "related")
_TEXTS = (
    "key", "title", "topic", "region", "answer", "einfach", "next_step", "place", "stand",
    "owner", "confidence", "more",
)  # fmt: skip
_OPTIONAL = frozenset({"aliases", "more", "related", "variants", "serious"})
_FIELDS = frozenset((*_LISTS, *_TEXTS, "sources", "variants", "valid_until", "serious"))


def read_article(path: Path) -> Article:
    """Read one file.

    Raises:
        ArticleError: with file, line and reason.
    """
    return parse_article(path, read(path))


def parse_article(path: Path, data: bytes) -> Article:
    """Parse the bytes of one file.

    Raises:
        ArticleError: with file, line and reason.
    """
    front, offset = front_matter(path, decoded(path, data))
    values, lines = mapping(path, front, offset)
    for name in values:
        if name not in _FIELDS:
            raise ArticleError(path, lines.get(name, 1), f"unknown field: {name}")
    for name in sorted(_FIELDS - _OPTIONAL - set(values)):
        raise ArticleError(path, 1, f"the field {name} is missing")
    checked: dict[str, Any] = {}
    for name, value in values.items():
        checked[name] = _checked(path, lines[name], name, value)
    return Article(path=path, lines=lines, **checked)


def read_places(path: Path) -> dict[str, Place]:
    """Read the places of one region.

    Raises:
        ArticleError: with file, line and reason.
    """
    values, lines = mapping(path, decoded(path, read(path)), 0)
    places = values.get("places")
    if not isinstance(places, dict):
        raise ArticleError(path, 1, "`places:` with one entry for each place is missing")
    found = {}
    for key, raw in places.items():
        try:
            fields = {name: _place_field(value) for name, value in raw.items()}
            found[str(key)] = Place(key=str(key), **fields)
        except (TypeError, AttributeError) as error:
            reason = f"the place {key}: {error}"
            raise ArticleError(path, lines.get("places", 1), reason) from error
    return found


def split_front_matter(text: str) -> tuple[str | None, str]:
    """The front matter, or None, and the body of any Markdown text."""
    lines = text.split("\n")
    if lines[0].strip() != "---":
        return None, text
    for number, line in enumerate(lines[1:], start=1):
        if line.strip() == "---":
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :])
    return None, text


def read(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        ArticleError: it cannot be read, or is too large.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ArticleError(path, 1, f"is larger than {LARGEST_FILE // 1024} kB")
        return path.read_bytes()
    except OSError as error:
        raise ArticleError(path, 1, f"cannot be read: {error.strerror}") from error


def decoded(path: Path, data: bytes) -> str:
    """The text of a file.

    Raises:
        ArticleError: it is too large, or no UTF-8.
    """
    if len(data) > LARGEST_FILE:
        raise ArticleError(path, 1, f"is larger than {LARGEST_FILE // 1024} kB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ArticleError(path, line, "is not UTF-8 text; save it as UTF-8") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def front_matter(path: Path, text: str) -> tuple[str, int]:
    """The front matter of a file, and the number of its first line.

    Raises:
        ArticleError: there is none.
    """
    front, _ = split_front_matter(text)
    if front is None:
        raise ArticleError(path, 1, "must begin with front matter between two lines `---`")
    return front, 1


def mapping(path: Path, text: str, offset: int) -> tuple[dict[str, Any], dict[str, int]]:
    """The fields of front matter, and by field its line.

    Raises:
        ArticleError: it is no YAML mapping.
    """
    loader = yaml.CSafeLoader("")
    try:
        loader = yaml.CSafeLoader(text)
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise ArticleError(path, 1 + offset, "must hold fields such as `key: …`")
        lines: dict[str, int] = {}
        for key, _ in node.value:
            line = key.start_mark.line + 1 + offset
            if key.value in lines:
                raise ArticleError(path, line, f"the field {key.value} stands here twice")
            lines[str(key.value)] = line
        values = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + 1 + offset
        raise ArticleError(path, line, f"is not YAML: {error.problem or error}") from error
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise ArticleError(path, 1 + offset, f"is not YAML: {error}") from error
    finally:
        loader.dispose()
    return {str(key): value for key, value in values.items()}, lines


def _checked(path: Path, line: int, name: str, value: Any) -> Any:
    if name in _LISTS:
        return _list(path, line, name, value)
    if name in _SPECIAL:
        return _SPECIAL[name](path, line, value)
    if name == "stand" and isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str) or not (value.strip() or name in _OPTIONAL):
        raise ArticleError(path, line, f"{name} must be a text; write it in quotes")
    return value.strip()


def _list(path: Path, line: int, name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ArticleError(path, line, f"{name} must be a list of texts")
    if not value and name not in _OPTIONAL:
        raise ArticleError(path, line, f"{name} is empty")
    return tuple(each.strip() for each in value)


def _sources(path: Path, line: int, value: Any) -> tuple[Source, ...]:
    try:
        sources = tuple(Source(title=str(each["title"]), link=str(each["link"])) for each in value)
    except (TypeError, KeyError) as error:
        raise ArticleError(path, line, "each source needs `title` and `link`") from error
    if not sources:
        raise ArticleError(path, line, "sources is empty")
    return sources


def _variants(path: Path, line: int, value: Any) -> dict[str, Variant]:
    try:
        return {
            str(role): Variant(str(each["answer"]).strip(), str(each["einfach"]).strip())
            for role, each in value.items()
        }
    except (TypeError, KeyError, AttributeError) as error:
        reason = "each variant is a role with `answer` and `einfach`"
        raise ArticleError(path, line, reason) from error


def _date(path: Path, line: int, value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ArticleError(path, line, "valid_until must be a date such as 2027-04-30")
    return value


def _flag(path: Path, line: int, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ArticleError(path, line, "serious must be true or false")
    return value


_SPECIAL: Mapping[str, Callable[[Path, int, Any], Any]] = {
    "sources": _sources,
    "variants": _variants,
    "valid_until": _date,
    "serious": _flag,
}


def _place_field(value: Any) -> Any:
    return tuple(str(each) for each in value) if isinstance(value, list) else str(value)
