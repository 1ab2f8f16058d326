"""From our messages to the events that the page draws. Pure."""

import base64
import json
from typing import Any

from bot.errors import Refused
from bot.markup import Span, spans
from bot.messages import (
    Button,
    OutgoingContent,
    OutgoingDeletion,
    OutgoingEdit,
    OutgoingEnd,
    OutgoingFile,
    OutgoingMessage,
    OutgoingRoom,
    OutgoingText,
    Typing,
)
from connectors.web.inbound import page_id


def to_event(message: OutgoingMessage, tag: str) -> bytes:
    """One server-sent event; a message without a number has no id and is never resumed from.

    Args:
        message: what to show.
        tag: the short public name of the message's chat.
    """
    data = json.dumps(event_data(message, tag), ensure_ascii=False, separators=(",", ":"))
    head = f"id: {message.number}\n" if message.number else ""
    return f"{head}data: {data}\n\n".encode()


def event_data(message: OutgoingMessage, tag: str) -> dict[str, Any]:
    """What the page is told of a message, as JSON values.

    Raises:
        Refused: it opens or ends a room; the web chat has none.
    """
    return {
        "chat": tag,
        "number": message.number,
        "message_id": message.message_id,
        "in_reply_to": page_id(message.address, message.in_reply_to),
        "quotes": page_id(message.address, message.quotes) or message.quotes,
        "is_urgent": message.is_urgent,
        **_content(message.content),
    }


def text_data(text: str, author: str = "") -> dict[str, Any]:
    """A text, the spans from which the page builds its nodes, and who wrote it.

    Args:
        text: light markup; with an author plain text, which is one span.
        author: the person who wrote it; empty for us. The page shows it in its own way.
    """
    found = [Span(text)] if author else spans(text)
    parsed = [{"text": span.text, "bold": span.is_bold, "link": span.link} for span in found]
    return {"text": text, "spans": parsed, "author": author}


def _content(content: OutgoingContent) -> dict[str, Any]:
    match content:
        case OutgoingText(text=text, buttons=buttons, author=author):
            return {"kind": "text", **text_data(text, author), "buttons": _buttons(buttons)}
        case OutgoingEdit():
            return _edit(content)
        case OutgoingDeletion(target=target):
            return {"kind": "delete", "target": target, **text_data(""), "buttons": []}
        case OutgoingFile(caption=caption, author=author):
            told = {"kind": "file", **text_data(caption, author), "buttons": []}
            return {**told, "file": _file(content)}
        case Typing():
            return {"kind": "typing", **text_data(""), "buttons": []}
        case OutgoingRoom() | OutgoingEnd():
            raise Refused("the web chat has no rooms")


def _edit(edit: OutgoingEdit) -> dict[str, Any]:
    """A change; its text is null when the old one stays."""
    told = {"kind": "edit", "target": edit.target, "buttons": _buttons(edit.buttons)}
    return {**told, **text_data(edit.text or "", edit.author), "text": edit.text}


def _buttons(buttons: tuple[Button, ...]) -> list[dict[str, str]]:
    return [{"label": button.label, "token": button.token} for button in buttons]


def _file(file: OutgoingFile) -> dict[str, str]:
    return {
        "name": file.name,
        "media_type": file.media_type,
        "data": base64.b64encode(file.data).decode("ascii"),
    }
