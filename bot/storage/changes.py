"""How a turn's changes reach the tables: each topic gives an applier for each of its changes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.turn import Change, Person


@dataclass(slots=True)
class ChangeContext:
    """Whose change it is; an applier that makes or deletes the person says so here.

    Attributes:
        chat_id: the chat of the turn.
        person_id: the person of that chat, or None.
        now: the moment of the turn (UTC).
        after_commit: to be awaited when the transaction is through.
    """

    chat_id: int
    person_id: str | None
    now: datetime
    after_commit: list[Callable[[], Awaitable[None]]] = field(default_factory=list)


Applier = Callable[[AsyncConnection, ChangeContext, Any], Awaitable[None]]
Appliers = Mapping[type[Change], Applier]


def in_turn(*appliers: Applier) -> Applier:
    """One applier of several, for a change that more than one topic heeds."""

    async def apply(connection: AsyncConnection, context: ChangeContext, change: Any) -> None:
        for applier in appliers:
            await applier(connection, context, change)

    return apply


class LoadsPeople(Protocol):
    """What delivery asks of the people topic."""

    async def load(self, connection: AsyncConnection, chat_id: int) -> Person | None:
        """The person of a chat, or None before the first consent."""
