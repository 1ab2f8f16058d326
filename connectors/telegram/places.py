"""Where Telegram's messages stand: chats, and the topics of a group. Pure.

Source: https://core.telegram.org/bots/api#message (`message_thread_id`, `is_topic_message`). A topic's address is
`group/topic`; the topic "General" is the group itself. Message ids count through all topics of a group.
"""

import re
from dataclasses import dataclass

from bot.messages import Address

CHANNEL = "telegram"
_CHAT = re.compile(r"(?P<chat>-?\d+)(?:/(?P<topic>\d+))?", re.ASCII)
_MESSAGE = re.compile(r"(?:(?P<chat>-?\d+)/)?(?P<message>\d+)(?:/edit/\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """One chat, or one topic of a group.

    Attributes:
        chat: Telegram's id; those of groups are negative.
        topic: Telegram's `message_thread_id`; None where there are no topics, and in "General".
    """

    chat: int
    topic: int | None = None

    @property
    def address(self) -> Address:
        """The same for everybody else."""
        return Address(CHANNEL, f"{self.chat}/{self.topic}" if self.topic else str(self.chat))


def to_place(address: Address) -> Place | None:
    """The place of an address; None when Telegram has no such chats."""
    found = _CHAT.fullmatch(address.chat)
    if found is None:
        return None
    return Place(int(found["chat"]), int(found["topic"]) if found["topic"] else None)


def message_in(chat: int, external_id: str) -> int | None:
    """Telegram's id of the message that an external id names; None when it names none of this chat.

    Args:
        chat: Telegram's id.
        external_id: what a message of ours was sent under, or what one of a person's came with.
    """
    found = _MESSAGE.fullmatch(external_id)
    if found is None or found["chat"] not in (None, str(chat)):
        return None
    return int(found["message"])
