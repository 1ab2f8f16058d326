"""Which rooms the bot is in: with one person, and the same person goes on."""

import asyncio
from pathlib import Path

import pytest

from bot.errors import Closed
from bot.messages import Address, OutgoingMessage, OutgoingText
from bot.turn import Owner
from tests.matrix.meeting import (
    SILENCE,
    chat_of,
    chat_with,
    invite,
    is_in,
    membership,
    owner_of,
    said,
    until_so,
)
from tests.matrix.stage import MatrixStage, on_matrix
from tests.servers.synapse import Account, PlainUser, Synapse
from tests.servers.synapse.account import quoted
from tests.servers.synapse.server import fresh

pytestmark = [pytest.mark.synapse, pytest.mark.asyncio(loop_scope="module")]


async def test_an_invitation_is_accepted_and_the_person_speaks_first(
    stage: MatrixStage, mia: PlainUser
) -> None:
    room = await chat_with(mia, stage.user_id)
    await asyncio.sleep(SILENCE)
    assert [event for event in await mia.events(room) if event.msgtype] == []
    await mia.send_text(room, "Hallo")

    [greeting] = await said(mia, room, stage.user_id, 1)
    assert greeting.startswith("Hallo! Ich bin Lernallianz.")
    assert stage.connector.url == f"https://matrix.to/#/{stage.user_id}"
    profile = await mia.account.get(f"/v3/profile/{quoted(stage.user_id)}/displayname")
    assert profile == {"displayname": "Lernallianz (Programm)"}


async def test_who_writes_before_we_have_come_in_is_answered(
    echo: MatrixStage, mia: PlainUser
) -> None:
    room = await mia.create_direct_room(echo.user_id)
    await mia.send_text(room, "eins")

    assert await said(mia, room, echo.user_id, 1) == ["eins"]


async def test_a_room_with_more_people_is_declined_each_time(
    stage: MatrixStage, synapse: Synapse, mia: PlainUser
) -> None:
    async with synapse.person("Ben") as ben:
        room = await mia.create_direct_room(ben.user_id)
        await ben.join(room)
        for count in (1, 2):
            await invite(mia, room, stage.user_id)
            await mia.arrived(count, room, sender=stage.user_id)
            await membership(mia, room, stage.user_id, "leave")
        await mia.send_text(room, "Hallo?")

        assert all("Einzelgespräche" in text for text in await said(mia, room, stage.user_id, 2))


async def test_when_a_third_person_comes_we_go(
    stage: MatrixStage, synapse: Synapse, mia: PlainUser
) -> None:
    room = await chat_with(mia, stage.user_id)
    await mia.send_text(room, "Hallo")
    await said(mia, room, stage.user_id, 1)
    async with synapse.person("Ben") as ben:
        await invite(mia, room, ben.user_id)
        await ben.join(room)
        await membership(mia, room, stage.user_id, "leave")

    assert "Einzelgespräche" in (await said(mia, room, stage.user_id, 2))[1]


async def test_who_leaves_is_forgotten_and_may_come_again(
    stage: MatrixStage, synapse: Synapse, mia: PlainUser
) -> None:
    room = await chat_with(mia, stage.user_id)
    await mia.send_text(room, "Hallo")
    await said(mia, room, stage.user_id, 1)
    await mia.leave(room)
    async with Account(synapse.url, stage.user_id) as bot:
        await until_so(lambda: is_in(bot, room), False)
    await until_so(lambda: owner_of(stage, room), Owner.CLOSED)
    message = OutgoingMessage(Address("matrix", room), OutgoingText("hallo"), fresh("m"), 1)
    with pytest.raises(Closed):
        await stage.connector.send(message)
    other = await chat_with(mia, stage.user_id)
    await mia.send_text(other, "Hallo")

    assert len(await said(mia, other, stage.user_id, 1)) == 1


async def test_after_an_upgrade_the_conversation_goes_on_in_the_new_room(
    stage: MatrixStage, mia: PlainUser
) -> None:
    room = await chat_with(mia, stage.user_id)
    await mia.send_text(room, "/frage")
    await said(mia, room, stage.user_id, 1)
    before = await chat_of(stage, room)
    answer = await mia.account.post(f"/v3/rooms/{quoted(room)}/upgrade", {"new_version": "11"})
    new = str(answer["replacement_room"])
    await invite(mia, new, stage.user_id)
    await mia.joined(new, stage.user_id)
    await membership(mia, room, stage.user_id, "leave")
    await mia.send_text(new, "Wer darf in der Kantine vor mir essen?")

    [goes_on] = await said(mia, new, stage.user_id, 1)
    assert "Kantine" in goes_on
    assert (await chat_of(stage, new), await chat_of(stage, room)) == (before, None)


async def test_a_room_of_a_stranger_takes_no_conversation_over(
    stage: MatrixStage, synapse: Synapse, mia: PlainUser
) -> None:
    room = await chat_with(mia, stage.user_id)
    await mia.send_text(room, "Hallo")
    [greeting] = await mia.arrived(1, room, sender=stage.user_id)
    async with synapse.person("Eve") as eve:
        body = {
            "preset": "public_chat",
            "room_version": "11",
            "invite": [stage.user_id],
            "creation_content": {"predecessor": {"room_id": room, "event_id": greeting.event_id}},
        }
        trap = str((await eve.account.post("/v3/createRoom", body))["room_id"])
        await eve.joined(trap, stage.user_id)
        await eve.send_text(trap, "Hallo")
        await eve.arrived(1, trap, sender=stage.user_id)
    await mia.send_text(room, "Wie lange dauert die Probezeit?")

    assert "Probezeit" in (await said(mia, room, stage.user_id, 2))[1]
    assert await chat_of(stage, room) != await chat_of(stage, trap)


async def test_invitations_from_servers_that_are_not_allowed_are_refused(
    synapse: Synapse, mia: PlainUser, tmp_path: Path
) -> None:
    async with on_matrix(
        tmp_path, synapse, matrix_allowed_servers="schule.example, other.example"
    ) as stage:
        room = await mia.create_direct_room(stage.user_id)
        await membership(mia, room, stage.user_id, "leave")
        assert await owner_of(stage, room) is None
