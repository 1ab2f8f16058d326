"""Files that go from one side to the other: fetched while they are delivered, and cleaned of what tells of their owner."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any

from bot.attachments import NotPassedOn, cleaned
from bot.errors import NotDelivered, Refused
from bot.messages import OutgoingFile, OutgoingText
from bot.ports import Connector
from bot.turn import Person

MOST_TRIES = 6
"""So often a file is fetched before its place is taken by a word."""


class RelayedFiles:
    """The `Renderer` of files of the other side.

    Args:
        connectors: by channel; may be filled later.
        not_opened: what is shown in the place of a file that cannot be had or passed on.
    """

    def __init__(self, connectors: Mapping[str, Connector], not_opened: str) -> None:
        self._connectors = connectors
        self._not_opened = not_opened
        self._failed: Counter[str] = Counter()

    async def render(
        self, document: str, parameters: Mapping[str, Any], person: Person | None
    ) -> OutgoingFile | OutgoingText:
        """See `bot.ports.Renderer`."""
        author, caption = parameters["author"], parameters["caption"]
        reference = parameters["reference"]
        try:
            data = await self._fetched(parameters["channel"], reference)
            clean = await asyncio.to_thread(cleaned, data, parameters["media_type"])
        except (Refused, NotPassedOn):
            said = "\n".join(filter(None, (caption, self._not_opened)))
            return OutgoingText(said, author=author)
        self._failed.pop(reference, None)
        return OutgoingFile(clean.name, clean.media_type, clean.data, caption, author)

    async def _fetched(self, channel: str, reference: str) -> bytes:
        """The file as it was sent.

        Raises:
            NotDelivered: not just now; after some tries no longer, since everything behind it waits.
            Refused: it cannot be had.
        """
        try:
            return await self._connectors[channel].fetch(reference)
        except NotDelivered as error:
            self._failed[reference] += 1
            if self._failed[reference] < MOST_TRIES:
                raise
            del self._failed[reference]
            raise Refused("the file could not be fetched") from error
