"""How a message stands to the cases: who wrote it, and to whom."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.authority import COACH, LEAD
from bot.escalation.tables import case, entry, staff
from bot.escalation.values import State
from bot.messages import IncomingMessage
from bot.people.tables import chat, link
from bot.storage.changes import Post
from bot.storage.database import Database
from bot.turn import Seat, Standing


class Standings:
    """How a message stands to the cases; the `LoadsStanding` of delivery.

    Args:
        database: for the hash that messages are known by.
        post: knows what was sent.
    """

    def __init__(self, database: Database, post: Post) -> None:
        self._database = database
        self._post = post

    async def load(
        self, connection: AsyncConnection, chat_id: int, message: IncomingMessage, now: datetime
    ) -> Standing:
        """See `bot.storage.changes.LoadsStanding`."""
        room = await _case_in_room(connection, chat_id)
        is_group = bool(message.sender)
        seat, turned_to = await self._seat(connection, chat_id, message, room)
        if room is not None or is_group:
            # Those who are in a room together speak with each other, also between two cases.
            number = room["number"] if room else None
            return Standing(True, number, seat, is_shared=True)
        if seat is not None:
            number = await self._addressed(connection, chat_id, message, seat) or turned_to
            if number is not None:
                return Standing(is_human=True, case=number, seat=seat)
        held = await _held(connection, chat_id, now)
        if held is not None:
            is_human = held["state"] == State.CLAIMED or (
                held["holds_until"] is not None and held["holds_until"] > now
            )
            # In a talk of one's own one is a learner, also as a member of staff.
            return Standing(is_human, held["number"], None if is_human else seat)
        return Standing(seat=seat)

    async def _seat(
        self,
        connection: AsyncConnection,
        chat_id: int,
        message: IncomingMessage,
        room: Mapping[str, Any] | None,
    ) -> tuple[Seat | None, int | None]:
        """Who of the staff wrote it, and the case that they have turned to."""
        query = select(staff).where(staff.c.revoked_at.is_(None))
        if message.sender:
            query = (
                query.join(link, link.c.person_id == staff.c.person_id)
                .join(chat, chat.c.id == link.c.chat_id)
                .where(chat.c.channel == message.address.channel, chat.c.address == message.sender)
            )
        elif room is not None:
            query = query.where(staff.c.id == room["staff_id"])
        else:
            query = query.join(link, link.c.person_id == staff.c.person_id).where(
                link.c.chat_id == chat_id
            )
        found = (await connection.execute(query)).mappings().first()
        if found is None:
            return None, None
        roles = (LEAD, COACH) if found["role"] == LEAD else (COACH,)
        # Plain messages go to the case only in the chat where they are called.
        turned_to = found["turned_to"] if found["chat_id"] == chat_id else None
        return Seat(found["id"], found["team_id"], roles, found["name"]), turned_to

    async def _addressed(
        self, connection: AsyncConnection, chat_id: int, message: IncomingMessage, seat: Seat
    ) -> int | None:
        """The case that the message which a coach replies to belongs to, or the one that they edit or take back."""
        target = message.reply_to or getattr(message.content, "target", "")
        if not target:
            return None
        sent = await self._post.row_of(connection, chat_id, target)
        written = self._database.ring.keyed_hash(message.address.channel, target)
        return await _case_of_message(connection, chat_id, sent, written)


async def _case_of_message(
    connection: AsyncConnection, chat_id: int, outgoing_id: int | None, external_key: str
) -> int | None:
    """The open case that a message of a chat belongs to: by our row, or by the hash of its external id."""
    of = and_(entry.c.external_key == external_key, entry.c.chat_id == chat_id)
    if outgoing_id is not None:
        of = or_(of, entry.c.outgoing_id == outgoing_id)
    found: int | None = await connection.scalar(
        select(entry.c.case_number)
        .join(case, case.c.number == entry.c.case_number)
        .where(of, case.c.state != State.CLOSED)
        .limit(1)
    )
    return found


async def _case_in_room(connection: AsyncConnection, chat_id: int) -> Mapping[str, Any] | None:
    """The open case whose own room a chat is; a coach's own chat is no room."""
    query = select(case.c.number, case.c.staff_id).where(
        case.c.place_chat_id == chat_id,
        case.c.state != State.CLOSED,
        case.c.room_token.is_not(None),
    )
    found = (await connection.execute(query)).mappings().first()
    return dict(found) if found else None


async def _held(
    connection: AsyncConnection, chat_id: int, now: datetime
) -> Mapping[str, Any] | None:
    """The open case of a learner's chat."""
    query = select(case.c.number, case.c.state, case.c.holds_until).where(
        case.c.chat_id == chat_id, case.c.state != State.CLOSED
    )
    found = (await connection.execute(query)).mappings().first()
    return dict(found) if found else None
