"""Reading cases, teams and staff; what a turn decides from."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.authority import COACH, LEAD
from bot.escalation.hours import OfficeHours, Span
from bot.escalation.routing import Member, Role, Team
from bot.escalation.tables import block, call, case, entry, look, staff, team
from bot.escalation.values import Case, Colleague, Entry, Said, Side, State
from bot.messages import Address, IncomingMessage
from bot.people.tables import chat, link
from bot.storage.changes import Post
from bot.storage.database import Database
from bot.turn import Seat, Standing

RECENT_WAITS = 20
"""So many of the last waiting times tell how long it takes now."""


class Casebook(Protocol):
    """What actions read of cases."""

    async def teams(self) -> Sequence[Team]:
        """All teams."""

    async def colleagues(self, team_id: int) -> Sequence[Colleague]:
        """Who works in a team now."""

    async def case(self, number: int) -> Case | None:
        """A case by its number."""

    async def case_with_room(self, token: str) -> Case | None:
        """The case whose room was asked for with a token."""

    async def cases(
        self, *, staff_id: int | None = None, team_id: int | None = None
    ) -> Sequence[Case]:
        """The open cases of a member of staff, or of a team; the longest first."""

    async def last_case_in(self, chat_id: int) -> Case | None:
        """The latest case of a learner's chat, open or closed."""

    async def chat_of(self, message: IncomingMessage) -> int | None:
        """The id of a message's chat."""

    async def entries(self, number: int) -> Sequence[Entry]:
        """What was said in a case, in its order; what the learner took back is gone."""

    async def called(self, number: int) -> frozenset[int]:
        """Who was called to a case."""

    async def who_asked_block(self, number: int) -> int | None:
        """Who wants the chat of a case to be blocked and has nobody's second word yet, or None."""

    async def is_blocked(self, chat_id: int, now: datetime) -> bool:
        """Whether no human can be reached from a chat."""

    async def next_number(self) -> int:
        """A number that no case has yet."""

    async def recent_waits(self, team_id: int) -> Sequence[timedelta]:
        """How long the last learners of a team waited until somebody was there."""


class NoCases:
    """A casebook where there is no staff: the assistant in the terminal, `ask --jsonl`."""

    async def teams(self) -> Sequence[Team]:
        """See `Casebook`."""
        return ()

    async def colleagues(self, team_id: int) -> Sequence[Colleague]:
        """See `Casebook`."""
        return ()

    async def case(self, number: int) -> Case | None:
        """See `Casebook`."""
        return None

    async def case_with_room(self, token: str) -> Case | None:
        """See `Casebook`."""
        return None

    async def cases(
        self, *, staff_id: int | None = None, team_id: int | None = None
    ) -> Sequence[Case]:
        """See `Casebook`."""
        return ()

    async def last_case_in(self, chat_id: int) -> Case | None:
        """See `Casebook`."""
        return None

    async def chat_of(self, message: IncomingMessage) -> int | None:
        """See `Casebook`."""
        return None

    async def entries(self, number: int) -> Sequence[Entry]:
        """See `Casebook`."""
        return ()

    async def called(self, number: int) -> frozenset[int]:
        """See `Casebook`."""
        return frozenset()

    async def who_asked_block(self, number: int) -> int | None:
        """See `Casebook`."""
        return None

    async def is_blocked(self, chat_id: int, now: datetime) -> bool:
        """See `Casebook`."""
        return False

    async def next_number(self) -> int:
        """See `Casebook`."""
        return 1

    async def recent_waits(self, team_id: int) -> Sequence[timedelta]:
        """See `Casebook`."""
        return ()


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
            return [_colleague(dict(row)) for row in rows.mappings()]

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


class Standings:
    """How a message stands to the cases; the `LoadsStanding` of delivery.

    Args:
        database: for the hash that messages are known by.
        post: knows what was sent.
    """

    def __init__(self, database: Database, post: Post) -> None:
        self._database = database
        self._post = post

    async def load(
        self, connection: AsyncConnection, chat_id: int, message: IncomingMessage, now: datetime
    ) -> Standing:
        """See `bot.storage.changes.LoadsStanding`."""
        room = await _case_in_room(connection, chat_id)
        is_group = bool(message.sender)
        seat, turned_to = await self._seat(connection, chat_id, message, room)
        if room is not None or is_group:
            # Those who are in a room together speak with each other, also between two cases.
            number = room["number"] if room else None
            return Standing(True, number, seat, is_shared=True)
        if seat is not None:
            number = await self._addressed(connection, chat_id, message, seat) or turned_to
            if number is not None:
                return Standing(is_human=True, case=number, seat=seat)
        held = await _held(connection, chat_id, now)
        if held is not None:
            is_human = held["state"] == State.CLAIMED or (
                held["holds_until"] is not None and held["holds_until"] > now
            )
            # In a talk of one's own one is a learner, also as a member of staff.
            return Standing(is_human, held["number"], None if is_human else seat)
        return Standing(seat=seat)

    async def _seat(
        self,
        connection: AsyncConnection,
        chat_id: int,
        message: IncomingMessage,
        room: Mapping[str, Any] | None,
    ) -> tuple[Seat | None, int | None]:
        """Who of the staff wrote it, and the case that they have turned to."""
        query = select(staff).where(staff.c.revoked_at.is_(None))
        if message.sender:
            query = (
                query.join(link, link.c.person_id == staff.c.person_id)
                .join(chat, chat.c.id == link.c.chat_id)
                .where(chat.c.channel == message.address.channel, chat.c.address == message.sender)
            )
        elif room is not None:
            query = query.where(staff.c.id == room["staff_id"])
        else:
            query = query.join(link, link.c.person_id == staff.c.person_id).where(
                link.c.chat_id == chat_id
            )
        found = (await connection.execute(query)).mappings().first()
        if found is None:
            return None, None
        roles = (LEAD, COACH) if found["role"] == LEAD else (COACH,)
        # Plain messages go to the case only in the chat where they are called.
        turned_to = found["turned_to"] if found["chat_id"] == chat_id else None
        return Seat(found["id"], found["team_id"], roles, found["name"]), turned_to

    async def _addressed(
        self, connection: AsyncConnection, chat_id: int, message: IncomingMessage, seat: Seat
    ) -> int | None:
        """The case that the message which a coach replies to belongs to, or the one that they edit or take back."""
        target = message.reply_to or getattr(message.content, "target", "")
        if not target:
            return None
        sent = await self._post.row_of(connection, chat_id, target)
        written = self._database.ring.keyed_hash(message.address.channel, target)
        return await case_of_message(connection, chat_id, sent, written)


