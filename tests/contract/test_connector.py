"""The connector contract: the same whole assistant behind every connector, seen from the person's side."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol

import pytest

from bot.bootstrap import House, running
from bot.errors import Closed, NotDelivered
from bot.messages import Address, Format, OutgoingMessage, OutgoingText
from bot.ports import Connector
from bot.service import telegram, web_chat
from connectors.memory import MemoryConnector
from connectors.telegram import TelegramConnector
from connectors.web import WebConnector
from tests.chaos.webuser import WebUser
from tests.servers.botapi import BotApi
from tests.support import RING, settings_in


class Peer(Protocol):
    """A person on some channel."""

    connector: Connector

    async def write(self, text: str) -> None: ...

    async def answers(self, count: int) -> int: ...


class MemoryPeer:
    def __init__(self, connector: MemoryConnector) -> None:
        self.connector: Connector = connector
        self._memory = connector

    async def write(self, text: str) -> None:
        await self._memory.says("someone", text)

    async def answers(self, count: int) -> int:
        return len(await self._memory.arrived(count))


class WebPeer:
    def __init__(self, connector: WebConnector) -> None:
        self.connector: Connector = connector
        self.user = WebUser(connector.url)

    async def write(self, text: str) -> None:
        await self.user.open()
        await self.user.write(text)

    async def answers(self, count: int) -> int:
        while len(self.user.answers) < count:  # noqa: ASYNC110 - a poll, as people do
            await asyncio.sleep(0.02)
        return len(self.user.answers)


class TelegramPeer:
    def __init__(self, connector: TelegramConnector, api: BotApi) -> None:
        self.connector: Connector = connector
        self._api = api
        self._person = api.person("Mia")

    async def write(self, text: str) -> None:
        for start in range(0, len(text), 4096):
            self._person.says(text[start : start + 4096])

    async def answers(self, count: int) -> int:
        return len(await self._api.arrived(count, self._person))


MAKE: dict[str, Callable[[House], Connector]] = {
    "memory": lambda house: MemoryConnector(house.inbox, house.clock),
    "web": web_chat,
    "telegram": telegram,
}


@pytest.fixture(params=list(MAKE))
async def peer(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Peer]:
    made: list[Connector] = []

    def connectors(house: House) -> list[Connector]:
        made.append(MAKE[request.param](house))
        return made

    async with AsyncExitStack() as stack:
        settings = settings_in(tmp_path, web_port="0")
        if request.param == "telegram":
            api = await stack.enter_async_context(BotApi())
            settings = settings_in(tmp_path, telegram_token=api.token, telegram_api_url=api.url)
        await stack.enter_async_context(running(settings, RING, connectors))
        connector = made[0]
        if isinstance(connector, TelegramConnector):
            yield TelegramPeer(connector, api)
            assert api.complaints == []
        elif isinstance(connector, WebConnector):
            web = WebPeer(connector)
            task = asyncio.create_task(_listen(web.user))
            stack.callback(task.cancel)
            yield web
        else:
            assert isinstance(connector, MemoryConnector)
            yield MemoryPeer(connector)


async def _listen(user: WebUser) -> None:
    await user.open()
    await user.listen()


async def test_each_message_is_answered_once_in_order(peer: Peer) -> None:
    async with asyncio.timeout(20):
        for number in range(5):
            await peer.write(f"{number}. hallo")
        await peer.answers(5)
        await asyncio.sleep(0.2)
        assert await peer.answers(5) == 5


async def test_it_declares_what_it_can(peer: Peer) -> None:
    capabilities = peer.connector.capabilities

    assert peer.connector.channel in MAKE
    assert peer.connector.trouble is None
    assert capabilities.format in Format
    assert capabilities.length >= 1000
    assert capabilities.reminds_when_closed is (peer.connector.channel != "web")


async def test_sending_to_nobody_either_arrives_or_says_so(peer: Peer) -> None:
    message = OutgoingMessage(
        Address(peer.connector.channel, "nobody"), OutgoingText("hallo"), "m1", 1
    )
    match peer.connector.channel:
        case "memory":
            assert (await peer.connector.send(message)).is_acknowledged
        case "web":
            with pytest.raises(NotDelivered) as refused:
                await peer.connector.send(message)
            assert refused.value.until_reachable
        case _:
            with pytest.raises(Closed):
                await peer.connector.send(message)


@pytest.mark.parametrize("text", ["x" * 100_000, "🤷", "مرحبا", "<b>", "'; DROP TABLE chat"])
async def test_bad_input_is_answered_kindly(peer: Peer, text: str) -> None:
    async with asyncio.timeout(20):
        await peer.write(text)
        assert await peer.answers(1) == 1
