"""What of the reminders follows from the diary: the dates that matter move with the master data."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.diary.changes import WriteAusbildung
from bot.plans.tables import plan
from bot.reminders.calendar_of_training import DATES, DatesContent, content_of, dates_of
from bot.storage.changes import ChangeContext


async def refresh_dates(
    connection: AsyncConnection, context: ChangeContext, change: WriteAusbildung
) -> None:
    """Reckon the dates of a person who wants them anew; what was told stays told."""
    rows = await connection.execute(
        select(plan.c.id, plan.c.content).where(
            plan.c.person_id == context.person_id, plan.c.kind == DATES.name
        )
    )
    for row in rows.all():
        told = DatesContent.of(row.content).told
        content = content_of(DatesContent(dates_of(change.ausbildung), told))
        values = {"content": content, "next_due_at": DATES.next_due(content, context.now)}
        await connection.execute(update(plan).where(plan.c.id == row.id).values(values))
