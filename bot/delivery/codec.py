"""Messages as JSON values and back, for the encrypted payloads. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.messages import (
    Address,
    Choice,
    Command,
    Deletion,
    Due,
    Edit,
    File,
    Gone,
    IncomingContent,
    IncomingMessage,
    Joined,
    Moved,
    Opened,
    Reaction,
    Text,
    Unreadable,
)

_KINDS: dict[str, type[Any]] = {
    kind.__name__.lower(): kind
    for kind in (
        Text,
        Choice,
        Command,
        File,
        Unreadable,
        Edit,
        Deletion,
        Reaction,
        Joined,
        Gone,
        Moved,
        Opened,
        Due,
    )
}


def kind_of(content: IncomingContent) -> str:
    """The short name that a row carries in clear."""
    return type(content).__name__.lower()


def incoming_to_json(message: IncomingMessage) -> dict[str, Any]:
    """What a row keeps of a message until it is answered; the address stands in the chat row."""
    return {
        "external_id": message.external_id,
        "sent_at": message.sent_at.isoformat(),
        "content": asdict(message.content),
        "reply_to": message.reply_to,
        "sender": message.sender,
    }


def incoming_from_json(stored: Mapping[str, Any], kind: str, address: Address) -> IncomingMessage:
    """The message that `incoming_to_json` wrote."""
    return IncomingMessage(
        address=address,
        external_id=stored["external_id"],
        content=_KINDS[kind](**stored["content"]),
        sent_at=datetime.fromisoformat(stored["sent_at"]),
        reply_to=stored.get("reply_to", ""),
        sender=stored.get("sender", ""),
    )
