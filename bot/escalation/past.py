"""Reading what lies behind: how cases ended, and who had a learner's case last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import or_, select

from bot.escalation.rows import case_of, cases_where
from bot.escalation.tables import case
from bot.escalation.values import Case, Outcome, State
from bot.people.tables import link
from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Closing:
    """How one case ended.

    Attributes:
        staff_id: whose it was; None when nobody had taken it over.
        outcome: how it ended.
    """

    staff_id: int | None
    outcome: Outcome


class Past(Protocol):
    """What actions read of what lies behind."""

    async def closings(self, team_id: int, since: datetime) -> Sequence[Closing]:
        """How the cases of a team ended that were closed after a moment (UTC)."""

    async def last_with_coach(self, chat_id: int) -> Case | None:
        """The latest case of a learner, in any of their chats, that a coach has or had."""


class NoPast:
    """Where there is no staff."""

    async def closings(self, team_id: int, since: datetime) -> Sequence[Closing]:
        """See `Past`."""
        return ()

    async def last_with_coach(self, chat_id: int) -> Case | None:
        """See `Past`."""
        return None


class StoredPast:
    """The `Past` in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def closings(self, team_id: int, since: datetime) -> Sequence[Closing]:
        """See `Past`."""
        query = select(case.c.staff_id, case.c.outcome).where(
            case.c.team_id == team_id, case.c.state == State.CLOSED, case.c.closed_at > since
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [Closing(row.staff_id, Outcome(row.outcome)) for row in rows]

    async def last_with_coach(self, chat_id: int) -> Case | None:
        """See `Past`."""
        person = select(link.c.person_id).where(link.c.chat_id == chat_id).scalar_subquery()
        theirs = select(link.c.chat_id).where(link.c.person_id == person)
        query = (
            cases_where(
                or_(case.c.chat_id == chat_id, case.c.chat_id.in_(theirs)),
                case.c.staff_id.is_not(None),
            )
            .order_by(case.c.number.desc())
            .limit(1)
        )
        async with self._database.read() as connection:
            found = (await connection.execute(query)).mappings().one_or_none()
            return None if found is None else case_of(dict(found))
