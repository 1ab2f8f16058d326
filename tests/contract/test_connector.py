"""The connector contract: the same whole assistant behind every connector, seen from the person's side."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import httpx
import pytest
import pytest_asyncio

from bot.bootstrap import House, running
from bot.errors import Closed, NotDelivered, Refused
from bot.markup import to_plain
from bot.messages import (
    Address,
    Format,
    OutgoingContent,
    OutgoingDeletion,
    OutgoingEdit,
    OutgoingEnd,
    OutgoingMessage,
    OutgoingRoom,
    OutgoingText,
    Receipt,
)
from bot.ports import Connector
from bot.service import matrix, telegram, web_chat
from connectors.matrix import MatrixConnector
from connectors.memory import MemoryConnector
from connectors.telegram import TelegramConnector
from connectors.web import WebConnector
from tests.chaos.webuser import WebUser
from tests.matrix.strict import StrictClients
from tests.servers.botapi import BotApi
from tests.servers.synapse import PASSWORD, Person, Synapse
from tests.servers.synapse.server import fresh
from tests.support import RING, settings_in
from tests.web.site import events


class Peer(Protocol):
    """A person on some channel, who has written once before anybody asks for their address.

    `write` gives the number of messages that a text needs there, `read` sends a message to them and gives the name above
    what came and the words; `last_id` is its external id.
    """

    connector: Connector
    last_id: str

    @property
    def address(self) -> Address: ...

    async def write(self, text: str) -> int: ...

    async def answers(self, count: int) -> int: ...

    async def read(self, message: OutgoingMessage) -> tuple[str, str]: ...


class MemoryPeer:
    def __init__(self, connector: MemoryConnector) -> None:
        self.connector: Connector = connector
        self.last_id = ""
        self._memory = connector

    async def write(self, text: str) -> int:
        await self._memory.says("someone", text)
        return 1

    async def answers(self, count: int) -> int:
        return len(await self._memory.arrived(count))

    @property
    def address(self) -> Address:
        return Address(self.connector.channel, "someone")

    async def read(self, message: OutgoingMessage) -> tuple[str, str]:
        self.last_id = (await self.connector.send(message)).external_id or ""
        content = self._memory.sent[-1].content
        assert isinstance(content, OutgoingText | OutgoingEdit)
        return below_name(to_plain(content.text or "", content.author))


class WebPeer:
    def __init__(self, connector: WebConnector) -> None:
        self.connector: Connector = connector
        self.last_id = ""
        self.user = WebUser(connector.url)

    async def write(self, text: str) -> int:
        await self.user.open()
        await self.user.write(text)
        return 1

    async def answers(self, count: int) -> int:
        while len(self.user.answers) < count:  # noqa: ASYNC110 - a poll, as people do
            await asyncio.sleep(0.02)
        return len(self.user.answers)

    @property
    def address(self) -> Address:
        [cookie] = self.user.cookies.values()
        return Address(self.connector.channel, cookie.partition(".")[0])

    async def read(self, message: OutgoingMessage) -> tuple[str, str]:
        async with (
            httpx.AsyncClient(base_url=self.user.base, cookies=self.user.cookies) as client,
            events(client) as stream,
        ):
            self.last_id = (await self.connector.send(message)).external_id or ""
            # What nobody has acknowledged comes first.
            while (event := await anext(stream))["message_id"] != message.message_id:
                pass
        words = "".join(span["text"] for span in event["spans"] if not span["link"])
        return event["author"], words


class TelegramPeer:
    def __init__(self, connector: TelegramConnector, api: BotApi) -> None:
        self.connector: Connector = connector
        self.last_id = ""
        self._api = api
        self._person = api.person("Mia")

    async def write(self, text: str) -> int:
        pieces = pieces_of(text, 4096)
        for piece in pieces:
            self._person.says(piece)
        return len(pieces)

    async def answers(self, count: int) -> int:
        return len(await self._api.arrived(count, self._person))

    @property
    def address(self) -> Address:
        return Address(self.connector.channel, str(self._person.id))

    async def read(self, message: OutgoingMessage) -> tuple[str, str]:
        self.last_id = (await self.connector.send(message)).external_id or ""
        return below_name(self._person.sees[-1]["text"])


class MatrixPeer:
    def __init__(self, connector: MatrixConnector, person: Person, bot: str) -> None:
        self.connector: Connector = connector
        self.last_id = ""
        self._person = person
        self._bot = bot
        self._room = ""

    async def write(self, text: str) -> int:
        if not self._room:
            self._room = await self._person.create_direct_room(self._bot)
            await self._person.joined(self._room, self._bot)
        pieces = pieces_of(text, 30_000)
        for piece in pieces:
            await self._person.send_text(self._room, piece)
        return len(pieces)

    async def answers(self, count: int) -> int:
        return len(await self._person.arrived(count, self._room, sender=self._bot))

    @property
    def address(self) -> Address:
        return Address(self.connector.channel, self._room)

    async def read(self, message: OutgoingMessage) -> tuple[str, str]:
        before = await self.answers(1)
        self.last_id = (await self.connector.send(message)).external_id or ""
        *_, last = await self._person.arrived(before + 1, self._room, sender=self._bot)
        return below_name(last.content.get("m.new_content", last.content)["body"])


async def delivered(connector: Connector, message: OutgoingMessage) -> Receipt:
    """Send as the outbox does: what cannot be delivered just now is tried again."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await connector.send(message)
            except NotDelivered:
                await asyncio.sleep(0.5)


