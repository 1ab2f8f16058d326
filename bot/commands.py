"""The one registry of commands: `/hilfe`, menus and the authorization table are made from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from bot.errors import ConfigurationError
from knowledge.yamls import load_yaml


@dataclass(frozen=True, slots=True)
class CommandRow:
    """One command.

    Attributes:
        name: without the slash, lower case.
        aliases: other spellings.
        intent: what it means to the dialogues.
        topic: the room that answers it.
        roles: who may use it; empty means everybody.
        help: one line for `/hilfe` and menus.
        works_while_human: whether it works while a human owns the conversation.
        argument_intent: what it means with something behind it, as entity `argument`; empty: the same.
        is_stop: whether it is obeyed before everything but a crisis, also without a slash.
        is_bare_in_form: whether it is obeyed without a slash while a form is open.
    """

    name: str
    intent: str
    topic: str
    help: str
    aliases: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    works_while_human: bool = False
    argument_intent: str = ""
    is_stop: bool = False
    is_bare_in_form: bool = False


class Commands:
    """The rows by name and alias."""

    def __init__(self, rows: Sequence[CommandRow]) -> None:
        self.rows = tuple(rows)
        self._by_name = {name: row for row in rows for name in (row.name, *row.aliases)}

    def find(self, name: str) -> CommandRow | None:
        """The command with this name or alias, or None."""
        return self._by_name.get(name.lower())

    def for_roles(self, roles: Iterable[str]) -> tuple[CommandRow, ...]:
        """The commands that somebody with these roles may use, in their order."""
        held = set(roles)
        return tuple(row for row in self.rows if not row.roles or held & set(row.roles))


def load_commands(path: Path) -> Commands:
    """Read the registry.

    Raises:
        ConfigurationError: the file is broken or a name is taken twice.
    """
    try:
        raw = load_yaml(path.read_text(encoding="utf-8"))
        rows = TypeAdapter(list[CommandRow]).validate_python(raw["commands"])
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValidationError) as error:
        raise ConfigurationError(f"{path}: {error}") from error
    names = [name for row in rows for name in (row.name, *row.aliases)]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ConfigurationError(f"{path}: taken twice: {', '.join(sorted(twice))}")
    return Commands(rows)
