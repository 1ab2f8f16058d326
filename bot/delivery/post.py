"""Saying something in other chats than the turn's, and knowing what became of it: for topics, inside their transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.begin import begin_conversation, chat_at
from bot.delivery.in_flight import give_up
from bot.delivery.rows import SHORTEST, Destination, write_replies
from bot.delivery.tables import conversation, outgoing
from bot.turn import AnyReply, EndReply, Owner


class OutgoingPost:
    """The `Post` over the rows of the outbox."""

    async def append(
        self, connection: AsyncConnection, chat_id: int, replies: Sequence[AnyReply], now: datetime
    ) -> list[int]:
        """See `bot.storage.changes.Post`."""
        await begin_conversation(connection, chat_id, now)
        owner = await connection.scalar(
            select(conversation.c.owner).where(conversation.c.chat_id == chat_id)
        )
        if owner == Owner.CLOSED:
            return []
        return await write_replies(connection, Destination(chat_id, None, now, SHORTEST), replies)

    async def end_room(
        self, connection: AsyncConnection, chat_id: int, now: datetime, *, forgets: bool = False
    ) -> None:
        """See `bot.storage.changes.Post`."""
        await give_up(connection, chat_id)
        await self.append(connection, chat_id, [EndReply(forgets)], now)

    async def row_of(
        self, connection: AsyncConnection, chat_id: int, external_id: str
    ) -> int | None:
        """See `bot.storage.changes.Post`."""
        found: int | None = await connection.scalar(
            select(outgoing.c.id)
            .where(outgoing.c.chat_id == chat_id, outgoing.c.external_id == external_id)
            .order_by(outgoing.c.id)
            .limit(1)
        )
        return found

    async def chat_of(self, connection: AsyncConnection, row: int) -> int | None:
        """See `bot.storage.changes.Post`."""
        found: int | None = await connection.scalar(
            select(outgoing.c.chat_id).where(outgoing.c.id == row)
        )
        return found

    async def chat_at(
        self, connection: AsyncConnection, channel: str, address: str, now: datetime
    ) -> int:
        """See `bot.storage.changes.Post`."""
        return await chat_at(connection, channel, address, now)

    async def unsent(
        self, connection: AsyncConnection, rows: Sequence[int], left: int | None
    ) -> frozenset[int]:
        """See `bot.storage.changes.Post`."""
        is_given_up = outgoing.c.state.in_(("dropped", "set_aside"))
        is_on_its_way = outgoing.c.state.in_(("waiting", "sending"))
        found = await connection.execute(
            select(outgoing.c.id).where(
                outgoing.c.id.in_(rows),
                or_(is_given_up, and_(is_on_its_way, outgoing.c.chat_id == left)),
            )
        )
        return frozenset(found.scalars())

    async def release(self, connection: AsyncConnection, rows: Sequence[int]) -> None:
        """See `bot.storage.changes.Post`."""
        await connection.execute(
            update(outgoing).where(outgoing.c.id.in_(rows)).values(is_kept=False)
        )
