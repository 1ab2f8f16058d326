"""Words go from one side to the other, with their edits, answers and deletions."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import LostRace
from bot.escalation.changes import AddNote, EditMessage, RelayMessage, TellCoach
from bot.escalation.ledger import Ledger, Row
from bot.escalation.tables import entry, staff
from bot.escalation.values import Said, Side, State
from bot.storage.changes import Appliers, ChangeContext
from bot.turn import DeletionReply, EditReply, Reply


class Relaying:
    """Applies the changes of what is said in a case.

    Args:
        ledger: the rows of cases.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @property
    def appliers(self) -> Appliers:
        """By change, how it reaches the tables."""
        return {
            RelayMessage: self._relay,
            EditMessage: self._edit,
            AddNote: self._note,
            TellCoach: self._tell_coach,
        }

    async def _relay(
        self, connection: AsyncConnection, context: ChangeContext, change: RelayMessage
    ) -> None:
        row = await self._ledger.held(connection, change.number, State.WAITING, State.CLAIMED)
        is_learner = change.side is Side.LEARNER
        if is_learner and row["chat_id"] != context.chat_id:
            raise LostRace("the case is somebody else's")
        if not is_learner and change.staff_id != row["staff_id"]:
            raise LostRace("a colleague has the case by now")
        entry_id = await self._ledger.write(
            connection,
            row,
            change.side,
            change.said,
            chat_id=context.chat_id,
            external_id=change.external_id,
            staff_id=change.staff_id,
            notice=change.notice,
        )
        await self._ledger.keep(
            connection, row["number"], **_moments(row, change.side, context.now), warned_at=None
        )
        to = row["place_chat_id"] if is_learner else row["chat_id"]
        if to is None or (is_learner and row["state"] != State.CLAIMED):
            return
        author = await self._author(connection, row, change)
        if change.notice:
            await self._ledger.post.append(connection, to, [Reply(change.notice)], context.now)
        quotes = await self._quoted(connection, context.chat_id, to, change.reply_to)
        reply = self._ledger.relayed(change.said, author, quotes)
        await self._ledger.send(connection, entry_id, to, reply)

    async def _author(self, connection: AsyncConnection, row: Row, change: RelayMessage) -> str:
        if change.side is Side.LEARNER:
            return self._ledger.learner_name(row)
        return str(
            await connection.scalar(select(staff.c.name).where(staff.c.id == change.staff_id))
        )

    async def _quoted(
        self, connection: AsyncConnection, chat_id: int, to: int, reply_to: str
    ) -> int | str | None:
        """What a message answers, as the other side knows it: our row there, or their own message."""
        if not reply_to:
            return None
        ours = await self._ledger.post.row_of(connection, chat_id, reply_to)
        if ours is not None:
            theirs = await connection.scalar(
                select(entry.c.content).where(entry.c.outgoing_id == ours, entry.c.chat_id == to)
            )
            return str(theirs["external_id"]) or None if theirs else None
        channel = await self._ledger.channel_of(connection, chat_id)
        own = await connection.scalar(
            select(entry.c.outgoing_id).where(
                entry.c.chat_id == chat_id,
                entry.c.external_key == self._ledger.key(channel, reply_to),
            )
        )
        # Who has the case now never saw what went to somebody else.
        if own is None or await self._ledger.post.chat_of(connection, own) != to:
            return None
        return int(own)

    async def _edit(
        self, connection: AsyncConnection, context: ChangeContext, change: EditMessage
    ) -> None:
        """Change or take back what was said; of what nobody was told, only our own words change."""
        row = await self._ledger.held(connection, change.number)
        channel = await self._ledger.channel_of(connection, context.chat_id)
        found = (
            (
                await connection.execute(
                    select(entry).where(
                        entry.c.case_number == change.number,
                        entry.c.chat_id == context.chat_id,
                        entry.c.external_key == self._ledger.key(channel, change.target),
                    )
                )
            )
            .mappings()
            .first()
        )
        if found is None:
            return
        if change.text is None:
            await connection.execute(delete(entry).where(entry.c.id == found["id"]))
        else:
            content = {**found["content"], "text": change.text}
            await connection.execute(
                update(entry).where(entry.c.id == found["id"]).values(content=content)
            )
        if found["outgoing_id"] is None:
            return
        # Where it was sent to, though the case may be somebody else's by now.
        to = await self._ledger.post.chat_of(connection, found["outgoing_id"])
        if to is None:
            return
        author = self._ledger.learner_name(row)
        if found["side"] != Side.LEARNER:
            author = str(
                await connection.scalar(select(staff.c.name).where(staff.c.id == found["staff_id"]))
            )
        reply = (
            DeletionReply(found["outgoing_id"])
            if change.text is None
            else EditReply(found["outgoing_id"], change.text, author)
        )
        await self._ledger.post.append(connection, to, [reply], context.now)

    async def _note(
        self, connection: AsyncConnection, context: ChangeContext, change: AddNote
    ) -> None:
        row = await self._ledger.held(connection, change.number)
        await self._ledger.write(
            connection, row, Side.NOTE, Said(change.text), staff_id=change.staff_id
        )

    async def _tell_coach(
        self, connection: AsyncConnection, context: ChangeContext, change: TellCoach
    ) -> None:
        row = await self._ledger.held(connection, change.number)
        if change.is_reminder and row["staff_id"] is not None:
            # In their own chat: perhaps they have never come into the room.
            desk = await self._ledger.desk_of(connection, row["staff_id"])
            await self._ledger.post.append(connection, desk, [change.reply], context.now)
        else:
            await self._ledger.tell_coach(connection, row, change.reply)
        noted = {
            **({"reminded_at": context.now} if change.is_reminder else {}),
            **({"warned_at": context.now} if change.is_warning else {}),
        }
        await self._ledger.keep(connection, row["number"], **noted)


def _moments(row: Row, side: Side, now: datetime) -> dict[str, datetime]:
    """What a message changes of a case's clock."""
    if side is Side.COACH:
        return {"last_coach_at": now}
    asked, answered = row["asked_at"], row["last_coach_at"]
    is_answered = asked is None or (answered is not None and answered >= asked)
    return {"last_learner_at": now, **({"asked_at": now} if is_answered else {})}
