"""Every sentence that Telegram shows outside a conversation; they come from `bot/texts/telegram.yml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.texts import read_texts


@dataclass(frozen=True, slots=True)
class TelegramTexts:
    """All of them, plain text.

    Attributes:
        description: what stands in an empty chat above the start button (at most 512 characters).
        short_description: what stands in the bot's profile (at most 120 characters).
        group: said once in a group before leaving it.
        channel: the same in a channel.
        too_many: when a chat has too many unanswered messages.
    """

    description: str
    short_description: str
    group: str
    channel: str
    too_many: str


def telegram_texts(raw: Mapping[str, Any]) -> TelegramTexts:
    """The texts in a loaded `telegram.yml`.

    Raises:
        ConfigurationError: a text is missing or no text; the message names it.
    """
    return read_texts(TelegramTexts, raw, "telegram.yml")
