"""Writes what a turn wants to say as outgoing rows."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.tables import choice, outgoing
from bot.turn import FileReply, OnUnknowable, Reply

WORTH_SENDING = timedelta(hours=24)
"""How long a reply is worth sending when it says nothing else."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where replies go: the chat, what they answer, and the moment of the turn."""

    chat_id: int
    in_reply_to: str | None
    now: datetime


async def write_replies(
    connection: AsyncConnection, to: Destination, replies: Sequence[Reply | FileReply]
) -> None:
    """Insert one row for each reply, with its choices, in order."""
    for reply in replies:
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
                    "offer": {"label": offer.label, "payload": offer.payload},
                }
                for position, (token, offer) in enumerate(zip(tokens, reply.offers, strict=True))
            ]
            await connection.execute(insert(choice), rows)


def _row(to: Destination, reply: Reply | FileReply, tokens: Sequence[str]) -> dict[str, Any]:
    row = {
        "message_id": uuid.uuid4().hex,
        "chat_id": to.chat_id,
        "state": "waiting",
        "tries": 0,
        "created_at": to.now,
        "expires_at": to.now + WORTH_SENDING,
    }
    if isinstance(reply, FileReply):
        payload = {
            "document": reply.document,
            "parameters": dict(reply.parameters),
            "caption": reply.caption,
            "in_reply_to": to.in_reply_to,
        }
        return {
            **row,
            "kind": "file",
            "payload": payload,
            "is_urgent": False,
            "on_unknowable": OnUnknowable.REPEAT,
        }
    buttons = [
        {"label": offer.label, "token": token}
        for offer, token in zip(reply.offers, tokens, strict=True)
    ]
    return {
        **row,
        "kind": "text",
        "payload": {"text": reply.text, "buttons": buttons, "in_reply_to": to.in_reply_to},
        "is_urgent": reply.is_urgent,
        "on_unknowable": reply.unknowable,
        "expires_at": to.now + (reply.expires_after or WORTH_SENDING),
    }
