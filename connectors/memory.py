"""A connector without a network: demonstrations and tests speak to the assistant through it."""

import asyncio
import itertools
from collections import deque
from types import TracebackType
from typing import Self

from bot.clock import Clock
from bot.errors import DeliveryError, Refused
from bot.messages import (
    Address,
    Capabilities,
    Format,
    IncomingContent,
    IncomingMessage,
    OutgoingMessage,
    OutgoingRoom,
    Receipt,
    Typing,
    typed,
)
from bot.ports import Inbox, Received


class MemoryConnector:
    """Keeps everything that was sent in `sent`, in order; signs of typing are not kept.

    A room that is opened for a person is the chat `room-1`, `room-2` and so on; in a chat whose name begins with
    `group` it is a topic, `group/1`, `group/2`. The same token is the same room.

    Args:
        inbox: where messages go.
        clock: stamps incoming messages.

    Attributes:
        sent: every message, in the order of sending.
        files: what `fetch` gives, by reference; whoever lets somebody send a `File` puts its content here.
    """

    trouble = None
    url = ""
    channel = "memory"
    capabilities = Capabilities(
        buttons=10,
        edits=True,
        deletions=True,
        files=10_000_000,
        length=4000,
        format=Format.PLAIN,
        reminds_when_closed=True,
    )

    def __init__(self, inbox: Inbox, clock: Clock) -> None:
        self.sent: list[OutgoingMessage] = []
        self.files: dict[str, bytes] = {}
        self._rooms: dict[tuple[str, str], str] = {}
        self._inbox = inbox
        self._clock = clock
        self._ids = itertools.count(1)
        self._faults: deque[tuple[DeliveryError, bool]] = deque()
        self._arrived = asyncio.Condition()

    async def __aenter__(self) -> Self:
        """See `bot.ports.Connector`."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """See `bot.ports.Connector`."""

    async def says(
        self,
        chat: str,
        content: str | IncomingContent,
        *,
        external_id: str | None = None,
        reply_to: str = "",
        sender: str = "",
    ) -> Received:
        """Let somebody write; a string is taken as typed, all else is as in `IncomingMessage`."""
        message = IncomingMessage(
            address=Address(self.channel, chat),
            external_id=external_id or f"m{next(self._ids)}",
            content=typed(content) if isinstance(content, str) else content,
            sent_at=self._clock(),
            reply_to=reply_to,
            sender=sender,
        )
        return await self._inbox.receive([message])

    def fail_next(self, error: DeliveryError, *, after_effect: bool = False) -> None:
        """Let the next sending fail, before or after the message has arrived."""
        self._faults.append((error, after_effect))

    async def send(self, message: OutgoingMessage) -> Receipt:
        """See `bot.ports.Connector`."""
        if isinstance(message.content, Typing):
            return Receipt()
        opened = self._opened(message)
        fault, after_effect = self._faults.popleft() if self._faults else (None, False)
        if fault is None or after_effect:
            async with self._arrived:
                self.sent.append(message)
                self._arrived.notify_all()
        if fault is not None:
            raise fault
        return Receipt(external_id=f"s{len(self.sent)}", opened=opened)

    async def fetch(self, reference: str) -> bytes:
        """See `bot.ports.Connector`."""
        if reference not in self.files:
            raise Refused("no such file")
        return self.files[reference]

    async def arrived(self, count: int, *, within: float = 10.0) -> list[OutgoingMessage]:
        """Wait until so many messages were sent in all.

        Raises:
            TimeoutError: fewer came within so many seconds.
        """
        async with asyncio.timeout(within), self._arrived:
            await self._arrived.wait_for(lambda: len(self.sent) >= count)
        return self.sent

    def _opened(self, message: OutgoingMessage) -> str | None:
        """The room that a message opens; None when it opens none.

        Raises:
            Refused: `capabilities` say that no rooms are opened for persons.
        """
        if not isinstance(message.content, OutgoingRoom):
            return None
        chat = message.address.chat
        is_group = chat.startswith("group")
        if not is_group and not self.capabilities.opens_rooms:
            raise Refused("rooms are not opened here")
        prefix = f"{chat}/" if is_group else "room-"
        asked = (prefix, message.content.token)
        if asked not in self._rooms:
            number = 1 + sum(each == prefix for each, _ in self._rooms)
            self._rooms[asked] = f"{prefix}{number}"
        return self._rooms[asked]
