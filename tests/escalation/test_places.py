"""What is on its way to a place when its case moves on reaches somebody once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import NotDelivered
from bot.messages import Address, Choice, Gone, OutgoingText
from tests.escalation.stage import HELP, MATRIX, Cast, on_cast

ROBIN, KIM = f"{MATRIX}:robin", f"{MATRIX}:kim"
ROOM, NEXT_ROOM = "room-1", "room-2"
NUMBER = 1
WORDS = "Bist du noch da?"
LATER = NotDelivered("too fast", retry_after=timedelta(minutes=5))


@pytest.fixture
async def cast(tmp_path: Path, database_url: str) -> AsyncIterator[Cast]:
    """Robin speaks with Mia in a room of its own, and Kim is there too."""
    async with on_cast(tmp_path, database_url) as made:
        matrix = made.stage.more[MATRIX]
        matrix.capabilities = replace(matrix.capabilities, opens_rooms=True)
        await made.team(HELP)
        await made.join(ROBIN)
        await made.join(KIM)
        assert await made.open_case("mia", "Hallo") == NUMBER
        await made.claim(ROBIN, NUMBER)
        yield made


async def test_what_is_on_its_way_to_the_giver_does_not_reach_the_taker_too(cast: Cast) -> None:
    robin = (await cast.case(NUMBER)).staff_id
    await cast.say(ROBIN, f"/uebergabe {NUMBER}")
    await write_on_its_way(cast)
    await cast.put(ROBIN, Choice(cast.button(ROBIN, "Kim").token))

    async def is_in_its_next_room() -> bool:
        case = await cast.case(NUMBER)
        return case.staff_id != robin and case.place_chat_id is not None

    await until(is_in_its_next_room)
    await go_on(cast)

    assert shown_in(cast) == [ROOM]
    assert any(WORDS in each for each in cast.heard(KIM))
    await cast.say("mia", "Hallo Kim")
    assert cast.heard(f"{MATRIX}:{NEXT_ROOM}") == [f"{cast.who(NUMBER)}: Hallo Kim"]


async def test_what_is_on_its_way_to_a_room_that_its_coach_leaves_reaches_their_own_chat(
    cast: Cast,
) -> None:
    room = (await cast.case(NUMBER)).place_chat_id
    await write_on_its_way(cast)
    await cast.put(f"{MATRIX}:{ROOM}", Gone("left"))

    async def is_elsewhere() -> bool:
        return (await cast.case(NUMBER)).place_chat_id != room

    await until(is_elsewhere)
    await go_on(cast)

    assert "robin" in shown_in(cast)


async def write_on_its_way(cast: Cast) -> None:
    """Let Mia write what the messenger takes only later."""
    matrix = cast.stage.more[MATRIX]
    matrix.fail_next(LATER)
    await cast.put("mia", WORDS)

    async def was_tried() -> bool:
        return not matrix._faults

    await until(was_tried)


async def go_on(cast: Cast) -> None:
    """The messenger takes it."""
    cast.stage.house.outbox.wake(Address(MATRIX, ROOM))
    await cast.stage.settled()


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something of which nobody tells."""
    async with asyncio.timeout(10):
        while not await is_so():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)


def shown_in(cast: Cast) -> list[str]:
    """The chats that show Mia's words as hers, in their order."""
    return [
        message.address.chat
        for message in cast.stage.memory.sent
        if isinstance(message.content, OutgoingText)
        and (message.content.author, message.content.text) == (cast.who(NUMBER), WORDS)
    ]
