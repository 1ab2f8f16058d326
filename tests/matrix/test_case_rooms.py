"""Rooms that we open for one person: once, encrypted, with a pinned text; who comes, who goes, how they end."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.errors import Closed, NotDelivered, Refused
from bot.messages import (
    Address,
    Gone,
    IncomingMessage,
    OutgoingEnd,
    OutgoingMessage,
    OutgoingText,
    Text,
)
from tests.matrix.meeting import SILENCE, invite, is_in, membership, until_so
from tests.matrix.relay import PINNED_AS_SHOWN, TITLE, Relay, alias_of, asked, relaying
from tests.matrix.stage import MatrixStage
from tests.matrix.strict import StrictClients, StrictUser
from tests.servers.synapse import Account, PlainUser, Synapse

pytestmark = [pytest.mark.synapse, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def relay(synapse: Synapse, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Relay]:
    async with relaying(tmp_path_factory.mktemp("relay"), synapse) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def bot(synapse: Synapse, relay: Relay) -> AsyncIterator[Account]:
    """What the homeserver shows to the bot's account."""
    async with Account(synapse.url, relay.stage.user_id) as account:
        yield account


@pytest_asyncio.fixture(loop_scope="module")
async def anna(synapse: Synapse) -> AsyncIterator[StrictUser]:
    async with StrictClients() as clients, clients.person(synapse, "Anna") as person:
        yield person


async def test_a_room_is_opened_once_however_often_it_is_asked_for(
    relay: Relay, bot: Account, mia: PlainUser
) -> None:
    direct, room = await relay.chat_with(mia), asked()
    first = await relay.say(direct, room, message_id="once")
    again = await relay.say(direct, room, message_id="once")

    assert relay.stage.connector.capabilities.opens_rooms
    assert first == again
    opened = str(first.opened)
    [(invited, shown)] = (await mia.account.invitations()).items()
    assert invited == opened
    assert {"name": TITLE} in [each["content"] for each in shown]
    assert await bot.state(opened, "m.room.encryption") == {"algorithm": "m.megolm.v1.aes-sha2"}
    visible = await bot.state(opened, "m.room.history_visibility")
    assert visible == {"history_visibility": "invited"}
    assert await bot.state(opened, "m.room.guest_access") == {"guest_access": "forbidden"}
    assert await bot.state(opened, "m.room.join_rules") == {"join_rule": "invite"}
    assert await bot.state(opened, "m.room.pinned_events") == {"pinned": [first.external_id]}
    member = await bot.state(opened, "m.room.member", mia.user_id)
    assert not member.get("is_direct")
    assert (await relay.say(direct, asked())).opened != opened


async def test_after_a_crash_the_room_that_was_made_is_used(
    synapse: Synapse, mia: PlainUser, tmp_path: Path
) -> None:
    room = asked()
    async with relaying(tmp_path, synapse) as relay:
        bot = relay.stage.user_id
        direct = await relay.chat_with(mia)
        message = OutgoingMessage(Address("matrix", direct), room, "m")
        crashing = asyncio.create_task(relay.stage.connector.send(message))
        made = None
        while made is None and not crashing.done():
            made = await mia.account.room_of_alias(alias_of(room.token))
        crashing.cancel()
        await asyncio.gather(crashing, return_exceptions=True)
    async with relaying(tmp_path, synapse, bot) as relay:
        receipt = await relay.say(direct, room, message_id="m")

    assert receipt.opened == made
    assert list(await mia.account.invitations()) == [made]


async def test_a_room_that_the_server_made_by_half_is_finished(
    relay: Relay, bot: Account, mia: PlainUser
) -> None:
    direct, room = await relay.chat_with(mia), asked()
    body = {"room_alias_name": alias_of(room.token)[1:].partition(":")[0]}
    made = str((await bot.post("/v3/createRoom", body))["room_id"])

    receipt = await relay.say(direct, room)
    assert receipt.opened == made
    assert list(await mia.account.invitations()) == [made]
    assert await bot.state(made, "m.room.encryption")
    assert await bot.state(made, "m.room.pinned_events") == {"pinned": [receipt.external_id]}


async def test_nobody_is_invited_where_nobody_is(relay: Relay, mia: PlainUser) -> None:
    direct = await relay.chat_with(mia)
    await mia.leave(direct)
    await relay.ears.heard(2, direct)

    with pytest.raises((Refused, Closed)):
        await relay.say(direct, asked())


