"""The clock: what is due enters where messages enter.

In one transaction the ringing is noted, the event is put into the inbox, and the plan's next moment is reckoned. The
unique key of the ringing and that of the event let nothing ring twice; a crash before the commit leaves all due.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.messages import Address, Due, IncomingMessage
from bot.people.tables import chat
from bot.plans.tables import plan, ringing
from bot.plans.values import DESPITE_QUIET, Kind, RingingState
from bot.storage.database import Database
from bot.storage.statements import upsert

log = structlog.get_logger(__name__)

MOST_AT_ONCE = 20
"""Plans in one transaction. In SQLite turns wait for it, so it must not be much longer than one of them."""

PutIn = Callable[[AsyncConnection, int, IncomingMessage], Awaitable[bool]]
"""Puts an event of a chat into the inbox inside a transaction; whether it was new."""
Reroute = Callable[
    [AsyncConnection, Sequence[Mapping[str, Any]]], Awaitable[Sequence[Mapping[str, Any]]]
]
"""Plans that are due, with the chats in which they are to speak now."""


SAID_NOTHING = (RingingState.SILENT, RingingState.WAITS)
"""After these a plan may ring once more on the same day: at eleven nothing was missing, at four something is."""


@dataclass(frozen=True, slots=True)
class _Try:
    """A ringing, how often it was gone on with, and whether the person wanted it in quiet hours."""

    ringing_id: int
    tries: int
    is_despite_quiet: bool = False


@dataclass(frozen=True, slots=True)
class _Reckoned:
    """What follows from a plan that is due."""

    day: date
    is_late: bool
    event: str
    next_due_at: datetime | None
    breaks_default_quiet: bool


class PlanClock:
    """Rings what is due.

    Args:
        database: open.
        clock: the present moment.
        kinds: what topics bring, by name.
        put_in: puts an event into the inbox inside the transaction.
        wake: called with the number of events after they were committed.
        reroute: moves plans whose chat is closed; None leaves them.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        kinds: Mapping[str, Kind],
        put_in: PutIn,
        wake: Callable[[int], None],
        reroute: Reroute | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._kinds = kinds
        self._put_in = put_in
        self._wake = wake
        self._reroute = reroute

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

    async def _due(self, connection: AsyncConnection, now: datetime) -> Sequence[Mapping[str, Any]]:
        query = (
            select(plan, chat.c.channel, chat.c.address)
            .join(chat, chat.c.id == plan.c.chat_id)
            .where(plan.c.next_due_at <= now)
            .order_by(plan.c.next_due_at)
            .limit(MOST_AT_ONCE)
        )
        if not self._database.is_sqlite:
            query = query.with_for_update(of=plan, skip_locked=True)
        due = [dict(row) for row in (await connection.execute(query)).mappings()]
        return await self._reroute(connection, due) if due and self._reroute else due

    def _reckoned(self, row: Mapping[str, Any], now: datetime) -> _Reckoned:
        """What follows from a plan that is due.

        Raises:
            KeyError: its kind or its zone is not known.
            ValueError: its content cannot be read.
        """
        kind, zone = self._kinds[row["kind"]], ZoneInfo(row["zone"])
        day, today = (moment.astimezone(zone).date() for moment in (row["next_due_at"], now))
        is_late = day != today
        # After an outage of days, what was due earlier today is still worth ringing.
        after = _just_before(today, zone) if is_late else now
        return _Reckoned(
            day=day,
            is_late=is_late,
            event=kind.event,
            next_due_at=kind.next_due(row["content"], after),
            breaks_default_quiet=kind.breaks_default_quiet(row["content"]),
        )

    async def _ring(
        self, connection: AsyncConnection, row: Mapping[str, Any], now: datetime
    ) -> int:
        """Ring one plan.

        Returns:
            How many events were put into the inbox: none when its day is over, or has rung already.
        """
        try:
            due = self._reckoned(row, now)
        except (KeyError, ValueError) as error:
            # One that cannot be read must not keep all others from ringing.
            log.error("plan set aside", plan=row["id"], error=type(error).__name__)
            await _go_on(connection, row["id"], None)
            return 0
        day, is_late = due.day, due.is_late
        state = RingingState.MISSED if is_late else RingingState.RUNG
        ringing_id = row["ringing_id"]
        tried = (
            await _begun(connection, row["id"], day, state, now)
            if ringing_id is None
            else await _tried(connection, ringing_id, state, now)
        )
        await _go_on(connection, row["id"], due.next_due_at)
        if tried is None or is_late:
            return 0
        event = Due(
            due.event,
            {
                "plan": row["id"],
                "ringing": tried.ringing_id,
                "day": day.isoformat(),
                "zone": row["zone"],
                "breaks_default_quiet": tried.is_despite_quiet or due.breaks_default_quiet,
            },
        )
        message = IncomingMessage(
            address=Address(row["channel"], row["address"]),
            external_id=f"due:{tried.ringing_id}:{tried.tries}",
            content=event,
            sent_at=now,
        )
        return int(await self._put_in(connection, row["chat_id"], message))


async def _go_on(connection: AsyncConnection, plan_id: int, due: datetime | None) -> None:
    """Keep a plan's next moment; no ringing waits any more."""
    values = {"next_due_at": due, "ringing_id": None}
    await connection.execute(update(plan).where(plan.c.id == plan_id).values(values))


def _just_before(day: date, zone: ZoneInfo) -> datetime:
    """The last moment (UTC) before a local day."""
    return datetime.combine(day, time(), zone).astimezone(UTC) - datetime.resolution


async def _begun(
    connection: AsyncConnection, plan_id: int, day: date, state: RingingState, now: datetime
) -> _Try | None:
    """The ringing of a day; None when the plan has spoken on it, or is about to."""
    row = {
        "plan_id": plan_id,
        "day": day,
        "number": 0,
        "tries": 0,
        "state": state,
        "changed_at": now,
    }
    statement = upsert(connection, ringing).values(row)
    statement = statement.on_conflict_do_update(
        index_elements=["plan_id", "day", "number"],
        set_={"state": state, "reason": None, "tries": ringing.c.tries + 1, "changed_at": now},
        where=ringing.c.state.in_(SAID_NOTHING),
    ).returning(ringing.c.id, ringing.c.tries)
    begun = (await connection.execute(statement)).one_or_none()
    return None if begun is None else _Try(begun.id, begun.tries)


async def _tried(
    connection: AsyncConnection, ringing_id: int, state: RingingState, now: datetime
) -> _Try:
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
    return _Try(ringing_id, row.tries, is_despite_quiet=row.reason == DESPITE_QUIET)
