"""The real server and the two kinds of people that tests of the connector stand on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from nio import AsyncClient, AsyncClientConfig, MegolmEvent, SyncResponse

from tests.matrix.strict import StrictClients, StrictError
from tests.servers.synapse import PASSWORD, Event, Person, PlainUser, Rate, Synapse
from tests.servers.synapse.account import MatrixError
from tests.servers.synapse.server import fresh

pytestmark = pytest.mark.synapse

PICTURE = bytes(range(256)) * 300


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def synapse() -> AsyncIterator[Synapse]:
    async with Synapse() as running:
        yield running


async def test_plain_people_write_to_each_other(synapse: Synapse) -> None:
    async with synapse.person("Mia") as mia, synapse.person("Ben") as ben:
        room = await in_one_room(mia, ben)
        words = await mia.send_text(room, "Halo", transaction="once")
        assert await mia.send_text(room, "Halo", transaction="once") == words
        await mia.edit(room, words, "Hallo")
        await ben.reply(room, words, "Na?")
        await ben.react(room, words, "👍")
        picture = await ben.send_file(room, "bild.png", PICTURE, "image/png")
        await ben.redact(room, picture)

        first, edit = await ben.arrived(2, room, sender=mia.user_id)
        seen = await mia.wait_for(room, ends_with_redaction)

        assert (first.event_id, first.body, first.is_encrypted) == (words, "Halo", False)
        assert (edit.replaces, edit.new_content) == (
            words,
            {"msgtype": "m.text", "body": "Hallo"},
        )
        reply, reaction, gone, redaction = seen[-4:]
        assert (reply.replies_to, reply.body) == (words, "Na?")
        assert (reaction.annotates, reaction.key) == (words, "👍")
        assert (gone.event_id, gone.msgtype, redaction.redacts) == (picture, None, picture)
        assert ids(await ben.messages(room)) == ids(seen)


async def test_files_arrive_whole(synapse: Synapse) -> None:
    async with synapse.person("Mia") as mia, synapse.person("Ben") as ben:
        room = await in_one_room(mia, ben)
        await mia.send_file(room, "bild.png", PICTURE, "image/png")
        [picture] = await ben.arrived(1, room, sender=mia.user_id)

        assert (picture.msgtype, picture.body) == ("m.image", "bild.png")
        assert await ben.download(picture) == PICTURE


async def test_nothing_is_missed_after_a_long_absence(synapse: Synapse) -> None:
    async with synapse.person("Mia") as mia, synapse.person("Ben") as ben:
        room = await in_one_room(mia, ben)
        await asyncio.gather(*(mia.send_text(room, str(number)) for number in range(120)))
        async with PlainUser(synapse.url, ben.user_id) as late:
            arrived = await late.arrived(120, room, sender=mia.user_id)

        assert {event.body for event in arrived} == {str(number) for number in range(120)}
        assert ids(arrived) == ids(await ben.arrived(120, room, sender=mia.user_id))


async def test_people_live_through_stop_and_kill(synapse: Synapse) -> None:
    async with synapse.person("Mia") as mia, synapse.person("Ben") as ben:
        room = await in_one_room(mia, ben)
        await synapse.restart()
        await mia.send_text(room, "nach dem Neustart")
        await synapse.kill()
        assert not synapse.is_running
        meanwhile = asyncio.create_task(mia.send_text(room, "während er fort war"))
        await synapse.start()
        await meanwhile

        arrived = await ben.arrived(2, room, sender=mia.user_id)
        assert [event.body for event in arrived] == ["nach dem Neustart", "während er fort war"]


async def test_sending_too_fast_is_refused_and_waited_out(synapse: Synapse) -> None:
    async with synapse.person("Mia") as mia, synapse.person("Ben") as ben:
        room = await in_one_room(mia, ben)
        await synapse.limit_messages(mia.user_id, Rate(per_second=10, burst_count=1))
        written = [await mia.send_text(room, str(number)) for number in range(3)]

        assert ids(await ben.arrived(3, room, sender=mia.user_id)) == written
        assert " 429 " in synapse.log


async def test_a_server_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.servers.synapse.config.SERVER_NAME", "no name")
    with pytest.raises(RuntimeError, match="'no name' has an invalid format"):
        async with Synapse():
            pass


async def test_a_token_that_is_taken_back_ends_the_listening(synapse: Synapse) -> None:
    async with synapse.person("Mia") as mia:
        await mia.account.log_out_everywhere()
        with pytest.raises(MatrixError, match="M_UNKNOWN_TOKEN"):
            await mia.create_direct_room(await synapse.register(fresh("nobody")))


async def test_strict_people_write_to_each_other(synapse: Synapse) -> None:
    async with (
        StrictClients() as clients,
        clients.person(synapse, "Mia") as mia,
        clients.person(synapse, "Ben") as ben,
    ):
        room = await in_one_room(mia, ben)
        words = await mia.send_text(room, "Halo")
        await mia.edit(room, words, "Hallo")
        await ben.reply(room, words, "Na?")
        await ben.react(room, words, "👍")
        await ben.send_file(room, "bild.png", PICTURE, "image/png")
        gone = await ben.send_text(room, "Versehen")
        await ben.redact(room, gone)

        first, edit = await ben.arrived(2, room, sender=mia.user_id)
        seen = await mia.wait_for(room, ends_with_redaction)

        assert (first.event_id, first.body, first.shown_body) == (words, "Halo", "Hallo")
        assert edit.replaces == words
        reply, reaction, picture, redacted, _ = seen[-5:]
        assert (reply.replies_to, reply.body) == (words, "Na?")
        assert (reaction.annotates, reaction.key) == (words, "👍")
        assert (redacted.event_id, redacted.content) == (gone, {})
        assert await mia.download(picture) == PICTURE
        for event in (first, edit, reply, picture):
            assert (event.is_encrypted, event.failure, event.shield) == (True, None, None)
            assert event.signed_by_owner


async def test_a_person_has_several_devices_and_new_ones(synapse: Synapse) -> None:
    async with (
        StrictClients() as clients,
        clients.person(synapse, "Mia") as mia,
        clients.person(synapse, "Ben") as ben,
    ):
        room = await in_one_room(mia, ben)
        async with ben.another_device() as tablet:
            await mia.trusts(tablet.account)
            await mia.send_text(room, "auf beide")
            for device in (ben, tablet):
                [event] = await device.arrived(1, room, sender=mia.user_id)
                assert event.body == "auf beide"
        await ben.stop()
        await ben.start()
        await mia.trusts(ben.account)
        await mia.send_text(room, "aufs neue")

        [event] = await ben.arrived(1, room, sender=mia.user_id)
        assert event.body == "aufs neue"
        failures = [event.failure for event in await ben.events(room) if event.failure]
        assert failures == ["HISTORICAL_MESSAGE_NO_KEY_BACKUP"]


async def test_strict_people_refuse_a_device_that_nobody_signed(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with (
        unsigned_bot(synapse, tmp_path) as bot,
        StrictClients() as clients,
        clients.person(synapse, "Mia") as mia,
        mia.another_device(is_strict=False) as lenient,
    ):
        room = await mia.create_direct_room(bot.user_id)
        await bot.join(room)
        await bot.sync(full_state=True)
        greeting = {"msgtype": "m.text", "body": "Guten Tag"}
        await bot.room_send(room, "m.room.message", greeting, ignore_unverified_devices=True)
        [read] = await lenient.arrived(1, room, sender=bot.user_id)
        [refused] = [event for event in await mia.wait_for(room, has_failure) if event.failure]
        answer = await mia.send_text(room, "Wer da?")
        heard = {event.event_id: event for event in await latest(bot, room)}

    assert (read.body, read.signed_by_owner) == ("Guten Tag", False)
    assert (refused.event_id, refused.content) == (read.event_id, {})
    assert (refused.failure, refused.signed_by_owner) == ("UNSIGNED_SENDER_DEVICE", False)
    assert isinstance(heard[answer], MegolmEvent)  # what nio makes of what it cannot decrypt


async def test_an_unsigned_device_of_a_strict_person_cannot_write(synapse: Synapse) -> None:
    async with (
        StrictClients() as clients,
        clients.person(synapse, "Mia") as mia,
        clients.person(synapse, "Ben") as ben,
    ):
        room = await in_one_room(mia, ben)
        async with mia.another_device(is_signed=False) as borrowed:
            with pytest.raises(StrictError, match="your device is not verified"):
                await borrowed.send_text(room, "Hallo")


@asynccontextmanager
async def unsigned_bot(synapse: Synapse, folder: Path) -> AsyncIterator[AsyncClient]:
    """A client that encrypts but knows nothing of cross-signing, logged in."""
    user_id = await synapse.register(fresh("bot"))
    config = AsyncClientConfig(encryption_enabled=True, store_sync_tokens=False)
    client = AsyncClient(synapse.url, user_id, store_path=str(folder), config=config)
    try:
        await client.login(PASSWORD)
        await client.keys_upload()
        yield client
    finally:
        await client.close()


async def latest(client: AsyncClient, room: str) -> list[Any]:
    """What came with the next sync."""
    answer = await client.sync(timeout=5000)
    assert isinstance(answer, SyncResponse)
    return list(answer.rooms.join[room].timeline.events)


async def in_one_room(one: Person, other: Person) -> str:
    """A new room of `one`, which `other` has entered."""
    room = await one.create_direct_room(other.user_id)
    await other.join(room)
    await one.joined(room, other.user_id)
    return room


def has_failure(events: list[Event]) -> bool:
    return any(event.failure for event in events)


def ends_with_redaction(events: list[Event]) -> bool:
    return events[-1].type == "m.room.redaction"


def ids(events: list[Event]) -> list[str]:
    return [event.event_id for event in events]
