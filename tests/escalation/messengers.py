"""Where the people of a crowd write and read: the seam, and the one without a network."""

import itertools
from dataclasses import dataclass, replace
from typing import Protocol

from typing_extensions import override

from bot.bootstrap import House
from bot.messages import IncomingContent, OutgoingMessage, OutgoingRoom, Receipt, Typing
from bot.ports import Connector
from connectors.memory import MemoryConnector

GROUP = "group-1"
"""A team's group, which has topics."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that was shown in a chat, and under which id."""

    external_id: str
    content: object


class Messenger(Protocol):
    """Where people write and read, as long as the crowd plays: an assistant that starts anew gets a new connector.

    Attributes:
        channel: its name.
        arrived: by chat, everything that was shown there, in its order, as far as it was `read`.
        rooms: by the chat of a room or topic that was opened, in which chat it was asked for, and what it is called.
    """

    channel: str
    arrived: dict[str, list[Arrived]]
    rooms: dict[str, tuple[str, str]]

    def connector(self, house: House) -> Connector:
        """The assistant's side."""

    async def comes(self, name: str) -> str:
        """Let somebody open a chat with the running assistant: what the chat is called."""

    async def write(
        self, chat: str, content: IncomingContent, external_id: str, reply_to: str, sender: str
    ) -> None:
        """Let somebody write, after all that they wrote before; as in `IncomingMessage`."""

    async def heard(self) -> None:
        """Wait until the assistant has all that was written."""

    async def read(self) -> None:
        """Wait until everybody has seen all that was sent."""


class MemoryMessenger:
    """The `Messenger` without a network.

    Args:
        channel: its name.
        opens_rooms: whether a room is opened for each case.
    """

    def __init__(self, channel: str, *, opens_rooms: bool = False) -> None:
        self.channel = channel
        self.opens_rooms = opens_rooms
        self.arrived: dict[str, list[Arrived]] = {}
        self.rooms: dict[str, tuple[str, str]] = {}
        self._by_token: dict[str, str] = {}
        self._ids = itertools.count(1)
        self._now: MemoryConnector | None = None

    def connector(self, house: House) -> Connector:
        self._now = _Wire(house, self)
        return self._now

    async def comes(self, name: str) -> str:
        return name

    async def write(
        self, chat: str, content: IncomingContent, external_id: str, reply_to: str, sender: str
    ) -> None:
        assert self._now is not None
        await self._now.says(
            chat, content, external_id=external_id, reply_to=reply_to, sender=sender
        )

    async def heard(self) -> None:
        """Nothing is on its way here."""

    async def read(self) -> None:
        """Nothing is on its way here."""

    def show(self, message: OutgoingMessage) -> Receipt:
        """Keep what was sent; a room is the same for the same token."""
        external_id = f"out{next(self._ids)}"
        shown = self.arrived.setdefault(message.address.chat, [])
        shown.append(Arrived(external_id, message.content))
        if not isinstance(message.content, OutgoingRoom):
            return Receipt(external_id)
        asked_in, token = message.address.chat, message.content.token
        prefix = f"{asked_in}/" if asked_in == GROUP else "room-"
        opened = self._by_token.setdefault(token, f"{prefix}{len(self._by_token)}")
        self.rooms[opened] = (asked_in, message.content.title)
        return Receipt(external_id, opened=opened)


class _Wire(MemoryConnector):
    """What one assistant sends goes where the last one's went."""

    def __init__(self, house: House, messenger: MemoryMessenger) -> None:
        super().__init__(house.inbox, house.clock)
        self.channel = messenger.channel
        self.capabilities = replace(self.capabilities, opens_rooms=messenger.opens_rooms)
        self._messenger = messenger

    @override
    async def send(self, message: OutgoingMessage) -> Receipt:
        if isinstance(message.content, Typing):
            return Receipt()
        return self._messenger.show(message)
