"""Two records of one person in the database: they become one, and what waits for a pick stays until then."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.diary.ausbildung import WEEK, Ausbildung
from bot.diary.changes import PickWeek, WriteAusbildung, WriteDays, WriteWeek
from bot.diary.codec import versions_from_json, versions_to_json
from bot.diary.nachweis import Entry
from bot.diary.rules import ONE_DAY
from bot.diary.service import read_nachweis, write_days, write_week
from bot.diary.tables import other, undo
from bot.diary.twice import Version, one_ausbildung, one_week, picked, picks, version, weeks_of
from bot.errors import LostRace
from bot.storage.changes import Applier, Appliers, ChangeContext
from bot.storage.database import Database
from bot.storage.statements import upsert

NO_CHAT = 0
"""What is written here is written in no chat of its own."""


class Others(Protocol):
    """What the dialogues read of weeks that two records told of."""

    async def of(self, person_id: str) -> Mapping[date, tuple[Version, ...]]:
        """By Monday, oldest first, what waits to be picked beside what stands in the record."""

    async def doubled(self, first: str, second: str) -> int:
        """How many weeks would wait for a pick, if two people were one."""


class NoOthers:
    """Weeks where nobody is remembered."""

    async def of(self, person_id: str) -> Mapping[date, tuple[Version, ...]]:
        """See `Others`."""
        return {}

    async def doubled(self, first: str, second: str) -> int:
        """See `Others`."""
        return 0


class StoredOthers:
    """The `Others` in the database.

    Args:
        database: open.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, person_id: str) -> Mapping[date, tuple[Version, ...]]:
        """See `Others`."""
        async with self._database.read() as connection:
            return await _waiting(connection, person_id)

    async def doubled(self, first: str, second: str) -> int:
        """See `Others`."""
        async with self._database.read() as connection:
            mine = await read_nachweis(connection, first)
            theirs = await read_nachweis(connection, second)
            waiting = {
                *await _waiting(connection, first),
                *await _waiting(connection, second),
            }
        weeks = weeks_of(theirs)
        both = (one_week(version(mine, each), version(theirs, each)) for each in weeks)
        return len(waiting | {stands.week.monday for stands, waits in both if waits is not None})

    async def as_values(self, person_id: str) -> Any:
        """What waits as JSON values, for the export of everything that is known about a person."""
        waiting = await self.of(person_id)
        return {week.isoformat(): versions_to_json(each) for week, each in waiting.items()}


class DiariesBecomeOne:
    """Gives the record of a second person to the first; where both tell of a week, one version waits.

    Args:
        write_ausbildung: keeps master data, and what follows from them.
    """

    def __init__(self, write_ausbildung: Applier) -> None:
        self._write_ausbildung = write_ausbildung

    async def __call__(
        self, connection: AsyncConnection, first: str, second: str, now: datetime
    ) -> None:
        """Do it in somebody's transaction; the second person goes with it."""
        context = ChangeContext(NO_CHAT, first, now)
        mine = await read_nachweis(connection, first)
        theirs = await read_nachweis(connection, second)
        waiting = dict(await _waiting(connection, first))
        for week, versions in (await _waiting(connection, second)).items():
            waiting[week] = (*waiting.get(week, ()), *versions)
        for week in weeks_of(theirs):
            before = version(mine, week)
            stands, waits = one_week(before, version(theirs, week))
            await _write(connection, context, before, stands)
            if waits is not None:
                waiting[week] = (*waiting.get(week, ()), waits)
        await _keep(connection, first, waiting)
        # What the last writing changed is not what stands there now.
        await connection.execute(delete(undo).where(undo.c.person_id == first))
        ausbildung = one_ausbildung(mine.ausbildung, theirs.ausbildung)
        if ausbildung != Ausbildung():
            await self._write_ausbildung(connection, context, WriteAusbildung(ausbildung))


async def pick_week(connection: AsyncConnection, context: ChangeContext, change: PickWeek) -> None:
    """Let a week stand as it was picked; another version that waits is compared with that.

    Raises:
        LostRace: something else stands there or waits by now, or it may not be picked.
    """
    if context.person_id is None:
        raise LostRace("the person was erased meanwhile")
    person_id, week = context.person_id, change.stands.week.monday
    # Who picks in another chat at the same moment waits here.
    mine = (other.c.person_id == person_id, other.c.monday == week)
    await connection.execute(select(other.c.monday).where(*mine).with_for_update())
    stands = version(await read_nachweis(connection, person_id), week)
    waiting = dict(await _waiting(connection, person_id))
    known, *more = waiting.get(week, (None,))
    if (stands, known) != (change.stands, change.other):
        raise LostRace("the week was changed or picked from another chat first")
    if change.pick not in picks(stands, change.other):
        raise LostRace("this cannot be picked any more")
    await _write(connection, context, stands, picked(change.pick, stands, change.other))
    waiting[week] = tuple(each for each in more if each is not None)
    await _keep(connection, person_id, waiting)


APPLIERS: Appliers = {PickWeek: pick_week}


async def _write(
    connection: AsyncConnection, context: ChangeContext, before: Version, after: Version
) -> None:
    """Replace a version of a week by another one."""
    if before.entries != after.entries:
        change = WriteDays(days=_by_day(after), before=_by_day(before))
        await write_days(connection, context, change)
    if before.week != after.week:
        await write_week(connection, context, WriteWeek(after.week, len(before.week.steps)))


def _by_day(of: Version) -> dict[date, tuple[Entry, ...]]:
    """All days of the week with their entries."""
    days = (of.week.monday + number * ONE_DAY for number in range(WEEK.days))
    return {day: tuple(each for each in of.entries if each.day == day) for day in days}


async def _waiting(
    connection: AsyncConnection, person_id: str
) -> Mapping[date, tuple[Version, ...]]:
    rows = await connection.execute(
        select(other.c.monday, other.c.content)
        .where(other.c.person_id == person_id)
        .order_by(other.c.monday)
    )
    return {row.monday: versions_from_json(row.content) for row in rows}


async def _keep(
    connection: AsyncConnection, person_id: str, waiting: Mapping[date, Sequence[Version]]
) -> None:
    for week, versions in waiting.items():
        if not versions:
            await connection.execute(
                delete(other).where(other.c.person_id == person_id, other.c.monday == week)
            )
            continue
        values = {"person_id": person_id, "monday": week, "content": versions_to_json(versions)}
        statement = upsert(connection, other).values(values)
        await connection.execute(
            statement.on_conflict_do_update(
                index_elements=["person_id", "monday"],
                set_={"content": statement.excluded.content},
            )
        )
