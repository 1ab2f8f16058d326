"""Encrypted rooms, seen by matrix-js-sdk in strict mode: read and written both ways, whatever is lost."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.matrix.stage import on_matrix
from tests.matrix.strict import StrictClients, StrictUser
from tests.servers.synapse import Account, Event, Synapse
from tests.servers.synapse.server import fresh
from tests.telegram.stage import Repeats, until

pytestmark = pytest.mark.synapse

SILENCE = 1.0
"""Seconds after which nothing more is expected."""
KEYS = "matrix"
"""The folder of the device's keys in the data folder."""
LOST = "keys of our Matrix device are lost"


@pytest.fixture
async def mia(synapse: Synapse) -> AsyncIterator[StrictUser]:
    async with StrictClients() as clients, clients.person(synapse, "Mia") as person:
        yield person


@pytest.fixture
async def bot(synapse: Synapse) -> str:
    return await synapse.register(fresh("bot"))


async def chat_with(person: StrictUser, bot: str) -> str:
    """A new encrypted room in which the bot is."""
    room = await person.create_direct_room(bot)
    await person.joined(room, bot)
    return room


async def answer(person: StrictUser, room: str, bot: str, number: int) -> Event:
    """The bot's message of this number; it must be beyond doubt."""
    event = (await person.arrived(number, room, sender=bot, within=20))[number - 1]
    assert (event.is_encrypted, event.failure, event.shield) == (True, None, None)
    assert event.signed_by_owner
    return event


async def heard(person: StrictUser, room: str, bot: str, count: int) -> list[str | None]:
    """All that the bot said, when it is so many messages and no more."""
    await answer(person, room, bot, count)
    await asyncio.sleep(SILENCE)
    return [event.body for event in await person.arrived(count, room, sender=bot)]


async def test_both_sides_read_each_other_whoever_comes_again(
    synapse: Synapse, mia: StrictUser, bot: str, tmp_path: Path
) -> None:
    async with on_matrix(tmp_path, synapse, bot, Repeats()) as stage:
        room = await chat_with(mia, bot)
        await mia.send_text(room, "eins")
        assert (await answer(mia, room, bot, 1)).body == "eins"
        async with mia.another_device() as tablet:
            await mia.trusts(tablet.account)
            await tablet.trusts(tablet.account)
            await tablet.send_text(room, "zwei")
            assert (await answer(tablet, room, bot, 1)).body == "zwei"
            assert (await answer(mia, room, bot, 2)).body == "zwei"
        await synapse.restart()
        await mia.send_text(room, "drei")
        assert (await answer(mia, room, bot, 3)).body == "drei"
        longest = "م" * stage.connector.capabilities.length
        await mia.send_text(room, longest)
        assert (await answer(mia, room, bot, 4)).body == longest
        assert stage.connector.trouble is None
    await mia.send_text(room, "vier")
    await mia.send_text(room, "fünf")
    async with on_matrix(tmp_path, synapse, bot, Repeats()) as stage:
        assert stage.connector.trouble is None
        await mia.send_text(room, "sechs")
        expected = ["eins", "zwei", "drei", longest, "vier", "fünf", "sechs"]
        assert await heard(mia, room, bot, 7) == expected
        [device] = await mia.devices_of(bot)
        async with Account(synapse.url, bot) as account:
            await account.log_out_everywhere()
        await until(lambda: stage.connector.url == "")
        await until(lambda: stage.connector.url != "" and stage.connector.trouble is None)
        await asyncio.sleep(SILENCE)
        await mia.send_text(room, "sieben")
        assert (await answer(mia, room, bot, 8)).body == "sieben"
        assert await mia.devices_of(bot) == {device: True}


def deleted(store: Path) -> None:
    shutil.rmtree(store.parent)


def damaged(store: Path) -> None:
    store.write_bytes(b"no database" * 500)


def of_another_ring(store: Path) -> None:
    database = sqlite3.connect(store)
    with database:
        pickle = b"what another key has written"
        database.execute("UPDATE accounts SET account = ?", (pickle,))
    database.close()


