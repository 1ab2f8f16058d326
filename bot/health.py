"""What `/health` says: whether the assistant can answer, in counts and times, never in texts."""

import statistics
from typing import Any

from sqlalchemy import func, select

from bot.bootstrap import House
from bot.delivery.tables import incoming, outgoing
from bot.errors import StorageUnavailable


async def health(house: House) -> tuple[dict[str, Any], bool]:
    """The state of the process, and whether it is well."""
    try:
        async with house.database.read() as connection:
            turns = await connection.scalar(
                select(func.count()).where(incoming.c.state == "waiting")
            )
            aside = await connection.scalar(
                select(func.count()).where(incoming.c.state == "set_aside")
            )
            rows = await connection.scalar(
                select(func.count()).where(outgoing.c.state.in_(("waiting", "sending")))
            )
    except StorageUnavailable:
        return {"status": "unwell", "database": "unavailable"}, False
    taken = list(house.turns.recent_milliseconds)
    return {
        "status": "well",
        "articles": len(house.assistant.library.current.articles),
        "waiting": {"turns": turns, "messages": rows},
        "set_aside": aside,
        "turn_milliseconds": {
            "count": len(taken),
            "median": round(statistics.median(taken), 1) if taken else None,
        },
    }, True
