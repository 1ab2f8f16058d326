"""One request to a method: its parameters, read as Telegram reads them."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.servers.botapi.entities import Entity, from_json
from tests.servers.botapi.errors import bad_request
from tests.servers.botapi.markup import parse_html
from tests.servers.botapi.model import Chat, Json, Message
from tests.servers.botapi.state import State


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart body."""

    name: str
    mime: str
    data: bytes


@dataclass(slots=True)
class Call:
    """A request on its way through a method, and what came of it."""

    method: str
    params: Json
    uploads: dict[str, Upload] = field(default_factory=dict)
    complaints: tuple[str, ...] = ()
    had_effect: bool = False
    message_id: int | None = None

    def text(self, name: str) -> str:
        """A text; empty if it is not given."""
        value = self.params.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number, brought into its range as Telegram does it."""
        try:
            value = int(self.params.get(name, default))
        except (TypeError, ValueError):
            return default
        return min(max(value, low), high)

    def flag(self, name: str) -> bool:
        """A yes or no."""
        return str(self.params.get(name, "")).lower() in ("true", "1", "yes")

    def structure(self, name: str) -> Any:
        """A parameter that is JSON; None if it is not given."""
        value = self.params.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def chat(self, state: State) -> Chat:
        """The chat that is named.

        Raises:
            ApiError: there is none of this id.
        """
        name = self.text("chat_id")
        if not name:
            raise bad_request("chat_id is empty")
        chat = chat_of(state, name)
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def message(self, state: State, missing: str) -> Message:
        """The message that is named.

        Args:
            state: where it is.
            missing: what to say if there is none.

        Raises:
            ApiError: no such chat or message, or the bot cannot reach it.
        """
        chat = self.chat(state)
        if refusal := chat.refusal():
            raise refusal
        message = chat.messages.get(self.integer("message_id", 0, 0, 2**31))
        if message is None:
            raise bad_request(missing)
        self.message_id = message.message_id
        return message

    def formatted(self, name: str, entities: str) -> tuple[str, list[Entity]]:
        """A text with its entities, parsed but not yet settled.

        Raises:
            ApiError: the markup is broken, or the parse mode is unknown.
        """
        text = self.text(name)
        mode = self.text("parse_mode").lower()
        if mode == "html":
            return parse_html(text)
        if mode in ("markdown", "markdownv2"):
            # Not part of what the stand-in knows; a guess would let a wrong text pass.
            raise bad_request("can't parse entities: this stand-in reads HTML only")
        if mode not in ("", "none"):
            raise bad_request("unsupported parse_mode")
        return text, from_json(text, self.structure(entities) or [])

    def upload(self, name: str) -> Upload | None:
        """The uploaded file of a parameter; None if it is no upload."""
        value = self.text(name)
        return self.uploads.get(value.removeprefix("attach://")) if value else None


def chat_of(state: State, name: str) -> Chat | None:
    """The chat of an id, if there is one."""
    try:
        return state.chats.get(int(name))
    except ValueError:
        return None