async def case_of_message(
    connection: AsyncConnection, chat_id: int, outgoing_id: int | None, external_key: str
) -> int | None:
    """The open case that a message of a chat belongs to: by our row, or by the hash of its external id."""
    of = and_(entry.c.external_key == external_key, entry.c.chat_id == chat_id)
    if outgoing_id is not None:
        of = or_(of, entry.c.outgoing_id == outgoing_id)
    found: int | None = await connection.scalar(
        select(entry.c.case_number)
        .join(case, case.c.number == entry.c.case_number)
        .where(of, case.c.state != State.CLOSED)
        .limit(1)
    )
    return found


def group_channel() -> ColumnElement[str | None]:
    """Of a case: the messenger of the team's group, while its place is a topic there; as `group_channel`.

    A messenger with topics opens no rooms for persons, so a room of its own on the group's messenger is a topic.
    """
    found = (
        select(team.c.group_channel)
        .join(chat, chat.c.channel == team.c.group_channel)
        .where(
            team.c.id == case.c.team_id,
            chat.c.id == case.c.place_chat_id,
            case.c.room_token.is_not(None),
        )
        .correlate(case)
    )
    return found.scalar_subquery().label("group_channel")


def cases_where(*conditions: Any) -> Select[Any]:
    """Cases with the names of those who have them."""
    return (
        select(case, staff.c.name.label("staff_name"), group_channel())
        .outerjoin(staff, staff.c.id == case.c.staff_id)
        .where(*conditions)
    )


def case_of(row: Mapping[str, Any]) -> Case:
    """A row of `cases_where` as a value."""
    values = {name: row[name] for name in Case.__dataclass_fields__ if name != "staff_name"}
    return Case(
        **{**values, "state": State(row["state"])},
        staff_name=row["staff_name"] or "",
    )


def team_of(row: Mapping[str, Any]) -> Team:
    """A row of the teams as a value."""
    rules = row["rules"]
    hours = OfficeHours(tuple(Span(*span) for span in rules["spans"]), rules["state"])
    return Team(
        team_id=row["id"],
        name=row["name"],
        region=rules["region"],
        topics=frozenset(rules["topics"]),
        hours=hours,
        minutes=rules["minutes"],
        group=row["group_address"],
    )


def said_of(content: Mapping[str, Any]) -> Said:
    """The words that an entry keeps."""
    return Said(content["text"], content["file"])


def as_members(colleagues: Sequence[Colleague]) -> list[Member]:
    """What routing needs to know of colleagues."""
    return [
        Member(
            staff_id=each.staff_id,
            team_id=each.team_id,
            role=Role(each.role),
            is_on_duty=each.is_on_duty,
            open_cases=each.open_cases,
            substitute=each.substitute_id,
        )
        for each in colleagues
    ]


def _colleague(row: Mapping[str, Any]) -> Colleague:
    return Colleague(
        staff_id=row["id"],
        team_id=row["team_id"],
        role=row["role"],
        name=row["name"],
        chat_id=row["chat_id"],
        channel=row["channel"],
        is_on_duty=row["is_on_duty"],
        substitute_id=row["substitute_id"],
        open_cases=row["open_cases"],
    )


async def _case_in_room(connection: AsyncConnection, chat_id: int) -> Mapping[str, Any] | None:
    """The open case whose own room a chat is; a coach's own chat is no room."""
    query = select(case.c.number, case.c.staff_id).where(
        case.c.place_chat_id == chat_id,
        case.c.state != State.CLOSED,
        case.c.room_token.is_not(None),
    )
    found = (await connection.execute(query)).mappings().first()
    return dict(found) if found else None


async def _held(
    connection: AsyncConnection, chat_id: int, now: datetime
) -> Mapping[str, Any] | None:
    """The open case of a learner's chat."""
    query = select(case.c.number, case.c.state, case.c.holds_until).where(
        case.c.chat_id == chat_id, case.c.state != State.CLOSED
    )
    found = (await connection.execute(query)).mappings().first()
    return dict(found) if found else None
