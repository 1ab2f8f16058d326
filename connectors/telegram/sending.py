"""What the Bot API is asked for each thing that we send.

Source: https://core.telegram.org/bots/api#available-methods.
"""

import structlog
from telegram import Bot, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest

from bot.errors import Refused
from bot.markup import to_plain, units
from bot.messages import (
    OutgoingDeletion,
    OutgoingEdit,
    OutgoingEnd,
    OutgoingFile,
    OutgoingMessage,
    OutgoingRoom,
    OutgoingText,
    Receipt,
)
from connectors.telegram.outbound import keyboard, shown, to_html
from connectors.telegram.places import Place, message_in
from connectors.telegram.topics import Topics

LARGEST_FILE = 50_000_000
LARGEST_PICTURE = 10_000_000
"""What Telegram shows as a photo (bytes); larger ones go as documents."""
PICTURES = ("image/jpeg", "image/png", "image/webp")
LONGEST_CAPTION = 1024
"""UTF-16 units."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_NO_PHOTO = ("photo_invalid_dimensions", "image_process_failed")
"""Too long, too narrow, or broken: Telegram takes it as a document only."""

log = structlog.get_logger(__name__)


class Sending:
    """Sends, edits and takes back; every error of the Bot API passes through.

    Args:
        bot: to ask with.
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._topics = Topics(bot)

    async def send(self, place: Place, message: OutgoingMessage) -> Receipt:
        """Do what a message asks for.

        Raises:
            Refused: nobody can do that here.
            TelegramError: as the Bot API.
        """
        reply = _reply(place, message.quotes)
        match message.content:
            case OutgoingText() as text:
                return _receipt(await self._send_text(place, text, reply))
            case OutgoingFile() as file:
                return _receipt(await self._send_file(place, file, reply))
            case OutgoingEdit() as edit:
                await self._edit(place, edit)
                return Receipt(edit.target)
            case OutgoingDeletion(target=target):
                await self._delete(place, target)
                return Receipt(target)
            case OutgoingRoom() as room:
                return await self._topics.open(place.chat, room)
            case OutgoingEnd(forgets=True):
                return await self._topics.delete(place)
            case OutgoingEnd():
                return await self._topics.close(place)
        raise Refused("nothing to send")

    async def show_typing(self, place: Place) -> None:
        """Show for some seconds that an answer is being prepared.

        Raises:
            TelegramError: as the Bot API.
        """
        await self._bot.send_chat_action(
            place.chat, ChatAction.TYPING, message_thread_id=place.topic
        )

    async def _send_text(
        self, place: Place, content: OutgoingText, reply: ReplyParameters | None
    ) -> Message:
        choices = keyboard(content.buttons)
        try:
            return await self._bot.send_message(
                place.chat,
                to_html(content.text, content.author),
                message_thread_id=place.topic,
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                reply_markup=choices,
                reply_parameters=reply,
            )
        except BadRequest as error:
            if "parse entities" not in error.message:
                raise
            log.error("our HTML was refused; sent as plain text")
            return await self._bot.send_message(
                place.chat,
                to_plain(content.text, content.author),
                message_thread_id=place.topic,
                link_preview_options=_NO_PREVIEW,
                reply_markup=choices,
                reply_parameters=reply,
            )

    async def _send_file(
        self, place: Place, file: OutgoingFile, reply: ReplyParameters | None
    ) -> Message:
        if len(file.data) > LARGEST_FILE:
            raise Refused("the file is too large for Telegram")
        caption = file.caption
        if units(shown(caption, file.author)) > LONGEST_CAPTION:
            # The words first: when the file is refused, they are not lost.
            await self._send_text(place, OutgoingText(caption, author=file.author), reply)
            caption = ""
        if file.media_type in PICTURES and len(file.data) <= LARGEST_PICTURE:
            try:
                return await self._upload(place, file, caption, reply, is_picture=True)
            except BadRequest as error:
                if not any(sign in error.message.lower() for sign in _NO_PHOTO):
                    raise
        return await self._upload(place, file, caption, reply, is_picture=False)

    async def _upload(
        self,
        place: Place,
        file: OutgoingFile,
        caption: str,
        reply: ReplyParameters | None,
        *,
        is_picture: bool,
    ) -> Message:
        send = self._bot.send_photo if is_picture else self._bot.send_document
        return await send(
            place.chat,
            file.data,
            filename=file.name,
            caption=to_html(caption, file.author) or None,
            message_thread_id=place.topic,
            parse_mode=ParseMode.HTML,
            reply_parameters=reply,
        )

    async def _edit(self, place: Place, edit: OutgoingEdit) -> None:
        message, choices = _target(place, edit.target), keyboard(edit.buttons)
        try:
            if edit.text is None:
                await self._bot.edit_message_reply_markup(place.chat, message, reply_markup=choices)
            else:
                await self._edit_words(place, message, edit)
        except BadRequest as error:
            # Said twice after a crash: it stands there already.
            if "not modified" not in error.message:
                raise

    async def _edit_words(self, place: Place, message: int, edit: OutgoingEdit) -> None:
        """Change a text, or what stands below a file: from outside nobody can tell which it is."""
        words, choices = to_html(edit.text or "", edit.author), keyboard(edit.buttons)
        try:
            await self._bot.edit_message_text(
                words,
                chat_id=place.chat,
                message_id=message,
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                reply_markup=choices,
            )
        except BadRequest as error:
            if "no text in the message" not in error.message:
                raise
            await self._bot.edit_message_caption(
                place.chat,
                message,
                caption=words,
                parse_mode=ParseMode.HTML,
                reply_markup=choices,
            )

    async def _delete(self, place: Place, target: str) -> None:
        try:
            await self._bot.delete_message(place.chat, _target(place, target))
        except BadRequest as error:
            if "to delete not found" not in error.message:
                raise


def _target(place: Place, target: str) -> int:
    """Telegram's id of one of our messages.

    Raises:
        Refused: the external id names no message of this chat.
    """
    message = message_in(place.chat, target)
    if message is None:
        raise Refused("no message of this chat")
    return message


def _reply(place: Place, quotes: str | None) -> ReplyParameters | None:
    message = message_in(place.chat, quotes) if quotes else None
    if message is None:
        return None
    return ReplyParameters(message, allow_sending_without_reply=True)


def _receipt(sent: Message) -> Receipt:
    return Receipt(str(sent.message_id))
