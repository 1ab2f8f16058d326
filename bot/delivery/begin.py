"""The rows of a chat and its conversation, made when they are needed first."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.retention import KEPT_CONVERSATION
from bot.delivery.tables import conversation
from bot.people.tables import chat
from bot.storage.statements import upsert
from bot.turn import Owner


async def begin_conversation(connection: AsyncConnection, chat_id: int, now: datetime) -> None:
    """Make the row of a chat's conversation, if there is none."""
    row = {
        "chat_id": chat_id,
        "owner": Owner.ASSISTANT,
        "version": 0,
        "last_number": 0,
        "expires_at": now + KEPT_CONVERSATION,
    }
    await connection.execute(upsert(connection, conversation).values(row).on_conflict_do_nothing())


async def chat_at(connection: AsyncConnection, channel: str, address: str, now: datetime) -> int:
    """The id of the chat at an address, with its conversation; both are made if there are none."""
    values = {"channel": channel, "address": address, "created_at": now}
    await connection.execute(upsert(connection, chat).values(values).on_conflict_do_nothing())
    chat_id = await connection.scalar(
        select(chat.c.id).where(chat.c.channel == channel, chat.c.address == address)
    )
    assert chat_id is not None  # noqa: S101 - for the type checker: it was made just now
    await begin_conversation(connection, chat_id, now)
    return int(chat_id)
