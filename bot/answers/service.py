"""Ratings in the database: counts without a person."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.answers.changes import CountRating
from bot.answers.tables import rating
from bot.storage.changes import Appliers, ChangeContext
from bot.storage.database import Database
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


@dataclass(frozen=True, slots=True)
class Rated:
    """How often an article helped, and how often not."""

    article: str
    helped: int
    failed: int


async def ratings(database: Database) -> list[Rated]:
    """The articles that somebody rated, those that failed most often first."""
    helped: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    async with database.read() as connection:
        for row in (await connection.execute(select(rating))).mappings():
            (helped if row["is_helpful"] else failed)[row["article"]] += row["count"]
    found = [Rated(key, helped[key], failed[key]) for key in {*helped, *failed}]
    return sorted(found, key=lambda each: (-each.failed, each.article))


APPLIERS: Appliers = {CountRating: count_rating}
