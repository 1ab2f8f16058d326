"""Telling a member of staff something where they are called, outside of what is said in a case."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.ledger import Ledger
from bot.storage.changes import Appliers, ChangeContext
from bot.turn import Change, OnUnknowable, Reply


@dataclass(frozen=True, slots=True)
class TellStaff(Change):
    """A member of staff hears something in the chat where they are called.

    Attributes:
        staff_id: who.
        reply: what they hear.
        news: what is said in the chat of this turn, if it could be said to them; None for nothing.
    """

    staff_id: int
    reply: Reply
    news: Reply | None = None


class Telling:
    """Applies what the staff is told.

    Args:
        ledger: knows where the staff is called.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @property
    def appliers(self) -> Appliers:
        """By change, how it reaches the tables."""
        return {TellStaff: self._tell}

    async def _tell(
        self, connection: AsyncConnection, context: ChangeContext, change: TellStaff
    ) -> None:
        desk = await self._ledger.desk_of(connection, change.staff_id)
        post = self._ledger.post
        is_told = await post.append(connection, desk, [change.reply], context.now)
        if is_told and change.news is not None:
            await post.append(connection, context.chat_id, [change.news], context.now)


def for_today(reply: Reply, now: datetime, zone: str) -> Reply:
    """A reply that nobody asked for: never said twice, and worth nothing any more when the local day is over.

    Args:
        reply: what is said.
        now: aware.
        zone: the IANA name of the zone whose day counts.
    """
    there = ZoneInfo(zone)
    tomorrow = now.astimezone(there).date() + timedelta(days=1)
    worth = datetime.combine(tomorrow, time(), there) - now
    return replace(reply, unknowable=OnUnknowable.DROP, expires_after=worth)
