"""What the operator does for one person, by a code that they handed over: an import, a parent's consent on paper."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.bootstrap import open_keys
from bot.delivery.retention import forget_chats
from bot.delivery.rows import tell
from bot.diary.changes import WriteDays
from bot.diary.export.from_json import Imported, imported
from bot.diary.service import StoredDiaries, write_days
from bot.errors import ConfigurationError, LostRace
from bot.messages import Address
from bot.people.actions import PRIVACY_VERSION, SCOPE
from bot.people.changes import ConfirmChild
from bot.people.codes import IMPORT
from bot.people.redeeming import Codes
from bot.people.service import People
from bot.settings import Settings, clock_of
from bot.storage.changes import ChangeContext
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.texts import load_texts
from bot.turn import Reply

OPERATOR = Address("cli", "operator")


async def import_nachweis(settings: Settings, file: Path, code: str) -> Imported:
    """Take a JSON file into the diary of the person whose code it is; weeks that are signed or submitted stay.

    The code is used up when the file could be read.

    Raises:
        ConfigurationError: the code is wrong, or the file cannot be read.
    """
    try:
        data = await asyncio.to_thread(file.read_bytes)
    except OSError as error:
        raise ConfigurationError(f"{file}: {error.strerror}") from error
    clock = clock_of(settings)
    async with _opened(settings) as database:
        codes, diaries = Codes(database, clock), StoredDiaries(database)
        address = await codes.issued_in(IMPORT, code, OPERATOR)
        person_id = await codes.person_of(address) if address else None
        if person_id is None:
            raise ConfigurationError("this code is wrong, used up or too old")
        nachweis = await diaries.load(person_id)
        found = imported(data, nachweis)
        if found.problems:
            return found
        await codes.redeem(IMPORT, code, OPERATOR)
        days = {entry.day for entry in found.entries}
        change = WriteDays(
            days={day: tuple(each for each in found.entries if each.day == day) for day in days},
            before={day: nachweis.of_day(day) for day in days},
        )
        async with database.write() as connection:
            await write_days(connection, ChangeContext(0, person_id, clock()), change)
        return found


async def confirm_on_paper(settings: Settings, code: str) -> None:
    """A parent agreed on paper that something is kept about a child under 16.

    Raises:
        ConfigurationError: the code is wrong, used up or too old.
    """
    news = Reply(str(load_texts("profile")["parent_agreed"]))
    async with _opened(settings) as database:
        people = People(database, forget_chats, tell)
        change = ConfirmChild(code, SCOPE, PRIVACY_VERSION, news)
        context = ChangeContext(0, None, clock_of(settings)())
        try:
            async with database.write() as connection:
                await people.appliers[ConfirmChild](connection, context, change)
        except LostRace as error:
            raise ConfigurationError("this code is wrong, used up or too old") from error


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Database]:
    ring, _ = open_keys(settings)
    # In a thread: what else writes in this process must be able to finish.
    await asyncio.to_thread(migrate, settings.database)
    async with Database(settings.database, ring) as database:
        yield database
