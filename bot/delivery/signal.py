"""Wakes workers that wait for rows."""

import asyncio
from collections import deque


class Signal:
    """Wakes as many workers as there is work for; no wake is lost.

    A worker takes a ticket, looks for work, and waits on the ticket if there was none. What was called
    between the two makes it look again.
    """

    def __init__(self) -> None:
        self._calls = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    def set(self, count: int = 1) -> None:
        """Wake `count` of those who wait, the longest waiting first."""
        self._calls += 1
        while count > 0 and self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                count -= 1

    def set_all(self) -> None:
        """Wake everybody."""
        self.set(len(self._waiting))

    def set_later(self, seconds: float) -> None:
        """Wake one after a while."""
        asyncio.get_running_loop().call_later(seconds, self.set)

    def ticket(self) -> int:
        """To be taken before looking for work."""
        return self._calls

    async def wait(self, ticket: int, seconds: float) -> None:
        """Wait until somebody calls after the ticket was taken, or so long at most."""
        if self._calls != ticket:
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        await asyncio.wait([waiter], timeout=seconds)
        if not waiter.done():
            self._waiting.remove(waiter)


async def woken(event: asyncio.Event, seconds: float) -> None:
    """Wait until the event is set, or so long at most."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
