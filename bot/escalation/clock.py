"""The clock of cases: a case that is due is an event in its learner's chat, and everything else is decided there."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.escalation.tables import case
from bot.escalation.timer import CASE_DUE
from bot.escalation.values import State
from bot.messages import Address, Due, IncomingMessage
from bot.people.tables import chat
from bot.storage.database import Database

MOST_AT_ONCE = 20
PutIn = Callable[[AsyncConnection, int, IncomingMessage], Awaitable[bool]]
"""Puts an event of a chat into the inbox inside a transaction; whether it was new."""


class CaseClock:
    """Rings the cases that are due.

    Args:
        database: open.
        clock: the present moment.
        put_in: puts an event into the inbox inside the transaction.
        wake: called with the number of events after they were committed.
    """

    def __init__(
        self, database: Database, clock: Clock, put_in: PutIn, wake: Callable[[int], None]
    ) -> None:
        self._database = database
        self._clock = clock
        self._put_in = put_in
        self._wake = wake

    async def ring(self) -> int:
        """Ring all that is due now.

        Returns:
            How many events were put into the inbox.

        Raises:
            StorageUnavailable: the database cannot be reached; what was not committed is still due.
        """
        rung = 0
        while True:
            async with self._database.write() as connection:
                events = await self._ring(connection, self._clock())
            rung += events
            if events:
                self._wake(events)
            if events < MOST_AT_ONCE:
                return rung

    async def _ring(self, connection: AsyncConnection, now: datetime) -> int:
        query = (
            select(case.c.number, case.c.chat_id, case.c.next_at, chat.c.channel, chat.c.address)
            .join(chat, chat.c.id == case.c.chat_id)
            .where(case.c.next_at <= now, case.c.state != State.CLOSED)
            .order_by(case.c.next_at)
            .limit(MOST_AT_ONCE)
        )
        if not self._database.is_sqlite:
            query = query.with_for_update(of=case, skip_locked=True)
        rows = (await connection.execute(query)).all()
        for row in rows:
            # Until its turn has looked at it, it is due no more.
            await connection.execute(
                update(case).where(case.c.number == row.number).values(next_at=None)
            )
            event = IncomingMessage(
                address=Address(row.channel, row.address),
                external_id=f"case:{row.number}:{row.next_at.isoformat()}",
                content=Due(CASE_DUE, {"case": row.number}),
                sent_at=now,
            )
            await self._put_in(connection, row.chat_id, event)
        return len(rows)
