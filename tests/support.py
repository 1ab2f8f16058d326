"""What several tests need: a whole assistant on the memory connector, with a fixed clock."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil, inf
from pathlib import Path

from sqlalchemy import func, select

from bot.bootstrap import House, running
from bot.clock import Clock
from bot.delivery.tables import incoming, outgoing
from bot.escalation.tables import case
from bot.plans.tables import plan
from bot.settings import Settings, clock_of, load
from bot.storage.keys import KeyRing
from connectors.memory import MemoryConnector

RING = KeyRing({"test": b"0123456789abcdef0123456789abcdef"})
RING_EVERY_MINUTES = 5.0
WEB = "web"
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
    """A running assistant and the connector to talk to it through; `more` are by channel, and like it."""

    house: House
    memory: MemoryConnector
    clock: LateClock
    more: Mapping[str, MemoryConnector] = field(default_factory=dict)

    def later(self, minutes: float) -> None:
        """Let time pass."""
        self.clock.set_forward(timedelta(minutes=minutes))

    async def pass_time(self, minutes: float) -> None:
        """Let time pass and everything ring that becomes due."""
        await let_pass(minutes, self.clock, self.house)

    def turn_milliseconds(self) -> list[float]:
        """How long the last turns took, from claim to commit."""
        return list(self.house.turns.recent_milliseconds)

    async def settled(self, within: float = 10.0) -> None:
        """Wait until everything received is answered and everything to say is said."""
        await settled(self.house, within)


async def let_pass(minutes: float, clock: LateClock, house: House) -> None:
    """Let time pass and everything ring that becomes due."""
    left = minutes
    while left > 0:
        step = min(left, await _until_something_rings(house, clock()))
        clock.set_forward(timedelta(minutes=step))
        left -= step
        if await house.ring():
            await settled(house)


async def _until_something_rings(house: House, now: datetime) -> float:
    """In how many minutes the first ring comes that finds something due; infinite when none does."""
    async with house.database.read() as connection:
        of_plans = await connection.scalar(select(func.min(plan.c.next_due_at)))
        of_cases = await connection.scalar(select(func.min(case.c.next_at)))
    due = min((each for each in (of_plans, of_cases) if each is not None), default=None)
    if due is None:
        return inf
    rings: int = ceil((due - now) / timedelta(minutes=RING_EVERY_MINUTES))
    return max(rings, 1) * RING_EVERY_MINUTES


async def settled(house: House, within: float = 10.0) -> None:
    """Wait until everything received is answered and everything to say is said."""
    async with asyncio.timeout(within):
        while await _open(house):  # noqa: ASYNC110 - rows settle without an event
            await asyncio.sleep(0.005)


async def _open(house: House) -> int:
    turns = select(func.count()).where(incoming.c.state == "waiting").scalar_subquery()
    rows = (
        select(func.count()).where(outgoing.c.state.in_(("waiting", "sending"))).scalar_subquery()
    )
    async with house.database.read() as connection:
        # One statement, one moment: between two, what is sent may become what is received.
        return int(await connection.scalar(select(turns + rows)) or 0)


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
async def on_stage(settings: Settings, *more: str) -> AsyncIterator[Stage]:
    """The whole assistant on the memory connector.

    Args:
        settings: where everything is.
        more: channels of more messengers; what is said on any of them stands in `memory.sent`, in its order. The web
            chat reaches nobody who has closed it.
    """
    made: dict[str, MemoryConnector] = {}

    def connectors(house: House) -> list[MemoryConnector]:
        for channel in (MemoryConnector.channel, *more):
            made[channel] = MemoryConnector(house.inbox, house.clock)
            made[channel].channel = channel
            made[channel].sent = made[MemoryConnector.channel].sent
            made[channel].capabilities = replace(
                MemoryConnector.capabilities, reminds_when_closed=channel != WEB
            )
        return list(made.values())

    clock = LateClock(clock_of(settings))
    async with running(settings, RING, lambda house: list(connectors(house)), clock) as house:
        yield Stage(house, made.pop(MemoryConnector.channel), clock, made)
