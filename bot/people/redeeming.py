"""One-time codes in the database: looked up and used up, with the wrong tries counted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.messages import Address
from bot.people.codes import PURPOSES, canonical
from bot.people.tables import chat, code, code_try, link
from bot.storage.database import Database


class Codes:
    """Redeems one-time codes, counting the tries."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def redeem(self, purpose: str, typed: str, by: Address) -> Address | None:
        """Use up a code.

        Args:
            purpose: a key of `PURPOSES`.
            typed: what the person typed.
            by: the chat in which they typed it.

        Returns:
            The chat that the code was issued in, or None when it is wrong, old or used, or too
            many wrong codes were tried.
        """
        now = self._clock()
        tried_by = address_key(self._database, by)
        async with self._database.write() as connection:
            if await self._is_guessing(connection, purpose, tried_by, now):
                return None
            found = (
                await connection.execute(
                    delete(code)
                    .where(
                        code.c.hash == code_hash(self._database, purpose, typed),
                        code.c.purpose == purpose,
                        code.c.expires_at > now,
                    )
                    .returning(code.c.chat_id)
                )
            ).scalar()
            if found is None:
                await connection.execute(
                    insert(code_try).values(purpose=purpose, address_key=tried_by, tried_at=now)
                )
                return None
            row = (
                await connection.execute(
                    select(chat.c.channel, chat.c.address).where(chat.c.id == found)
                )
            ).one()
            return Address(row.channel, row.address)

    async def person_of(self, address: Address) -> str | None:
        """The id of the person of a chat, or None."""
        async with self._database.read() as connection:
            found: str | None = await connection.scalar(
                select(link.c.person_id)
                .join(chat, chat.c.id == link.c.chat_id)
                .where(chat.c.channel == address.channel, chat.c.address == address.chat)
            )
            return found

    async def issued_in(self, purpose: str, typed: str, by: Address) -> Address | None:
        """The chat that a code was issued in, without using it up; None as for `redeem`.

        Args:
            purpose: a key of `PURPOSES`.
            typed: what the person typed.
            by: the chat in which they typed it.
        """
        now = self._clock()
        async with self._database.read() as connection:
            if await self._is_guessing(connection, purpose, address_key(self._database, by), now):
                return None
            found = (
                await connection.execute(
                    select(chat.c.channel, chat.c.address)
                    .join(code, code.c.chat_id == chat.c.id)
                    .where(
                        code.c.hash == code_hash(self._database, purpose, typed),
                        code.c.purpose == purpose,
                        code.c.expires_at > now,
                    )
                )
            ).one_or_none()
        return Address(found.channel, found.address) if found else None

    async def about(self, purpose: str, typed: str, by: Address) -> Mapping[str, Any] | None:
        """What a code that belongs to no chat is about, without using it up; None as for `redeem`.

        Args:
            purpose: a key of `PURPOSES`.
            typed: what the person typed.
            by: the chat in which they typed it.
        """
        now = self._clock()
        async with self._database.read() as connection:
            if await self._is_guessing(connection, purpose, address_key(self._database, by), now):
                return None
            found: Mapping[str, Any] | None = await connection.scalar(
                select(code.c.about).where(
                    code.c.hash == code_hash(self._database, purpose, typed),
                    code.c.purpose == purpose,
                    code.c.expires_at > now,
                )
            )
            return found

    async def is_guessing(self, purpose: str, by: Address) -> bool:
        """Whether too many wrong codes were typed, in this chat or in all; then no code is right there."""
        key, now = address_key(self._database, by), self._clock()
        async with self._database.read() as connection:
            return await self._is_guessing(connection, purpose, key, now)

    async def _is_guessing(
        self, connection: AsyncConnection, purpose: str, tried_by: str, now: datetime
    ) -> bool:
        rules = PURPOSES[purpose]
        recent = (code_try.c.purpose == purpose, code_try.c.tried_at > now - rules.window)
        in_all = await connection.scalar(select(func.count()).where(*recent))
        here = await connection.scalar(
            select(func.count()).where(*recent, code_try.c.address_key == tried_by)
        )
        return (here or 0) >= rules.tries_per_chat or (in_all or 0) >= rules.tries_in_all


def code_hash(database: Database, purpose: str, typed: str) -> str:
    """What of a code is stored."""
    return database.ring.keyed_hash(f"code {purpose}", canonical(typed))


def address_key(database: Database, address: Address) -> str:
    """By what wrong tries of a chat are counted."""
    return database.ring.keyed_hash("code_try", f"{address.channel}\0{address.chat}")
