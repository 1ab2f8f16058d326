"""Chats that are joined, or about to be: what the dialogues read of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.messages import Address
from bot.people.codes import LINK, canonical
from bot.people.redeeming import Codes, code_hash
from bot.people.tables import chat, code, joining, link
from bot.storage.database import Database
from bot.turn import Person

LoadPerson = Callable[[AsyncConnection, int], Awaitable[Person | None]]
"""The person of a chat."""


class JoiningState(StrEnum):
    """How far two chats are.

    `asked`: the second one typed the code. `confirmed`: it said yes, and the first one is asked, too. `done`: they are
    one person's.
    """

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DONE = "done"


class Typed(StrEnum):
    """What somebody typed as a code is worth."""

    RIGHT = "right"
    WRONG = "wrong"
    OLD = "old"
    USED = "used"
    TOO_MANY = "too_many"
    """Too many wrong ones were typed; no code is right now."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two chats.

    Attributes:
        chat_id: our id.
        address: where it is.
        person: whose it is, None when nobody's.
    """

    chat_id: int
    address: Address
    person: Person | None


@dataclass(frozen=True, slots=True)
class Joining:
    """Two chats that are about to be joined: the one that showed the code, and the one where it was typed."""

    first: Side
    second: Side
    state: JoiningState


@dataclass(frozen=True, slots=True)
class LinkedChat:
    """A chat of a person.

    Attributes:
        chat_id: our id.
        address: where it is.
        linked_at: since when it is theirs (UTC).
        is_for_reminders: the person chose it for what starts by itself.
    """

    chat_id: int
    address: Address
    linked_at: datetime
    is_for_reminders: bool = False


class Links(Protocol):
    """What the dialogues read of joined chats."""

    async def typed(self, text: str, by: Address) -> tuple[Typed, Side | None]:
        """What a typed code is worth in a chat, and the chat that showed it when it is right."""

    async def joining(self, text: str) -> Joining | None:
        """The two chats of a code that was typed; None when it is over."""

    async def chats(self, person_id: str) -> tuple[LinkedChat, ...]:
        """A person's chats, oldest first."""

    async def chat_id(self, address: Address) -> int:
        """The id of a chat that wrote to us."""


class NoLinks:
    """Links where nobody is remembered."""

    async def typed(self, text: str, by: Address) -> tuple[Typed, Side | None]:
        """See `Links`."""
        return Typed.WRONG, None

    async def joining(self, text: str) -> Joining | None:
        """See `Links`."""
        return None

    async def chats(self, person_id: str) -> tuple[LinkedChat, ...]:
        """See `Links`."""
        return ()

    async def chat_id(self, address: Address) -> int:
        """See `Links`."""
        return 0


class StoredLinks:
    """The `Links` in the database.

    Args:
        database: open.
        clock: the present moment.
        codes: counts wrong tries.
        load: the person of a chat.
    """

    def __init__(self, database: Database, clock: Clock, codes: Codes, load: LoadPerson) -> None:
        self._database = database
        self._clock = clock
        self._codes = codes
        self._load = load

    async def typed(self, text: str, by: Address) -> tuple[Typed, Side | None]:
        """See `Links`."""
        if await self._codes.is_guessing(LINK, by):
            return Typed.TOO_MANY, None
        hashed = self._hash(text)
        async with self._database.read() as connection:
            issued = (
                await connection.execute(
                    select(code.c.chat_id, code.c.expires_at).where(
                        code.c.hash == hashed, code.c.purpose == LINK
                    )
                )
            ).one_or_none()
            if issued is None:
                used = await connection.scalar(
                    select(joining.c.hash).where(joining.c.hash == hashed)
                )
                return (Typed.USED if used else Typed.WRONG), None
            if issued.expires_at <= self._clock():
                return Typed.OLD, None
            return Typed.RIGHT, await self._side(connection, issued.chat_id)

    async def joining(self, text: str) -> Joining | None:
        """See `Links`."""
        async with self._database.read() as connection:
            found = (
                await connection.execute(
                    select(joining).where(
                        joining.c.hash == self._hash(text), joining.c.expires_at > self._clock()
                    )
                )
            ).one_or_none()
            if found is None:
                return None
            first = await self._side(connection, found.first_chat_id)
            second = await self._side(connection, found.second_chat_id)
        return Joining(first, second, JoiningState(found.state))

    async def chats(self, person_id: str) -> tuple[LinkedChat, ...]:
        """See `Links`."""
        query = (
            select(
                chat.c.id,
                chat.c.channel,
                chat.c.address,
                link.c.linked_at,
                link.c.is_for_reminders,
            )
            .join(link, link.c.chat_id == chat.c.id)
            .where(link.c.person_id == person_id)
            .order_by(link.c.linked_at, chat.c.id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            LinkedChat(
                row.id, Address(row.channel, row.address), row.linked_at, row.is_for_reminders
            )
            for row in rows
        )

    async def chat_id(self, address: Address) -> int:
        """See `Links`."""
        async with self._database.read() as connection:
            found: int = (
                await connection.execute(
                    select(chat.c.id).where(
                        chat.c.channel == address.channel, chat.c.address == address.chat
                    )
                )
            ).scalar_one()
            return found

    def _hash(self, text: str) -> str:
        return code_hash(self._database, LINK, canonical(text))

    async def _side(self, connection: AsyncConnection, chat_id: int) -> Side:
        row = (
            await connection.execute(
                select(chat.c.channel, chat.c.address).where(chat.c.id == chat_id)
            )
        ).one()
        return Side(
            chat_id, Address(row.channel, row.address), await self._load(connection, chat_id)
        )
