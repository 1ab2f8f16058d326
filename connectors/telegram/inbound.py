"""From Telegram's updates to our messages. Pure.

Source: https://core.telegram.org/bots/api#update. A message's external id is `chat/message_id`, so that
an edit can name it; a press or reaction is known by the platform's own id.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from telegram import (
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    MaybeInaccessibleMessage,
    Message,
    MessageReactionUpdated,
    ReactionTypeEmoji,
    Update,
    User,
)
from telegram.constants import ChatMemberStatus, ChatType

from bot.messages import (
    Choice,
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
from connectors.telegram.places import Place
from connectors.telegram.quoting import to_markup

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "channel_post",
    "callback_query",
    "message_reaction",
    "my_chat_member",
)
"""The kinds of updates that we ask for."""

_UNREADABLE: Mapping[str, str] = {
    "voice": "voice",
    "sticker": "sticker",
    "location": "location",
    "venue": "location",
    "contact": "contact",
    "poll": "poll",
    "dice": "other",
    "story": "other",
    "game": "other",
    "video_note": "other",
    "paid_media": "other",
    "checklist": "other",
    "giveaway": "other",
}
"""By attribute of a message, the kind that it is to us."""
_ADDRESSED = re.compile(r"/[^\W_]\w*@(?P<name>\w+)(?!\S)")
"""A command that names its bot; https://core.telegram.org/bots/features#commands."""
_FILES = ("document", "video", "audio", "animation")
_PRESENT = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.RESTRICTED)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What an update asks for.

    Attributes:
        message: what goes into the inbox.
        callback: the id of a pressed button's query, which Telegram wants answered.
        group: the group that it comes from; in another one than a team's, nothing of it counts.
        channel: a channel to leave.
        upgraded: a group's id, and the one that it has now.
    """

    message: IncomingMessage | None = None
    callback: str | None = None
    group: int | None = None
    channel: int | None = None
    upgraded: tuple[int, int] | None = None


NOTHING = Arrival()


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """The bot's account.

    Attributes:
        id: Telegram's.
        name: its username; empty while Telegram was never reached.
    """

    id: int
    name: str = ""


def to_arrival(update: Update, now: datetime, own: OwnAccount) -> Arrival:
    """What an update asks for; nothing when it comes from a bot, is for another one, or says nothing to us.

    Args:
        update: as Telegram sent it.
        now: the moment of what Telegram gives no time for: a pressed button (UTC).
        own: who we are.
    """
    if update.message:
        return _message(update.message, own)
    if update.edited_message:
        return _edited(update.edited_message, update.update_id, own)
    if update.callback_query:
        return _pressed(update.callback_query, now)
    if update.message_reaction:
        return _reaction(update.message_reaction, update.update_id)
    if update.my_chat_member:
        return _membership(update.my_chat_member, update.update_id)
    if update.channel_post:
        return Arrival(channel=update.channel_post.chat.id)
    return NOTHING


def _message(message: Message, own: OwnAccount) -> Arrival:
    if message.migrate_to_chat_id is not None:
        return Arrival(upgraded=(message.chat.id, message.migrate_to_chat_id))
    if message.left_chat_member is not None:
        return NOTHING
    is_for_us = _is_by_person(message) and not _is_for_other_bot(message, own)
    content = _content(message) if is_for_us else None
    said = _incoming(message, _id(message), content, own.id) if content else None
    return Arrival(said, group=_group(message.chat))


def _edited(message: Message, update_id: int, own: OwnAccount) -> Arrival:
    words = message.text or message.caption
    if not words or not _is_by_person(message) or _is_for_other_bot(message, own):
        return NOTHING
    edit = Edit(target=_id(message), text=storable(words))
    said = _incoming(message, f"{_id(message)}/edit/{update_id}", edit, own.id)
    return Arrival(said, group=_group(message.chat))


def _pressed(query: CallbackQuery, now: datetime) -> Arrival:
    message = query.message
    if message is None or message.chat.type == ChatType.CHANNEL or query.from_user.is_bot:
        return Arrival(callback=query.id)
    question = ""
    if isinstance(message, Message) and message.text:
        question = storable(to_markup(message.text, message.entities))
    return Arrival(
        message=IncomingMessage(
            address=_place(message).address,
            external_id=f"choice/{query.id}",
            content=Choice(storable(query.data or ""), str(message.message_id), question),
            sent_at=now,
            sender=_sender(message.chat, query.from_user),
        ),
        callback=query.id,
        group=_group(message.chat),
    )


def _reaction(reaction: MessageReactionUpdated, update_id: int) -> Arrival:
    """Telegram does not say in which topic it was: the address is the group's, the target is unique there."""
    if reaction.user is None or reaction.user.is_bot or reaction.chat.type == ChatType.CHANNEL:
        return NOTHING
    emoji = [each.emoji for each in reaction.new_reaction if isinstance(each, ReactionTypeEmoji)]
    return Arrival(
        IncomingMessage(
            address=Place(reaction.chat.id).address,
            external_id=f"update/{update_id}",
            content=Reaction(str(reaction.message_id), emoji[0] if emoji else ""),
            sent_at=reaction.date,
            sender=_sender(reaction.chat, reaction.user),
        ),
        group=_group(reaction.chat),
    )


