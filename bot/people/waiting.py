"""Drafts of those under 16 that nobody agreed to in time; and joinings that nobody answered."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from bot.people.service import Tell
from bot.people.tables import joining, link, person
from bot.storage.database import Database
from bot.turn import Reply

GRACE = timedelta(days=7)
"""So long before drafts are deleted their owner is warned."""


async def purge_waiting(database: Database, now: datetime, tell: Tell, warning: Reply) -> None:
    """Delete the drafts of those under 16 for whom nobody agreed in time; warn a week before, once.

    What was to be joined and was not is forgotten, too.

    Args:
        database: open.
        now: the present moment (UTC).
        tell: says something in a chat.
        warning: what they hear before.
    """
    async with database.write() as connection:
        await connection.execute(delete(joining).where(joining.c.expires_at < now))
        await connection.execute(delete(person).where(person.c.waits_until < now))
        due = await connection.execute(
            update(person)
            .where(person.c.waits_until < now + GRACE, person.c.warned_at.is_(None))
            .values(warned_at=now)
            .returning(person.c.id)
        )
        for person_id in due.scalars().all():
            chats = await connection.execute(
                select(link.c.chat_id).where(link.c.person_id == person_id)
            )
            await tell(connection, list(chats.scalars()), warning, now)
