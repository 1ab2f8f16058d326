"""The Ausbildungsnachweis of people in the database."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.diary.ausbildung import Ausbildung
from bot.diary.changes import UndoDays, WriteAusbildung, WriteDays, WriteWeek
from bot.diary.codec import (
    ausbildung_from_json,
    ausbildung_to_json,
    entries_from_json,
    entries_to_json,
    week_from_json,
    week_to_json,
)
from bot.diary.nachweis import Entry, Nachweis
from bot.diary.tables import ausbildung, entry, undo, week
from bot.errors import LostRace
from bot.storage.changes import Appliers, ChangeContext
from bot.storage.database import Database
from bot.storage.statements import upsert


class Diaries(Protocol):
    """What the dialogues read of the diary."""

    async def load(self, person_id: str) -> Nachweis:
        """All of a person's Ausbildungsnachweis; an empty one when there is none."""

    async def undoable(self, person_id: str) -> Mapping[date, tuple[Entry, ...]]:
        """By day, what stood there before the last writing; empty when there is nothing to undo."""


class NoDiaries:
    """Diaries where nobody is remembered: one question a line, without a database."""

    async def load(self, person_id: str) -> Nachweis:
        """See `Diaries`."""
        return Nachweis()

    async def undoable(self, person_id: str) -> Mapping[date, tuple[Entry, ...]]:
        """See `Diaries`."""
        return {}


class StoredDiaries:
    """The `Diaries` in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, person_id: str) -> Nachweis:
        """See `Diaries`."""
        async with self._database.read() as connection:
            return await read_nachweis(connection, person_id)

    async def undoable(self, person_id: str) -> Mapping[date, tuple[Entry, ...]]:
        """See `Diaries`."""
        async with self._database.read() as connection:
            return await _undoable(connection, person_id)


async def read_nachweis(connection: AsyncConnection, person_id: str) -> Nachweis:
    """All of a person's Ausbildungsnachweis; an empty one when there is none."""
    told = await connection.scalar(
        select(ausbildung.c.content).where(ausbildung.c.person_id == person_id)
    )
    entries = await _entries(connection, person_id)
    weeks = await connection.execute(select(week.c.content).where(week.c.person_id == person_id))
    known = [week_from_json(content) for content in weeks.scalars()]
    return Nachweis(
        ausbildung=ausbildung_from_json(told) if told else Ausbildung(),
        entries=entries,
        weeks={each.monday: each for each in known},
    )


async def write_days(
    connection: AsyncConnection, context: ChangeContext, change: WriteDays
) -> None:
    """Replace the entries of days, and keep what stood there for one undoing.

    Raises:
        LostRace: something else stands there by now.
    """
    person_id = _person(context)
    there = await _by_day(connection, person_id, change.days)
    if there != {day: tuple(change.before.get(day, ())) for day in change.days}:
        raise LostRace("the days were written from another chat first")
    await _replace(connection, person_id, change.days)
    await _remember(connection, context, there)


async def undo_days(connection: AsyncConnection, context: ChangeContext, change: UndoDays) -> None:
    """Write back what stood there before the last writing; the next undoing brings that writing back."""
    person_id = _person(context)
    days = await _undoable(connection, person_id)
    there = await _by_day(connection, person_id, days)
    await _replace(connection, person_id, days)
    await _remember(connection, context, there)


async def write_week(
    connection: AsyncConnection, context: ChangeContext, change: WriteWeek
) -> None:
    """Keep a week.

    Raises:
        LostRace: somebody else did something with it first.
    """
    person_id, monday = _person(context), change.week.monday
    there = await connection.scalar(
        select(week.c.content).where(week.c.person_id == person_id, week.c.monday == monday)
    )
    if len(week_from_json(there).steps if there else ()) != change.steps_before:
        raise LostRace("the week was changed by somebody else first")
    values = {"person_id": person_id, "monday": monday, "content": week_to_json(change.week)}
    statement = upsert(connection, week).values(values)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["person_id", "monday"], set_={"content": statement.excluded.content}
        )
    )


async def write_ausbildung(
    connection: AsyncConnection, context: ChangeContext, change: WriteAusbildung
) -> None:
    """Keep the master data."""
    values = {
        "person_id": _person(context),
        "content": ausbildung_to_json(change.ausbildung),
    }
    statement = upsert(connection, ausbildung).values(values)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["person_id"], set_={"content": statement.excluded.content}
        )
    )


APPLIERS: Appliers = {
    WriteDays: write_days,
    UndoDays: undo_days,
    WriteWeek: write_week,
    WriteAusbildung: write_ausbildung,
}


def _person(context: ChangeContext) -> str:
    if context.person_id is None:
        raise LostRace("the person was erased meanwhile")
    return context.person_id


async def _entries(connection: AsyncConnection, person_id: str) -> tuple[Entry, ...]:
    rows = await connection.execute(
        select(entry.c.content)
        .where(entry.c.person_id == person_id)
        .order_by(entry.c.day, entry.c.position, entry.c.id)
    )
    return entries_from_json(list(rows.scalars()))


async def _by_day(
    connection: AsyncConnection, person_id: str, days: Mapping[date, object]
) -> dict[date, tuple[Entry, ...]]:
    rows = await connection.execute(
        select(entry.c.content)
        .where(entry.c.person_id == person_id, entry.c.day.in_(list(days)))
        .order_by(entry.c.day, entry.c.position, entry.c.id)
    )
    there = entries_from_json(list(rows.scalars()))
    return {day: tuple(each for each in there if each.day == day) for day in days}


async def _replace(
    connection: AsyncConnection, person_id: str, days: Mapping[date, tuple[Entry, ...]]
) -> None:
    await connection.execute(
        delete(entry).where(entry.c.person_id == person_id, entry.c.day.in_(list(days)))
    )
    rows = [
        {"person_id": person_id, "day": day, "position": position, "content": content}
        for day, entries in days.items()
        for position, content in enumerate(entries_to_json(entries))
    ]
    if rows:
        await connection.execute(insert(entry), rows)


async def _remember(
    connection: AsyncConnection, context: ChangeContext, there: Mapping[date, tuple[Entry, ...]]
) -> None:
    """Keep what stood there for one undoing."""
    person_id = _person(context)
    content = {day.isoformat(): entries_to_json(entries) for day, entries in there.items()}
    values = {"person_id": person_id, "made_at": context.now, "content": content}
    await connection.execute(delete(undo).where(undo.c.person_id == person_id))
    await connection.execute(insert(undo).values(values))


async def _undoable(
    connection: AsyncConnection, person_id: str
) -> Mapping[date, tuple[Entry, ...]]:
    content = await connection.scalar(select(undo.c.content).where(undo.c.person_id == person_id))
    return {
        date.fromisoformat(day): entries_from_json(entries)
        for day, entries in (content or {}).items()
    }
