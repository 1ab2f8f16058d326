"""Nothing is skipped and nothing comes twice, whatever is away or too much."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.matrix.meeting import (
    REPEATS,
    SILENCE,
    chat_with,
    devices_of,
    invite,
    said,
)
from tests.matrix.stage import MatrixStage, on_matrix
from tests.servers.synapse import PlainUser, Rate, Synapse
from tests.support import settled
from tests.telegram.stage import Repeats, until

pytestmark = [pytest.mark.synapse, pytest.mark.asyncio(loop_scope="module")]

PEOPLE, EACH, PAGE = 10, 30, 20
"""How many write how much while the assistant is away, and how much of it comes at once."""


async def test_sixty_quick_messages_are_all_answered_in_order(
    echo: MatrixStage, mia: PlainUser
) -> None:
    hold = asyncio.Event()
    REPEATS.before["halt-60"] = hold.wait
    room = await chat_with(mia, echo.user_id)
    written = ["halt-60", *(str(number) for number in range(60))]
    for text in written:
        await mia.send_text(room, text)
    await asyncio.sleep(SILENCE)
    hold.set()

    assert await said(mia, room, echo.user_id, 61, within=60) == written


async def test_nothing_of_a_long_gap_is_skipped(
    synapse: Synapse, mia: PlainUser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Small pages, so that each room is one of a long absence.
    monkeypatch.setattr("connectors.matrix.syncing.PAGE", PAGE)
    monkeypatch.setattr("connectors.matrix.syncing.FILTER", {"room": {"timeline": {"limit": PAGE}}})
    async with AsyncExitStack() as stack:
        people = [await stack.enter_async_context(synapse.person("P")) for _ in range(PEOPLE)]
        async with on_matrix(tmp_path, synapse, turn_taker=Repeats()) as stage:
            bot = stage.user_id
            rooms = {person: await chat_with(person, bot) for person in people}
            await people[0].send_text(rooms[people[0]], "vorher")
            await said(people[0], rooms[people[0]], bot, 1)
            [device] = await devices_of(mia, bot)
        # Somebody who was asked in and did not come makes no crowd, and no goodbye.
        await invite(people[1], rooms[people[1]], mia.user_id)
        await mia.leave(rooms[people[1]])

        async def writes(person: PlainUser) -> None:
            slip = await person.send_text(rooms[person], "vetippt")
            await person.edit(rooms[person], slip, "vertippt")
            for number in range(1, EACH):
                await person.send_text(rooms[person], str(number))

        await asyncio.gather(*map(writes, people))
        async with on_matrix(tmp_path, synapse, bot, Repeats()) as stage:
            for person in people:
                await person.arrived(EACH, rooms[person], sender=bot, within=60)
            for person in people:
                before = ["vorher"] if person is people[0] else []
                expected = [*before, "vertippt", *map(str, range(1, EACH))]
                heard = await person.arrived(len(expected), rooms[person], sender=bot)
                assert [event.body for event in heard] == expected
            assert stage.connector.trouble is None
            assert await devices_of(mia, bot) == [device]


async def test_without_a_database_everything_waits_and_a_crisis_is_answered(
    synapse: Synapse, mia: PlainUser, tmp_path: Path
) -> None:
    async with on_matrix(tmp_path, synapse) as stage:
        room = await chat_with(mia, stage.user_id)
        await mia.send_text(room, "Hallo")
        await said(mia, room, stage.user_id, 1)
        await settled(stage.house)
        await stage.house.database.__aexit__(None, None, None)
        await mia.send_text(room, "ich will nicht mehr leben")
        await mia.send_text(room, "Wie lange dauert die Probezeit?")
        await mia.arrived(2, room, sender=stage.user_id)
        await until(lambda: stage.connector.trouble == "the database cannot be written")
        await asyncio.sleep(1)
        during = await said(mia, room, stage.user_id, 2)
        await stage.house.database.__aenter__()
        afterwards = await said(mia, room, stage.user_id, 4, within=60)
        assert stage.connector.trouble is None

    assert "116 123" in during[1]
    # What stood in no database is answered again from there.
    assert "116 123" in afterwards[2]
    assert "Probezeit" in afterwards[3]


async def test_a_homeserver_that_finds_us_too_fast_is_obeyed(
    synapse: Synapse, mia: PlainUser, tmp_path: Path
) -> None:
    async with on_matrix(tmp_path, synapse, turn_taker=Repeats()) as stage:
        room = await chat_with(mia, stage.user_id)
        await synapse.limit_messages(stage.user_id, Rate(per_second=3, burst_count=2))
        written = [str(number) for number in range(12)]
        for text in written:
            await mia.send_text(room, text)

        assert await said(mia, room, stage.user_id, 12, within=30) == written
        refused = [
            line
            for line in synapse.log.splitlines()
            if f"{{{stage.user_id}}}" in line and " 429 " in line
        ]
        assert 0 < len(refused) <= 2 * len(written)
