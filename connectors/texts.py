"""Reads a connector's sentences from a loaded YAML file into its values."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.errors import ConfigurationError

Texts = TypeVar("Texts")


def read_texts(kind: type[Texts], raw: Mapping[str, Any], file: str) -> Texts:
    """The texts of one kind.

    Args:
        kind: a dataclass with a field for each text.
        raw: the loaded file.
        file: its name in `bot/texts/`, for the message.

    Raises:
        ConfigurationError: a text is missing or no text; the message names file and text.
    """
    try:
        return TypeAdapter(kind).validate_python(dict(raw))
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(f"texts/{file}: {name}: {first['msg']}") from error