async def test_what_is_said_waits_for_the_person_and_is_readable_on_each_of_their_devices(
    synapse: Synapse, echo: MatrixStage, anna: StrictUser
) -> None:
    direct = await anna.create_direct_room(echo.user_id)
    await anna.joined(direct, echo.user_id)
    await anna.send_text(direct, "Hallo")
    await anna.arrived(1, direct, sender=echo.user_id)
    message = OutgoingMessage(Address("matrix", direct), asked(), "open")
    room = str((await echo.connector.send(message)).opened)
    early = OutgoingMessage(Address("matrix", room), OutgoingText("zu früh"), "early")
    with pytest.raises(NotDelivered) as refusal:
        await echo.connector.send(early)
    assert refusal.value.until_reachable
    # What is heard there is repeated there: so delivery itself comes to wait.
    heard = IncomingMessage(early.address, "made-up", Text("für Anna"), datetime.now(UTC))
    await echo.house.inbox.receive([heard])
    await asyncio.sleep(SILENCE)
    async with anna.another_device() as tablet:
        await anna.trusts(tablet.account)
        await anna.join(room)
        pinned, relayed = await anna.arrived(2, room, sender=echo.user_id, within=20)
        [read_there] = await tablet.arrived(1, room, sender=echo.user_id, within=20)
        await asyncio.sleep(SILENCE)

    assert (pinned.body, relayed.body) == (PINNED_AS_SHOWN, "für Anna")
    assert read_there.body == "für Anna"
    assert len(await anna.arrived(2, room, sender=echo.user_id)) == 2
    for event in (pinned, relayed):
        assert (event.is_encrypted, event.failure, event.shield) == (True, None, None)
        assert event.signed_by_owner


async def test_who_does_not_want_the_room_is_gone(
    relay: Relay, bot: Account, mia: PlainUser
) -> None:
    direct, wanted = await relay.chat_with(mia), asked()
    declined = str((await relay.say(direct, wanted)).opened)
    await mia.leave(declined)
    left = await relay.room_for(mia)
    await mia.leave(left)

    for room in (declined, left):
        [gone] = await relay.ears.heard(1, room)
        assert gone.content == Gone("left")
        await until_so(lambda room=room: is_in(bot, room), False)  # type: ignore[misc]
        with pytest.raises(Closed):
            await relay.say(room, OutgoingText("Hallo?"))
    await until_so(lambda: mia.account.room_of_alias(alias_of(wanted.token)), None)
    assert await is_in(bot, direct)


async def test_a_third_person_hears_nothing(relay: Relay, synapse: Synapse, mia: PlainUser) -> None:
    room = await relay.room_for(mia)
    async with synapse.person("Ben") as ben:
        await invite(mia, room, ben.user_id)
        await membership(mia, room, relay.stage.user_id, "leave")
        with pytest.raises(Closed):
            await relay.say(room, OutgoingText("Vertraulich", author="Kim"))


async def test_at_the_end_we_leave(relay: Relay, bot: Account, anna: StrictUser) -> None:
    room = await relay.room_for(anna)
    await relay.say(room, OutgoingText("Bis bald!"))
    await relay.say(room, OutgoingEnd())
    await relay.say(room, OutgoingEnd())

    await membership_of(anna, room, bot.user_id, "leave")
    assert [each.body for each in await anna.arrived(2, room, sender=bot.user_id)][
        -1
    ] == "Bis bald!"
    assert not await is_in(bot, room)
    with pytest.raises(Closed):
        await relay.say(room, OutgoingText("Noch etwas"))


async def test_an_end_needs_nobody_there(relay: Relay, bot: Account, mia: PlainUser) -> None:
    direct, wanted = await relay.chat_with(mia), asked()
    room = str((await relay.say(direct, wanted)).opened)
    await relay.say(room, OutgoingEnd())

    assert not await is_in(bot, room)
    assert await mia.account.room_of_alias(alias_of(wanted.token)) is None


async def membership_of(person: StrictUser, room: str, other: str, expected: str) -> None:
    """Wait until somebody's last membership of a room is this one."""
    await person.wait_for(
        room,
        lambda events: any(
            each.state_key == other and each.content.get("membership") == expected
            for each in events
        ),
    )