def below_name(shown: str) -> tuple[str, str]:
    """The name above what a person wrote, and the words."""
    name, _, words = shown.partition(":\n")
    return name, words


def pieces_of(text: str, length: int) -> list[str]:
    """A text in as many messages as it needs."""
    return [text[start : start + length] for start in range(0, len(text), length)]


MAKE: dict[str, Callable[[House], Connector]] = {
    "memory": lambda house: MemoryConnector(house.inbox, house.clock),
    "web": web_chat,
    "telegram": telegram,
    "matrix": matrix,
    "matrix-encrypted": matrix,
}
MARKS = {"matrix": pytest.mark.synapse, "matrix-encrypted": pytest.mark.synapse}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def synapse() -> AsyncIterator[Synapse]:
    async with Synapse() as running:
        yield running


@pytest.fixture
def homeserver(request: pytest.FixtureRequest) -> Synapse | None:
    """Synapse, where the peer is on Matrix."""
    is_needed = request.node.callspec.params["peer"] in MARKS
    return request.getfixturevalue("synapse") if is_needed else None


@pytest.fixture(params=[pytest.param(name, marks=MARKS.get(name, ())) for name in MAKE])
async def peer(
    request: pytest.FixtureRequest, tmp_path: Path, homeserver: Synapse | None
) -> AsyncIterator[Peer]:
    made: list[Connector] = []

    def connectors(house: House) -> list[Connector]:
        made.append(MAKE[request.param](house))
        return made

    async with AsyncExitStack() as stack:
        settings = settings_in(tmp_path, web_port="0")
        if request.param == "telegram":
            api = await stack.enter_async_context(BotApi())
            settings = settings_in(tmp_path, telegram_token=api.token, telegram_api_url=api.url)
        if homeserver is not None:
            bot = await homeserver.register(fresh("bot"))
            settings = settings_in(
                tmp_path,
                matrix_homeserver=homeserver.url,
                matrix_user=bot,
                matrix_password=PASSWORD,
            )
        await stack.enter_async_context(running(settings, RING, connectors))
        connector = made[0]
        if isinstance(connector, TelegramConnector):
            yield TelegramPeer(connector, api)
            assert api.complaints == []
        elif isinstance(connector, MatrixConnector):
            assert homeserver is not None
            if request.param == "matrix":
                person: Person = await stack.enter_async_context(homeserver.person("Mia"))
            else:
                clients = await stack.enter_async_context(StrictClients())
                person = await stack.enter_async_context(clients.person(homeserver, "Mia"))
            yield MatrixPeer(connector, person, bot)
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
    await peer.write("hallo")
    await peer.answers(1)
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
        written = await peer.write(text)
        assert 1 <= await peer.answers(1) <= written


WORDS = "**laut** [hier](https://beispiel.test) <b>\n• Punkt"


@pytest.fixture
async def reader(peer: Peer) -> Peer:
    """Somebody who has written and been answered."""
    async with asyncio.timeout(20):
        await peer.write("hallo")
        await peer.answers(1)
    return peer


def to(reader: Peer, content: OutgoingContent, quotes: str | None = None) -> OutgoingMessage:
    return OutgoingMessage(reader.address, content, "relayed", 1000, quotes=quotes)


@pytest.mark.parametrize("quotes", [None, "what is not there any more"])
async def test_what_a_person_wrote_arrives_word_by_word_below_their_name(
    reader: Peer, quotes: str | None
) -> None:
    message = to(reader, OutgoingText(WORDS, author="Samira"), quotes)
    async with asyncio.timeout(20):
        assert await reader.read(message) == ("Samira", WORDS)


async def test_a_change_of_what_a_person_wrote_is_as_literal(reader: Peer) -> None:
    async with asyncio.timeout(20):
        said = to(reader, OutgoingText("Halo", author="Samira"))
        assert await reader.read(said) == ("Samira", "Halo")
        change = OutgoingEdit(reader.last_id, WORDS, author="Samira")
        changed = replace(said, content=change, message_id="changed", number=1001)
        assert await reader.read(changed) == ("Samira", WORDS)


async def test_taking_back_what_is_not_there_is_no_fault(reader: Peer) -> None:
    with suppress(Refused):
        await reader.connector.send(to(reader, OutgoingDeletion("what is not there any more")))


async def test_where_no_rooms_are_opened_asking_for_one_is_refused(reader: Peer) -> None:
    message = to(reader, OutgoingRoom(uuid.uuid4().hex, "Deine Frage", "Hier geht es weiter."))
    if reader.connector.capabilities.opens_rooms:
        first, second = [await delivered(reader.connector, message) for _ in range(2)]
        assert first.opened == second.opened is not None
        await reader.connector.send(to(reader, OutgoingEnd()))
    else:
        with pytest.raises(Refused):
            await reader.connector.send(message)


async def test_a_file_that_is_gone_is_refused(reader: Peer) -> None:
    with pytest.raises(Refused):
        await reader.connector.fetch("gone")
