"""Users, chats, messages and files as Telegram keeps them, and as it tells of them."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypedDict

from tests.servers.botapi.errors import ApiError, forbidden

Json = dict[str, Any]
ChatKind = Literal["private", "group", "supergroup", "channel"]
Membership = Literal["member", "administrator", "left", "kicked"]

RIGHTS = (
    "can_be_edited",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
    "can_pin_messages",
    "can_manage_topics",
)
"""What an administrator may have; https://core.telegram.org/bots/api#chatmemberadministrator"""
_TOPIC_COLOR = 0x6FB9F0


class Seen(TypedDict):
    """One message as a client shows it now."""

    message_id: int
    from_bot: bool
    """Whether our bot wrote it."""
    sender: str | None
    """The first name; None in a channel."""
    text: str
    """The text or the caption, after parsing; empty without one."""
    entities: list[Json]
    reply_markup: Json | None
    """The keyboard under it, or the reply keyboard that came with it."""
    reply_to: int | None
    topic: int | None
    """None outside of topics."""
    edited: bool
    file: "StoredFile | None"
    """The file in it; `data` has the bytes."""
    reactions: list[str]
    kind: str
    """`text`, `photo`, `document`, …, or the name of the service message."""


@dataclass(slots=True)
class User:
    """A person or a bot."""

    id: int
    first_name: str
    is_bot: bool = False
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None

    def as_json(self) -> Json:
        """A `User`."""
        return _given(
            id=self.id,
            is_bot=self.is_bot,
            first_name=self.first_name,
            last_name=self.last_name,
            username=self.username,
            language_code=self.language_code,
        )


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that Telegram keeps."""

    id: str
    """`file_id`"""
    data: bytes
    name: str
    mime: str
    path: str
    """`file_path`, below `/file/bot<token>/`."""

    def as_json(self) -> Json:
        """What every kind of file has in common."""
        return {
            "file_id": self.id,
            "file_unique_id": f"unique-{self.id}",
            "file_size": len(self.data),
        }


@dataclass(slots=True)
class ForumTopic:
    """A topic of a supergroup; its id is that of the notice that it was opened."""

    id: int
    name: str
    is_closed: bool = False

    def as_json(self) -> Json:
        """A `ForumTopic`."""
        return {"message_thread_id": self.id, **self.looks}

    @property
    def looks(self) -> Json:
        """A `ForumTopicCreated`."""
        return {"name": self.name, "icon_color": _TOPIC_COLOR}


@dataclass(slots=True)
class Chat:
    """A chat that the bot is, was or could be in."""

    id: int
    kind: ChatKind
    title: str | None = None
    user: User | None = None
    """The other one, in a private chat."""
    members: list[User] = field(default_factory=list)
    """The people in a group or channel."""
    bot_is: Membership = "left"
    is_started: bool = False
    """Whether the person ever wrote to the bot."""
    is_blocked: bool = False
    is_deactivated: bool = False
    migrated_to: int | None = None
    bot_lacks: frozenset[str] = frozenset()
    """Rights that the bot does not have, as an administrator."""
    is_forum: bool = False
    topics: dict[int, ForumTopic] = field(default_factory=dict)
    """By id; "General" is none."""
    pinned: list[int] = field(default_factory=list)
    messages: dict[int, "Message"] = field(default_factory=dict)
    """The visible ones, by id, in the order of sending."""
    own_sequence: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    """Ids of messages in a supergroup or channel."""

    @property
    def is_group(self) -> bool:
        """Whether the limits of groups hold."""
        return self.kind in ("group", "supergroup")

    @property
    def instance(self) -> str:
        """The `chat_instance` of callback queries."""
        return str(7_000_000_000_000 + abs(self.id))

    def as_json(self) -> Json:
        """A `Chat`."""
        if self.user is None:
            is_forum = self.is_forum or None
            return _given(id=self.id, type=self.kind, title=self.title, is_forum=is_forum)
        return _given(
            id=self.id,
            type=self.kind,
            first_name=self.user.first_name,
            last_name=self.user.last_name,
            username=self.user.username,
        )

    def bot_may(self, right: str) -> bool:
        """Whether the bot is an administrator with this right."""
        return self.bot_is == "administrator" and right not in self.bot_lacks

    def refusal(self) -> ApiError | None:
        """Why the bot cannot write here; None if it can."""
        if self.migrated_to is not None:
            return ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": self.migrated_to},
            )
        if self.kind == "private":
            return self._refusal_in_private()
        name = {"group": "group", "supergroup": "supergroup", "channel": "channel"}[self.kind]
        if self.bot_is == "kicked":
            return forbidden(f"bot was kicked from the {name} chat")
        if self.bot_is == "left":
            return forbidden(f"bot is not a member of the {name} chat")
        return None

    def _refusal_in_private(self) -> ApiError | None:
        if self.is_deactivated:
            return forbidden("user is deactivated")
        if self.is_blocked:
            return forbidden("bot was blocked by the user")
        if self.user is not None and self.user.is_bot:
            return forbidden("bot can't send messages to bots")
        if not self.is_started:
            return forbidden("bot can't initiate conversation with a user")
        return None


@dataclass(slots=True)
class Message:
    """One message that somebody can see."""

    message_id: int
    chat: Chat
    sender: User | None
    """None in a channel."""
    date: datetime
    content: Json
    """What makes its kind: text and entities, a photo and a caption, or a service message."""
    reply_markup: Json | None = None
    reply_to: int | None = None
    edited: datetime | None = None
    file: StoredFile | None = None
    is_ours: bool = False
    """Whether our bot wrote it."""
    sender_chat: Chat | None = None
    """The group or channel in whose name it was written."""
    thread: int | None = None
    """The topic, or outside of topics the first message of a chain of replies."""
    reactions: dict[int, list[str]] = field(default_factory=dict)
    """Emoji by the id of the one who reacted."""

    @property
    def inline_keyboard(self) -> list[list[Json]]:
        """The buttons under it."""
        keyboard: list[list[Json]] = (self.reply_markup or {}).get("inline_keyboard", [])
        return keyboard

    @property
    def is_in_topic(self) -> bool:
        """Whether it stands in a topic, and not in a mere chain of replies."""
        return self.thread in self.chat.topics

    def as_json(self, *, with_reply: bool = True) -> Json:
        """A `Message`; the message it replies to is told once and not again inside that one.

        In a topic, what is no reply is told as one to the notice that the topic was opened.
        """
        notice = self.thread if self.is_in_topic and self.thread != self.message_id else None
        replied = self.chat.messages.get(self.reply_to or notice or 0)
        return _given(
            message_id=self.message_id,
            **{"from": None if self.sender is None else self.sender.as_json()},
            sender_chat=None if self.sender_chat is None else self.sender_chat.as_json(),
            chat=self.chat.as_json(),
            message_thread_id=self.thread,
            is_topic_message=self.is_in_topic or None,
            date=int(self.date.timestamp()),
            edit_date=None if self.edited is None else int(self.edited.timestamp()),
            reply_to_message=replied.as_json(with_reply=False) if replied and with_reply else None,
            **self.content,
            reply_markup=self.reply_markup if self.inline_keyboard else None,
        )

    def as_seen(self) -> Seen:
        """How a client shows it."""
        kinds = [key for key in self.content if key not in ("entities", "caption_entities")]
        return {
            "message_id": self.message_id,
            "from_bot": self.is_ours,
            "sender": None if self.sender is None else self.sender.first_name,
            "text": self.content.get("text") or self.content.get("caption") or "",
            "entities": self.content.get("entities") or self.content.get("caption_entities") or [],
            "reply_markup": self.reply_markup,
            "reply_to": self.reply_to,
            "topic": self.thread if self.is_in_topic else None,
            "edited": self.edited is not None,
            "file": self.file,
            "reactions": [emoji for given in self.reactions.values() for emoji in given],
            "kind": kinds[0],
        }


def _given(**fields: Any) -> Json:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}
