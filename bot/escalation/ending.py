"""A case changes hands or ends: handed over, closed, rated, blocked; its people leave."""

from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import LostRace
from bot.escalation.changes import AskBlock, CloseCase, ConfirmBlock, HandOver, NoteLook, RateCase
from bot.escalation.desk import HOLD
from bot.escalation.ledger import Ledger, Row
from bot.escalation.routing import Stage
from bot.escalation.tables import block, call, case, look, staff
from bot.escalation.values import CallOut, Outcome, State
from bot.storage.changes import Appliers, ChangeContext
from bot.storage.statements import upsert
from bot.turn import Reply, RoomReply

InTopic = Callable[[int], Reply]
"""By the number of a case, what is said in its topic."""


class Ending:
    """Applies the changes with which cases change hands and end.

    Args:
        ledger: the rows of cases.
        not_waiting: what those who were called read when nobody is needed any more; `{who}` is the learner.
    """

    def __init__(self, ledger: Ledger, not_waiting: str) -> None:
        self._ledger = ledger
        self._not_waiting = not_waiting

    @property
    def appliers(self) -> Appliers:
        """By change, how it reaches the tables."""
        return {
            HandOver: self._hand_over,
            CloseCase: self._close,
            RateCase: self._rate,
            NoteLook: self._look,
            AskBlock: self._ask_block,
            ConfirmBlock: self._confirm_block,
        }

    async def _hand_over(
        self, connection: AsyncConnection, context: ChangeContext, change: HandOver
    ) -> None:
        for row in [await self._ledger.held(connection, each) for each in sorted(change.numbers)]:
            number = row["number"]
            if row["staff_id"] != change.giver or row["state"] != State.CLAIMED:
                continue
            if change.taker is None:
                await self._back(connection, row, change.calls.get(number, ()), context)
            else:
                await self._to(connection, row, change, change.taker, context)
                has_place = number in change.rooms or number in change.in_topic
                if len(change.numbers) == 1 and not has_place:
                    await self._turn_if_free(connection, change.taker, number)
            if row["group_channel"] and number in change.in_topic:
                await self._ledger.tell_coach(connection, row, change.in_topic[number])
            await self._ledger.tell_learner(connection, row, change.news)

    async def give_back(
        self,
        connection: AsyncConnection,
        numbers: Sequence[int],
        news: Reply,
        in_topic: InTopic | None = None,
    ) -> None:
        """Cases wait again, and are called anew at the clock's next look.

        Args:
            connection: a transaction.
            numbers: of the cases.
            news: what each learner hears.
            in_topic: what is said in the topic of a case that has one; None for nothing.
        """
        for number in sorted(numbers):
            row = await self._ledger.held(connection, number, State.CLAIMED)
            await self._back(connection, row, ())
            if row["group_channel"] and in_topic is not None:
                await self._ledger.tell_coach(connection, row, in_topic(number))
            await self._ledger.tell_learner(connection, row, news)

    async def _back(
        self,
        connection: AsyncConnection,
        row: Row,
        calls: Sequence[CallOut],
        context: ChangeContext | None = None,
    ) -> None:
        """A case waits again, in its topic where it has one; what its learner writes is for whoever takes it over."""
        await self._turn_away(connection, row)
        if not row["group_channel"]:
            await self._close_room(connection, row, context)
            row = {**row, "place_chat_id": None, "room_token": None}
        await self._ledger.keep(
            connection,
            row["number"],
            state=State.WAITING,
            staff_id=None,
            place_chat_id=row["place_chat_id"],
            room_token=row["room_token"],
            stage=Stage.FIRST,
            holds_until=self._ledger.clock() + HOLD,
            # Nobody called yet: the clock does it at its next look.
            called_at=self._ledger.clock() if calls else row["opened_at"],
        )
        await connection.execute(delete(call).where(call.c.case_number == row["number"]))
        await self._ledger.call(connection, row["number"], calls)

    async def _to(
        self,
        connection: AsyncConnection,
        row: Row,
        change: HandOver,
        taker: int,
        context: ChangeContext,
    ) -> None:
        number = row["number"]
        if await self._ledger.count_said(connection, number) != change.told.get(number):
            raise LostRace("something was said that the taker would not read")
        desk = await self._ledger.desk_of(connection, taker)
        room: RoomReply | None = change.rooms.get(number)
        await self._turn_away(connection, row)
        place = {
            "place_chat_id": None if room else desk,
            "room_token": room.token if room else None,
        }
        if number in change.in_topic:
            if not row["group_channel"]:
                raise LostRace("its topic is gone")
            place = {}
        else:
            await self._close_room(connection, row, context)
        await self._ledger.keep(connection, number, staff_id=taker, **place, reminded_at=None)
        replies = [each for each in (change.brief.get(number), room) if each is not None]
        await self._ledger.post.append(connection, desk, replies, self._ledger.clock())
        await self._ledger.pass_on(connection, number)

    async def _turn_if_free(self, connection: AsyncConnection, taker: int, number: int) -> None:
        """Who writes with nobody else writes with this learner from now on."""
        await connection.execute(
            update(staff)
            .where(staff.c.id == taker, staff.c.turned_to.is_(None))
            .values(turned_to=number)
        )

    async def _turn_away(self, connection: AsyncConnection, row: Row) -> None:
        """What a coach writes in their own chat goes to a case no more."""
        await connection.execute(
            update(staff).where(staff.c.turned_to == row["number"]).values(turned_to=None)
        )

    async def _close_room(
        self, connection: AsyncConnection, row: Row, context: ChangeContext | None = None
    ) -> None:
        """A room of its own, or a topic, is closed; where the turn itself speaks, behind its last word."""
        room = row["place_chat_id"]
        if room is None or row["room_token"] is None:
            return
        close = partial(self._ledger.post.end_room, connection, room, self._ledger.clock())
        if context is not None and room == context.chat_id:
            context.after_replies.append(close)
        else:
            await close()

    async def _close(
        self, connection: AsyncConnection, context: ChangeContext, change: CloseCase
    ) -> None:
        is_withdrawn = change.outcome is Outcome.WITHDRAWN
        # Who took it over a moment before must hear that it ends.
        still = (State.WAITING,) if is_withdrawn else (State.WAITING, State.CLAIMED)
        row = await self._ledger.held(connection, change.number, *still)
        if change.to_learner is not None:
            await self._ledger.tell_learner(connection, row, change.to_learner)
        if change.to_coach is not None:
            await self._ledger.tell_coach(connection, row, change.to_coach)
        text = self._not_waiting.format(who=self._ledger.learner_name(row))
        await self._ledger.settle_calls(connection, change.number, text)
        await self._turn_away(connection, row)
        await self._close_room(connection, row, context)
        await self._ledger.keep(
            connection,
            change.number,
            state=State.CLOSED,
            outcome=change.outcome,
            closed_at=context.now,
            holds_until=None,
        )

    async def _rate(
        self, connection: AsyncConnection, context: ChangeContext, change: RateCase
    ) -> None:
        row = await self._ledger.held(connection, change.number)
        if row["chat_id"] != context.chat_id:
            raise LostRace("the case is somebody else's")
        told = {
            "did_help": change.did_help,
            "may_write_first": change.may_write_first,
        }
        values = {name: value for name, value in told.items() if value is not None}
        await connection.execute(
            update(case).where(case.c.number == change.number).values(**values)
        )

    async def _look(
        self, connection: AsyncConnection, context: ChangeContext, change: NoteLook
    ) -> None:
        values = {"case_number": change.number, "staff_id": change.staff_id, "what": change.what}
        await connection.execute(look.insert().values(**values, looked_at=context.now))

    async def _ask_block(
        self, connection: AsyncConnection, context: ChangeContext, change: AskBlock
    ) -> None:
        row = await self._ledger.held(connection, change.number, State.CLAIMED)
        values = {
            "chat_id": row["chat_id"],
            "case_number": change.number,
            "asked_by": change.staff_id,
            "asked_at": context.now,
            "confirmed_by": None,
            "until": None,
        }
        await connection.execute(
            upsert(connection, block)
            .values(**values)
            .on_conflict_do_update(index_elements=["chat_id"], set_=values)
        )
        for each in change.asked:
            desk = await self._ledger.desk_of(connection, each.staff_id)
            await self._ledger.post.append(connection, desk, [each.reply], context.now)

    async def _confirm_block(
        self, connection: AsyncConnection, context: ChangeContext, change: ConfirmBlock
    ) -> None:
        row = await self._ledger.held(connection, change.number)
        confirmed = await connection.execute(
            update(block)
            .where(
                block.c.case_number == change.number,
                block.c.confirmed_by.is_(None),
                block.c.asked_by != change.staff_id,
            )
            .values(confirmed_by=change.staff_id, until=change.until)
        )
        if confirmed.rowcount != 1:
            raise LostRace("it was decided meanwhile")
        if row["state"] != State.CLOSED:
            close = CloseCase(change.number, Outcome.REFERRED, change.to_learner, change.to_coach)
            await self._close(connection, context, close)
