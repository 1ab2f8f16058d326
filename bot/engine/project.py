"""Reads the YAML of a Rasa project and says where something is wrong."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ConfigurationError

LARGEST_FILE = 5_000_000
"""Bytes; a larger file is a mistake, or wants to be split."""

_BOOL = "tag:yaml.org,2002:bool"


class DialogueError(ConfigurationError):
    """A file of the Rasa project cannot be used. The message names file, line and reason."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class _Loader(yaml.CSafeLoader):
    """YAML 1.2, as Rasa reads it: only `true` and `false` are booleans; `no` and `on` are words."""


_Loader.yaml_implicit_resolvers = {
    first: [row for row in rows if row[0] != _BOOL]
    for first, rows in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    _BOOL, re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


@dataclass(frozen=True, slots=True)
class Item:
    """One node of a project file with the place it came from."""

    path: Path
    line: int
    node: yaml.Node

    @property
    def value(self) -> Any:
        """The node as plain Python values."""
        loader = yaml.SafeLoader("")
        try:
            return loader.construct_object(self.node, deep=True)
        except yaml.YAMLError as error:
            raise self.error(f"cannot be read: {error}") from error
        finally:
            loader.dispose()

    @property
    def is_mapping(self) -> bool:
        """Whether this is a mapping."""
        return isinstance(self.node, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        """Whether this is a list."""
        return isinstance(self.node, yaml.SequenceNode)

    def entries(self) -> Iterator[tuple[str, "Item"]]:
        """The entries of a mapping, each with the line of its key; none if it is no mapping."""
        if isinstance(self.node, yaml.MappingNode):
            for key, value in self.node.value:
                yield str(key.value), Item(self.path, key.start_mark.line + 1, value)

    def rows(self) -> Iterator["Item"]:
        """The rows of a list, each with its line; none if it is no list."""
        if isinstance(self.node, yaml.SequenceNode):
            for value in self.node.value:
                yield Item(self.path, value.start_mark.line + 1, value)

    def get(self, key: str) -> "Item | None":
        """The entry of a mapping with this key, or None."""
        return next((item for name, item in self.entries() if name == key), None)

    def error(self, reason: str) -> DialogueError:
        """An error that points here."""
        return DialogueError(self.path, self.line, reason)


def yaml_files(folder: Path) -> list[Path]:
    """All YAML files below a folder (or the file itself), in the order of their paths."""
    if folder.is_file():
        return [folder]
    found = {*folder.rglob("*.yml"), *folder.rglob("*.yaml")}
    return sorted(path for path in found if path.is_file())


def read_section(folder: Path | Sequence[Path], section: str) -> Iterator[Item]:
    """The top-level `section` of each YAML file below `folder`, or of each of these files.

    Raises:
        DialogueError: a file is not YAML, not UTF-8, too large, or not a mapping.
    """
    for path in yaml_files(folder) if isinstance(folder, Path) else folder:
        document = read_document(path)
        item = document.get(section) if document else None
        if item is not None:
            yield item


def read_document(path: Path) -> Item | None:
    """A whole file, or None when it is empty.

    Raises:
        DialogueError: the file is not YAML, not UTF-8, too large, not a mapping, or says a key twice.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise DialogueError(path, 1, "is larger than 5 MB; split it into several files")
        text = path.read_bytes().decode("utf-8-sig")
        node = yaml.compose(text, Loader=_Loader)
    except OSError as error:
        raise DialogueError(path, 1, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise DialogueError(path, line, "is not UTF-8 text; save it as UTF-8") from error
    except yaml.YAMLError as error:
        raise _not_yaml(path, text, error) from error
    if node is None:
        return None
    document = Item(path, node.start_mark.line + 1, node)
    if not document.is_mapping:
        raise document.error("must hold a mapping such as `responses:`")
    _refuse_doubles(document)
    return document


def _not_yaml(path: Path, text: str, error: yaml.YAMLError) -> DialogueError:
    mark = getattr(error, "problem_mark", None)
    number = mark.line if mark else 0
    lines = text.splitlines()
    problem = str(getattr(error, "problem", None) or error)
    if number < len(lines) and lines[number].lstrip(" ").startswith("\t"):
        problem = "the line begins with a tab; indent with spaces"
    return DialogueError(path, number + 1, f"is not YAML: {problem}")


def _refuse_doubles(document: Item) -> None:
    waiting = [document]
    seen: set[int] = set()
    while waiting:
        item = waiting.pop()
        if id(item.node) in seen:
            continue
        seen.add(id(item.node))
        known: dict[str, int] = {}
        for key, value in item.entries():
            if key in known and key != "<<":
                raise value.error(f"`{key}` stands here twice, first in line {known[key]}")
            known[key] = value.line
            waiting.append(value)
        waiting.extend(item.rows())
