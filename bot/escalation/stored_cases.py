"""The `Casebook` over the tables."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select

from bot.escalation.routing import Team
from bot.escalation.rows import case_of, cases_where, colleague_of, said_of, team_of
from bot.escalation.tables import block, call, case, entry, look, staff, team
from bot.escalation.values import Case, Colleague, Entry, Side, State
from bot.messages import Address, IncomingMessage
from bot.people.tables import chat, link
from bot.storage.database import Database

RECENT_WAITS = 20
"""So many of the last waiting times tell how long it takes now."""


class StoredCases:
    """The `Casebook` in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def teams(self) -> Sequence[Team]:
        """See `Casebook`."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(team).order_by(team.c.id))
            return [team_of(dict(row)) for row in rows.mappings()]

    async def colleagues(self, team_id: int) -> Sequence[Colleague]:
        """See `Casebook`."""
        open_cases = (
            select(func.count())
            .where(case.c.staff_id == staff.c.id, case.c.state == State.CLAIMED)
            .scalar_subquery()
        )
        query = (
            select(staff, chat.c.channel, open_cases.label("open_cases"))
            .join(chat, chat.c.id == staff.c.chat_id)
            .where(staff.c.team_id == team_id, staff.c.revoked_at.is_(None))
            .order_by(staff.c.id)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [colleague_of(dict(row)) for row in rows.mappings()]

    async def case(self, number: int) -> Case | None:
        """See `Casebook`."""
        return await self._one(cases_where(case.c.number == number))

    async def case_with_room(self, token: str) -> Case | None:
        """See `Casebook`."""
        return await self._one(cases_where(case.c.room_token == token))

    async def cases(
        self, *, staff_id: int | None = None, team_id: int | None = None
    ) -> Sequence[Case]:
        """See `Casebook`."""
        of = case.c.staff_id == staff_id if staff_id is not None else case.c.team_id == team_id
        query = cases_where(of, case.c.state != State.CLOSED).order_by(case.c.opened_at)
        return await self._cases(query)

    async def last_case_in(self, chat_id: int) -> Case | None:
        """See `Casebook`."""
        query = cases_where(case.c.chat_id == chat_id).order_by(case.c.number.desc()).limit(1)
        return await self._one(query)

    async def chat_of(self, message: IncomingMessage) -> int | None:
        """See `Casebook`."""
        address = message.address
        async with self._database.read() as connection:
            found: int | None = await connection.scalar(
                select(chat.c.id).where(
                    chat.c.channel == address.channel, chat.c.address == address.chat
                )
            )
            return found

    async def entries(self, number: int) -> Sequence[Entry]:
        """See `Casebook`."""
        query = (
            select(entry, staff.c.name)
            .outerjoin(staff, staff.c.id == entry.c.staff_id)
            .where(entry.c.case_number == number)
            .order_by(entry.c.id)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [
                Entry(
                    Side(row["side"]),
                    said_of(row["content"]),
                    row["said_at"],
                    row["name"] or "",
                    row["outgoing_id"] is not None or row["side"] in (Side.COACH, Side.NOTE),
                )
                for row in rows.mappings()
            ]

    async def called(self, number: int) -> frozenset[int]:
        """See `Casebook`."""
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(call.c.staff_id).where(call.c.case_number == number)
            )
            return frozenset(rows.scalars())

    async def who_asked_block(self, number: int) -> int | None:
        """See `Casebook`."""
        async with self._database.read() as connection:
            found: int | None = await connection.scalar(
                select(block.c.asked_by).where(
                    block.c.case_number == number, block.c.confirmed_by.is_(None)
                )
            )
            return found

    async def is_blocked(self, chat_id: int, now: datetime) -> bool:
        """See `Casebook`."""
        async with self._database.read() as connection:
            found = await connection.scalar(
                select(block.c.chat_id).where(block.c.chat_id == chat_id, block.c.until > now)
            )
            return found is not None

    async def next_number(self) -> int:
        """See `Casebook`."""
        async with self._database.read() as connection:
            known = await connection.scalar(select(func.max(case.c.number)))
            # Of cases that are deleted by now the looks are left: their names do not come back.
            looked_at = await connection.scalar(select(func.max(look.c.case_number)))
            return max(known or 0, looked_at or 0) + 1

    async def recent_waits(self, team_id: int) -> Sequence[timedelta]:
        """See `Casebook`."""
        query = (
            select(case.c.called_at, case.c.claimed_at)
            .where(case.c.team_id == team_id, case.c.claimed_at.is_not(None))
            .order_by(case.c.claimed_at.desc())
            .limit(RECENT_WAITS)
        )
        async with self._database.read() as connection:
            return [row.claimed_at - row.called_at for row in await connection.execute(query)]

    async def as_values(self, person_id: str | None, address: Address) -> list[dict[str, Any]]:
        """What is kept of a person's talks with humans, also without a record: for the export.

        Notes of the staff are theirs, and not in it.
        """
        linked = select(link.c.chat_id).where(link.c.person_id == person_id)
        here = select(chat.c.id).where(
            chat.c.channel == address.channel, chat.c.address == address.chat
        )
        found = await self._cases(
            cases_where(or_(case.c.chat_id.in_(linked), case.c.chat_id.in_(here)))
        )
        teams = {each.team_id: each.name for each in await self.teams()}
        return [
            {
                "team": teams[each.team_id],
                "with": each.staff_name,
                "opened_at": each.opened_at.isoformat(),
                "closed_at": each.closed_at and each.closed_at.isoformat(),
                "may_write_first": each.may_write_first,
                "said": [
                    {
                        "by": entry.author if entry.side is Side.COACH else "you",
                        "at": entry.said_at.isoformat(),
                        "text": entry.said.text,
                        "is_file": entry.said.file is not None,
                    }
                    for entry in await self.entries(each.number)
                    if entry.side is not Side.NOTE
                ],
            }
            for each in found
        ]

    async def _one(self, query: Select[Any]) -> Case | None:
        found = await self._cases(query)
        return found[0] if found else None

    async def _cases(self, query: Select[Any]) -> list[Case]:
        async with self._database.read() as connection:
            return [case_of(dict(row)) for row in (await connection.execute(query)).mappings()]