async def test_lost_keys_are_said_and_a_new_device_goes_on(
    synapse: Synapse, mia: StrictUser, bot: str, tmp_path: Path
) -> None:
    async with on_matrix(tmp_path, synapse, bot, Repeats()):
        room = await chat_with(mia, bot)
        await mia.send_text(room, "eins")
        await answer(mia, room, bot, 1)
    devices = list(await mia.devices_of(bot))
    for number, lose in enumerate((deleted, damaged, of_another_ring), start=2):
        lose(tmp_path / KEYS / f"{bot}_{devices[-1]}.db")
        with capture_logs() as logs:
            async with on_matrix(tmp_path, synapse, bot, Repeats()) as stage:
                assert LOST in str(stage.connector.trouble)
                await mia.send_text(room, f"{number}")
                assert (await answer(mia, room, bot, number)).body == f"{number}"
        devices += await mia.devices_of(bot)

        errors = [entry["event"] for entry in logs if entry["log_level"] == "error"]
        assert any(LOST in error for error in errors)
    assert len(set(devices)) == len(devices) == 4
    async with on_matrix(tmp_path, synapse, bot, Repeats()) as stage:
        assert stage.connector.trouble is None
        await mia.send_text(room, "zuletzt")
        assert await heard(mia, room, bot, 5) == ["eins", "2", "3", "4", "zuletzt"]
    assert list(await mia.devices_of(bot)) == devices[-1:]


def forget_database(folder: Path) -> None:
    for file in folder.glob("lernallianz.sqlite3*"):
        file.unlink()


async def test_a_lost_database_costs_no_answer(
    synapse: Synapse, mia: StrictUser, bot: str, tmp_path: Path
) -> None:
    async with on_matrix(tmp_path, synapse, bot, Repeats()):
        room = await chat_with(mia, bot)
        await mia.send_text(room, "eins")
        await answer(mia, room, bot, 1)
    forget_database(tmp_path)
    async with on_matrix(tmp_path, synapse, bot, Repeats()):
        await mia.send_text(room, "zwei")
        assert await heard(mia, room, bot, 2) == ["eins", "zwei"]


def forget_sessions(keys: Path) -> None:
    [store] = keys.glob("*.db")
    database = sqlite3.connect(store)
    with database:
        database.execute("DELETE FROM megolminboundsessions")
    database.close()


async def test_what_cannot_be_decrypted_gets_one_kind_word(
    synapse: Synapse,
    mia: StrictUser,
    bot: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("connectors.matrix.reception.PATIENCE", 1.0)
    async with on_matrix(tmp_path, synapse, bot):
        room = await chat_with(mia, bot)
        await mia.send_text(room, "Hallo")
        await answer(mia, room, bot, 1)
    forget_sessions(tmp_path / KEYS)
    async with on_matrix(tmp_path, synapse, bot):
        await mia.send_text(room, "Wie lange dauert die Probezeit?")
        await mia.send_text(room, "Noch eine Frage, die niemand lesen kann")
        sorry = await answer(mia, room, bot, 2)
        assert "mir fehlt der Schlüssel" in str(sorry.body)
        async with mia.another_device() as tablet:
            await mia.trusts(tablet.account)
            await tablet.trusts(tablet.account)
            await tablet.send_text(room, "Wie lange dauert die Probezeit?")
            assert "Probezeit" in str((await answer(tablet, room, bot, 1)).body)
        assert len(await heard(mia, room, bot, 3)) == 3


async def test_edits_reactions_and_files_go_both_ways(
    synapse: Synapse, mia: StrictUser, bot: str, tmp_path: Path
) -> None:
    async with on_matrix(tmp_path, synapse, bot):
        room = await chat_with(mia, bot)
        asked = await mia.send_text(room, "Hallo")
        greeting = await answer(mia, room, bot, 1)
        await mia.edit(room, asked, "Wie lange dauert die Probezeit?")
        assert "Probezeit" in str((await answer(mia, room, bot, 2)).body)
        await mia.react(room, greeting.event_id, "1️⃣")
        assert "Worum geht es?" in str((await answer(mia, room, bot, 3)).body)
        await mia.send_file(room, "bild.png", b"\x89PNG", "image/png")
        assert "nicht lesen" in str((await answer(mia, room, bot, 4)).body)
        await mia.send_text(room, "/daten")
        files = [
            event
            for event in await mia.arrived(6, room, sender=bot, within=20)
            if event.msgtype == "m.file"
        ]
        assert (await mia.download(files[0])).startswith(b"{")
