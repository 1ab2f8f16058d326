"""What Telegram knows: users, chats, messages and files. Nothing here talks to anybody."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, TypedDict

from bot.clock import Clock
from tests.servers.botapi.bell import Bell
from tests.servers.botapi.checks import check_update
from tests.servers.botapi.errors import ApiError, bad_request, forbidden
from tests.servers.botapi.limits import FloodGate
from tests.servers.botapi.updates import UpdateQueue

Json = dict[str, Any]
ChatKind = Literal["private", "group", "supergroup", "channel"]
Membership = Literal["member", "administrator", "left", "kicked"]

_CALLBACK_LIFE = timedelta(seconds=15)
"""How long a callback query can be answered; the Bot API says no number, clients wait 15 s."""

_RIGHTS = (
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
)


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
            return {"id": self.id, "type": self.kind, "title": self.title}
        return _given(
            id=self.id,
            type=self.kind,
            first_name=self.user.first_name,
            last_name=self.user.last_name,
            username=self.user.username,
        )

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
    reactions: dict[int, list[str]] = field(default_factory=dict)
    """Emoji by the id of the one who reacted."""

    @property
    def inline_keyboard(self) -> list[list[Json]]:
        """The buttons under it."""
        keyboard: list[list[Json]] = (self.reply_markup or {}).get("inline_keyboard", [])
        return keyboard

    def as_json(self, *, with_reply: bool = True) -> Json:
        """A `Message`; the message it replies to is told once and not again inside that one."""
        replied = self.chat.messages.get(self.reply_to) if self.reply_to else None
        is_channel = self.sender is None
        return _given(
            message_id=self.message_id,
            **{"from": None if self.sender is None else self.sender.as_json()},
            sender_chat=self.chat.as_json() if is_channel else None,
            chat=self.chat.as_json(),
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
            "edited": self.edited is not None,
            "file": self.file,
            "reactions": [emoji for given in self.reactions.values() for emoji in given],
            "kind": kinds[0],
        }


@dataclass(slots=True)
class Callback:
    """A pressed button that waits for its answer."""

    id: str
    pressed: datetime
    user: User
    is_answered: bool = False


class Toast(TypedDict):
    """The answer to a pressed button, as a person sees it."""

    text: str
    show_alert: bool


class State:
    """Everything that lasts between two requests.

    Args:
        clock: the moment, before `pass_time` moved it.
        bot: our bot.
        enforce_limits: whether the flood limits hold.
        has_privacy_mode: whether the bot reads only what is meant for it in groups.
    """

    def __init__(
        self, clock: Clock, bot: User, *, enforce_limits: bool, has_privacy_mode: bool
    ) -> None:
        self.bot = bot
        self.has_privacy_mode = has_privacy_mode
        self.users: dict[int, User] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.commands: dict[str, list[Json]] = {}
        """By scope and language."""
        self.descriptions: dict[str, str] = {}
        """By method and language."""
        self.callbacks: dict[str, Callback] = {}
        self.toasts: dict[int, list[Toast]] = {}
        self.flood = FloodGate()
        self.updates = UpdateQueue(self.now)
        self.arrivals = Bell()
        self.chat_actions: list[tuple[int, str]] = []
        self._enforces_limits = enforce_limits
        self._clock = clock
        self._moved = timedelta()
        self._message_ids = itertools.count(1)
        self._user_ids = itertools.count(500_000_001)
        self._group_ids = itertools.count(4_000_001)
        self._channel_ids = itertools.count(1_002_000_000_001)
        self._file_ids = itertools.count(1)
        self._callback_ids = itertools.count(4_000_000_000_000_000_001)

    def now(self) -> datetime:
        """The stand-in's moment."""
        return self._clock() + self._moved

    def pass_time(self, by: timedelta) -> None:
        """Move the clock forward."""
        self._moved += by

    def add_user(self, user: User) -> User:
        """Make an account known; an id of 0 is replaced."""
        user.id = user.id or next(self._user_ids)
        self.users[user.id] = user
        return user

    def add_chat(self, kind: ChatKind, title: str | None = None, user: User | None = None) -> Chat:
        """Open a chat."""
        if user is not None:
            chat_id = user.id
        else:
            chat_id = -next(self._group_ids if kind == "group" else self._channel_ids)
        chat = Chat(chat_id, kind, title, user)
        self.chats[chat_id] = chat
        return chat

    def post(self, chat: Chat, sender: User | None, content: Json, **more: Any) -> Message:
        """Put a message into a chat."""
        message = Message(self._next_id(chat), chat, sender, self.now(), content, **more)
        chat.messages[message.message_id] = message
        self.arrivals.ring()
        return message

    def _next_id(self, chat: Chat) -> int:
        """Private chats and basic groups share one sequence; the others have their own."""
        shared = chat.kind in ("private", "group")
        return next(self._message_ids if shared else chat.own_sequence)

    def keep_file(self, data: bytes, name: str, mime: str, folder: str) -> StoredFile:
        """Keep a file under a new id."""
        number = next(self._file_ids)
        ending = name.rpartition(".")[2] if "." in name else "bin"
        stored = StoredFile(
            f"file-{folder}-{number}", data, name, mime, f"{folder}/file_{number}.{ending}"
        )
        self.files[stored.id] = stored
        return stored

    def announce(self, kind: str, payload: Json) -> int | None:
        """Tell the bot; the update's id, or None if it did not ask for this kind.

        Raises:
            AssertionError: it is no update as the documentation has it.
        """
        check_update({"update_id": 1, kind: payload})
        return self.updates.add(kind, payload)

    def membership(self, chat: Chat, by: User, was: Membership) -> Json:
        """A `ChatMemberUpdated` of our bot.

        Args:
            chat: where; `bot_is` is the new membership.
            by: who changed it.
            was: the membership before.
        """
        return {
            "chat": chat.as_json(),
            "from": by.as_json(),
            "date": int(self.now().timestamp()),
            "old_chat_member": _member(self.bot, was),
            "new_chat_member": _member(self.bot, chat.bot_is),
        }

    def open_callback(self, user: User) -> Callback:
        """A button was pressed."""
        callback = Callback(str(next(self._callback_ids)), self.now(), user)
        self.callbacks[callback.id] = callback
        return callback

    def answer_callback(self, callback_id: str, toast: Toast) -> None:
        """Show the answer to the one who pressed.

        Raises:
            ApiError: nobody waits for it (any more).
        """
        callback = self.callbacks.get(callback_id)
        if (
            callback is None
            or callback.is_answered
            or self.now() - callback.pressed > _CALLBACK_LIFE
        ):
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        callback.is_answered = True
        self.toasts.setdefault(callback.user.id, []).append(toast)

    def wait_to_send(self, chat: Chat) -> int:
        """Seconds until the bot may send here; 0 means now, and counts the message."""
        if not self._enforces_limits:
            return 0
        wait = self.flood.wait_for(chat.id, chat.is_group, self.now())
        if not wait:
            self.flood.count(chat.id, self.now())
        return wait


def _member(user: User, status: Membership) -> Json:
    """A `ChatMember`."""
    member: Json = {"user": user.as_json(), "status": status}
    if status == "kicked":
        return {**member, "until_date": 0}
    if status == "administrator":
        return {**member, **dict.fromkeys(_RIGHTS, True), "is_anonymous": False}
    return member


def _given(**fields: Any) -> Json:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}
