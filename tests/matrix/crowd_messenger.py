"""A crowd's people on a real Synapse, each with a strict client in encrypted rooms."""

import asyncio
import html
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import httpx
from sqlalchemy import func, select

from bot.bootstrap import House
from bot.delivery.tables import incoming, outgoing
from bot.keycaps import keycap
from bot.messages import Button, Choice, Command, IncomingContent, OutgoingText, Text
from bot.people.tables import chat
from bot.ports import Connector
from bot.service import matrix
from tests.escalation.crowd import MATRIX
from tests.escalation.messengers import Arrived
from tests.matrix.play import labels
from tests.matrix.strict import StrictClients, StrictUser
from tests.servers.synapse import Event, Synapse, contents
from tests.servers.synapse.config import Json
from tests.servers.synapse.server import fresh

GLANCE_SECONDS = 0.5
"""After so long without a word, somebody looks whether they are invited."""
PATIENCE_SECONDS = 60.0
_NOTHING: Json = {"types": []}
_LATEST = json.dumps(
    {
        "presence": _NOTHING,
        "account_data": _NOTHING,
        "room": {
            "timeline": {"limit": 1},
            "state": _NOTHING,
            "ephemeral": _NOTHING,
            "account_data": _NOTHING,
        },
    }
)
"""Asks for invitations and for the last event of each room."""
_AUTHOR = re.compile(r"<strong>([^<]+):</strong><br>")
_BOLD = re.compile(r"</?strong>")
_TAG = re.compile(r"<[^>]+>")


