"""What is forgotten after a day, and what nobody can read before."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.delivery.retention import purge
from bot.people.tables import chat
from bot.storage.database import Database
from tests.delivery.stage import Post
from tests.support import RING


async def test_a_chat_without_consent_is_forgotten_after_a_day(post: Post) -> None:
    await post.memory.says("chat", "hallo")
    await post.work()
    await purge(post.database, post.now + timedelta(hours=23))
    async with post.database.read() as connection:
        after_23 = await connection.scalar(select(func.count(chat.c.id)))
    await purge(post.database, post.now + timedelta(hours=25))
    async with post.database.read() as connection:
        after_25 = await connection.scalar(select(func.count(chat.c.id)))

    assert (after_23, after_25) == (1, 0)


async def test_memory_older_than_a_day_is_not_used_even_before_the_purge(post: Post) -> None:
    await post.memory.says("chat", "a")
    await post.work()
    post.pass_by(hours=25)
    await post.memory.says("chat", "b")
    await post.work()

    assert post.texts == ["1: a", "1: b"]


async def test_no_word_of_a_person_is_in_the_files_of_the_database(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    from bot.storage.migrate import migrate

    folder = tmp_path_factory.mktemp("raw")
    url = f"sqlite+aiosqlite:///{folder / 'raw.sqlite3'}"
    migrate(url)
    async with Database(url, RING) as database:
        post = Post(database)
        await post.memory.says("chat", "Geheimnis-4711 knopf")
        seen = [_raw(folder)]
        await post.work()
        seen.append(_raw(folder))

    assert all(b"Geheimnis-4711" not in raw for raw in seen)


def _raw(folder: object) -> bytes:
    from pathlib import Path

    return b"".join(path.read_bytes() for path in Path(str(folder)).iterdir())
