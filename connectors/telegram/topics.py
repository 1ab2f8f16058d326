"""Topics of a team's group: one for each matter, opened, closed and deleted by us.

Source: https://core.telegram.org/bots/api#createforumtopic. The bot needs the right to manage topics; without the
right to pin, the first message stands there unpinned.
"""

from collections.abc import Awaitable, Callable

import structlog
from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.errors import Refused
from bot.messages import OutgoingRoom, Receipt
from connectors.telegram.outbound import to_html
from connectors.telegram.places import Place

LONGEST_TITLE = 128

log = structlog.get_logger(__name__)


class Topics:
    """Opens, closes and deletes topics.

    Nobody can ask Telegram for the topics of a group, so which token became which topic is kept in memory: within one
    process a second try goes on with the first one's topic. A crash in between leaves an empty topic behind.

    Args:
        bot: to ask with.
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._by_token: dict[str, Place] = {}

    async def open(self, group: int, room: OutgoingRoom) -> Receipt:
        """Open a topic with its first message.

        Raises:
            Refused: it is no group.
            TelegramError: as the Bot API; the topic may be there already.
        """
        if group >= 0:
            raise Refused("no topics in a private chat")
        place = self._by_token.get(room.token)
        if place is None:
            topic = await self._bot.create_forum_topic(group, room.title[:LONGEST_TITLE])
            place = self._by_token[room.token] = Place(group, topic.message_thread_id)
        first = await self._bot.send_message(
            group,
            to_html(room.pinned),
            message_thread_id=place.topic,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        await self._pin(group, first.message_id)
        return Receipt(str(first.message_id), opened=place.address.chat)

    async def close(self, place: Place) -> Receipt:
        """Close a topic; one that is closed stays so.

        Raises:
            Refused: it is no topic.
            TelegramError: as the Bot API.
        """
        return await _done(self._bot.close_forum_topic, place, already="not_modified")

    async def delete(self, place: Place) -> Receipt:
        """Delete a topic with all that was said there; one that is gone stays gone.

        Source: https://core.telegram.org/bots/api#deleteforumtopic; the bot needs the right to delete messages.

        Raises:
            Refused: it is no topic.
            TelegramError: as the Bot API.
        """
        return await _done(self._bot.delete_forum_topic, place, already="topic_id_invalid")

    async def _pin(self, group: int, message: int) -> None:
        try:
            await self._bot.pin_chat_message(group, message, disable_notification=True)
        except TelegramError as error:
            log.warning("not pinned", error=type(error).__name__)


async def _done(act: Callable[[int, int], Awaitable[bool]], place: Place, already: str) -> Receipt:
    """Do something to a topic, unless Telegram says that it was done before."""
    if place.topic is None:
        raise Refused("no topic")
    try:
        await act(place.chat, place.topic)
    except BadRequest as error:
        if already not in error.message.lower():
            log.warning("a topic stays as it is", error=error.message)
            raise
    return Receipt()
