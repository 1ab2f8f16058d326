"""Events of a room as the server sends them, for the pure tests."""

from collections.abc import Mapping
from typing import Any

from connectors.matrix.inbound import to_message

MIA, BOT, ROOM = "@mia:a.example", "@bot:b.example", "!room"
KEYED = {"url": "mxc://a/b", "key": {"k": "x"}, "iv": "y", "hashes": {}, "v": "v2"}
"""A file of an encrypted room."""


def event(kind: str, content: Any, **more: Any) -> dict[str, Any]:
    """An event of the person."""
    return {
        "type": kind,
        "sender": MIA,
        "event_id": "$1",
        "origin_server_ts": 1_000,
        "content": content,
        **more,
    }


def said(**content: Any) -> dict[str, Any]:
    """A message of the person."""
    return event("m.room.message", content)


def heard(event: Mapping[str, Any]) -> object:
    """What we make of an event."""
    message = to_message(event, ROOM, BOT)
    return message and message.content
