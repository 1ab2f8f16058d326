"""The editors' worklist at the command line."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.bootstrap import open_keys
from bot.editors.service import Question, close_question, questions
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.migrate import migrate


async def open_questions(settings: Settings) -> Sequence[Question]:
    """The open questions, oldest first."""
    async with _opened(settings) as database:
        return await questions(database)


async def close(settings: Settings, number: int) -> bool:
    """Delete a question; whether there was one."""
    async with _opened(settings) as database:
        return await close_question(database, number)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Database]:
    ring, _ = open_keys(settings)
    migrate(settings.database)
    async with Database(settings.database, ring) as database:
        yield database
