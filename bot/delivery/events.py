"""What waits in the inbox of itself, and whether anybody may be spoken to there: for those who move plans."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.codec import incoming_from_json, kind_of
from bot.delivery.tables import conversation, incoming
from bot.messages import Address, Due
from bot.turn import Owner

DUE = kind_of(Due(""))


async def withdraw_events(connection: AsyncConnection, chat_ids: Sequence[int]) -> list[int]:
    """Take what starts by itself and nobody has worked off yet out of the inbox of chats.

    Returns:
        The ringings that it was about.
    """
    rows = await connection.execute(
        select(incoming.c.id, incoming.c.payload).where(
            incoming.c.chat_id.in_(chat_ids),
            incoming.c.kind == DUE,
            incoming.c.state == "waiting",
        )
    )
    waiting = rows.all()
    if waiting:
        await connection.execute(
            update(incoming)
            .where(incoming.c.id.in_([row.id for row in waiting]))
            .values(state="done", payload=None)
        )
    events = (incoming_from_json(row.payload, DUE, Address("", "")).content for row in waiting)
    return [int(event.entities["ringing"]) for event in events if isinstance(event, Due)]


async def closed_chats(connection: AsyncConnection, chat_ids: Sequence[int]) -> frozenset[int]:
    """Those of these chats in which nothing is said until the person writes again."""
    found = await connection.execute(
        select(conversation.c.chat_id).where(
            conversation.c.chat_id.in_(chat_ids), conversation.c.owner == Owner.CLOSED
        )
    )
    return frozenset(found.scalars())
