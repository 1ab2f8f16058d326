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
        "engine": _engine(house),
        "crisis": "rules and classifier"
        if house.assistant.has_crisis_classifier
        else "rules alone",
        "articles": len(house.assistant.library.current.articles),
        "channels": {
            channel: connector.trouble or "well" for channel, connector in house.connectors.items()
        },
        "waiting": {"turns": turns, "messages": rows},
        "set_aside": aside,
        "turn_milliseconds": {
            "count": len(taken),
            "median": round(statistics.median(taken), 1) if taken else None,
        },
    }, True


def _engine(house: House) -> dict[str, str]:
    """Who understands and who decides just now."""
    settings = house.settings
    stands_in = house.rasa is not None and not house.rasa.is_available
    return {
        port: "embedded, rasa is unavailable" if chosen == "rasa" and stands_in else chosen
        for port, chosen in (("parser", settings.parser), ("policy", settings.policy))
    }
