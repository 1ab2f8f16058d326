"""A case begins: it is opened, people are called, one of them takes it over, a room for it is there."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import LostRace
from bot.escalation.changes import (
    CallMore,
    Claim,
    EventDone,
    HoldCase,
    NoteTold,
    OpenCase,
    PlaceCase,
    ReopenCase,
)
from bot.escalation.ledger import Ledger, Row
from bot.escalation.routing import Stage
from bot.escalation.tables import case, case_topic, staff, team
from bot.escalation.values import Said, Side, State
from bot.storage.changes import Appliers, ChangeContext
from bot.storage.statements import upsert
from bot.turn import AnyReply, EndReply, Reply, RoomReply


class Opening:
    """Applies the changes with which cases begin.

    Args:
        ledger: the rows of cases.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @property
    def appliers(self) -> Appliers:
        """By change, how it reaches the tables."""
        return {
            OpenCase: self._open,
            CallMore: self._call_more,
            Claim: self._claim,
            PlaceCase: self._place,
            ReopenCase: self._reopen,
            HoldCase: self._hold,
            NoteTold: self._told,
            EventDone: self._done,
        }

    async def _open(
        self, connection: AsyncConnection, context: ChangeContext, change: OpenCase
    ) -> None:
        is_open = select(case.c.number).where(
            case.c.chat_id == context.chat_id, case.c.state != State.CLOSED
        )
        if await connection.scalar(is_open) is not None:
            raise LostRace("this chat has an open case by now")
        values = {
            "number": change.number,
            "chat_id": context.chat_id,
            "team_id": change.team_id,
            "topic": change.topic,
            "state": State.WAITING,
            "stage": change.stage,
            "is_acute": change.is_acute,
            "may_write_first": False,
            "holds_until": change.holds_until,
            "room_token": change.room.token if change.room else None,
            "opened_at": context.now,
            "called_at": context.now,
        }
        made = await connection.scalar(
            upsert(connection, case)
            .values(values)
            .on_conflict_do_nothing()
            .returning(case.c.number)
        )
        if made is None:
            raise LostRace("the number was taken meanwhile")
        row = await self._ledger.held(connection, change.number)
        await self._pass_on_context(connection, row, change.context)
        if change.room is not None:
            await self._ask_for_topic(connection, row, change.room)
        await self._ledger.call(connection, change.number, change.calls)
        await self._ledger.keep(connection, change.number)

    async def _pass_on_context(
        self, connection: AsyncConnection, row: Row, context: Sequence[Said]
    ) -> None:
        for said in context:
            await self._ledger.write(connection, row, Side.CONTEXT, said)

    async def _ask_for_topic(self, connection: AsyncConnection, row: Row, room: RoomReply) -> None:
        group = (
            await connection.execute(
                select(team.c.group_channel, team.c.group_address).where(
                    team.c.id == row["team_id"]
                )
            )
        ).one()
        chat_id = await self._ledger.post.chat_at(
            connection, group.group_channel, group.group_address, self._ledger.clock()
        )
        await self._ledger.post.append(connection, chat_id, [room], self._ledger.clock())

    async def _call_more(
        self, connection: AsyncConnection, context: ChangeContext, change: CallMore
    ) -> None:
        row = await self._ledger.held(connection, change.number, State.WAITING)
        if row["stage"] >= change.stage and not change.is_anew:
            raise LostRace("others were called meanwhile")
        await self._ledger.call(connection, change.number, change.calls)
        if change.acute is not None:
            await self._ledger.tell_coach(connection, row, change.acute)
        await self._ledger.keep(
            connection,
            change.number,
            stage=change.stage,
            called_at=context.now,
            is_acute=row["is_acute"] or change.acute is not None,
        )

    async def _claim(
        self, connection: AsyncConnection, context: ChangeContext, change: Claim
    ) -> None:
        row = await self._ledger.held(connection, change.number, State.WAITING)
        desk = await self._ledger.desk_of(connection, change.staff_id)
        if change.stays and not row["group_channel"]:
            raise LostRace("its topic is gone")
        place: dict[str, Any] = {}
        if not change.stays:
            place["place_chat_id"] = None if change.room else desk
        if change.room:
            place["room_token"] = change.room.token
        elif row["group_channel"] and not change.stays:
            place["room_token"] = None
        await self._ledger.keep(
            connection,
            change.number,
            state=State.CLAIMED,
            staff_id=change.staff_id,
            claimed_at=context.now,
            holds_until=None,
            **place,
        )
        if row["group_channel"] and not change.stays:
            last: list[AnyReply] = [Reply(change.taken), EndReply()]
            await self._ledger.post.append(connection, row["place_chat_id"], last, context.now)
        where = row["place_chat_id"] if change.stays else desk
        await self._ledger.post.append(connection, where, [change.intro], context.now)
        await self._begin(connection, change.number, desk, change.room)
        await self._ledger.tell_learner(connection, row, change.news)
        await self._ledger.settle_calls(connection, change.number, change.taken)

    async def _begin(
        self, connection: AsyncConnection, number: int, desk: int, room: RoomReply | None
    ) -> None:
        """Open a room for a case, or pass on what waits where the coach is already."""
        row = await self._ledger.held(connection, number)
        if room is not None:
            await self._ledger.post.append(connection, desk, [room], self._ledger.clock())
        elif row["place_chat_id"] == desk:
            await connection.execute(
                update(staff).where(staff.c.id == row["staff_id"]).values(turned_to=number)
            )
        await self._ledger.pass_on(connection, number)

    async def _place(
        self, connection: AsyncConnection, context: ChangeContext, change: PlaceCase
    ) -> None:
        found = await connection.scalar(
            select(case.c.number).where(
                case.c.room_token == change.token, case.c.state != State.CLOSED
            )
        )
        if found is None:
            await self._leave_unused(connection, change)
            return
        row = await self._ledger.held(connection, found, State.WAITING, State.CLAIMED)
        values: dict[str, Any] = {"place_chat_id": None, "room_token": None}
        if change.address:
            values = {
                "place_chat_id": await self._ledger.post.chat_at(
                    connection, change.channel, change.address, context.now
                )
            }
        elif row["staff_id"] is not None:
            values["place_chat_id"] = await self._ledger.desk_of(connection, row["staff_id"])
        is_left = row["place_chat_id"] != values["place_chat_id"]
        left = row["place_chat_id"] if is_left else None
        await self._ledger.pass_on_again(connection, found, left)
        await self._ledger.keep(connection, found, **values)
        await self._note_topic(connection, found)
        if change.first is not None and values["place_chat_id"] is not None:
            await self._ledger.post.append(
                connection, values["place_chat_id"], [change.first], context.now
            )
        if row["state"] == State.CLAIMED:
            desk = await self._ledger.desk_of(connection, row["staff_id"])
            await self._begin(connection, found, desk, None)

    async def _note_topic(self, connection: AsyncConnection, number: int) -> None:
        row = await self._ledger.held(connection, number)
        if row["group_channel"]:
            values = {"case_number": number, "chat_id": row["place_chat_id"]}
            await connection.execute(
                upsert(connection, case_topic).values(values).on_conflict_do_nothing()
            )

    async def _leave_unused(self, connection: AsyncConnection, change: PlaceCase) -> None:
        """Before the room was there its case was over, or somebody else's."""
        if not change.address:
            return
        now = self._ledger.clock()
        room = await self._ledger.post.chat_at(connection, change.channel, change.address, now)
        await self._ledger.post.end_room(connection, room, now, forgets=True)

    async def _reopen(
        self, connection: AsyncConnection, context: ChangeContext, change: ReopenCase
    ) -> None:
        row = await self._ledger.held(connection, change.number, State.CLOSED)
        other = select(case.c.number).where(
            case.c.chat_id == row["chat_id"], case.c.state != State.CLOSED
        )
        if await connection.scalar(other) is not None:
            raise LostRace("the learner has another open case by now")
        desk = await self._ledger.desk_of(connection, change.staff_id)
        await self._ledger.keep(
            connection,
            change.number,
            state=State.CLAIMED,
            closed_at=None,
            outcome=None,
            reminded_at=None,
            warned_at=None,
            place_chat_id=None if change.room else desk,
            room_token=change.room.token if change.room else None,
            last_coach_at=context.now,
            last_learner_at=None,
            asked_at=None,
        )
        await self._begin(connection, change.number, desk, change.room)
        await self._ledger.tell_learner(connection, row, change.news)

    async def _hold(
        self, connection: AsyncConnection, context: ChangeContext, change: HoldCase
    ) -> None:
        await self._ledger.held(connection, change.number, State.WAITING)
        await self._ledger.keep(connection, change.number, holds_until=change.until)

    async def _told(
        self, connection: AsyncConnection, context: ChangeContext, change: NoteTold
    ) -> None:
        await self._ledger.held(connection, change.number, State.WAITING)
        now = context.now
        await self._ledger.keep(
            connection, change.number, stage=Stage.TOLD, told_at=now, holds_until=now
        )

    async def _done(
        self, connection: AsyncConnection, context: ChangeContext, change: EventDone
    ) -> None:
        await self._ledger.held(connection, change.number)
        await self._ledger.keep(connection, change.number)
