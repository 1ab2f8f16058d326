"""Reads the `nlu:` sections of a project: examples with their entities, synonyms, regexes, lookups."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.engine.project import Item, read_section
from bot.events import Entity

_ANNOTATION = re.compile(
    r"\[(?P<text>[^\]]+)\](?:\((?P<name>[^:)]+)(?::(?P<value>[^)]+))?\)|(?P<json>\{[^}]+\}))"
)


@dataclass(frozen=True, slots=True)
class Example:
    """One example sentence.

    Attributes:
        text: as a person types it, without annotations.
        intent: what it means.
        entities: what is annotated in it, as the annotation says.
        spans: the same as it stands in the text: begin, end, name.
    """

    text: str
    intent: str
    entities: tuple[Entity, ...] = ()
    spans: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Examples:
    """Everything of a project that understanding learns from.

    Attributes:
        examples: in the order of the files.
        synonyms: by what is typed (lower case), the value that is meant.
        regexes: by entity, patterns.
        lookups: by entity, its values.
    """

    examples: tuple[Example, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    regexes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lookups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def by_intent(self) -> dict[str, tuple[str, ...]]:
        """By intent, its examples' texts in their order."""
        found: dict[str, list[str]] = {}
        for example in self.examples:
            found.setdefault(example.intent, []).append(example.text)
        return {intent: tuple(texts) for intent, texts in found.items()}


def load_examples(folder: Path | Sequence[Path]) -> Examples:
    """Read all examples below a folder, or of these files.

    Raises:
        DialogueError: with file, line and reason.
    """
    examples: list[Example] = []
    synonyms: dict[str, str] = {}
    regexes: dict[str, tuple[str, ...]] = {}
    lookups: dict[str, tuple[str, ...]] = {}
    for section in read_section(folder, "nlu"):
        for item in section.rows():
            kind, name, lines = _entry(item)
            match kind:
                case "intent":
                    read = [annotated(line, name, item) for line in lines]
                    examples += read
                    synonyms |= _synonyms_of(read)
                case "synonym":
                    synonyms |= {line.lower(): name for line in lines}
                case "regex":
                    _check_regexes(lines, item)
                    regexes[name] = (*regexes.get(name, ()), *lines)
                case _:
                    lookups[name] = (*lookups.get(name, ()), *lines)
    return Examples(tuple(examples), synonyms, regexes, lookups)


def annotated(line: str, intent: str, item: Item | None = None) -> Example:
    """An example without its annotations: `[Fulda](city)`, `[Fd]{"entity": "city", "value": "Fulda"}`.

    Raises:
        DialogueError: an annotation cannot be read, or names a role or group.
    """
    text = ""
    entities: list[Entity] = []
    spans: list[tuple[int, int, str]] = []
    end = 0
    for found in _ANNOTATION.finditer(line):
        name, value = found["name"], found["value"]
        if found["json"]:
            name, value = _from_json(found["json"], item)
        text += line[end : found.start()]
        spans.append((len(text), len(text) + len(found["text"]), name))
        text += found["text"]
        entities.append(Entity(name, value or found["text"]))
        end = found.end()
    return Example(text + line[end:], intent, tuple(entities), tuple(spans))


def _from_json(raw: str, item: Item | None) -> tuple[str, str | None]:
    try:
        known = json.loads(raw)
        name = str(known["entity"])
    except (ValueError, KeyError, TypeError) as error:
        raise _error(item, f"an annotation needs `entity`: {raw}") from error
    if {"role", "group"} & set(known):
        raise _error(item, "roles and groups of entities are not supported")
    value = known.get("value")
    return name, None if value is None else str(value)


def _entry(item: Item) -> tuple[str, str, list[str]]:
    kinds = [key for key, _ in item.entries() if key in ("intent", "synonym", "regex", "lookup")]
    listed = item.get("examples")
    if len(kinds) != 1 or listed is None:
        raise item.error(
            "an NLU entry needs `intent`, `synonym`, `regex` or `lookup`, and `examples`"
        )
    name_item = item.get(kinds[0])
    name = str(name_item.value) if name_item else ""
    return kinds[0], name, _lines(listed)


def _lines(listed: Item) -> list[str]:
    if listed.is_list:
        return [_text_of(row) for row in listed.rows()]
    lines = [line.strip() for line in str(listed.value or "").splitlines() if line.strip()]
    if not all(line.startswith("-") for line in lines):
        raise listed.error("each example is a line that starts with `- `")
    return [line[1:].strip() for line in lines if line[1:].strip()]


def _text_of(row: Item) -> str:
    text = row.get("text")
    return str(text.value if text else row.value).strip()


def _synonyms_of(examples: Sequence[Example]) -> dict[str, str]:
    found: dict[str, str] = {}
    for example in examples:
        for entity, (begin, end, _) in zip(example.entities, example.spans, strict=True):
            typed = example.text[begin:end]
            if str(entity.value) != typed:
                found[typed.lower()] = str(entity.value)
    return found


def _check_regexes(lines: Sequence[str], item: Item) -> None:
    for line in lines:
        try:
            re.compile(line)
        except re.error as error:
            raise item.error(f"the regex {line} cannot be read: {error}") from error


def _error(item: Item | None, reason: str) -> Exception:
    return item.error(reason) if item else ValueError(reason)
