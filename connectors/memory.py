"""A connector without a network: demonstrations and tests speak to the assistant through it."""

import asyncio
import itertools
from collections import deque
from types import TracebackType
from typing import Self

from bot.clock import Clock
from bot.errors import DeliveryError
from bot.messages import (
    Address,
    Capabilities,
    Format,
    IncomingContent,
    IncomingMessage,
    OutgoingMessage,
    Receipt,
    Typing,
    typed,
)
from bot.ports import Inbox, Received


class MemoryConnector:
    """Keeps everything that was sent in `sent`, in order; signs of typing are not kept.

    Args:
        inbox: where messages go.
        clock: stamps incoming messages.
    """

    trouble = None
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
        self, chat: str, content: str | IncomingContent, *, external_id: str | None = None
    ) -> Received:
        """Let somebody write; a string is taken as typed."""
        message = IncomingMessage(
            address=Address(self.channel, chat),
            external_id=external_id or f"m{next(self._ids)}",
            content=typed(content) if isinstance(content, str) else content,
            sent_at=self._clock(),
        )
        return await self._inbox.receive([message])

    def fail_next(self, error: DeliveryError, *, after_effect: bool = False) -> None:
        """Let the next sending fail, before or after the message has arrived."""
        self._faults.append((error, after_effect))

    async def send(self, message: OutgoingMessage) -> Receipt:
        """See `bot.ports.Connector`."""
        if isinstance(message.content, Typing):
            return Receipt()
        fault, after_effect = self._faults.popleft() if self._faults else (None, False)
        if fault is None or after_effect:
            async with self._arrived:
                self.sent.append(message)
                self._arrived.notify_all()
        if fault is not None:
            raise fault
        return Receipt(external_id=f"s{len(self.sent)}")

    async def arrived(self, count: int, *, within: float = 10.0) -> list[OutgoingMessage]:
        """Wait until so many messages were sent in all.

        Raises:
            TimeoutError: fewer came within so many seconds.
        """
        async with asyncio.timeout(within), self._arrived:
            await self._arrived.wait_for(lambda: len(self.sent) >= count)
        return self.sent
