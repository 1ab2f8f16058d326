"""How long the staff's tables are kept, and which chats are needed as long as they are."""

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select, union_all

from bot.escalation.ledger import Ledger
from bot.escalation.tables import block, case, case_topic, look, staff, team
from bot.escalation.values import State
from bot.people.tables import chat
from bot.storage.database import Database

KEPT_CASE = timedelta(days=30)
"""How long after its end a case and what was said in it are known."""
KEPT_LOOK = timedelta(days=365)
"""How long it is known who looked at which case."""


def needed_chats() -> Select[tuple[int]]:
    """The chats of cases that are known, of the staff, of teams, and those that are blocked."""
    needed = union_all(
        select(case.c.chat_id),
        select(case.c.place_chat_id).where(case.c.place_chat_id.is_not(None)),
        select(case_topic.c.chat_id),
        select(staff.c.chat_id),
        select(block.c.chat_id),
        select(chat.c.id).join(
            team,
            (team.c.group_channel == chat.c.channel) & (team.c.group_address == chat.c.address),
        ),
    ).subquery()
    return select(needed.c[0])


async def purge_cases(database: Database, ledger: Ledger, now: datetime) -> None:
    """Delete cases with all that was said in them, looks and blocks that have outlived their time."""
    async with database.write() as connection:
        old = await connection.execute(
            select(case.c.number).where(
                case.c.state == State.CLOSED, case.c.closed_at < now - KEPT_CASE
            )
        )
        numbers = list(old.scalars())
        await ledger.forget_said(connection, numbers)
        await connection.execute(delete(case).where(case.c.number.in_(numbers)))
        await connection.execute(delete(look).where(look.c.looked_at < now - KEPT_LOOK))
        await connection.execute(delete(block).where(block.c.until < now))
