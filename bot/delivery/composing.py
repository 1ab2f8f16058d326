"""From a row in flight to the message that a connector sends."""

from sqlalchemy import select

from bot.delivery.in_flight import OutgoingRow
from bot.delivery.tables import outgoing
from bot.errors import Refused
from bot.messages import (
    Button,
    OutgoingContent,
    OutgoingDeletion,
    OutgoingEdit,
    OutgoingEnd,
    OutgoingMessage,
    OutgoingRoom,
    OutgoingText,
)
from bot.ports import Renderer
from bot.storage.changes import LoadsPeople
from bot.storage.database import Database


class Composing:
    """Makes the messages of rows.

    Args:
        database: open.
        renderer: makes files.
        people: loads the person of a chat, for files.
    """

    def __init__(self, database: Database, renderer: Renderer, people: LoadsPeople) -> None:
        self._database = database
        self._renderer = renderer
        self._people = people

    async def message(self, row: OutgoingRow) -> OutgoingMessage:
        """What a row says, to whom.

        Raises:
            DeliveryError: what it is made of cannot be had, now or for good.
        """
        return OutgoingMessage(
            address=row.address,
            content=await self._content(row),
            message_id=row.message_id,
            number=row.number,
            in_reply_to=row.payload.get("in_reply_to"),
            is_urgent=row.is_urgent,
            quotes=await self._sent_as(row.payload.get("quotes")),
        )

    async def _content(self, row: OutgoingRow) -> OutgoingContent:
        if row.kind in ("edit", "deletion"):
            return await self._changed(row)
        if row.kind == "file":
            return await self._rendered(row)
        if row.kind == "room":
            return OutgoingRoom(**row.payload)
        if row.kind == "end":
            return OutgoingEnd(**row.payload)
        buttons = tuple(Button(**button) for button in row.payload["buttons"])
        return OutgoingText(row.payload["text"], buttons, row.payload.get("author", ""))

    async def _changed(self, row: OutgoingRow) -> OutgoingContent:
        """A change of an earlier message.

        Raises:
            Refused: that message was never sent.
        """
        target = await self._sent_as(row.payload["target"])
        if target is None:
            raise Refused("what is to be changed was not sent")
        if row.kind == "deletion":
            return OutgoingDeletion(target)
        return OutgoingEdit(target, row.payload["text"], author=row.payload.get("author", ""))

    async def _rendered(self, row: OutgoingRow) -> OutgoingContent:
        async with self._database.read() as connection:
            person = await self._people.load(connection, row.chat_id)
        return await self._renderer.render(
            row.payload["document"], row.payload["parameters"], person
        )

    async def _sent_as(self, message: int | str | None) -> str | None:
        """The external id of a message of a chat; of one of our rows that under which it was sent."""
        if not isinstance(message, int):
            return message
        async with self._database.read() as connection:
            sent: str | None = await connection.scalar(
                select(outgoing.c.external_id).where(outgoing.c.id == message)
            )
            return sent
