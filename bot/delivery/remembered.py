"""What connectors remember, in the database."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from bot.delivery.tables import connector_state
from bot.storage.database import Database
from bot.storage.statements import upsert


class Remembered:
    """The `ConnectorStore` port over the database.

    Args:
        database: open.
        channel: whose memory it is.
    """

    def __init__(self, database: Database, channel: str) -> None:
        self._database = database
        self._channel = channel

    async def load(self, name: str) -> Mapping[str, Any] | None:
        """See `bot.ports.ConnectorStore`."""
        query = select(connector_state.c.value).where(
            connector_state.c.channel == self._channel, connector_state.c.name == name
        )
        async with self._database.read() as connection:
            found: Mapping[str, Any] | None = await connection.scalar(query)
        return found

    async def save(self, name: str, value: Mapping[str, Any]) -> None:
        """See `bot.ports.ConnectorStore`."""
        row = {"channel": self._channel, "name": name, "value": dict(value)}
        async with self._database.write() as connection:
            statement = upsert(connection, connector_state).values(row)
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["channel", "name"], set_={"value": row["value"]}
                )
            )