class MatrixMessenger:
    """The `Messenger` on a real homeserver, with everybody in encrypted rooms.

    Args:
        synapse: running, or away for a while.
        bot: the assistant's account.
        clients: host everybody.
        stack: closes what is opened here.
        tasks: everybody's hands and eyes.
    """

    channel = MATRIX

    def __init__(
        self,
        synapse: Synapse,
        bot: str,
        clients: StrictClients,
        stack: AsyncExitStack,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self.bot = bot
        self.arrived: dict[str, list[Arrived]] = {}
        self.rooms: dict[str, tuple[str, str]] = {}
        self._synapse = synapse
        self._clients = clients
        self._stack = stack
        self._tasks = tasks
        self._people: list[_Somebody] = []
        self._living: list[asyncio.Task[None]] = []
        self._house: House | None = None

    def connector(self, house: House) -> Connector:
        self._house = house
        return matrix(house)

    async def comes(self, name: str) -> str:
        person = await self._stack.enter_async_context(self._clients.person(self._synapse, name))
        desk = await person.create_direct_room(self.bot)
        await person.joined(desk, self.bot, PATIENCE_SECONDS)
        somebody = _Somebody(self, person, desk)
        self._people.append(somebody)
        self._living.append(self._tasks.create_task(somebody.live()))
        return desk

    async def write(
        self, chat: str, content: IncomingContent, external_id: str, reply_to: str, sender: str
    ) -> None:
        [writer] = [each for each in self._people if chat in each.places]
        writer.unsent += 1
        writer.to_write.put_nowait((chat, content, external_id, reply_to))

    async def heard(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            for each in self._people:
                await each.to_write.join()
            while await self._unheard():  # noqa: ASYNC110 - rows come without an event
                await asyncio.sleep(0.02)

    async def read(self) -> None:
        for each in self._people:
            await each.look()

    async def stuck(self) -> int:
        """How many messages cannot go on their way just now, to these people or from them."""
        assert self._house is not None
        query = (
            select(func.count(outgoing.c.id))
            .join(chat, chat.c.id == outgoing.c.chat_id)
            .where(chat.c.channel == MATRIX, outgoing.c.state.in_(("waiting", "sending")))
        )
        async with self._house.database.read() as connection:
            to_them = int(await connection.scalar(query) or 0)
        return to_them + sum(each.unsent for each in self._people)

    async def reconnect(self) -> None:
        """Everybody learns that the homeserver is back."""
        for each in self._people:
            await each.reconnect()

    def leave(self) -> None:
        """Nobody writes or looks any more."""
        for each in self._living:
            each.cancel()

    async def _unheard(self) -> int:
        """How much of what was written is not in the assistant's inbox."""
        assert self._house is not None
        database = self._house.database
        keys = {
            database.ring.keyed_hash(MATRIX, event_id)
            for each in self._people
            for event_id in each.written
        }
        query = select(func.count()).where(incoming.c.external_key.in_(keys))
        async with database.read() as connection:
            missing = len(keys) - int(await connection.scalar(query) or 0)
        if not missing:
            for each in self._people:
                each.written.clear()
        return missing


class _Somebody:
    """One person: writes one thing after the other, enters where they are invited, reads what is there.

    Attributes:
        to_write: chat, content, transaction and what is replied to.
        unsent: how much of it the server does not have yet.
        written: the ids of events that the assistant may not have yet.
        places: the rooms in which they can write.
    """

    def __init__(self, messenger: MatrixMessenger, person: StrictUser, desk: str) -> None:
        self.to_write: asyncio.Queue[tuple[str, IncomingContent, str, str]] = asyncio.Queue()
        self.unsent = 0
        self.written: list[str] = []
        self.places = {desk}
        self._messenger = messenger
        self._person = person
        self._desk = desk
        self._seen: dict[str, set[str]] = {}
        self._looking = asyncio.Lock()

    async def live(self) -> None:
        """Write what there is to write, and look up now and then."""
        while True:
            try:
                async with asyncio.timeout(GLANCE_SECONDS):
                    room, content, transaction, reply_to = await self.to_write.get()
            except TimeoutError:
                await self.enter()
                continue
            kind, event = _event(content, reply_to)
            self.written.append(await self._person.send(room, kind, event, transaction))
            self.unsent -= 1
            self.to_write.task_done()

    async def reconnect(self) -> None:
        await self._person.reconnect()

    async def enter(self) -> Json:
        """Go where the assistant invites to; by room, what came last."""
        async with self._looking:
            found = (await self._person.account.get("/v3/sync", filter=_LATEST)).get("rooms", {})
            for room, invited in found.get("invite", {}).items():
                self._messenger.rooms[room] = (self._desk, _name_of(invited))
                self.places.add(room)
                # Whether it arrived is not known when the server goes away; then it is asked again.
                with suppress(httpx.TransportError):
                    await self._person.join(room)
            return dict(found.get("join", {}))

    async def look(self) -> None:
        """Read everything that is there."""
        for room, news in (await self.enter()).items():
            last = news["timeline"]["events"][-1]["event_id"]
            if last in self._seen.get(room, ()):
                continue
            events = await self._person.wait_for(room, _has(last), PATIENCE_SECONDS)
            self._seen[room] = _ids(events)
            self._messenger.arrived[room] = [
                _shown(each)
                for each in events
                if each.sender == self._messenger.bot and each.msgtype and not each.replaces
            ]


@asynccontextmanager
async def on_synapse(synapse: Synapse) -> AsyncIterator[MatrixMessenger]:
    """A messenger with an account for the assistant, and nobody else yet."""
    bot = await synapse.register(fresh("bot"))
    async with StrictClients() as clients, AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        messenger = MatrixMessenger(synapse, bot, clients, stack, tasks)
        yield messenger
        messenger.leave()


def _event(content: IncomingContent, reply_to: str) -> tuple[str, Json]:
    """What a client sends: its type and content."""
    match content:
        case Choice(token=token):
            event_id, _, position = token.partition(" ")
            return "m.reaction", contents.reaction(event_id, keycap(int(position)))
        case Command(name=name, argument=argument):
            body = f"!{name} {argument}"
        case Text(text=text):
            body = text
        case _:
            raise TypeError(type(content).__name__)
    written = contents.reply(reply_to, body) if reply_to else contents.text(body)
    return "m.room.message", written


def _shown(event: Event) -> Arrived:
    """What a person sees of a message; who wrote it stands above it, its choices below."""
    assert (event.is_encrypted, event.failure, event.shield) == (True, None, None), event
    shown = str(event.formatted_body).partition("<ol>")[0]
    author = _AUTHOR.match(shown)
    if author:
        return Arrived(
            event.event_id, OutgoingText(_words(shown[author.end() :]), author=_words(author[1]))
        )
    buttons = tuple(
        Button(label, f"{event.event_id} {position}")
        for position, label in enumerate(labels(event), start=1)
    )
    return Arrived(event.event_id, OutgoingText(_words(_BOLD.sub("**", shown)), buttons))


def _words(shown: str) -> str:
    return html.unescape(_TAG.sub("", shown.replace("<br>", "\n")))


def _has(event_id: str) -> Callable[[list[Event]], bool]:
    return lambda events: event_id in _ids(events)


def _ids(events: list[Event]) -> set[str]:
    return {each.event_id for each in events}


def _name_of(invited: Json) -> str:
    """What the room of an invitation is called."""
    names = [
        each["content"]["name"]
        for each in invited["invite_state"]["events"]
        if each["type"] == "m.room.name"
    ]
    return str(names[0])
