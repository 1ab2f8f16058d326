"""Upkeep: purge what has outlived its time, and read articles and model again when they change."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy import Select

from bot.clock import Clock
from bot.delivery.retention import purge
from bot.delivery.rows import tell
from bot.editors.service import purge_questions
from bot.people.waiting import purge_waiting
from bot.plans.service import purge_ringings
from bot.storage.database import Database
from bot.turn import Reply
from knowledge.loader import ReloadReport

log = structlog.get_logger(__name__)


class Purge:
    """Deletes what has outlived its time.

    Args:
        database: open.
        clock: the present moment.
        drafts: the slots that outlive a conversation of a person.
        warning: what somebody under 16 hears a week before their drafts go.
        needed: the ids of chats that are needed, though nobody's.
        purge_cases: deletes cases that have outlived their time.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        drafts: Collection[str],
        warning: Reply,
        needed: Select[tuple[int]],
        purge_cases: Callable[[datetime], Awaitable[None]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._drafts = drafts
        self._warning = warning
        self._needed = needed
        self._purge_cases = purge_cases

    async def __call__(self) -> None:
        """Do it.

        Raises:
            StorageUnavailable: the database cannot be reached; the next time does it all.
        """
        now = self._clock()
        forgotten = await purge(self._database, now, self._drafts, self._needed)
        await purge_questions(self._database, now)
        await purge_waiting(self._database, now, tell, self._warning)
        await purge_ringings(self._database, now)
        await self._purge_cases(now)
        log.info("purged", chats=forgotten)


class Reloads(Protocol):
    """What can be read again."""

    def reload(self) -> ReloadReport:
        """Read again if any file changed; never raises."""


class Reload:
    """Reads knowledge and model again when their files changed; the last good state stays.

    Args:
        knowledge: the articles, the nudges.
        reload_model: reads the model if it changed; whether it did.
    """

    def __init__(self, knowledge: Sequence[Reloads], reload_model: Callable[[], bool]) -> None:
        self._knowledge = knowledge
        self._reload_model = reload_model

    async def __call__(self) -> None:
        """Do it."""
        for each in self._knowledge:
            report = await asyncio.to_thread(each.reload)
            for error in report.errors:
                log.error("article kept as it was", file=str(error.path), line=error.line)
            if report.is_changed:
                log.info("articles read again", needs_training=report.needs_training)
        if await asyncio.to_thread(self._reload_model):
            log.info("model read again")
