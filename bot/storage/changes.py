"""How a turn's changes reach the tables: each topic gives an applier for each of its changes."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import IncomingMessage
from bot.turn import AnyReply, Change, Person, Standing


@dataclass(slots=True)
class ChangeContext:
    """Whose change it is; an applier that makes or deletes the person says so here.

    Attributes:
        chat_id: the chat of the turn.
        person_id: the person of that chat, or None.
        now: the moment of the turn (UTC).
        after_replies: to be awaited in the transaction, behind what the turn says in its own chat.
        after_commit: to be awaited when the transaction is through.
    """

    chat_id: int
    person_id: str | None
    now: datetime
    after_replies: list[Callable[[], Awaitable[object]]] = field(default_factory=list)
    after_commit: list[Callable[[], Awaitable[None]]] = field(default_factory=list)


Applier = Callable[[AsyncConnection, ChangeContext, Any], Awaitable[None]]
Appliers = Mapping[type[Change], Applier]


def in_turn(*appliers: Applier) -> Applier:
    """One applier of several, for a change that more than one topic heeds."""

    async def apply(connection: AsyncConnection, context: ChangeContext, change: Any) -> None:
        for applier in appliers:
            await applier(connection, context, change)

    return apply


class LoadsPeople(Protocol):
    """What delivery asks of the people topic."""

    async def load(self, connection: AsyncConnection, chat_id: int) -> Person | None:
        """The person of a chat, or None before the first consent."""

    async def who_wrote(
        self, connection: AsyncConnection, chat_id: int, message: IncomingMessage
    ) -> Person | None:
        """Who wrote a message: the person of the chat, or in a room of several of the sender's own chat."""


class LoadsStanding(Protocol):
    """What delivery asks of the topic in which humans take over."""

    async def load(
        self, connection: AsyncConnection, chat_id: int, message: IncomingMessage, now: datetime
    ) -> Standing:
        """How a message of a chat stands to the cases that humans work on."""


class Post(Protocol):
    """What topics ask of delivery: to say something in other chats than the turn's, and what became of it."""

    async def append(
        self,
        connection: AsyncConnection,
        chat_id: int,
        replies: Sequence[AnyReply],
        now: datetime,
    ) -> list[int]:
        """Append replies to what waits for a chat; nothing where the chat is closed.

        Returns:
            Our rows, one for each reply (of one that becomes several messages the last); empty when it is closed.
        """

    async def end_room(
        self, connection: AsyncConnection, chat_id: int, now: datetime, *, forgets: bool = False
    ) -> None:
        """Append to what waits for a room that it is over; what waits for somebody who never came is dropped.

        Args:
            connection: a transaction.
            chat_id: of the room.
            now: the present moment (UTC).
            forgets: see `bot.messages.OutgoingEnd`.
        """

    async def row_of(
        self, connection: AsyncConnection, chat_id: int, external_id: str
    ) -> int | None:
        """Our row of a message that was sent to a chat under an external id, or None."""

    async def chat_of(self, connection: AsyncConnection, row: int) -> int | None:
        """The chat that a row of ours was written to, or None when it is forgotten."""

    async def chat_at(
        self, connection: AsyncConnection, channel: str, address: str, now: datetime
    ) -> int:
        """The id of the chat at an address; it is made when nobody has written there yet."""

    async def unsent(
        self, connection: AsyncConnection, rows: Sequence[int], left: int | None
    ) -> frozenset[int]:
        """Those of these rows that nobody gets: given up, or on their way to a chat that was left (None for none)."""

    async def release(self, connection: AsyncConnection, rows: Sequence[int]) -> None:
        """What became of these rows need not be known any longer."""
