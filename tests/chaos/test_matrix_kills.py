"""Killed while twenty people write on Matrix. Five kills in `make test`; `make chaos` has the full size.

The homeserver restarts in between. The judge is each room's timeline as the server keeps it, encrypted ones as a strict
client reads them: each number answered exactly once, in order. What is sent again under its transaction id stands there
once, so nothing is unknowable.
"""

import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.chaos.test_kills import KILLS
from tests.matrix.strict import StrictClients, StrictUser
from tests.servers.synapse import PASSWORD, Event, Person, PlainUser, Synapse
from tests.servers.synapse.account import quoted
from tests.servers.synapse.server import fresh
from tests.telegram.stage import until

pytestmark = pytest.mark.synapse

PLAIN = STRICT = 10
FORCED = max(1, KILLS // 8)
"""So many of the kills fall exactly between the server's taking a message and our hearing of it."""
RESTARTS = max(1, KILLS // 8)
AROUND = range(KILLS)[KILLS // RESTARTS // 2 :: KILLS // RESTARTS]
"""The kills around which the homeserver restarts."""
BETWEEN = 20
"""So many answers are sent between two kills, unless the second comes while the assistant starts."""
LONGEST_RUN = 180 + 20 * KILLS
PATIENCE = 120.0
SENDING = (b"/send/m.room.message/", b"/send/m.room.encrypted/")


class Process:
    """The assistant as a process of its own."""

    def __init__(self, folder: Path, homeserver: str, user_id: str) -> None:
        self._environment = {
            **os.environ,
            "LERNALLIANZ_DATA_DIR": str(folder),
            "LERNALLIANZ_MATRIX_HOMESERVER": homeserver,
            "LERNALLIANZ_MATRIX_USER": user_id,
            "LERNALLIANZ_MATRIX_PASSWORD": PASSWORD,
        }
        self._running: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.chaos.matrix_process", env=self._environment
        )

    async def kill(self) -> None:
        assert self._running is not None
        if self._running.returncode is None:
            self._running.send_signal(signal.SIGKILL)
            await self._running.wait()


class Wire:
    """Between the assistant and the homeserver: counts what is sent, and can keep back an answer.

    Args:
        homeserver: its address.
    """

    def __init__(self, homeserver: str) -> None:
        self._port = urlsplit(homeserver).port
        self._waiting: list[asyncio.Future[None]] = []
        self.url = ""
        self.sent: Counter[bytes] = Counter()
        """How often each message was sent, by a request line that holds its transaction id."""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Pass on what comes to `url`."""
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            yield

    async def taken(self) -> None:
        """Wait until the homeserver took one more message; the assistant does not hear of it."""
        self._waiting.append(asyncio.get_running_loop().create_future())
        await self._waiting[-1]

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answers, requests = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            writer.close()
            return
        is_sending = is_kept_back = False

        def passes_request(data: bytes) -> bool:
            nonlocal is_sending
            line = data.partition(b"\r\n")[0]
            if line.endswith(b" HTTP/1.1"):
                is_sending = any(part in line for part in SENDING)
                self.sent.update([line] * is_sending)
            return True

        def passes_answer(data: bytes) -> bool:
            nonlocal is_kept_back
            if self._waiting and is_sending and data.startswith(b"HTTP/1.1 200"):
                is_kept_back = True
                self._waiting.pop().set_result(None)
            return not is_kept_back

        await asyncio.gather(
            pump(reader, requests, passes_request),
            pump(answers, writer, passes_answer),
            return_exceptions=True,
        )


async def pump(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, passes: Callable[[bytes], bool]
) -> None:
    """Pass on until one side ends."""
    try:
        while data := await source.read(2**16):
            if passes(data):
                sink.write(data)
    finally:
        sink.close()


@dataclass
class Writer:
    """Somebody who writes numbers, in one room with the assistant.

    Attributes:
        person: who.
        room: where.
        wrote: what, in order.
        sending: held while a message is on its way.
    """

    person: Person
    room: str
    wrote: list[str] = field(default_factory=list)
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def encrypts(self) -> bool:
        return isinstance(self.person, StrictUser)

    async def write(self) -> None:
        """Write the next number, under a transaction id of its own."""
        async with self.sending:
            self.wrote.append(f"Nachricht {len(self.wrote) + 1}")
            await self.person.send_text(self.room, self.wrote[-1], f"number{len(self.wrote)}")

    async def answered(self, bot: str) -> None:
        """Wait until everything is."""
        await self.person.wait_for(
            self.room, lambda events: set(self.wrote) <= set(said(events, bot)), PATIENCE
        )

    async def caught_up(self) -> None:
        """Wait until this person's client knows what the server has."""
        path = f"/v3/rooms/{quoted(self.room)}/messages"
        latest = (await self.person.account.get(path, dir="b", limit=100))["chunk"]
        there = {event["event_id"] for event in latest}
        await self.person.wait_for(
            self.room, lambda events: there <= {event.event_id for event in events}, PATIENCE
        )

    async def timeline(self) -> list[Event]:
        """The whole room in the server's order, each event as this person's client reads it."""
        read = {event.event_id: event for event in await self.person.events(self.room)}
        account = self.person.account
        async with PlainUser(account.url, account.user_id) as reader:
            kept = await reader.messages(self.room)
        return [read.get(event.event_id, event) for event in kept] if self.encrypts else kept


def said(events: Sequence[Event], sender: str) -> list[str | None]:
    """The texts of somebody; None is one that could not be decrypted."""
    kinds = ("m.room.message", "m.room.encrypted")
    return [event.body for event in events if event.sender == sender and event.type in kinds]


@asynccontextmanager
async def twenty(synapse: Synapse, bot: str) -> AsyncIterator[list[Writer]]:
    """The people, each in a room with the assistant, half of them encrypted."""
    async with AsyncExitStack() as stack:
        clients = await stack.enter_async_context(StrictClients())
        plain = [synapse.person(f"P{number}") for number in range(PLAIN)]
        strict = [clients.person(synapse, f"S{number}") for number in range(STRICT)]
        people = await asyncio.gather(*map(stack.enter_async_context, (*plain, *strict)))
        yield await asyncio.gather(*(enter(person, bot) for person in people))


async def enter(person: Person, bot: str) -> Writer:
    """Open a room with the assistant and wait until it can read there."""
    room = await person.create_direct_room(bot)
    await person.joined(room, bot, PATIENCE)
    if isinstance(person, StrictUser):
        # Who does not know of its signature yet does not encrypt for it.
        async with asyncio.timeout(PATIENCE):
            while not any((await person.devices_of(bot)).values()):  # noqa: ASYNC110 - a poll
                await asyncio.sleep(0.05)
    return Writer(person, room)


async def restart(synapse: Synapse, writers: Sequence[Writer]) -> None:
    """Restart the homeserver while the plain ones write.

    The others wait until their client is up to date again: matrix-js-sdk gives up what it was
    sending, and what it sends before it has caught up leaves a gap in its timeline.
    """
    strict = [writer for writer in writers if writer.encrypts]
    async with AsyncExitStack() as stack:
        for writer in strict:
            await stack.enter_async_context(writer.sending)
        await synapse.restart()
        await asyncio.gather(*(writer.caught_up() for writer in strict))


async def moment(kill: int, wire: Wire, chance: random.Random) -> None:
    """Wait for the moment of a kill."""
    if kill < FORCED:
        await wire.taken()
    elif kill % 3 == 0:
        # While it starts.
        await asyncio.sleep(chance.uniform(0.0, 5.0))
    else:
        # However slow the machine is, this is answered between two kills.
        goal = len(wire.sent) + BETWEEN
        await until(lambda: len(wire.sent) >= goal, PATIENCE)
        await asyncio.sleep(chance.uniform(0.0, 2.0))


async def test_killed_while_twenty_write(tmp_path: Path) -> None:
    chance = random.Random(2026)  # noqa: S311 - a fixed seed, no secret
    began = time.monotonic()
    is_over = asyncio.Event()

    async def chatter(writer: Writer) -> None:
        while not is_over.is_set():
            await writer.write()
            await asyncio.sleep(chance.uniform(1.0, 4.0))

    async with asyncio.timeout(LONGEST_RUN), AsyncExitStack() as stack:
        synapse = await stack.enter_async_context(Synapse())
        wire = Wire(synapse.url)
        await stack.enter_async_context(wire.open())
        bot = await synapse.register(fresh("bot"))
        process = Process(tmp_path, wire.url, bot)
        await process.start()
        stack.push_async_callback(process.kill)
        writers = await stack.enter_async_context(twenty(synapse, bot))
        async with asyncio.TaskGroup() as group:
            for writer in writers:
                group.create_task(chatter(writer))
            for kill in range(KILLS):
                if kill in AROUND:
                    group.create_task(restart(synapse, writers))
                await moment(kill, wire, chance)
                await process.kill()
                await process.start()
            is_over.set()
        written = sum(len(writer.wrote) for writer in writers)
        await until(lambda: len(wire.sent) >= written, LONGEST_RUN)
        await asyncio.gather(*(writer.answered(bot) for writer in writers))
        await asyncio.sleep(1)
        await process.kill()
        timelines = [await writer.timeline() for writer in writers]

    answers = [said(timeline, bot) for timeline in timelines]
    repeated = sum(wire.sent.values()) - len(wire.sent)
    twice = sum(len(texts) - len(set(texts)) for texts in answers)
    sys.stdout.write(
        f"\n{KILLS} kills, {FORCED} of them between send and mark; {len(AROUND)} restarts of the server; "
        f"{written} messages, {repeated} answers sent again, {twice} answers twice; "
        f"{time.monotonic() - began:.0f} s\n"
    )
    for writer, timeline, texts in zip(writers, timelines, answers, strict=True):
        assert said(timeline, writer.person.user_id) == writer.wrote
        assert texts == writer.wrote
    assert repeated >= FORCED
