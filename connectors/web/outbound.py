"""From our messages to the events that the page draws. Pure."""

import base64
import json
from typing import Any

from bot.markup import spans
from bot.messages import (
    Button,
    OutgoingContent,
    OutgoingEdit,
    OutgoingFile,
    OutgoingMessage,
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
    """What the page is told of a message, as JSON values."""
    return {
        "chat": tag,
        "number": message.number,
        "message_id": message.message_id,
        "in_reply_to": page_id(message.address, message.in_reply_to),
        "is_urgent": message.is_urgent,
        **_content(message.content),
    }


def text_data(text: str) -> dict[str, Any]:
    """A text in light markup, and the spans from which the page builds its nodes."""
    parsed = [{"text": span.text, "bold": span.is_bold, "link": span.link} for span in spans(text)]
    return {"text": text, "spans": parsed}


def _content(content: OutgoingContent) -> dict[str, Any]:
    match content:
        case OutgoingText(text=text, buttons=buttons):
            return {"kind": "text", **text_data(text), "buttons": _buttons(buttons)}
        case OutgoingEdit(target=target, text=text, buttons=buttons):
            edited = {"kind": "edit", "target": target}
            return {**edited, **text_data(text or ""), "buttons": _buttons(buttons)}
        case OutgoingFile(caption=caption):
            return {"kind": "file", **text_data(caption), "buttons": [], "file": _file(content)}
        case Typing():
            return {"kind": "typing", **text_data(""), "buttons": []}


def _buttons(buttons: tuple[Button, ...]) -> list[dict[str, str]]:
    return [{"label": button.label, "token": button.token} for button in buttons]


def _file(file: OutgoingFile) -> dict[str, str]:
    return {
        "name": file.name,
        "media_type": file.media_type,
        "data": base64.b64encode(file.data).decode("ascii"),
    }
