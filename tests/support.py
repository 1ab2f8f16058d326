"""What several tests need: a whole assistant on the memory connector, with a fixed clock."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot.bootstrap import House, running
from bot.clock import Clock
from bot.delivery.tables import incoming, outgoing
from bot.settings import Settings, clock_of, load
from bot.storage.keys import KeyRing
from connectors.memory import MemoryConnector

RING = KeyRing({"test": b"0123456789abcdef0123456789abcdef"})
RING_EVERY_MINUTES = 5.0
MORNING = "2026-11-21T09:00:00+01:00"


class LateClock:
    """A clock that runs on, and can be set forward."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._late = timedelta()

    def __call__(self) -> datetime:
        return self._clock() + self._late

    def set_forward(self, by: timedelta) -> None:
        self._late += by


@dataclass(frozen=True, slots=True)
class Stage:
    """A running assistant and the connector to talk to it through."""

    house: House
    memory: MemoryConnector
    clock: LateClock

    def later(self, minutes: float) -> None:
        """Let time pass."""
        self.clock.set_forward(timedelta(minutes=minutes))

    async def pass_time(self, minutes: float) -> None:
        """Let time pass and everything ring that becomes due."""
        left = minutes
        while left > 0:
            step = min(left, RING_EVERY_MINUTES)
            self.later(step)
            left -= step
            if await self.house.ring():
                await self.settled()

    def turn_milliseconds(self) -> list[float]:
        """How long the last turns took, from claim to commit."""
        return list(self.house.turns.recent_milliseconds)

    async def settled(self, within: float = 10.0) -> None:
        """Wait until everything received is answered and everything to say is said."""
        async with asyncio.timeout(within):
            while await self._open():  # noqa: ASYNC110 - rows settle without an event
                await asyncio.sleep(0.005)

    async def _open(self) -> int:
        async with self.house.database.read() as connection:
            turns = await connection.scalar(
                select(func.count()).where(incoming.c.state == "waiting")
            )
            rows = await connection.scalar(
                select(func.count()).where(outgoing.c.state.in_(("waiting", "sending")))
            )
        return (turns or 0) + (rows or 0)


def settings_in(folder: Path, **values: str) -> Settings:
    """Settings of a test: everything in its own folder, nine o'clock on a Saturday in November."""
    return load(
        {
            "LERNALLIANZ_DATA_DIR": str(folder),
            "LERNALLIANZ_CLOCK_START": MORNING,
            **{f"LERNALLIANZ_{name.upper()}": value for name, value in values.items()},
        }
    )


@asynccontextmanager
async def on_stage(settings: Settings) -> AsyncIterator[Stage]:
    """The whole assistant on the memory connector."""
    made: list[MemoryConnector] = []

    def connectors(house: House) -> list[MemoryConnector]:
        made.append(MemoryConnector(house.inbox, house.clock))
        return made

    clock = LateClock(clock_of(settings))
    async with running(settings, RING, lambda house: list(connectors(house)), clock) as house:
        yield Stage(house, made[0], clock)
