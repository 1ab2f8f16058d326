"""Reads the YAML of a Rasa project and says where something is wrong.

What `dialogues/` may contain is Rasa's format; of it this engine so far runs responses (variations,
channels, slot conditions, buttons), rules of one intent and actions, and NLU examples.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ConfigurationError


class DialogueError(ConfigurationError):
    """A file of the Rasa project cannot be used. The message names file, line and reason."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


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
        finally:
            loader.dispose()

    def entries(self) -> Iterator[tuple[str, "Item"]]:
        """The entries of a mapping, each with the line of its key; none if it is no mapping."""
        if isinstance(self.node, yaml.MappingNode):
            for key, value in self.node.value:
                yield key.value, Item(self.path, key.start_mark.line + 1, value)

    def rows(self) -> Iterator["Item"]:
        """The rows of a list, each with its line; none if it is no list."""
        if isinstance(self.node, yaml.SequenceNode):
            for value in self.node.value:
                yield Item(self.path, value.start_mark.line + 1, value)

    def error(self, reason: str) -> DialogueError:
        """An error that points here."""
        return DialogueError(self.path, self.line, reason)


def read_section(folder: Path, section: str) -> Iterator[Item]:
    """The top-level `section` of each YAML file below `folder`, files in the order of their paths.

    Raises:
        DialogueError: a file is not YAML, not UTF-8, or not a mapping.
    """
    for path in sorted(folder.rglob("*.yml")):
        document = _compose(path)
        for key, value in document.value if document else ():
            if key.value == section:
                yield Item(path, value.start_mark.line + 1, value)


def _compose(path: Path) -> yaml.MappingNode | None:
    try:
        document = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise DialogueError(path, 1, "is not UTF-8 text; save it as UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise DialogueError(path, line, f"is not YAML: {error}") from error
    if document is not None and not isinstance(document, yaml.MappingNode):
        raise DialogueError(path, 1, "must hold a mapping such as `responses:`")
    return document
