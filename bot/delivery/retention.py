"""How long things are kept, and the purge that holds it (ADR 0007)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.tables import conversation, incoming, outgoing
from bot.people.tables import chat, code, code_try, link
from bot.storage.database import Database

KEPT_WITHOUT_CONSENT = timedelta(hours=24)
"""How long a conversation lives for which nobody consented."""
KEPT_PAYLOAD = timedelta(hours=24)
"""How long a message waits for a browser to acknowledge it."""
KEPT_MARK = timedelta(hours=24)
"""How long an answered message's keyed hash guards against duplicates."""


async def forget_chats(connection: AsyncConnection, chat_ids: Sequence[int]) -> None:
    """Delete what was said in these chats; what answers the erasure is written afterwards."""
    await connection.execute(delete(outgoing).where(outgoing.c.chat_id.in_(chat_ids)))
    await connection.execute(
        update(incoming)
        .where(incoming.c.chat_id.in_(chat_ids), incoming.c.state == "waiting")
        .values(state="done", payload=None)
    )
    await connection.execute(
        update(conversation)
        .where(conversation.c.chat_id.in_(chat_ids))
        .values(state=None, offered_by=None)
    )


async def purge(database: Database, now: datetime) -> int:
    """Delete what has outlived its time.

    Returns:
        The number of chats that were forgotten.
    """
    async with database.write() as connection:
        await connection.execute(
            update(outgoing)
            .where(outgoing.c.created_at < now - KEPT_PAYLOAD, outgoing.c.payload.is_not(None))
            .values(payload=None, state="dropped")
        )
        await connection.execute(
            delete(outgoing).where(
                outgoing.c.created_at < now - 2 * KEPT_PAYLOAD, outgoing.c.payload.is_(None)
            )
        )
        await connection.execute(
            delete(incoming).where(
                incoming.c.state != "waiting", incoming.c.received_at < now - KEPT_MARK
            )
        )
        await connection.execute(
            update(conversation).where(conversation.c.expires_at < now).values(state=None)
        )
        await connection.execute(delete(code).where(code.c.expires_at < now))
        await connection.execute(delete(code_try).where(code_try.c.tried_at < now - KEPT_MARK))
        forgotten = await connection.execute(
            delete(chat).where(
                chat.c.id.in_(
                    select(conversation.c.chat_id).where(
                        or_(
                            conversation.c.expires_at < now,
                            conversation.c.expires_at.is_(None),
                        )
                    )
                ),
                ~exists().where(link.c.chat_id == chat.c.id),
                ~exists().where(incoming.c.chat_id == chat.c.id, incoming.c.state == "waiting"),
            )
        )
    await database.forget_deleted()
    return forgotten.rowcount
