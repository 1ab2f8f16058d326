"""What the tests on Matrix do with a person and the bot in a room."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy import select

from bot.delivery.tables import conversation
from bot.people.tables import chat
from bot.turn import Owner
from tests.matrix.stage import MatrixStage
from tests.servers.synapse import Account, Event, PlainUser
from tests.servers.synapse.account import quoted
from tests.telegram.stage import Repeats

SILENCE = 0.4
"""Seconds after which nothing more is expected."""
REPEATS = Repeats()
"""What the assistant of the fixture `echo` takes its turns by."""


async def chat_with(person: PlainUser, bot: str) -> str:
    """A new room in which the bot is."""
    room = await person.create_direct_room(bot)
    await person.joined(room, bot)
    return room


async def said(person: PlainUser, room: str, bot: str, count: int, within: float = 20) -> list[str]:
    """All that the bot said, when it is so many messages and no more."""
    await person.arrived(count, room, sender=bot, within=within)
    await asyncio.sleep(SILENCE)
    events = await person.arrived(count, room, sender=bot)
    assert len(events) == count, [event.body for event in events]
    return [str(event.body) for event in events]


async def membership(person: PlainUser, room: str, other: str, expected: str) -> None:
    """Wait until somebody's last membership of a room is this one."""

    def is_so(events: list[Event]) -> bool:
        found = [each for each in events if each.state_key == other and each.content]
        return bool(found) and found[-1].content.get("membership") == expected

    await person.wait_for(room, is_so)


async def owner_of(stage: MatrixStage, room: str) -> Owner | None:
    """Who speaks in a chat; None when nobody knows the room."""
    async with stage.house.database.read() as connection:
        return await connection.scalar(
            select(conversation.c.owner)
            .join(chat, chat.c.id == conversation.c.chat_id)
            .where(chat.c.address == room)
        )


async def chat_of(stage: MatrixStage, room: str) -> int | None:
    """The row of a chat."""
    async with stage.house.database.read() as connection:
        return await connection.scalar(select(chat.c.id).where(chat.c.address == room))


async def invite(person: PlainUser, room: str, other: str) -> None:
    await person.account.post(f"/v3/rooms/{quoted(room)}/invite", {"user_id": other})


async def kinds(person: PlainUser, room: str, bot: str, target: str) -> list[str]:
    """The reactions of the bot to an event, those taken back left out."""
    return [
        str(event.key)
        for event in await person.events(room)
        if event.sender == bot and event.annotates == target
    ]


async def is_in(account: Account, room: str) -> bool:
    """Whether an account has joined a room."""
    return room in (await account.get("/v3/joined_rooms"))["joined_rooms"]


async def until_so(ask: Callable[[], Awaitable[object]], expected: object) -> None:
    """Wait until an answer is the expected one."""
    async with asyncio.timeout(10):
        while await ask() != expected:  # noqa: ASYNC110 - a poll, as people do
            await asyncio.sleep(0.05)


async def devices_of(person: PlainUser, user_id: str) -> list[str]:
    """The devices of somebody for which one can encrypt."""
    keys = await person.account.post("/v3/keys/query", {"device_keys": {user_id: []}})
    return list(keys["device_keys"][user_id])
