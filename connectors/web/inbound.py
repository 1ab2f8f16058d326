"""From what the page posts to our messages. Pure."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from bot.messages import Address, Choice, Command, File, IncomingMessage, Text, storable, typed
from connectors.web.problems import Problem, Rejected

LARGEST_BODY = 256 * 1024
"""Bytes; more is refused before it is read to its end."""
LARGEST_NUMBER = 2**53 - 1
"""JavaScript's largest exact integer."""
FILE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf")
"""The media types that may be sent."""
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class FileHead:
    """What the page says of a file before its content: the message's id, its name and media type."""

    message_id: str
    name: str
    media_type: str


def media_type_in(headers: Mapping[str, str]) -> str:
    """The media type of a body without its parameters, in lower case; empty when it is not said."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def file_head(headers: Mapping[str, str]) -> FileHead:
    """The head of a file in `Message-Id`, `File-Name` (percent-encoded UTF-8) and `Content-Type`.

    A name in the address would stand in the log of every proxy.

    Raises:
        Rejected: a part is missing or of the wrong kind.
    """
    media_type = media_type_in(headers)
    if media_type not in FILE_TYPES:
        raise Rejected(Problem.WRONG_KIND)
    name = storable(unquote(headers.get("file-name", "")))
    name = "".join(character for character in name if character.isprintable()).strip()
    if not name:
        raise Rejected(Problem.BROKEN)
    return FileHead(_uuid(headers.get("message-id", "")), name[:_LONGEST_NAME], media_type)


def file_message(head: FileHead, size: int, address: Address, now: datetime) -> IncomingMessage:
    """The message that a file is; its reference is the message's own id."""
    external = external_id(address, head.message_id)
    content = File(external, head.name, head.media_type, size)
    return IncomingMessage(address, external, content, now)


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body.

    Raises:
        Rejected: it is no UTF-8, no JSON, or no object.
    """
    try:
        found = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Rejected(Problem.BROKEN) from error
    if not isinstance(found, dict):
        raise Rejected(Problem.BROKEN)
    return found


def to_incoming(body: bytes, address: Address, now: datetime) -> IncomingMessage:
    """The message in `{"id": UUID, "text": …}` or `{"id": UUID, "choice": token}`.

    Raises:
        Rejected: a part is missing, of the wrong kind, or empty.
    """
    found = json_object(body)
    return IncomingMessage(
        address=address,
        external_id=external_id(address, _uuid(text_in(found, "id"))),
        content=_content(found),
        sent_at=now,
    )


def external_id(address: Address, message_id: str) -> str:
    """Unique in the whole channel, so that no chat can take another one's id."""
    return f"{address.chat}:{message_id}"


def page_id(address: Address, external: str | None) -> str | None:
    """The page's own id in an external id of this chat, or None."""
    prefix = external_id(address, "")
    if external is None or not external.startswith(prefix):
        return None
    return external.removeprefix(prefix)


def number_in(value: object) -> int:
    """A message number.

    Raises:
        Rejected: it is no integer of that size.
    """
    if type(value) is not int or not 0 <= value <= LARGEST_NUMBER:
        raise Rejected(Problem.BROKEN)
    return value


def number_or_none(text: str | None) -> int | None:
    """The number in a `Last-Event-ID`; None when there is none that we could have sent."""
    if text and text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_NUMBER)):
        return min(int(text), LARGEST_NUMBER)
    return None


def text_in(found: dict[str, Any], name: str) -> str:
    """A text that says something; halves of broken characters become question marks.

    Raises:
        Rejected: it is missing, no text, or empty.
    """
    value = found.get(name)
    if not isinstance(value, str):
        raise Rejected(Problem.BROKEN)
    text = storable(value)
    if not text.strip():
        raise Rejected(Problem.EMPTY)
    return text


def _uuid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        raise Rejected(Problem.BROKEN) from error


def _content(found: dict[str, Any]) -> Text | Command | Choice:
    if "choice" in found:
        return Choice(text_in(found, "choice"))
    return typed(text_in(found, "text"))
