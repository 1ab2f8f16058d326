"""What the tests of rooms that we open do: somebody with a chat, a room for one matter, and what is said there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from bot.errors import NotDelivered
from bot.messages import (
    Address,
    IncomingMessage,
    OutgoingContent,
    OutgoingMessage,
    OutgoingRoom,
    Receipt,
)
from bot.turn import Outcome, Situation
from tests.matrix.stage import MatrixStage, on_matrix
from tests.servers.synapse import Person, Synapse
from tests.servers.synapse.config import SERVER_NAME
from tests.telegram.stage import until

TITLE, PINNED = "Fall 7", "**Fall 7** seit 9:00 Uhr.\nMit /fall siehst du mehr."
PINNED_AS_SHOWN = "Fall 7 seit 9:00 Uhr.\nMit !fall siehst du mehr."


class Listens:
    """A turn taker that keeps what it heard and says nothing."""

    def __init__(self) -> None:
        self._heard: list[IncomingMessage] = []

    async def turn(self, situation: Situation) -> Outcome:
        """See `bot.ports.TurnTaker`."""
        self._heard.append(situation.message)
        return Outcome(situation.tracker)

    async def heard(self, count: int, room: str) -> list[IncomingMessage]:
        """Wait for so many messages of a room; all of them."""
        await until(lambda: len(self._of(room)) >= count)
        return self._of(room)

    def _of(self, room: str) -> list[IncomingMessage]:
        return [each for each in self._heard if each.address.chat == room]


@dataclass(frozen=True, slots=True)
class Relay:
    """A running assistant that listens.

    Attributes:
        stage: it.
        ears: what it heard.
        typing: the chats in which somebody began to type.
    """

    stage: MatrixStage
    ears: Listens
    typing: list[Address]

    async def say(
        self,
        room: str,
        content: OutgoingContent,
        quotes: str | None = None,
        message_id: str = "",
    ) -> Receipt:
        """Send as delivery would: what surely was not delivered is sent again under the same id."""
        message_id = message_id or uuid4().hex
        message = OutgoingMessage(Address("matrix", room), content, message_id, quotes=quotes)
        async with asyncio.timeout(20):
            while True:
                try:
                    return await self.stage.connector.send(message)
                except NotDelivered:
                    await asyncio.sleep(0.05)

    async def chat_with(self, person: Person) -> str:
        """A room of somebody's own, in which they have spoken."""
        room = await person.create_direct_room(self.stage.user_id)
        await person.joined(room, self.stage.user_id)
        await person.send_text(room, "Hallo")
        await self.ears.heard(1, room)
        return room

    async def room_for(self, person: Person) -> str:
        """A room of ours that somebody has entered."""
        direct = await self.chat_with(person)
        room = str((await self.say(direct, asked())).opened)
        await person.join(room)
        await person.joined(room, person.user_id)
        return room


@asynccontextmanager
async def relaying(folder: Path, synapse: Synapse, user_id: str = "") -> AsyncIterator[Relay]:
    """The assistant on Matrix as somebody who listens."""
    ears, typing = Listens(), list[Address]()
    async with on_matrix(folder, synapse, user_id, ears, typing.append) as stage:
        yield Relay(stage, ears, typing)


def asked(token: str = "") -> OutgoingRoom:
    """A room to open; each is another unless it has the same token."""
    return OutgoingRoom(token or f"Ab-{uuid4().hex}", TITLE, PINNED)


def alias_of(token: str) -> str:
    """By what the room of a token is found."""
    return f"#lernallianz-{token.lower()}:{SERVER_NAME}"
