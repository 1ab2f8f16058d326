"""The rows of chats on their way: which chat is served next, which of its rows, and which are worth it no more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.delivery.tables import conversation, outgoing
from bot.messages import Address
from bot.people.tables import chat
from bot.storage.database import Database
from bot.turn import OnUnknowable

LEASE = timedelta(seconds=60)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Waits until the connector says that the person can be reached."""


@dataclass(frozen=True, slots=True)
class OutgoingRow:
    """One row in flight."""

    outgoing_id: int
    chat_id: int
    address: Address
    kind: str
    payload: Mapping[str, Any]
    message_id: str
    number: int
    tries: int
    is_urgent: bool
    on_unknowable: OnUnknowable


class InFlight:
    """Claims chats and puts their rows in flight, inside somebody's transaction.

    Args:
        database: which kind it is.
        clock: the present moment.
        safe_channels: where a message that is sent twice is shown once.
    """

    def __init__(
        self, database: Database, clock: Clock, safe_channels: Callable[[], frozenset[str]]
    ) -> None:
        self._database = database
        self._clock = clock
        self._safe_channels = safe_channels

    async def claim(self, connection: AsyncConnection, holder: str) -> int | None:
        """Lease the next chat in which something waits, those with urgent rows first; None when there is none."""
        now = self._clock()
        waiting = and_(
            outgoing.c.chat_id == conversation.c.chat_id,
            outgoing.c.state.in_(("waiting", "sending")),
        )
        is_urgent = exists().where(waiting, outgoing.c.is_urgent, outgoing.c.tries == 0)
        query = (
            select(conversation.c.chat_id)
            .where(
                exists().where(waiting),
                or_(conversation.c.delivery_holder.is_(None), conversation.c.delivery_until < now),
                or_(
                    conversation.c.delivery_not_before.is_(None),
                    conversation.c.delivery_not_before <= now,
                    is_urgent,
                ),
            )
            .order_by(case((is_urgent, 0), else_=1))
            .limit(1)
        )
        if not self._database.is_sqlite:
            query = query.with_for_update(skip_locked=True)
        chat_id: int | None = await connection.scalar(query)
        if chat_id is not None:
            await connection.execute(
                update(conversation)
                .where(conversation.c.chat_id == chat_id)
                .values(delivery_holder=holder, delivery_until=now + LEASE)
            )
        return chat_id

    async def next_row(self, connection: AsyncConnection, chat_id: int) -> OutgoingRow | None:
        """Put the chat's next row in flight; rows that are not worth sending any more are dropped."""
        now = self._clock()
        is_safe = exists().where(
            chat.c.id == chat_id, chat.c.channel.in_(sorted(self._safe_channels()))
        )
        await connection.execute(
            update(outgoing)
            .where(
                outgoing.c.chat_id == chat_id,
                or_(
                    and_(outgoing.c.state == "waiting", outgoing.c.expires_at <= now),
                    and_(
                        outgoing.c.state == "sending",
                        outgoing.c.on_unknowable == OnUnknowable.DROP,
                        or_(~is_safe, outgoing.c.expires_at <= now),
                    ),
                ),
            )
            .values(state="dropped", payload=None)
        )
        query = (
            select(outgoing, chat.c.channel, chat.c.address)
            .join(chat, chat.c.id == outgoing.c.chat_id)
            .where(outgoing.c.chat_id == chat_id, outgoing.c.state.in_(("waiting", "sending")))
            .order_by(
                case((outgoing.c.state == "sending", 0), else_=1),
                outgoing.c.is_urgent.desc(),
                outgoing.c.id,
            )
            .limit(1)
        )
        found = (await connection.execute(query)).mappings().one_or_none()
        if found is None:
            return None
        number = found["number"]
        if number is None:
            number = await connection.scalar(
                update(conversation)
                .where(conversation.c.chat_id == chat_id)
                .values(last_number=conversation.c.last_number + 1)
                .returning(conversation.c.last_number)
            )
        await connection.execute(
            update(outgoing)
            .where(outgoing.c.id == found["id"])
            .values(state="sending", number=number, tries=found["tries"] + 1)
        )
        if found["payload"].get("buttons"):
            # Now, and not when it is marked: a quick "ja" may be here before that.
            await connection.execute(
                update(conversation)
                .where(conversation.c.chat_id == chat_id)
                .values(offered_by=found["id"])
            )
        return row_of({**found, "number": number, "tries": found["tries"] + 1})


def row_of(found: Mapping[str, Any]) -> OutgoingRow:
    """A row of the table, with its chat's channel and address."""
    return OutgoingRow(
        outgoing_id=found["id"],
        chat_id=found["chat_id"],
        address=Address(found["channel"], found["address"]),
        kind=found["kind"],
        payload=found["payload"],
        message_id=found["message_id"],
        number=found["number"],
        tries=found["tries"],
        is_urgent=found["is_urgent"],
        on_unknowable=OnUnknowable(found["on_unknowable"]),
    )


async def let_go(
    connection: AsyncConnection, chat_id: int, *, not_before: datetime | None = None
) -> None:
    """End the lease on a chat; nobody serves it before a moment (UTC)."""
    free = {"delivery_holder": None, "delivery_until": None, "delivery_not_before": not_before}
    await connection.execute(
        update(conversation).where(conversation.c.chat_id == chat_id).values(free)
    )


async def give_up(connection: AsyncConnection, chat_id: int) -> None:
    """Drop what waits for a chat in which nobody can be reached; where somebody can, it still goes out."""
    held = select(conversation.c.chat_id).where(
        conversation.c.chat_id == chat_id, conversation.c.delivery_not_before == NEVER
    )
    if await connection.scalar(held) is None:
        return
    await connection.execute(
        update(outgoing)
        .where(outgoing.c.chat_id == chat_id, outgoing.c.state == "waiting")
        .values(state="dropped", payload=None)
    )
    await let_go(connection, chat_id)
