"""In which chat plans speak: moved when the person says so, a chat is taken away or closed, or two records become one."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.people.tables import chat, link
from bot.plans.tables import plan, ringing
from bot.plans.values import Kind, RingingState

Withdraw = Callable[[AsyncConnection, Sequence[int]], Awaitable[Sequence[int]]]
"""Takes the events of chats out of the inbox, and gives the ringings that they were about; delivery offers it."""
Closed = Callable[[AsyncConnection, Sequence[int]], Awaitable[Collection[int]]]
"""Those of some chats in which nothing may be said; delivery offers it."""
Unite = Callable[[Any, Any], Any]
"""From the contents of two plans of a kind of which a person has but one, the first record's first: the one."""


@dataclass(frozen=True, slots=True)
class PlanMover:
    """Moves plans between chats and people.

    Attributes:
        kinds: what topics bring, by name.
        unite: by kind, how two plans become one; of other kinds a person may have many.
        withdraw: takes events out of the inbox.
        closed: tells the chats that are closed.
        reaches: whether a channel reaches people while the app is closed.
    """

    kinds: Mapping[str, Kind]
    unite: Mapping[str, Unite]
    withdraw: Withdraw
    closed: Closed
    reaches: Callable[[str], bool]

    async def speak_in(
        self, connection: AsyncConnection, person_id: str, chat_id: int, now: datetime
    ) -> None:
        """Let all plans of a person speak in one of their chats; what waits elsewhere is said there, too."""
        before = await connection.execute(
            select(plan.c.chat_id)
            .where(plan.c.person_id == person_id, plan.c.chat_id != chat_id)
            .distinct()
        )
        for old in before.scalars().all():
            await self.leave(connection, old, chat_id, now)

    async def leave(
        self, connection: AsyncConnection, old: int, chat_id: int, now: datetime
    ) -> None:
        """Let the plans of one chat speak in another one of the same person."""
        # The plans first: whoever says something of one of them at this moment is waited for.
        await connection.execute(update(plan).where(plan.c.chat_id == old).values(chat_id=chat_id))
        for each in await self.withdraw(connection, [old]):
            of = await connection.scalar(
                update(ringing)
                .where(ringing.c.id == each, ringing.c.state == RingingState.RUNG)
                .values(state=RingingState.WAITS, changed_at=now)
                .returning(ringing.c.plan_id)
            )
            again = {"next_due_at": now, "ringing_id": each}
            await connection.execute(update(plan).where(plan.c.id == of).values(again))

    async def become_one(
        self, connection: AsyncConnection, first: str, second: str, now: datetime
    ) -> None:
        """Give the plans of the second person to the first; none that is there already comes twice."""
        mine = await self._of(connection, first)
        for each in await self._of(connection, second):
            same = next((own for own in mine if self._is_same(own, each)), None)
            if same is None:
                given = update(plan).where(plan.c.id == each["id"])
                await connection.execute(given.values(person_id=first))
                continue
            if united := self.unite.get(each["kind"]):
                content = united(same["content"], each["content"])
                due = self.kinds[each["kind"]].next_due(content, now)
                values = {"content": content, "next_due_at": due, "ringing_id": None}
                await connection.execute(update(plan).where(plan.c.id == same["id"]).values(values))
            await connection.execute(delete(plan).where(plan.c.id == each["id"]))

    def _is_same(self, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        """Whether a person cannot have both."""
        if one["kind"] != other["kind"]:
            return False
        is_equal = (one["zone"], one["content"]) == (other["zone"], other["content"])
        return is_equal or one["kind"] in self.unite

    async def _of(self, connection: AsyncConnection, person_id: str) -> list[Mapping[str, Any]]:
        query = select(plan).where(plan.c.person_id == person_id).order_by(plan.c.id)
        return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def out_of_closed(
        self, connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]
    ) -> list[Mapping[str, Any]]:
        """Plans that are due, those of closed chats moved to an open one that reaches the person, if there is one.

        Args:
            connection: a transaction.
            rows: plans, with channel and address of the chat in which they speak.
        """
        closed = await self.closed(connection, [row["chat_id"] for row in rows])
        return [
            await self._moved(connection, row) if row["chat_id"] in closed else row for row in rows
        ]

    async def _moved(
        self, connection: AsyncConnection, row: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        query = (
            select(link.c.chat_id, chat.c.channel, chat.c.address)
            .join(chat, chat.c.id == link.c.chat_id)
            .where(link.c.person_id == row["person_id"])
            .order_by(link.c.is_for_reminders.desc(), link.c.linked_at, link.c.chat_id)
        )
        chats = (await connection.execute(query)).mappings().all()
        closed = await self.closed(connection, [each["chat_id"] for each in chats])
        for each in chats:
            if each["chat_id"] not in closed and self.reaches(each["channel"]):
                values = {"chat_id": each["chat_id"]}
                await connection.execute(update(plan).where(plan.c.id == row["id"]).values(values))
                return {**row, **each}
        return row
