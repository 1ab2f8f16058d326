"""The editors' questions in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.editors.changes import SendQuestion
from bot.editors.tables import question
from bot.storage.changes import Appliers, ChangeContext
from bot.storage.database import Database

KEPT = timedelta(days=180)
"""How long a question waits for an editor."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its number, its text, when it was asked (UTC)."""

    number: int
    text: str
    asked_at: datetime


async def send_question(
    connection: AsyncConnection, context: ChangeContext, change: SendQuestion
) -> None:
    """Keep a question, by the day only, so that it leads back to nobody."""
    day = context.now.replace(hour=0, minute=0, second=0, microsecond=0)
    await connection.execute(insert(question).values(text=change.text, asked_at=day))


async def questions(database: Database) -> Sequence[Question]:
    """All open questions, oldest first."""
    async with database.read() as connection:
        rows = await connection.execute(select(question).order_by(question.c.id))
        return [Question(row.id, row.text, row.asked_at) for row in rows]


async def close_question(database: Database, number: int) -> bool:
    """Delete a question that was dealt with.

    Returns:
        Whether there was one with this number.
    """
    async with database.write() as connection:
        done = await connection.execute(delete(question).where(question.c.id == number))
        return bool(done.rowcount)


async def purge_questions(database: Database, now: datetime) -> None:
    """Delete what has waited too long."""
    async with database.write() as connection:
        await connection.execute(delete(question).where(question.c.asked_at < now - KEPT))


APPLIERS: Appliers = {SendQuestion: send_question}
