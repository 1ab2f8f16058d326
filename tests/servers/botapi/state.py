"""What Telegram knows: users, chats, messages and files. Nothing here talks to anybody."""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict

from bot.clock import Clock
from tests.servers.botapi.bell import Bell
from tests.servers.botapi.checks import check_update
from tests.servers.botapi.errors import bad_request
from tests.servers.botapi.limits import FloodGate
from tests.servers.botapi.model import (
    RIGHTS,
    Chat,
    ChatKind,
    ForumTopic,
    Json,
    Membership,
    Message,
    StoredFile,
    User,
)
from tests.servers.botapi.updates import UpdateQueue

_CALLBACK_LIFE = timedelta(seconds=15)
"""How long a callback query can be answered; the Bot API says no number, clients wait 15 s."""


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
        self.lost_files: set[str] = set()
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
        """Put a message into a chat; a reply stands where the message does that it replies to."""
        message = Message(self._next_id(chat), chat, sender, self.now(), content, **more)
        replied = chat.messages.get(message.reply_to or 0)
        if replied is not None and message.thread is None and chat.kind == "supergroup":
            message.thread = replied.thread or replied.message_id
        chat.messages[message.message_id] = message
        self.arrivals.ring()
        return message

    def notice(self, chat: Chat, by: User, content: Json, thread: int | None = None) -> Message:
        """Put a service message into a chat; the bot is told of it, also when it is its own."""
        message = self.post(chat, by, content, thread=thread)
        if chat.bot_is in ("member", "administrator"):
            self.announce("message", message.as_json())
        return message

    def open_topic(self, chat: Chat, by: User, name: str) -> ForumTopic:
        """Open a topic in a supergroup."""
        notice = self.post(chat, by, {})
        topic = ForumTopic(notice.message_id, name)
        notice.content = {"forum_topic_created": topic.looks}
        notice.thread = topic.id
        chat.topics[topic.id] = topic
        self.announce("message", notice.as_json())
        return topic

    def close_topic(self, chat: Chat, by: User, topic: ForumTopic) -> None:
        """Let only administrators write in a topic."""
        topic.is_closed = True
        self.notice(chat, by, {"forum_topic_closed": {}}, topic.id)

    def delete_topic(self, chat: Chat, topic: ForumTopic) -> None:
        """Delete a topic with everything in it; nobody is told."""
        inside = [each.message_id for each in chat.messages.values() if each.thread == topic.id]
        for message_id in inside:
            del chat.messages[message_id]
        del chat.topics[topic.id]

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
            "old_chat_member": _member(self.bot, was, chat),
            "new_chat_member": _member(self.bot, chat.bot_is, chat),
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


def _member(user: User, status: Membership, chat: Chat) -> Json:
    """A `ChatMember`."""
    member: Json = {"user": user.as_json(), "status": status}
    if status == "kicked":
        return {**member, "until_date": 0}
    if status == "administrator":
        rights = {right: right not in chat.bot_lacks for right in RIGHTS}
        return {**member, **rights, "is_anonymous": False}
    return member
