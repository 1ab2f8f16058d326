import asyncio
import base64
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, inspect, select
from sqlalchemy.engine import make_url

from bot.answers.tables import rating
from bot.delivery.tables import conversation
from bot.errors import ConfigurationError, DecryptionError, StorageUnavailable
from bot.people.tables import chat, person
from bot.storage.base import metadata
from bot.storage.database import Database
from bot.storage.keys import KeyRing, create_key_file, read_key_file
from bot.storage.migrate import migrate
from tests.support import RING

NOW = datetime(2026, 11, 21, 9, tzinfo=timezone(timedelta(hours=1)))
OTHER = KeyRing({"other": b"x" * 32})


def _sync(url: str) -> sa.Engine:
    address = make_url(url)
    return create_engine(
        address.set(drivername="sqlite") if address.get_backend_name() == "sqlite" else address
    )


def test_migrations_make_exactly_the_tables_that_the_code_names(database_url: str) -> None:
    assert rating.metadata is metadata
    engine = _sync(database_url)
    with engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()

    assert difference == []


def test_migrations_can_be_taken_back_and_run_again(database_url: str) -> None:
    migrate(database_url, "base")
    engine = _sync(database_url)
    left = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    migrate(database_url)

    assert left == set()


def test_a_migration_that_is_broken_off_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'half.sqlite3'}"
    with monkeypatch.context() as patched:
        patched.setattr("alembic.op.create_index", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            migrate(url)
    migrate(url)
    engine = _sync(url)
    names = inspect(engine).get_table_names()
    engine.dispose()

    assert "outgoing" in names


def _interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


async def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(insert(chat).values(channel="c", address="a", created_at=NOW))
    async with database.read() as connection:
        actual = await connection.scalar(select(chat.c.created_at))

    assert actual == NOW
    assert actual is not None
    assert actual.tzinfo is UTC


async def test_a_naive_time_is_refused(database: Database) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(sa.exc.StatementError, match="naive"):
        async with database.write() as connection:
            await connection.execute(
                insert(chat).values(channel="c", address="a", created_at=naive)
            )


async def test_what_a_person_wrote_is_encrypted_and_comes_back(database: Database) -> None:
    profile = {"role": "Markierung-Ä-🙂"}
    async with database.write() as connection:
        await connection.execute(insert(person).values(id="p", profile=profile, created_at=NOW))
    async with database.read() as connection:
        actual = await connection.scalar(select(person.c.profile))
        raw = await connection.scalar(select(sa.type_coerce(person.c.profile, sa.LargeBinary)))

    assert actual == profile
    assert raw is not None
    assert b"Markierung" not in bytes(raw)


async def test_an_error_in_a_write_leaves_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as connection:
            await connection.execute(insert(chat).values(channel="c", address="a", created_at=NOW))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with database.read() as connection:
        assert await connection.scalar(select(chat.c.id)) is None


async def test_deleting_a_chat_takes_its_conversation_along(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(
            insert(chat).values(id=1, channel="c", address="a", created_at=NOW)
        )
        await connection.execute(insert(conversation).values(chat_id=1))
        await connection.execute(sa.delete(chat))
    async with database.read() as connection:
        assert await connection.scalar(select(conversation.c.chat_id)) is None


async def test_closing_waits_for_what_has_begun_and_refuses_what_comes_later(
    database: Database,
) -> None:
    async with asyncio.TaskGroup() as tasks, database.write() as connection:
        closing = tasks.create_task(database.__aexit__(None, None, None))
        await asyncio.sleep(0)
        with pytest.raises(StorageUnavailable):
            async with database.read():
                pass
        await connection.execute(insert(chat).values(channel="c", address="a", created_at=NOW))
        assert not closing.done()
    async with database, database.read() as connection:
        assert await connection.scalar(select(chat.c.address)) == "a"


async def test_a_wrong_key_refuses_to_start(database_url: str) -> None:
    async with Database(database_url, RING):
        pass

    with pytest.raises(ConfigurationError, match="another key"):
        async with Database(database_url, OTHER):
            pass


async def test_a_database_that_cannot_be_reached_says_so() -> None:
    with pytest.raises(StorageUnavailable):
        async with Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing", RING):
            pass


def test_a_key_file_is_made_for_the_owner_alone_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "keys"
    made = create_key_file(path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key_file(path).open(made.seal(b"x", "c"), "c") == b"x"


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    create_key_file(tmp_path / "keys")
    with pytest.raises(ConfigurationError):
        create_key_file(tmp_path / "keys")


@pytest.mark.parametrize("content", ["", "k1 short", "k1", "k1 ä", "\x00\xff"])
def test_a_broken_key_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys"
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)

    with pytest.raises(ConfigurationError):
        read_key_file(path)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"k1 {base64.b64encode(b'x' * 32).decode()}")
    path.chmod(0o644)

    with pytest.raises(ConfigurationError, match="chmod 600"):
        read_key_file(path)


def test_a_new_key_keeps_old_values_readable_and_hashes_the_same() -> None:
    old = KeyRing({"a": b"a" * 32})
    both = KeyRing({"a": b"a" * 32, "b": b"b" * 32})

    assert both.open(old.seal(b"x", "c"), "c") == b"x"
    assert both.keyed_hash("p", "v") == old.keyed_hash("p", "v")
    with pytest.raises(DecryptionError):
        old.open(both.seal(b"x", "c"), "c")


@given(st.binary(), st.text(max_size=20))
def test_sealing_and_opening_gives_the_same(value: bytes, context: str) -> None:
    context = context.encode("utf-8", "ignore").decode()

    assert RING.open(RING.seal(value, context), context) == value


@given(st.binary())
def test_a_value_does_not_open_in_another_column(value: bytes) -> None:
    with pytest.raises(DecryptionError):
        RING.open(RING.seal(value, "a.b"), "a.c")


@given(st.binary(max_size=60))
def test_garbage_never_opens(value: bytes) -> None:
    with pytest.raises(DecryptionError):
        RING.open(value, "a.b")
