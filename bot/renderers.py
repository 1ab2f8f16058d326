"""Which renderer makes which document: each topic brings its own."""

from collections.abc import Mapping
from typing import Any

from bot.messages import OutgoingFile, OutgoingText
from bot.ports import Renderer
from bot.turn import Person


class Renderers:
    """The `Renderer` of all documents.

    Args:
        by_document: who makes which.
    """

    def __init__(self, by_document: Mapping[str, Renderer]) -> None:
        self._by_document = by_document

    async def render(
        self, document: str, parameters: Mapping[str, Any], person: Person | None
    ) -> OutgoingFile | OutgoingText:
        """See `bot.ports.Renderer`.

        Raises:
            ValueError: nobody makes such a document.
        """
        if document not in self._by_document:
            raise ValueError(f"no renderer for {document}")
        return await self._by_document[document].render(document, parameters, person)
