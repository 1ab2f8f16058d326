"""From Matrix's room events to our messages. Pure.

Events are the JSON objects of the specification, encrypted ones already decrypted. A message's external
id is its event id.
Source: https://spec.matrix.org/latest/client-server-api/#room-events, #instant-messaging, #event-replacements.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.messages import (
    Address,
    Deletion,
    Edit,
    File,
    Gone,
    IncomingContent,
    IncomingMessage,
    Reaction,
    Unreadable,
    storable,
    typed,
)

CHANNEL = "matrix"
Event = Mapping[str, Any]
"""A room event as the server sends it."""

_FILES = ("m.file", "m.image", "m.video", "m.audio")
_SPOKEN = ("m.text", "m.emote")
_VOICE = ("org.matrix.msc3245.voice", "m.voice")
_KINDS: Mapping[str, str] = {
    "m.sticker": "sticker",
    "m.poll.start": "poll",
    "org.matrix.msc3381.poll.start": "poll",
    "m.location": "location",
}
_LEFT = ("leave", "ban")
_QUOTED = re.compile(r"> (?:\* )?<@[^>\n]+>")
"""How the old quote above a reply begins."""
_COMMAND = re.compile(r"^\s*!(?=[^\W\d_])")
_LATEST = 253_402_214_400_000
"""The last millisecond that every time zone has (since 1970); what claims to be later was not."""


def to_message(event: Event, room: str, own: str) -> IncomingMessage | None:
    """What a person said or did in a room; None when it is ours, another bot's, or says nothing to us.

    Args:
        event: a room event, decrypted.
        room: the id of its room.
        own: our own user id.
    """
    sender = event.get("sender")
    if sender == own or not isinstance(event.get("content"), Mapping):
        return None
    content = _gone(event) if "state_key" in event else _content(event)
    return incoming(event, room, content, _answered(event["content"])) if content else None


def incoming(
    event: Event, room: str, content: IncomingContent, reply_to: str = ""
) -> IncomingMessage:
    """A message of this event's room, id and moment."""
    milliseconds = event.get("origin_server_ts")
    if not isinstance(milliseconds, int) or not 0 <= milliseconds <= _LATEST:
        milliseconds = 0
    return IncomingMessage(
        address=Address(CHANNEL, room),
        external_id=_text(event, "event_id"),
        content=content,
        sent_at=datetime.fromtimestamp(milliseconds / 1000, UTC),
        reply_to=reply_to,
    )


def _gone(event: Event) -> IncomingContent | None:
    is_leaving = (
        _text(event, "type") == "m.room.member" and event["content"].get("membership") in _LEFT
    )
    return Gone("left") if is_leaving else None


def _content(event: Event) -> IncomingContent | None:
    kind, content = _text(event, "type"), event["content"]
    relation = _relation(content)
    match kind:
        case "m.room.message":
            return _message(content, relation)
        case "m.reaction" if relation.get("rel_type") == "m.annotation":
            return Reaction(_text(relation, "event_id"), _text(relation, "key"))
        case "m.room.redaction":
            target = _text(event, "redacts") or _text(content, "redacts")
            return Deletion(target) if target else None
        case _:
            return Unreadable(_KINDS[kind]) if kind in _KINDS else None


def _message(content: Mapping[str, Any], relation: Mapping[str, Any]) -> IncomingContent | None:
    if relation.get("rel_type") == "m.replace":
        return _edit(content, relation)
    kind, body = content.get("msgtype"), _text(content, "body")
    if kind in _SPOKEN:
        is_reply = "m.in_reply_to" in relation
        return typed(_with_slash(_without_quote(body) if is_reply else body))
    if kind in _FILES:
        is_voice = any(sign in content for sign in _VOICE)
        return Unreadable("voice") if is_voice else _file(content)
    # A notice is what bots write; bots do not answer each other.
    return None if kind in ("m.notice", None) else Unreadable(_KINDS.get(str(kind), "other"))


def _with_slash(body: str) -> str:
    """A command may begin with `!` too: Element keeps those with a slash to itself."""
    return _COMMAND.sub("/", body, count=1)


def _edit(content: Mapping[str, Any], relation: Mapping[str, Any]) -> IncomingContent | None:
    new = content.get("m.new_content")
    if not isinstance(new, Mapping) or new.get("msgtype") not in _SPOKEN:
        return None
    return Edit(_text(relation, "event_id"), _with_slash(_text(new, "body")))


def _file(content: Mapping[str, Any]) -> IncomingContent:
    info = content.get("info")
    info = info if isinstance(info, Mapping) else {}
    body, name = _text(content, "body"), _text(content, "filename")
    size = info.get("size")
    encrypted = content.get("file")
    return File(
        # What fetches it again: the address, and the key in an encrypted room.
        reference=json.dumps(encrypted) if encrypted else _text(content, "url"),
        name=name or body,
        media_type=_text(info, "mimetype") or "application/octet-stream",
        size=size if isinstance(size, int) else 0,
        caption=body if name and body != name else "",
    )


def _answered(content: Mapping[str, Any]) -> str:
    """The event that this one is a reply to; in a thread, clients name the last one for those without threads."""
    relation = _relation(content)
    answered = relation.get("m.in_reply_to")
    if not isinstance(answered, Mapping) or relation.get("is_falling_back") is True:
        return ""
    return _text(answered, "event_id")


def _without_quote(body: str) -> str:
    """A reply without the lines that older clients quote above it."""
    if not _QUOTED.match(body):
        return body
    lines = body.split("\n")
    first = next((at for at, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[first:]).removeprefix("\n")


def _relation(content: Mapping[str, Any]) -> Mapping[str, Any]:
    relation = content.get("m.relates_to")
    return relation if isinstance(relation, Mapping) else {}


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    return storable(value) if isinstance(value, str) else ""
