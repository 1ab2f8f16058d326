from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.delivery.retention import forget_chats
from bot.delivery.rows import tell
from bot.messages import Address
from bot.people.changes import IssueCode
from bot.people.codes import ALPHABET, PURPOSES, RECOVERY, canonical, new_code
from bot.people.redeeming import Codes
from bot.people.service import People
from bot.people.sessions import WebSessions
from bot.people.tables import chat
from bot.storage.changes import ChangeContext
from bot.storage.database import Database
from tests.support import on_stage, settings_in

START = datetime(2026, 11, 21, 8, tzinfo=UTC)
HERE, OLD = Address("web", "neu"), Address("web", "alt")


class Desk:
    """Issues and redeems codes with a clock to move."""

    def __init__(self, database: Database) -> None:
        self.now = START
        self.database = database
        self.codes = Codes(database, lambda: self.now)
        self.people = People(database, forget_chats, tell)

    async def issue(self) -> str:
        code = new_code(RECOVERY)
        async with self.database.write() as connection:
            await connection.execute(
                insert(chat).values(id=1, channel="web", address="alt", created_at=self.now)
            )
            change = IssueCode(RECOVERY, code, self.now + PURPOSES[RECOVERY].lifetime)
            context = ChangeContext(chat_id=1, person_id=None, now=self.now)
            await self.people.appliers[IssueCode](connection, context, change)
        return code


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_codes_have_no_look_alikes_and_survive_sloppy_typing() -> None:
    code = new_code(RECOVERY)

    assert set(canonical(code)) <= set(ALPHABET)
    assert not set(ALPHABET) & set("0O1IL2Z5S8B")
    assert canonical(f" {code.lower().replace('-', ' ')} ") == canonical(code)


async def test_a_code_is_redeemed_once(desk: Desk) -> None:
    code = await desk.issue()

    assert await desk.codes.redeem(RECOVERY, code.lower(), HERE) == OLD
    assert await desk.codes.redeem(RECOVERY, code, HERE) is None


async def test_an_old_code_is_worth_nothing(desk: Desk) -> None:
    code = await desk.issue()
    desk.now += PURPOSES[RECOVERY].lifetime

    assert await desk.codes.redeem(RECOVERY, code, HERE) is None


async def test_guessing_ends_for_a_chat_and_begins_again_later(desk: Desk) -> None:
    code = await desk.issue()
    for _ in range(PURPOSES[RECOVERY].tries_per_chat):
        assert await desk.codes.redeem(RECOVERY, "FALSCH", HERE) is None

    assert await desk.codes.redeem(RECOVERY, code, HERE) is None
    desk.now += timedelta(hours=2)
    assert await desk.codes.redeem(RECOVERY, code, HERE) == OLD


async def test_ending_a_session_deletes_what_nobody_agreed_to_keep(desk: Desk) -> None:
    await desk.issue()
    sessions = WebSessions(desk.database, desk.codes, forget_chats)

    await sessions.end(OLD)
    await sessions.end(OLD)

    async with desk.database.read() as connection:
        from sqlalchemy import select

        assert await connection.scalar(select(chat.c.id)) is None


async def test_what_a_person_wrote_is_gone_from_every_file_after_erasing(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    marker = "Kennwort-Zitronenfalter"
    async with on_stage(settings) as stage:
        await stage.memory.says("jemand", f"{marker}: wie viel urlaub habe ich")
        await stage.settled()
        before = await opened_values(stage.house.database)
        clear = _raw(tmp_path)
        await stage.memory.says("jemand", "/loeschen")
        await stage.settled()
        after = await opened_values(stage.house.database)

    assert any(marker in value for value in before)
    assert clear
    assert all(marker.encode() not in raw for raw in clear)
    assert not any(marker in value for value in after)


def _raw(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.glob("*.sqlite3*")]


async def opened_values(database: Database, names: Sequence[str] = ()) -> list[str]:
    """Every value of every table, or of some, decrypted."""
    from sqlalchemy import select

    from bot.storage.base import metadata

    values = []
    async with database.read() as connection:
        for table in metadata.sorted_tables:
            if names and table.name not in names:
                continue
            for row in await connection.execute(select(table)):
                values += [repr(value) for value in row]
    return values
