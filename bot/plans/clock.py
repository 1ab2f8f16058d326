"""The clock: what is due enters where messages enter.

In one transaction the ringing is noted, the event is put into the inbox, and the plan's next moment is reckoned. The
unique key of the ringing and that of the event let nothing ring twice; a crash before the commit leaves all due.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.messages import Address, Due, IncomingMessage
from bot.people.tables import chat
from bot.plans.tables import plan, ringing
from bot.plans.values import DESPITE_QUIET, Kind, RingingState
from bot.storage.database import Database
from bot.storage.statements import upsert

MOST_AT_ONCE = 500
"""Plans in one transaction."""

PutIn = Callable[[AsyncConnection, int, IncomingMessage], Awaitable[bool]]
"""Puts an event of a chat into the inbox inside a transaction; whether it was new."""


@dataclass(frozen=True, slots=True)
class _Again:
    """How often a ringing was gone on with, and whether the person wanted it in quiet hours."""

    tries: int = 0
    is_despite_quiet: bool = False


_FIRST = _Again()


class PlanClock:
    """Rings what is due.

    Args:
        database: open.
        clock: the present moment.
        kinds: what topics bring, by name.
        put_in: puts an event into the inbox inside the transaction.
        wake: called with the number of events after they were committed.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        kinds: Mapping[str, Kind],
        put_in: PutIn,
        wake: Callable[[int], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._kinds = kinds
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
                now = self._clock()
                due = await self._due(connection, now)
                events = sum([await self._ring(connection, row, now) for row in due])
            rung += events
            if events:
                self._wake(events)
            if len(due) < MOST_AT_ONCE:
                return rung

    async def _due(self, connection: AsyncConnection, now: datetime) -> list[Mapping[str, Any]]:
        query = (
            select(plan, chat.c.channel, chat.c.address)
            .join(chat, chat.c.id == plan.c.chat_id)
            .where(plan.c.next_due_at <= now)
            .order_by(plan.c.next_due_at)
            .limit(MOST_AT_ONCE)
        )
        if not self._database.is_sqlite:
            query = query.with_for_update(of=plan, skip_locked=True)
        return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def _ring(
        self, connection: AsyncConnection, row: Mapping[str, Any], now: datetime
    ) -> int:
        """Ring one plan.

        Returns:
            How many events were put into the inbox: none when its day is over, or has rung already.
        """
        zone = ZoneInfo(row["zone"])
        kind = self._kinds[row["kind"]]
        day = row["next_due_at"].astimezone(zone).date()
        is_late = day != now.astimezone(zone).date()
        state = RingingState.MISSED if is_late else RingingState.RUNG
        ringing_id = row["ringing_id"]
        if ringing_id is None:
            ringing_id, again = await _begun(connection, row["id"], day, state, now), _FIRST
        else:
            again = await _tried(connection, ringing_id, state, now)
        values = {"next_due_at": kind.next_due(row["content"], now), "ringing_id": None}
        await connection.execute(update(plan).where(plan.c.id == row["id"]).values(values))
        if ringing_id is None or is_late:
            return 0
        event = Due(
            kind.event,
            {
                "plan": row["id"],
                "ringing": ringing_id,
                "day": day.isoformat(),
                "zone": row["zone"],
                "breaks_default_quiet": again.is_despite_quiet
                or kind.breaks_default_quiet(row["content"]),
            },
        )
        message = IncomingMessage(
            address=Address(row["channel"], row["address"]),
            external_id=f"due:{ringing_id}:{again.tries}",
            content=event,
            sent_at=now,
        )
        return int(await self._put_in(connection, row["chat_id"], message))


async def _begun(
    connection: AsyncConnection, plan_id: int, day: Any, state: RingingState, now: datetime
) -> int | None:
    """The ringing of a day; None when there was one already."""
    row = {
        "plan_id": plan_id,
        "day": day,
        "number": 0,
        "tries": 0,
        "state": state,
        "changed_at": now,
    }
    statement = upsert(connection, ringing).values(row).on_conflict_do_nothing()
    begun: int | None = await connection.scalar(statement.returning(ringing.c.id))
    return begun


async def _tried(
    connection: AsyncConnection, ringing_id: int, state: RingingState, now: datetime
) -> _Again:
    """Go on with a ringing that waited or was put off."""
    values = {"state": state, "tries": ringing.c.tries + 1, "changed_at": now}
    row = (
        await connection.execute(
            update(ringing)
            .where(ringing.c.id == ringing_id)
            .values(values)
            .returning(ringing.c.tries, ringing.c.reason)
        )
    ).one()
    return _Again(row.tries, is_despite_quiet=row.reason == DESPITE_QUIET)
