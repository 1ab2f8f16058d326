"""What the clock starts, on one page.

A few jobs, the same for everybody. What is due for a person is no job but a row with its next moment (`bot.plans`):
a million of them cost an index, and a restart loses none (ADR 0014).
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.errors import StorageUnavailable

RING_EVERY, PURGE_EVERY, RELOAD_EVERY = 15, 600, 5
"""Seconds."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the timetable.

    Attributes:
        name: for logs.
        seconds: how often.
        run: what is done; storage that cannot be reached is tried again the next time.
    """

    name: str
    seconds: float
    run: Callable[[], Awaitable[object]]


def timetable(
    ring: Callable[[], Awaitable[object]],
    purge: Callable[[], Awaitable[object]],
    reload: Callable[[], Awaitable[object]],
) -> tuple[Job, ...]:
    """All that the clock starts."""
    return (
        Job("ring", RING_EVERY, ring),
        Job("purge", PURGE_EVERY, purge),
        Job("reload", RELOAD_EVERY, reload),
    )


class Timetable:
    """Runs the jobs while entered, each at once and then at its interval.

    A job that is late runs once for all the times it missed, however late (`coalesce`, no misfire grace time): what is
    due is looked up in the database, so nothing is lost by it. A job never runs beside itself.
    """

    def __init__(self, jobs: tuple[Job, ...]) -> None:
        self._jobs = jobs
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._running: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Start."""
        for job in self._jobs:
            self._scheduler.add_job(
                self._run,
                IntervalTrigger(seconds=job.seconds, timezone=UTC),
                args=(job,),
                id=job.name,
                coalesce=True,
                misfire_grace_time=None,
                max_instances=1,
                next_run_time=datetime.now(UTC),
            )
        self._scheduler.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Start nothing more, and let a job that runs just now finish."""
        self._scheduler.pause()
        await asyncio.gather(*self._running)
        self._scheduler.shutdown(wait=False)

    async def _run(self, job: Job) -> None:
        task = asyncio.ensure_future(_safely(job))
        self._running.add(task)
        try:
            # What runs is finished, also when the scheduler gives it up.
            await asyncio.shield(task)
        finally:
            self._running.discard(task)


async def _safely(job: Job) -> None:
    try:
        await job.run()
    except StorageUnavailable:
        log.warning("storage unavailable", step=job.name)
    except Exception as error:
        log.error("job failed", step=job.name, error=type(error).__name__, exc_info=False)