def _membership(change: ChatMemberUpdated, update_id: int) -> Arrival:
    status = change.new_chat_member.status
    if change.chat.type != ChatType.PRIVATE:
        return _in_group(change.chat) if status in _PRESENT else NOTHING
    if status != ChatMemberStatus.BANNED:
        return NOTHING
    return Arrival(
        IncomingMessage(
            address=Place(change.chat.id).address,
            external_id=f"update/{update_id}",
            content=Gone("blocked"),
            sent_at=change.date,
        )
    )


def _in_group(chat: Chat) -> Arrival:
    return Arrival(channel=chat.id) if chat.type == ChatType.CHANNEL else Arrival(group=chat.id)


def _content(message: Message) -> IncomingContent | None:
    """What a message holds; None for notices such as a pinned message."""
    if message.text:
        return typed(storable(message.text))
    caption = storable(message.caption or "")
    if message.photo:
        largest = message.photo[-1]
        return File(largest.file_id, "", "image/jpeg", largest.file_size or 0, caption)
    for kind in (*_FILES, "voice"):
        file = getattr(message, kind)
        if file and (caption or kind != "voice"):
            name = storable(getattr(file, "file_name", None) or "")
            media_type = file.mime_type or "application/octet-stream"
            return File(file.file_id, name, media_type, file.file_size or 0, caption)
    kinds = (kind for name, kind in _UNREADABLE.items() if getattr(message, name, None))
    return next((Unreadable(kind) for kind in kinds), None)


def _incoming(
    message: Message, external_id: str, content: IncomingContent, own_id: int
) -> IncomingMessage:
    return IncomingMessage(
        address=_place(message).address,
        external_id=external_id,
        content=content,
        sent_at=message.edit_date or message.date,
        reply_to=_reply_to(message, own_id),
        sender=_sender(message.chat, message.from_user),
    )


def _reply_to(message: Message, own_id: int) -> str:
    """The external id of what was replied to.

    In a topic everything that is no real reply is one to the notice that the topic was opened; its id is the topic's.
    """
    replied = message.reply_to_message
    if replied is None:
        return ""
    if message.is_topic_message and replied.message_id == message.message_thread_id:
        return ""
    is_ours = replied.from_user is not None and replied.from_user.id == own_id
    return str(replied.message_id) if is_ours else _id(replied)


def _place(message: MaybeInaccessibleMessage) -> Place:
    """Outside of topics, Telegram counts replies to one message as a thread; that is no place."""
    is_private = message.chat.type == ChatType.PRIVATE
    if isinstance(message, Message) and message.is_topic_message and not is_private:
        return Place(message.chat.id, message.message_thread_id)
    return Place(message.chat.id)


def _group(chat: Chat) -> int | None:
    return None if chat.type == ChatType.PRIVATE else chat.id


def _sender(chat: Chat, user: User | None) -> str:
    """The id of somebody's private chat is their own."""
    return "" if user is None or chat.type == ChatType.PRIVATE else str(user.id)


def _id(message: Message) -> str:
    return f"{message.chat.id}/{message.message_id}"


def _is_for_other_bot(message: Message, own: OwnAccount) -> bool:
    """Whether it is a command that names another bot; alone with us people mean us, whatever they type."""
    found = _ADDRESSED.match(message.text or "")
    if found is None or message.chat.type == ChatType.PRIVATE or not own.name:
        return False
    return found["name"].lower() != own.name.lower()


def _is_by_person(message: Message) -> bool:
    """Not by a bot, and in nobody else's name: a group's or a channel's."""
    author = message.from_user
    return author is not None and not author.is_bot and message.sender_chat is None
