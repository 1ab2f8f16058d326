"""From Telegram's updates to our messages. Pure.

Source: https://core.telegram.org/bots/api#update. A message's external id is `chat/message_id`, so that
an edit can name it; a press or reaction is known by the platform's own id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from telegram import (
    CallbackQuery,
    ChatMemberUpdated,
    Message,
    MessageReactionUpdated,
    ReactionTypeEmoji,
    Update,
)
from telegram.constants import ChatMemberStatus, ChatType

from bot.messages import (
    Address,
    Choice,
    Edit,
    File,
    Gone,
    IncomingContent,
    IncomingMessage,
    Reaction,
    Unreadable,
    typed,
)
from connectors.telegram.quoting import to_markup

CHANNEL = "telegram"
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
_FILES = ("document", "video", "audio", "animation")
_PRESENT = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.RESTRICTED)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What an update asks for.

    Attributes:
        message: what goes into the inbox.
        callback: the id of a pressed button's query, which Telegram wants answered.
        decline: a group or channel to leave, as (chat id, whether it is a channel).
    """

    message: IncomingMessage | None = None
    callback: str | None = None
    decline: tuple[int, bool] | None = None


NOTHING = Arrival()


def to_arrival(update: Update, now: datetime) -> Arrival:
    """What an update asks for; nothing when it comes from a bot or says nothing to us.

    Args:
        update: as Telegram sent it.
        now: the moment of what Telegram gives no time for: a pressed button (UTC).
    """
    if update.message:
        return _message(update.message)
    if update.edited_message:
        return _edited(update.edited_message, update.update_id)
    if update.callback_query:
        return _pressed(update.callback_query, now)
    if update.message_reaction:
        return _reaction(update.message_reaction, update.update_id)
    if update.my_chat_member:
        return _membership(update.my_chat_member, update.update_id)
    if update.channel_post:
        return Arrival(decline=(update.channel_post.chat.id, True))
    return NOTHING


def _message(message: Message) -> Arrival:
    if message.chat.type != ChatType.PRIVATE:
        is_leaving = message.left_chat_member is not None or message.migrate_to_chat_id is not None
        return NOTHING if is_leaving else Arrival(decline=(message.chat.id, False))
    content = None if _is_bot(message) else _content(message)
    return Arrival(_incoming(message, _id(message), content)) if content else NOTHING


def _edited(message: Message, update_id: int) -> Arrival:
    words = message.text or message.caption
    if message.chat.type != ChatType.PRIVATE or _is_bot(message) or not words:
        return NOTHING
    edit = Edit(target=_id(message), text=clean(words))
    return Arrival(_incoming(message, f"{_id(message)}/edit/{update_id}", edit))


def _pressed(query: CallbackQuery, now: datetime) -> Arrival:
    message = query.message
    if message is None or message.chat.type != ChatType.PRIVATE or query.from_user.is_bot:
        return Arrival(callback=query.id)
    question = ""
    if isinstance(message, Message) and message.text:
        question = clean(to_markup(message.text, message.entities))
    return Arrival(
        message=IncomingMessage(
            address=Address(CHANNEL, str(message.chat.id)),
            external_id=f"choice/{query.id}",
            content=Choice(clean(query.data or ""), str(message.message_id), question),
            sent_at=now,
        ),
        callback=query.id,
    )


def _reaction(reaction: MessageReactionUpdated, update_id: int) -> Arrival:
    is_person = reaction.user is not None and not reaction.user.is_bot
    if reaction.chat.type != ChatType.PRIVATE or not is_person:
        return NOTHING
    emoji = [each.emoji for each in reaction.new_reaction if isinstance(each, ReactionTypeEmoji)]
    return Arrival(
        IncomingMessage(
            address=Address(CHANNEL, str(reaction.chat.id)),
            external_id=f"update/{update_id}",
            content=Reaction(str(reaction.message_id), emoji[0] if emoji else ""),
            sent_at=reaction.date,
        )
    )


def _membership(change: ChatMemberUpdated, update_id: int) -> Arrival:
    status = change.new_chat_member.status
    if change.chat.type != ChatType.PRIVATE:
        is_channel = change.chat.type == ChatType.CHANNEL
        return Arrival(decline=(change.chat.id, is_channel)) if status in _PRESENT else NOTHING
    if status != ChatMemberStatus.BANNED:
        return NOTHING
    return Arrival(
        IncomingMessage(
            address=Address(CHANNEL, str(change.chat.id)),
            external_id=f"update/{update_id}",
            content=Gone("blocked"),
            sent_at=change.date,
        )
    )


def _content(message: Message) -> IncomingContent | None:
    """What a private message holds; None for notices such as a pinned message."""
    if message.text:
        return typed(clean(message.text))
    caption = clean(message.caption or "")
    if message.photo:
        largest = message.photo[-1]
        return File(largest.file_id, "", "image/jpeg", largest.file_size or 0, caption)
    for kind in (*_FILES, "voice"):
        file = getattr(message, kind)
        if file and (caption or kind != "voice"):
            name = clean(getattr(file, "file_name", None) or "")
            media_type = file.mime_type or "application/octet-stream"
            return File(file.file_id, name, media_type, file.file_size or 0, caption)
    kinds = (kind for name, kind in _UNREADABLE.items() if getattr(message, name, None))
    return next((Unreadable(kind) for kind in kinds), None)


def _incoming(message: Message, external_id: str, content: IncomingContent) -> IncomingMessage:
    return IncomingMessage(
        address=Address(CHANNEL, str(message.chat.id)),
        external_id=external_id,
        content=content,
        sent_at=message.edit_date or message.date,
    )


def _id(message: Message) -> str:
    return f"{message.chat.id}/{message.message_id}"


def _is_bot(message: Message) -> bool:
    return message.from_user is None or message.from_user.is_bot


def clean(text: str) -> str:
    """A text that every database takes: halves of broken characters become question marks."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")
