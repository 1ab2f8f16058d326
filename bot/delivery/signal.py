"""Wakes workers that wait for rows."""

import asyncio


class Signal:
    """Take a ticket, look for work, and wait on the ticket if there was none: no wake is lost."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def set(self) -> None:
        """Wake everybody who holds a ticket."""
        event, self._event = self._event, asyncio.Event()
        event.set()

    def set_later(self, seconds: float) -> None:
        """Wake everybody after a while."""
        asyncio.get_running_loop().call_later(seconds, self.set)

    def ticket(self) -> asyncio.Event:
        """To be taken before looking for work."""
        return self._event


async def woken(ticket: asyncio.Event, seconds: float) -> None:
    """Wait until the ticket is called, or so long at most."""
    try:
        await asyncio.wait_for(ticket.wait(), seconds)
    except TimeoutError:
        return
