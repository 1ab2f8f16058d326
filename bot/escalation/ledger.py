"""What all changes of a case share: hold its row, say something on either side, pass on what waits, reckon its clock."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.errors import LostRace
from bot.escalation.routing import Stage
from bot.escalation.rows import group_channel, said_of, team_of
from bot.escalation.tables import call, case, case_topic, entry, staff, team
from bot.escalation.values import CallOut, Said, Side, State
from bot.escalation.waiting import Progress, next_due
from bot.messages import storable
from bot.people.tables import chat
from bot.storage.changes import Post
from bot.storage.database import Database
from bot.storage.statements import upsert
from bot.turn import AnyReply, EditReply, FileReply, Reply

RELAYED_FILE = "relayed_file"
"""The document that a file of the other side becomes."""
Row = Mapping[str, Any]


class Ledger:
    """Rows of cases inside somebody's transaction.

    Args:
        database: for the hash that messages are known by.
        clock: the present moment.
        post: says things in other chats.
        names: what a learner is called: by the number of their case.
    """

    def __init__(self, database: Database, clock: Clock, post: Post, names: Any) -> None:
        self.post = post
        self.clock = clock
        self._database = database
        self._names = names

    async def held(self, connection: AsyncConnection, number: int, *states: State) -> Row:
        """The row of a case, which nobody else changes until this transaction ends.

        Raises:
            LostRace: it is not in one of these states any more.
        """
        query = select(case, group_channel()).where(case.c.number == number)
        if not self._database.is_sqlite:
            query = query.with_for_update()
        found = (await connection.execute(query)).mappings().one_or_none()
        if found is None or (states and State(found["state"]) not in states):
            raise LostRace("the case has moved on")
        return dict(found)

    async def keep(self, connection: AsyncConnection, number: int, **values: Any) -> None:
        """Write values of a case, and when it is due next."""
        kept = (
            (await connection.execute(select(case).where(case.c.number == number))).mappings().one()
        )
        row = {**kept, **values}
        its_team = (
            (await connection.execute(select(team).where(team.c.id == row["team_id"])))
            .mappings()
            .one()
        )
        due = next_due(progress_of(row), team_of(dict(its_team)), self.clock())
        await connection.execute(
            update(case).where(case.c.number == number).values(**values, next_at=due)
        )

    async def tell_learner(self, connection: AsyncConnection, row: Row, reply: AnyReply) -> None:
        """Say something in the learner's chat."""
        await self.post.append(connection, row["chat_id"], [reply], self.clock())

    async def tell_coach(
        self, connection: AsyncConnection, row: Row, reply: AnyReply
    ) -> int | None:
        """Say something where the coach of a case speaks; our row, or None when there is nobody."""
        where = await self.place_of(connection, row)
        if where is None:
            return None
        rows = await self.post.append(connection, where, [reply], self.clock())
        return rows[0] if rows else None

    async def place_of(self, connection: AsyncConnection, row: Row) -> int | None:
        """Where the coach of a case is: its place, else their own chat."""
        if row["place_chat_id"] is not None:
            return int(row["place_chat_id"])
        if row["staff_id"] is None:
            return None
        found: int | None = await connection.scalar(
            select(staff.c.chat_id).where(staff.c.id == row["staff_id"])
        )
        return found

    async def desk_of(self, connection: AsyncConnection, staff_id: int) -> int:
        """The chat in which a member of staff is called.

        Raises:
            LostRace: they are not on the staff any more.
        """
        query = select(staff.c.chat_id).where(staff.c.id == staff_id, staff.c.revoked_at.is_(None))
        if not self._database.is_sqlite:
            # Nobody is revoked while a case is given to them.
            query = query.with_for_update(read=True, key_share=True)
        found: int | None = await connection.scalar(query)
        if found is None:
            raise LostRace("not on the staff any more")
        return found

    async def call(
        self, connection: AsyncConnection, number: int, calls: Sequence[CallOut]
    ) -> None:
        """Call members of staff to a case; who is called anew keeps only the last call."""
        for each in calls:
            desk = await self.desk_of(connection, each.staff_id)
            rows = await self.post.append(connection, desk, [each.reply], self.clock())
            called = {"case_number": number, "staff_id": each.staff_id}
            sent = {"outgoing_id": rows[0] if rows else None}
            await connection.execute(
                upsert(connection, call)
                .values(**called, **sent)
                .on_conflict_do_update(index_elements=list(called), set_=sent)
            )

    async def settle_calls(self, connection: AsyncConnection, number: int, text: str) -> None:
        """Whoever was called to a case reads what became of it; the buttons go."""
        rows = await connection.execute(
            select(staff.c.chat_id, call.c.outgoing_id)
            .join(staff, staff.c.id == call.c.staff_id)
            .where(call.c.case_number == number, call.c.outgoing_id.is_not(None))
        )
        for row in rows.all():
            edit = EditReply(row.outgoing_id, text)
            await self.post.append(connection, row.chat_id, [edit], self.clock())
        await connection.execute(
            update(call).where(call.c.case_number == number).values(outgoing_id=None)
        )

    async def pass_on(self, connection: AsyncConnection, number: int) -> None:
        """Pass on what the learner wrote while nobody was there, in its order."""
        row = await self.held(connection, number, State.CLAIMED)
        if row["place_chat_id"] is None:
            return
        waiting = await connection.execute(
            select(entry)
            .where(
                entry.c.case_number == number,
                entry.c.side.in_((Side.CONTEXT, Side.LEARNER)),
                entry.c.outgoing_id.is_(None),
            )
            .order_by(entry.c.id)
        )
        for each in waiting.mappings().all():
            said = said_of(each["content"])
            if notice := each["content"].get("notice"):
                await self.tell_coach(connection, row, Reply(notice))
            reply = self.relayed(said, self.learner_name(row))
            await self._note_row(connection, each["id"], row["place_chat_id"], reply)

    async def pass_on_again(
        self, connection: AsyncConnection, number: int, left: int | None
    ) -> None:
        """What nobody gets where a case was waits for its next place; `left` is the chat that its coach has left."""
        rows = await connection.execute(
            select(entry.c.outgoing_id).where(
                entry.c.case_number == number,
                entry.c.side.in_((Side.CONTEXT, Side.LEARNER)),
                entry.c.outgoing_id.is_not(None),
            )
        )
        unsent = await self.post.unsent(connection, list(rows.scalars()), left)
        await connection.execute(
            update(entry).where(entry.c.outgoing_id.in_(unsent)).values(outgoing_id=None)
        )

    async def write(
        self,
        connection: AsyncConnection,
        row: Row,
        side: Side,
        said: Said,
        *,
        chat_id: int | None = None,
        external_id: str = "",
        staff_id: int | None = None,
        notice: str = "",
    ) -> int:
        """Keep what was said in a case; the id of the entry. `notice` stands above it when it is passed on later."""
        key = None
        if external_id and chat_id is not None:
            key = self.key(await self.channel_of(connection, chat_id), external_id)
        values = {
            "case_number": row["number"],
            "side": side,
            "staff_id": staff_id,
            "content": {
                "text": storable(said.text),
                "file": dict(said.file or {}) or None,
                "external_id": external_id,
                **({"notice": notice} if notice else {}),
            },
            "said_at": self.clock(),
            "chat_id": chat_id,
            "external_key": key,
        }
        made = await connection.scalar(entry.insert().values(values).returning(entry.c.id))
        assert made is not None  # noqa: S101 - for the type checker: it was made just now
        return int(made)

    async def send(
        self, connection: AsyncConnection, entry_id: int, chat_id: int, reply: AnyReply
    ) -> None:
        """Send an entry to a chat, and know it by what becomes of it there."""
        await self._note_row(connection, entry_id, chat_id, reply)

    async def _note_row(
        self, connection: AsyncConnection, entry_id: int, chat_id: int, reply: AnyReply
    ) -> None:
        rows = await self.post.append(connection, chat_id, [reply], self.clock())
        if rows:
            await connection.execute(
                update(entry).where(entry.c.id == entry_id).values(outgoing_id=rows[0])
            )

    def relayed(
        self, said: Said, author: str, quotes: int | str | None = None
    ) -> Reply | FileReply:
        """What the other side sees of somebody's words."""
        if said.file is None:
            return Reply(said.text, author=author, quotes=quotes, is_kept=True)
        parameters = {**said.file, "author": author, "caption": said.text}
        return FileReply(RELAYED_FILE, parameters, quotes=quotes, is_kept=True)

    def learner_name(self, row: Row) -> str:
        """What the coach sees of the learner."""
        return self.name_of(row["number"])

    def name_of(self, number: int) -> str:
        """What the staff calls the learner of a case."""
        name: str = self._names(number)
        return name

    def key(self, channel: str, external_id: str) -> str:
        """The hash that a message is known by."""
        return self._database.ring.keyed_hash(channel, external_id)

    async def channel_of(self, connection: AsyncConnection, chat_id: int) -> str:
        """The messenger of a chat."""
        return str(await connection.scalar(select(chat.c.channel).where(chat.c.id == chat_id)))

    async def count_said(self, connection: AsyncConnection, number: int) -> int:
        """How many entries a case has."""
        query = select(func.count()).where(entry.c.case_number == number)
        return int(await connection.scalar(query) or 0)

    async def forget_said(self, connection: AsyncConnection, numbers: Sequence[int]) -> None:
        """Delete what was said in cases, with the topics in which it stands."""
        of = entry.c.case_number.in_(numbers)
        rows = await connection.execute(select(entry.c.outgoing_id).where(of))
        await self.post.release(connection, [each for each in rows.scalars() if each is not None])
        await connection.execute(entry.delete().where(of))
        topics = await connection.execute(
            delete(case_topic)
            .where(case_topic.c.case_number.in_(numbers))
            .returning(case_topic.c.chat_id)
        )
        for chat_id in topics.scalars().all():
            await self.post.end_room(connection, chat_id, self.clock(), forgets=True)


def progress_of(row: Row) -> Progress:
    """What of a case decides its clock."""
    return Progress(
        state=State(row["state"]),
        stage=Stage(row["stage"]),
        opened_at=row["opened_at"],
        called_at=row["called_at"],
        last_learner_at=row["last_learner_at"],
        asked_at=row["asked_at"],
        last_coach_at=row["last_coach_at"],
        is_acute=row["is_acute"],
        reminded_at=row["reminded_at"],
        claimed_at=row["claimed_at"],
        told_at=row["told_at"],
        warned_at=row["warned_at"],
    )
