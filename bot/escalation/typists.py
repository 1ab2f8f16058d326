"""Who types on the one side is seen on the other; worthless when late, so nothing is stored."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from sqlalchemy import or_, select

from bot.errors import StorageUnavailable
from bot.escalation.tables import case
from bot.escalation.values import State
from bot.messages import Address
from bot.people.tables import chat
from bot.storage.database import Database

AGAIN_AFTER = 4.0
"""Seconds within which the sign is shown once."""


class Typists:
    """Passes the sign of typing on, as an async context manager.

    Args:
        database: open.
        show: shows the sign in a chat.
    """

    def __init__(self, database: Database, show: Callable[[Address], Awaitable[None]]) -> None:
        self._database = database
        self._show = show
        self._shown: dict[Address, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of what is being shown."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def typing(self, address: Address) -> None:
        """Somebody types in a chat."""
        now = time.monotonic()
        if self._shown.get(address, -AGAIN_AFTER) > now - AGAIN_AFTER:
            return
        self._shown = {each: at for each, at in self._shown.items() if at > now - AGAIN_AFTER}
        self._shown[address] = now
        task = asyncio.create_task(self._pass_on(address))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, address: Address) -> None:
        try:
            other = await self._other_side(address)
        except StorageUnavailable:
            return
        if other is not None:
            await self._show(other)

    async def _other_side(self, address: Address) -> Address | None:
        """The chat on the other side of the case that is spoken of in a chat; None where no human is spoken with."""
        here = select(chat.c.id).where(
            chat.c.channel == address.channel, chat.c.address == address.chat
        )
        async with self._database.read() as connection:
            chat_id = await connection.scalar(here)
            found = (
                await connection.execute(
                    select(case.c.chat_id, case.c.place_chat_id)
                    .where(
                        case.c.state == State.CLAIMED,
                        or_(case.c.chat_id == chat_id, case.c.place_chat_id == chat_id),
                    )
                    .limit(2)
                )
            ).all()
            # In a coach's own chat with several cases nobody knows for whom it is.
            if len(found) != 1 or found[0].place_chat_id is None:
                return None
            [row] = found
            other = row.place_chat_id if row.chat_id == chat_id else row.chat_id
            to = (
                await connection.execute(
                    select(chat.c.channel, chat.c.address).where(chat.c.id == other)
                )
            ).one()
            return Address(to.channel, to.address)
