"""The record in the database, on SQLite and PostgreSQL: days as a whole, one undoing, no lost change of another chat."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import LargeBinary, delete, func, insert, select, type_coerce

from bot.diary.ausbildung import Aenderung, Aenderungsart, Ausbildung, Nachweisform, Zeitraum
from bot.diary.changes import UndoDays, WriteAusbildung, WriteDays, WriteWeek
from bot.diary.nachweis import By, DayType, Entry, Nachweis, Step, StepKind, Week
from bot.diary.service import APPLIERS, StoredDiaries
from bot.diary.tables import ausbildung, entry, undo, week
from bot.errors import LostRace
from bot.people.tables import person
from bot.storage.changes import ChangeContext
from bot.storage.database import Database
from bot.turn import Change

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MONDAY = date(2026, 11, 16)
TUESDAY = MONDAY + timedelta(days=1)
INVENTUR = Entry(MONDAY, DayType.BETRIEB, 480, ("Inventur 😀", "عربي"), "1.2")
KASSE = Entry(MONDAY, DayType.BETRIEB, None, ("Kasse",))
SICK = Entry(TUESDAY, DayType.KRANK)


async def make(database: Database, *people: str) -> None:
    async with database.write() as connection:
        rows = [{"id": each, "profile": {}, "created_at": NOW} for each in people]
        await connection.execute(insert(person), rows)


async def do(database: Database, change: Change, who: str = "kim") -> None:
    async with database.write() as connection:
        await APPLIERS[type(change)](connection, ChangeContext(1, who, NOW), change)


async def load(database: Database, who: str = "kim") -> Nachweis:
    return await StoredDiaries(database).load(who)


async def test_what_is_written_is_read_again_by_day_and_in_order(database: Database) -> None:
    await make(database, "kim", "ada")

    await do(database, WriteDays({TUESDAY: (SICK,), MONDAY: (INVENTUR, KASSE)}, {}))

    assert (await load(database)).entries == (INVENTUR, KASSE, SICK)
    assert (await load(database, "ada")).entries == ()


async def test_a_writing_is_undone_and_the_undoing_too(database: Database) -> None:
    await make(database, "kim")
    await do(database, WriteDays({MONDAY: (INVENTUR,)}, {}))
    await do(database, WriteDays({MONDAY: (KASSE,), TUESDAY: (SICK,)}, {MONDAY: (INVENTUR,)}))

    before = await StoredDiaries(database).undoable("kim")
    await do(database, UndoDays())

    assert before == {MONDAY: (INVENTUR,), TUESDAY: ()}
    assert (await load(database)).entries == (INVENTUR,)

    await do(database, UndoDays())
    assert (await load(database)).entries == (KASSE, SICK)


async def test_a_day_that_was_written_meanwhile_is_not_overwritten(database: Database) -> None:
    await make(database, "kim")
    await do(database, WriteDays({MONDAY: (INVENTUR,)}, {}))

    with pytest.raises(LostRace):
        await do(database, WriteDays({MONDAY: (KASSE,)}, {}))

    assert (await load(database)).entries == (INVENTUR,)


async def test_a_week_that_was_signed_meanwhile_is_not_submitted(database: Database) -> None:
    await make(database, "kim")
    submitted = Week(MONDAY, steps=(Step(StepKind.SUBMITTED, NOW, By.AZUBI, "Kim"),))
    signed = replace(submitted, steps=(*submitted.steps, Step(StepKind.SIGNED, NOW, By.AUSBILDER)))
    await do(database, WriteWeek(submitted, steps_before=0))
    await do(database, WriteWeek(signed, steps_before=1))

    with pytest.raises(LostRace):
        await do(database, WriteWeek(submitted, steps_before=1))

    assert (await load(database)).weeks == {MONDAY: signed}


async def test_master_data_are_kept_whole(database: Database) -> None:
    await make(database, "kim")
    told = Ausbildung(
        name="Ünal, Kim",
        beruf="Köchin",
        beginn=date(2026, 9, 1),
        ende=date(2029, 8, 31),
        form=Nachweisform.WOECHENTLICH,
        schultage=frozenset({1, 3}),
        bloecke=(Zeitraum(MONDAY, TUESDAY),),
        aenderungen=(Aenderung(Aenderungsart.TEILZEIT, MONDAY, date(2030, 2, 28)),),
    )

    await do(database, WriteAusbildung(replace(told, name="")))
    await do(database, WriteAusbildung(told))

    assert (await load(database)).ausbildung == told


async def test_nothing_of_it_is_readable_in_the_database_and_all_goes_with_the_person(
    database: Database,
) -> None:
    await make(database, "kim")
    await do(database, WriteDays({TUESDAY: (SICK,), MONDAY: (INVENTUR,)}, {}))
    await do(database, WriteWeek(Week(MONDAY, hard="Abgrenzung"), steps_before=0))
    await do(database, WriteAusbildung(Ausbildung(beruf="Köchin")))
    tables = (ausbildung, entry, week, undo)

    async with database.write() as connection:
        stored = []
        for table in tables:
            rows = await connection.execute(select(type_coerce(table.c.content, LargeBinary)))
            stored += [bytes(content) for content in rows.scalars()]
        await connection.execute(delete(person))
        left = [
            await connection.scalar(select(func.count()).select_from(table)) for table in tables
        ]

    secrets = (b"Inventur", b"krank", b"Abgrenzung", b"beruf")
    assert len(stored) == 5
    assert not any(word in b"".join(stored) for word in secrets)
    assert left == [0, 0, 0, 0]
