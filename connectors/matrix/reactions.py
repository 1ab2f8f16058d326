"""Our reactions below questions: one for each choice, to tap instead of typing its number.

Nobody waits for them, and they give way to answers when the homeserver finds us too fast.
"""

import time
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

from bot.errors import NotDelivered
from bot.keycaps import keycap
from connectors.matrix.client import Client, checked
from connectors.matrix.outbound import reaction_content

MOST = 5
"""Up to so many choices get a reaction; longer lists are answered by number."""
PAUSE_SECONDS = 60.0
"""So long no reaction is offered after the homeserver found us too fast."""


class Reactions:
    """Offers reactions, and takes them back.

    Args:
        client: logged in.
        later: does what nobody waits for.
    """

    def __init__(
        self, client: Client, later: Callable[[Coroutine[Any, Any, object]], None]
    ) -> None:
        self._client = client
        self._later = later
        self._not_before = 0.0

    def offer(self, room: str, event_id: str, count: int, transaction: str) -> None:
        """A reaction for each of so many choices of a message."""
        if 0 < count <= MOST and time.monotonic() >= self._not_before:
            self._later(self._react(room, event_id, count, transaction))

    def take_back(self, room: str, target: str) -> None:
        """A question that is settled loses the reactions that we put there."""
        self._later(self._redact(room, target))

    async def _react(self, room: str, event_id: str, count: int, transaction: str) -> None:
        for position in range(1, count + 1):
            content, own = reaction_content(event_id, keycap(position)), f"{transaction}-{position}"
            try:
                checked(await self._client.room_send(room, "m.reaction", content, tx_id=own))
            except NotDelivered:
                # What the server still takes from us belongs to answers.
                self._not_before = time.monotonic() + PAUSE_SECONDS
                return

    async def _redact(self, room: str, target: str) -> None:
        parts = (quote(part, safe="") for part in (room, "relations", target))
        path = f"/rooms/{'/'.join(parts)}/m.annotation/m.reaction?limit=50"
        _, found = await self._client.ask("GET", path, version="v1")
        for event in found.get("chunk", ()):
            if event.get("sender") == self._client.user_id:
                await self._client.room_redact(
                    room, event["event_id"], tx_id=f"redact{event['event_id']}"
                )
