"""Upkeep: purge what has outlived its time, and read articles and model again when they change."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from types import TracebackType
from typing import Self

import structlog

from bot.clock import Clock
from bot.delivery.retention import purge
from bot.delivery.rows import tell
from bot.delivery.signal import woken
from bot.editors.service import purge_questions
from bot.errors import StorageUnavailable
from bot.people.service import purge_waiting
from bot.storage.database import Database
from bot.turn import Reply
from knowledge.loader import LiveLibrary

PURGE_EVERY = 600.0
RELOAD_EVERY = 5.0

log = structlog.get_logger(__name__)


class Upkeep:
    """Runs the two jobs while entered; one that fails is tried again at its next time."""

    def __init__(
        self,
        database: Database,
        library: LiveLibrary,
        reload_model: Callable[[], bool],
        clock: Clock,
        drafts: Collection[str],
        warning: Reply,
    ) -> None:
        self._database = database
        self._library = library
        self._reload_model = reload_model
        self._clock = clock
        self._drafts = drafts
        self._warning = warning
        self._ending = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Start the jobs."""
        self._tasks = [
            asyncio.create_task(self._every(PURGE_EVERY, self._purge)),
            asyncio.create_task(self._every(RELOAD_EVERY, self._reload)),
        ]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let a job that runs just now finish, then stop."""
        self._ending.set()
        await asyncio.gather(*self._tasks)

    async def _every(self, seconds: float, job: Callable[[], Awaitable[None]]) -> None:
        while not self._ending.is_set():
            await job()
            await woken(self._ending, seconds)

    async def _purge(self) -> None:
        try:
            forgotten = await purge(self._database, self._clock(), self._drafts)
            await purge_questions(self._database, self._clock())
            await purge_waiting(self._database, self._clock(), tell, self._warning)
            log.info("purged", chats=forgotten)
        except StorageUnavailable:
            log.warning("storage unavailable", step="purge")

    async def _reload(self) -> None:
        report = await asyncio.to_thread(self._library.reload)
        for error in report.errors:
            log.error("article kept as it was", file=str(error.path), line=error.line)
        if report.is_changed:
            log.info("articles read again", needs_training=report.needs_training)
        if await asyncio.to_thread(self._reload_model):
            log.info("model read again")
