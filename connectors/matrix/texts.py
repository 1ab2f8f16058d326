"""Every sentence that Matrix shows outside a conversation; they come from `bot/texts/matrix.yml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.texts import read_texts


@dataclass(frozen=True, slots=True)
class MatrixTexts:
    """All of them, plain text.

    Attributes:
        name: the bot's display name, when the account has none.
        room: said once in a room with more people before leaving it.
        too_many: when a room has far too many unanswered messages.
    """

    name: str
    room: str
    too_many: str


def matrix_texts(raw: Mapping[str, Any]) -> MatrixTexts:
    """The texts in a loaded `matrix.yml`.

    Raises:
        ConfigurationError: a text is missing or no text; the message names it.
    """
    return read_texts(MatrixTexts, raw, "matrix.yml")
