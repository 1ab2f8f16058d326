"""Ratings in the database: counts without a person."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.answers.changes import CountRating
from bot.answers.tables import rating
from bot.storage.changes import Appliers, ChangeContext
from bot.storage.statements import upsert


async def count_rating(
    connection: AsyncConnection, context: ChangeContext, change: CountRating
) -> None:
    """One more rating."""
    statement = upsert(connection, rating).values(
        article=change.article, is_helpful=change.is_helpful, day=change.day, count=1
    )
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["article", "is_helpful", "day"],
            set_={"count": rating.c.count + 1},
        )
    )


APPLIERS: Appliers = {CountRating: count_rating}
