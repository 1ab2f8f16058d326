"""The open pages: who hears a message now."""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from bot.messages import Address, OutgoingMessage

_MOST_WAITING = 200
_MOST_REMEMBERED = 500


class Stream:
    """One open page."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[OutgoingMessage | None] = asyncio.Queue()

    @property
    def is_stuck(self) -> bool:
        """Whether the page has stopped reading."""
        return self._queue.qsize() >= _MOST_WAITING

    def put(self, message: OutgoingMessage) -> None:
        """Show this message after those before it."""
        self._queue.put_nowait(message)

    def end(self) -> None:
        """Close the page's stream after what already waits in it."""
        self._queue.put_nowait(None)

    async def next(self, limit: float) -> OutgoingMessage | None:
        """The next message; None when the stream has ended.

        Args:
            limit: how long to wait, in seconds.

        Raises:
            TimeoutError: nothing came within the limit.
        """
        async with asyncio.timeout(limit):
            return await self._queue.get()


class Streams:
    """All open pages by chat.

    The outbox marks a message as sent only after it was handed over. A page that opens in between
    would find it neither in the replay nor live, so the last message of each chat stays here until
    it is acknowledged, and a new stream begins with it.
    """

    def __init__(self) -> None:
        self._open: defaultdict[Address, set[Stream]] = defaultdict(set)
        self._last: OrderedDict[Address, OutgoingMessage] = OrderedDict()
        self._is_closed = False

    @contextmanager
    def opened(self, address: Address) -> Iterator[Stream]:
        """Hear this chat's messages while the context lasts."""
        stream = Stream()
        if self._is_closed:
            stream.end()
        if address in self._last:
            stream.put(self._last[address])
        self._open[address].add(stream)
        try:
            yield stream
        finally:
            self._leave(address, stream)

    def hand_over(self, message: OutgoingMessage) -> bool:
        """Show a message on every open page of its chat; whether there was one."""
        address = message.address
        for stream in tuple(self._open.get(address, ())):
            if stream.is_stuck:
                stream.end()
                self._leave(address, stream)
        listening = self._open.get(address, ())
        for stream in listening:
            stream.put(message)
        if listening and message.number:
            self._remember(message)
        return bool(listening)

    def forget(self, address: Address, number: int) -> None:
        """The page has all messages up to this number."""
        last = self._last.get(address)
        if last is not None and last.number <= number:
            del self._last[address]

    def close(self, address: Address) -> None:
        """End this chat's streams and forget what was handed over."""
        self._last.pop(address, None)
        for stream in self._open.pop(address, ()):
            stream.end()

    def close_all(self) -> None:
        """End every stream, also those that open from now on."""
        self._is_closed = True
        for address in tuple(self._open):
            self.close(address)

    def _leave(self, address: Address, stream: Stream) -> None:
        streams = self._open.get(address)
        if streams is not None:
            streams.discard(stream)
            if not streams:
                del self._open[address]

    def _remember(self, message: OutgoingMessage) -> None:
        self._last[message.address] = message
        self._last.move_to_end(message.address)
        if len(self._last) > _MOST_REMEMBERED:
            self._last.popitem(last=False)
