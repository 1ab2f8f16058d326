"""The stored plans: read by dialogues, changed by turns."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import LostRace
from bot.people.tables import link
from bot.plans.tables import plan, ringing
from bot.plans.values import (
    DESPITE_QUIET,
    AddPlan,
    ChangePlan,
    DropPlans,
    EndRinging,
    Kind,
    Planned,
    PutOff,
    Ringing,
    RingingState,
)
from bot.storage.changes import Appliers, ChangeContext
from bot.storage.database import Database

KEPT_RINGING = timedelta(days=60)
"""So long it can be explained why something was said, or not."""
EXPLAINED = 30
"""So many of the last ringings are explained."""


class Plans(Protocol):
    """What the dialogues read of plans."""

    async def of(self, person_id: str, kind: str | None = None) -> tuple[Planned, ...]:
        """The plans of a person, oldest first."""


class NoPlans:
    """Plans where nobody is remembered."""

    async def of(self, person_id: str, kind: str | None = None) -> tuple[Planned, ...]:
        """See `Plans`."""
        return ()


class StoredPlans:
    """The `Plans` in the database, and how changes reach them.

    Args:
        database: open.
        kinds: what topics bring, by name.
    """

    def __init__(self, database: Database, kinds: Sequence[Kind]) -> None:
        self.kinds: Mapping[str, Kind] = {kind.name: kind for kind in kinds}
        self._database = database

    @property
    def appliers(self) -> Appliers:
        """By change, how it reaches the tables."""
        return {
            AddPlan: self._add,
            ChangePlan: self._change,
            DropPlans: drop,
            EndRinging: end_ringing,
            PutOff: put_off,
        }

    async def of(self, person_id: str, kind: str | None = None) -> tuple[Planned, ...]:
        """See `Plans`."""
        said = (
            select(func.max(ringing.c.changed_at))
            .where(ringing.c.plan_id == plan.c.id, ringing.c.state == RingingState.SAID)
            .scalar_subquery()
        )
        query = select(plan, said.label("last_said_at")).where(plan.c.person_id == person_id)
        if kind:
            query = query.where(plan.c.kind == kind)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(plan.c.id))).mappings()
            return tuple(
                Planned(
                    plan_id=row["id"],
                    kind=row["kind"],
                    zone=row["zone"],
                    content=row["content"],
                    next_due_at=row["next_due_at"],
                    last_said_at=row["last_said_at"],
                )
                for row in rows
            )

    async def as_values(self, person_id: str) -> Any:
        """The plans of a person as JSON values, for the export of everything that is known about them."""
        return [
            {
                "kind": each.kind,
                "zone": each.zone,
                "next_due_at": each.next_due_at and each.next_due_at.isoformat(),
                **each.content,
            }
            for each in await self.of(person_id)
        ]

    async def ringings(self, person_id: str) -> tuple[Ringing, ...]:
        """What became of a person's last ringings, newest first."""
        query = (
            select(ringing)
            .join(plan, plan.c.id == ringing.c.plan_id)
            .where(plan.c.person_id == person_id)
            .order_by(ringing.c.id.desc())
            .limit(EXPLAINED)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings()
            return tuple(
                Ringing(
                    row["plan_id"],
                    row["day"],
                    row["number"],
                    RingingState(row["state"]),
                    row["reason"] or "",
                    row["changed_at"],
                )
                for row in rows
            )

    async def _add(
        self, connection: AsyncConnection, context: ChangeContext, change: AddPlan
    ) -> None:
        person_id = _person(context)
        if change.is_only:
            await connection.execute(
                delete(plan).where(plan.c.person_id == person_id, plan.c.kind == change.kind)
            )
        await connection.execute(
            insert(plan).values(
                person_id=person_id,
                chat_id=await _speaks_in(connection, person_id) or context.chat_id,
                kind=change.kind,
                zone=change.zone,
                content=dict(change.content),
                next_due_at=self._next(change.kind, change.content, context.now),
                created_at=context.now,
            )
        )

    async def _change(
        self, connection: AsyncConnection, context: ChangeContext, change: ChangePlan
    ) -> None:
        found = (
            await connection.execute(
                select(plan.c.kind, plan.c.ringing_id).where(
                    plan.c.id == change.plan_id, plan.c.person_id == _person(context)
                )
            )
        ).one_or_none()
        if found is None:
            raise LostRace("the plan was forgotten meanwhile")
        values: dict[str, Any] = {"zone": change.zone, "content": dict(change.content)}
        if not (change.keeps_put_off and found.ringing_id is not None):
            due = self._next(found.kind, change.content, context.now)
            values |= {"next_due_at": due, "ringing_id": None}
        await connection.execute(update(plan).where(plan.c.id == change.plan_id).values(values))

    def _next(self, kind: str, content: Mapping[str, Any], after: datetime) -> datetime | None:
        return self.kinds[kind].next_due(content, after)


async def drop(connection: AsyncConnection, context: ChangeContext, change: DropPlans) -> None:
    """Forget plans."""
    await connection.execute(
        delete(plan).where(plan.c.id.in_(change.plan_ids), plan.c.person_id == _person(context))
    )


async def end_ringing(
    connection: AsyncConnection, context: ChangeContext, change: EndRinging
) -> None:
    """Note what became of a ringing; one that waits is tried again.

    Raises:
        LostRace: the plan speaks in another chat by now.
    """
    speaks_in = await connection.scalar(
        select(plan.c.chat_id)
        .join(ringing, ringing.c.plan_id == plan.c.id)
        .where(ringing.c.id == change.ringing_id)
        .with_for_update(of=plan)
    )
    if speaks_in is not None and speaks_in != context.chat_id:
        raise LostRace("the plan was moved to another chat")
    values = {
        "state": change.state,
        "reason": change.reason or None,
        "changed_at": context.now,
    }
    of = await connection.scalar(
        update(ringing)
        .where(ringing.c.id == change.ringing_id)
        .values(values)
        .returning(ringing.c.plan_id)
    )
    if change.until is not None and of is not None:
        await _again(connection, of, change.ringing_id, change.until)


async def put_off(connection: AsyncConnection, context: ChangeContext, change: PutOff) -> None:
    """Ring once more at a moment, whatever rang on that day."""
    of = (
        await connection.execute(
            select(plan.c.zone).where(
                plan.c.id == change.plan_id, plan.c.person_id == _person(context)
            )
        )
    ).one_or_none()
    if of is None:
        raise LostRace("the plan was forgotten meanwhile")
    day = change.until.astimezone(ZoneInfo(of.zone)).date()
    number = await connection.scalar(
        select(func.coalesce(func.max(ringing.c.number), 0)).where(
            ringing.c.plan_id == change.plan_id, ringing.c.day == day
        )
    )
    row = {
        "plan_id": change.plan_id,
        "day": day,
        "number": (number or 0) + 1,
        "tries": 0,
        "state": RingingState.WAITS,
        "reason": DESPITE_QUIET if change.is_despite_quiet else "put off",
        "changed_at": context.now,
    }
    ringing_id = await connection.scalar(insert(ringing).values(row).returning(ringing.c.id))
    await _again(connection, change.plan_id, ringing_id, change.until)


async def purge_ringings(database: Database, now: datetime) -> None:
    """Forget what became of ringings long ago; those that a plan still goes on with stay.

    Raises:
        StorageUnavailable: the database cannot be reached.
    """
    goes_on = exists().where(plan.c.id == ringing.c.plan_id, plan.c.ringing_id == ringing.c.id)
    async with database.write() as connection:
        await connection.execute(
            delete(ringing).where(ringing.c.changed_at < now - KEPT_RINGING, ~goes_on)
        )


async def _again(
    connection: AsyncConnection, plan_id: int, ringing_id: int, until: datetime
) -> None:
    """Let a plan go on with a ringing; what would have been due before that is part of it."""
    values = {"next_due_at": until, "ringing_id": ringing_id}
    await connection.execute(update(plan).where(plan.c.id == plan_id).values(values))


async def _speaks_in(connection: AsyncConnection, person_id: str) -> int | None:
    """The chat that the person chose for what starts by itself; None for that of the turn."""
    chosen: int | None = await connection.scalar(
        select(link.c.chat_id).where(link.c.person_id == person_id, link.c.is_for_reminders)
    )
    return chosen


def _person(context: ChangeContext) -> str:
    if context.person_id is None:
        raise LostRace("the person was erased meanwhile")
    return context.person_id
