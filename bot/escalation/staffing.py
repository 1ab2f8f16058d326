"""Who works in which team: invited by the operator, on duty or not, gone."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import ConfigurationError, LostRace
from bot.escalation.changes import CloseCase, JoinTeam, SetDuty, TurnTo
from bot.escalation.ending import Ending, InTopic
from bot.escalation.invitations import forget_invitations
from bot.escalation.ledger import Ledger
from bot.escalation.tables import call, case, staff, team
from bot.escalation.values import Outcome, State
from bot.people.changes import EraseEverything, GiveConsent
from bot.people.codes import INVITATION
from bot.people.redeeming import code_hash
from bot.people.tables import code, link
from bot.storage.changes import Appliers, ChangeContext
from bot.storage.database import Database
from bot.storage.statements import upsert
from bot.turn import EditReply, Reply

STAFF_SCOPE = "staff"
"""What a member of staff agrees to: that their name, hours and looks at cases are kept."""
GiveConsentIn = Callable[[AsyncConnection, ChangeContext, GiveConsent], Awaitable[None]]


class Staffing:
    """Applies the changes of who works in which team.

    Args:
        database: for the hash of codes.
        ledger: the rows of cases.
        ending: closes the cases of a learner who goes.
        give_consent: keeps a consent, and makes the person; the people topic offers it.
        erased: what the coach hears when a learner had everything deleted.
        orphaned: what a learner hears when the coach leaves the staff.
    """

    def __init__(
        self,
        *,
        database: Database,
        ledger: Ledger,
        ending: Ending,
        give_consent: GiveConsentIn,
        erased: Reply,
        orphaned: Reply,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._ending = ending
        self._give_consent = give_consent
        self._erased = erased
        self._orphaned = orphaned

    @property
    def appliers(self) -> Appliers:
        """By change, how it reaches the tables."""
        return {JoinTeam: self._join, SetDuty: self._duty, TurnTo: self._turn_to}

    async def _join(
        self, connection: AsyncConnection, context: ChangeContext, change: JoinTeam
    ) -> None:
        used = await connection.execute(
            delete(code)
            .where(
                code.c.hash == code_hash(self._database, INVITATION, change.code),
                code.c.purpose == INVITATION,
                code.c.expires_at > context.now,
            )
            .returning(code.c.about)
        )
        about = used.scalar()
        if about is None:
            raise LostRace("the invitation was used meanwhile")
        agreed = GiveConsent(STAFF_SCOPE, change.version, dict(change.profile))
        await self._give_consent(connection, context, agreed)
        await self._leave_old_team(connection, context.person_id, about["team"])
        values = {
            "team_id": about["team"],
            "person_id": context.person_id,
            "chat_id": context.chat_id,
            "role": about["role"],
            "name": about["name"],
            "is_on_duty": True,
            "substitute_id": None,
            "turned_to": None,
            "since": context.now,
            "revoked_at": None,
        }
        await connection.execute(
            upsert(connection, staff)
            .values(values)
            .on_conflict_do_update(index_elements=["person_id"], set_=values)
        )

    async def _duty(
        self, connection: AsyncConnection, context: ChangeContext, change: SetDuty
    ) -> None:
        await connection.execute(
            update(staff).where(staff.c.id == change.staff_id).values(is_on_duty=change.is_on_duty)
        )

    async def _turn_to(
        self, connection: AsyncConnection, context: ChangeContext, change: TurnTo
    ) -> None:
        if change.number is not None:
            row = await self._ledger.held(connection, change.number, State.CLAIMED)
            if row["staff_id"] != change.staff_id:
                raise LostRace("a colleague has the case by now")
        await connection.execute(
            update(staff).where(staff.c.id == change.staff_id).values(turned_to=change.number)
        )

    async def leave(
        self, connection: AsyncConnection, context: ChangeContext, change: EraseEverything
    ) -> None:
        """What is deleted with a person: their case as a learner; as a coach their cases wait again.

        Runs before the people topic deletes the record.
        """
        chats = {context.chat_id}
        if context.person_id is not None:
            linked = await connection.execute(
                select(link.c.chat_id).where(link.c.person_id == context.person_id)
            )
            chats |= set(linked.scalars())
            await self.give_back(connection, context.person_id)
        numbers = await connection.execute(
            select(case.c.number, case.c.state).where(case.c.chat_id.in_(chats))
        )
        rows = numbers.all()
        for row in rows:
            if row.state != State.CLOSED:
                await self._close_erased(connection, context, row.number)
        await self._ledger.forget_said(connection, [row.number for row in rows])

    async def _close_erased(
        self, connection: AsyncConnection, context: ChangeContext, number: int
    ) -> None:
        row = await self._ledger.held(connection, number)
        close = CloseCase(number, Outcome.GONE, to_coach=self._erased)
        if row["group_channel"]:
            # The topic goes, too: who has the case hears of it in their own chat.
            close = replace(close, to_coach=None)
            if row["staff_id"] is not None:
                desk = await self._ledger.desk_of(connection, row["staff_id"])
                await self._ledger.post.append(connection, desk, [self._erased], context.now)
        await self._ending.appliers[CloseCase](connection, context, close)

    async def give_back(self, connection: AsyncConnection, person_id: str) -> None:
        """The cases of somebody who leaves the staff wait again, and their learners hear it."""
        staff_id = await connection.scalar(select(staff.c.id).where(staff.c.person_id == person_id))
        if staff_id is not None:
            await self._give_back(connection, staff_id)

    async def become_one(
        self, connection: AsyncConnection, first_id: str, second_id: str, now: datetime
    ) -> None:
        """Two records become one: the second's seat is the first's then; of two seats the first's stays.

        Runs before the second record is deleted, which takes its seat along.
        """
        rows = await connection.execute(
            select(staff.c.id, staff.c.person_id).where(
                staff.c.person_id.in_((first_id, second_id)), staff.c.revoked_at.is_(None)
            )
        )
        seats = {row.person_id: row.id for row in rows}
        if second_id not in seats:
            return
        if first_id in seats:
            await self._hold(connection, seats[second_id])
            await self._vacate(connection, seats[second_id])
            return
        # One that was revoked makes room.
        await connection.execute(delete(staff).where(staff.c.person_id == first_id))
        await connection.execute(
            update(staff).where(staff.c.id == seats[second_id]).values(person_id=first_id)
        )

    async def revoke(
        self,
        connection: AsyncConnection,
        staff_id: int,
        news: Callable[[Sequence[str]], Reply],
        in_topic: InTopic,
    ) -> Sequence[int]:
        """A seat ends at once: its cases wait again, its calls are taken back, it stands in for nobody.

        Args:
            connection: a transaction.
            staff_id: of the seat.
            news: what is heard by who had it, from the names of their open cases.
            in_topic: what is said in the topics of their open cases.

        Returns:
            The numbers of the cases that wait again.

        Raises:
            LostRace: one of its cases was changed meanwhile.
        """
        await self._hold(connection, staff_id)
        ended = {"revoked_at": self._ledger.clock(), "substitute_id": None, "turned_to": None}
        await connection.execute(update(staff).where(staff.c.id == staff_id).values(**ended))
        numbers = await self._vacate(connection, staff_id, in_topic)
        desk = await connection.scalar(select(staff.c.chat_id).where(staff.c.id == staff_id))
        if desk is not None:
            told = news([self._ledger.name_of(each) for each in numbers])
            await self._ledger.post.append(connection, desk, [told], self._ledger.clock())
        return numbers

    async def dissolve(self, connection: AsyncConnection, team_id: int, news: Reply) -> None:
        """Delete a team that nobody is in, with its cases and the invitations into it.

        Args:
            connection: a transaction.
            team_id: of the team.
            news: what the learners of its open cases hear.

        Raises:
            ConfigurationError: somebody is in it.
            LostRace: one of its cases was changed meanwhile.
        """
        query = select(staff.c.id).where(staff.c.team_id == team_id, staff.c.revoked_at.is_(None))
        if await connection.scalar(query) is not None:
            raise ConfigurationError("somebody is still in this team; revoke them first")
        rows = await connection.execute(
            select(case.c.number, case.c.state).where(case.c.team_id == team_id)
        )
        cases = rows.all()
        nobody = ChangeContext(0, None, self._ledger.clock())
        for row in cases:
            if row.state != State.CLOSED:
                close = CloseCase(row.number, Outcome.SILENT, to_learner=news)
                await self._ending.appliers[CloseCase](connection, nobody, close)
        await self._ledger.forget_said(connection, [row.number for row in cases])
        await forget_invitations(connection, team_id)
        await connection.execute(delete(team).where(team.c.id == team_id))

    async def _hold(self, connection: AsyncConnection, staff_id: int) -> None:
        """Let nobody change the cases of this seat, or give it another one, until the transaction ends."""
        if self._database.is_sqlite:
            return
        # Cases first: so does every turn, and none waits for the other for ever.
        cases = select(case.c.number).where(
            case.c.staff_id == staff_id, case.c.state == State.CLAIMED
        )
        await connection.execute(cases.order_by(case.c.number).with_for_update())
        seat = select(staff.c.id).where(staff.c.id == staff_id)
        await connection.execute(seat.with_for_update())

    async def _leave_old_team(
        self, connection: AsyncConnection, person_id: str | None, team_id: int
    ) -> None:
        """Who had a seat in another team leaves nothing open there."""
        old = await connection.scalar(
            select(staff.c.id).where(staff.c.person_id == person_id, staff.c.team_id != team_id)
        )
        if old is not None:
            await self._hold(connection, old)
            await self._vacate(connection, old)

    async def _vacate(
        self, connection: AsyncConnection, staff_id: int, in_topic: InTopic | None = None
    ) -> Sequence[int]:
        """A seat is nobody's place in its team any more; the numbers of the cases that wait again."""
        await self._take_back_calls(connection, staff_id)
        await connection.execute(
            update(staff).where(staff.c.substitute_id == staff_id).values(substitute_id=None)
        )
        return await self._give_back(connection, staff_id, in_topic)

    async def _take_back_calls(self, connection: AsyncConnection, staff_id: int) -> None:
        """The buttons of the calls to a seat go."""
        rows = await connection.execute(
            delete(call).where(call.c.staff_id == staff_id).returning(call.c.outgoing_id)
        )
        edits = [EditReply(each) for each in rows.scalars() if each is not None]
        desk = await connection.scalar(select(staff.c.chat_id).where(staff.c.id == staff_id))
        if edits and desk is not None:
            await self._ledger.post.append(connection, desk, edits, self._ledger.clock())

    async def _give_back(
        self, connection: AsyncConnection, staff_id: int, in_topic: InTopic | None = None
    ) -> Sequence[int]:
        rows = await connection.execute(
            select(case.c.number).where(case.c.staff_id == staff_id, case.c.state == State.CLAIMED)
        )
        numbers = list(rows.scalars())
        await self._ending.give_back(connection, numbers, self._orphaned, in_topic)
        return numbers
