"""Writes what a turn wants to say as outgoing rows."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.tables import choice, conversation, outgoing
from bot.markup import split
from bot.turn import (
    AnyReply,
    DeletionReply,
    EditReply,
    EndReply,
    FileReply,
    OnUnknowable,
    Owner,
    Reply,
    RoomReply,
)

WORTH_SENDING = timedelta(hours=24)
"""How long a reply is worth sending when it says nothing else."""
SHORTEST = 4000
"""What every channel can show in one message (UTF-16 units)."""
ROOM_FOR_AUTHOR = 8
"""What stands around the name of who wrote it (UTF-16 units)."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where replies go.

    Attributes:
        chat_id: the chat.
        in_reply_to: the external id of what they answer.
        now: the moment of the turn.
        length: the most UTF-16 units in one message there.
    """

    chat_id: int
    in_reply_to: str | None
    now: datetime
    length: int


async def write_replies(
    connection: AsyncConnection, to: Destination, replies: Sequence[AnyReply]
) -> list[int]:
    """Insert one row for each message, with its choices, in order.

    A long text becomes several rows, so that each is sent and marked by itself.

    Returns:
        For each reply its row, of several the last.
    """
    return [(await _write(connection, to, _pieces(reply, to.length)))[-1] for reply in replies]


async def _write(
    connection: AsyncConnection, to: Destination, messages: Sequence[AnyReply]
) -> list[int]:
    written = []
    for reply in messages:
        tokens = [secrets.token_urlsafe(16) for _ in getattr(reply, "offers", ())]
        outgoing_id = await connection.scalar(
            insert(outgoing).values(_row(to, reply, tokens)).returning(outgoing.c.id)
        )
        if isinstance(reply, Reply) and reply.offers:
            rows = [
                {
                    "token": token,
                    "outgoing_id": outgoing_id,
                    "chat_id": to.chat_id,
                    "position": position,
                    "offer": asdict(offer),
                }
                for position, (token, offer) in enumerate(zip(tokens, reply.offers, strict=True))
            ]
            await connection.execute(insert(choice), rows)
        written.append(int(outgoing_id or 0))
    return written


async def tell(
    connection: AsyncConnection, chat_ids: Sequence[int], reply: Reply, now: datetime
) -> None:
    """Say something in other chats than the turn's: only appended, and not where the chat is closed.

    Args:
        connection: the turn's transaction.
        chat_ids: the chats.
        reply: what to say.
        now: the moment (UTC).
    """
    open_chats = await connection.execute(
        select(conversation.c.chat_id).where(
            conversation.c.chat_id.in_(chat_ids), conversation.c.owner != Owner.CLOSED
        )
    )
    for chat_id in open_chats.scalars().all():
        await write_replies(connection, Destination(chat_id, None, now, SHORTEST), [reply])


def _pieces(reply: AnyReply, length: int) -> list[AnyReply]:
    """The messages of one reply; the last one carries the choices."""
    if not isinstance(reply, Reply):
        return [reply]
    above = len(reply.author) + ROOM_FOR_AUTHOR if reply.author else 0
    *first, last = split(reply.text, length - above)
    return [*(replace(reply, text=text, offers=()) for text in first), replace(reply, text=last)]


def _row(to: Destination, reply: AnyReply, tokens: Sequence[str]) -> dict[str, Any]:
    kind, payload = _payload(to, reply, tokens)
    row = {
        "message_id": uuid.uuid4().hex,
        "chat_id": to.chat_id,
        "kind": kind,
        "payload": payload,
        "state": "waiting",
        "tries": 0,
        "is_urgent": False,
        # The same edit or deletion twice changes nothing.
        "on_unknowable": OnUnknowable.REPEAT,
        "created_at": to.now,
        "expires_at": to.now + WORTH_SENDING,
        "is_kept": getattr(reply, "is_kept", False),
    }
    if not isinstance(reply, Reply):
        return row
    return {
        **row,
        "is_urgent": reply.is_urgent,
        "on_unknowable": reply.unknowable,
        "expires_at": to.now + (reply.expires_after or WORTH_SENDING),
    }


def _payload(to: Destination, reply: AnyReply, tokens: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """A row's kind, and what it keeps until it is delivered."""
    match reply:
        case Reply():
            buttons = [
                {"label": offer.label, "token": token}
                for offer, token in zip(reply.offers, tokens, strict=True)
            ]
            return "text", {
                "text": reply.text,
                "buttons": buttons,
                "in_reply_to": to.in_reply_to,
                "author": reply.author,
                "quotes": reply.quotes,
            }
        case FileReply():
            return "file", {
                "document": reply.document,
                "parameters": dict(reply.parameters),
                "caption": reply.caption,
                "in_reply_to": to.in_reply_to,
                "quotes": reply.quotes,
            }
        case EditReply():
            return "edit", {"text": reply.text, "target": reply.target, "author": reply.author}
        case DeletionReply():
            return "deletion", {"target": reply.target}
        case RoomReply():
            return "room", asdict(reply)
        case EndReply():
            return "end", asdict(reply)
