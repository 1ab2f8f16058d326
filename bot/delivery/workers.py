"""Runs a few workers that look for rows, and ends them without breaking what they have begun."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable

import structlog

from bot.delivery.signal import Signal
from bot.errors import StorageUnavailable

LOOK_EVERY = 2.0
"""Seconds after which a worker looks for rows that nobody woke it for."""
PATIENCE = 5.0
"""Seconds that a worker gets to finish its row when the process ends."""

log = structlog.get_logger(__name__)


class Workers:
    """Several workers doing the same step.

    Args:
        step: does one piece of work for a holder; whether there was any.
        release: lets go of what a holder leased, after trouble with the database.
        signal: wakes the workers.
        count: how many.
    """

    def __init__(
        self,
        *,
        step: Callable[[str], Awaitable[bool]],
        release: Callable[[str], Awaitable[None]],
        signal: Signal,
        count: int,
    ) -> None:
        self.is_ending = False
        self._step = step
        self._release = release
        self._signal = signal
        self._count = count
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start working."""
        self.is_ending = False
        self._tasks = [
            asyncio.create_task(self._work(uuid.uuid4().hex)) for _ in range(self._count)
        ]

    async def end(self) -> None:
        """Let every worker finish what it has begun, then stop."""
        self.is_ending = True
        self._signal.set_all()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=PATIENCE)
            for task in late:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self, holder: str) -> None:
        while not self.is_ending:
            ticket = self._signal.ticket()
            try:
                if not await self._step(holder) and not self.is_ending:
                    await self._signal.wait(ticket, LOOK_EVERY)
            except Exception as error:
                # Whatever it is: a worker that goes is missed by everybody who writes.
                _complain(error)
                await self._signal.wait(self._signal.ticket(), LOOK_EVERY)
                await self._let_go(holder)

    async def _let_go(self, holder: str) -> None:
        try:
            await self._release(holder)
        except Exception as error:
            # The lease ends by itself.
            _complain(error)


def _complain(error: Exception) -> None:
    if isinstance(error, StorageUnavailable):
        log.warning("storage unavailable", reason=str(error))
    else:
        log.error("step failed", error=type(error).__name__)
