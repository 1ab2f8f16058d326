"""What becomes of Telegram's updates: stored first, then acknowledged to the person."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

import structlog
from telegram import Bot, Update
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.clock import Clock
from bot.messages import IncomingMessage, OutgoingText
from bot.ports import Inbox, NotStored
from connectors.telegram.inbound import NOTHING, Arrival, to_arrival
from connectors.telegram.outbound import to_html
from connectors.telegram.texts import TelegramTexts

log = structlog.get_logger(__name__)


class Reception:
    """Takes updates from polling or from the webhook.

    Args:
        bot: to acknowledge with.
        inbox: where messages go.
        clock: the present moment.
        texts: what is said outside a conversation.
    """

    def __init__(self, *, bot: Bot, inbox: Inbox, clock: Clock, texts: TelegramTexts) -> None:
        self._bot = bot
        self._inbox = inbox
        self._clock = clock
        self._texts = texts
        self._left: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Store what these updates say; when it returns, Telegram may forget them.

        Raises:
            NotStored: nothing was stored; offer the same updates again. What a person in a crisis
                needs has been shown.
        """
        arrivals = [self._read(update) for update in updates]
        batch = [each.message for each in arrivals if each.message]
        declined: frozenset[str] = frozenset()
        if batch:
            try:
                received = await self._inbox.receive(batch)
            except NotStored as error:
                await self._show_crisis_texts(batch, error.crisis)
                raise
            declined = received.declined
        self._acknowledge(arrivals, declined)

    async def close(self) -> None:
        """Let go of what is still being acknowledged."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _read(self, raw: Mapping[str, Any]) -> Arrival:
        try:
            update = Update.de_json(dict(raw), self._bot)
            return to_arrival(update, self._clock())
        except Exception as error:
            # One update that cannot be read must not stop the others; its text is not logged.
            log.error("update not understood", error=type(error).__name__)
            return NOTHING

    def _acknowledge(self, arrivals: Sequence[Arrival], declined: frozenset[str]) -> None:
        """What the person sees at once; none of it may hold up the next update."""
        overfull = {
            each.message.address.chat
            for each in arrivals
            if each.message and each.message.external_id in declined
        }
        for chat in overfull:
            self._later(self._bot.send_message(int(chat), self._texts.too_many))
        for arrival in arrivals:
            if arrival.callback:
                self._later(self._bot.answer_callback_query(arrival.callback))
            if arrival.decline and arrival.decline[0] not in self._left:
                self._left.add(arrival.decline[0])
                self._later(self._leave(*arrival.decline))

    async def _leave(self, chat: int, is_channel: bool) -> None:
        try:
            words = self._texts.channel if is_channel else self._texts.group
            await self._bot.send_message(chat, words)
        except TelegramError:
            log.info("could not say goodbye to a group")
        await self._bot.leave_chat(chat)
        self._left.discard(chat)

    async def _show_crisis_texts(
        self, batch: Sequence[IncomingMessage], crisis: Mapping[str, OutgoingText]
    ) -> None:
        for message in batch:
            text = crisis.get(message.external_id)
            if text is not None:
                chat = int(message.address.chat)
                self._later(
                    self._bot.send_message(chat, to_html(text.text), parse_mode=ParseMode.HTML)
                )

    def _later(self, doing: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(_quietly(doing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _quietly(doing: Coroutine[Any, Any, object]) -> None:
    try:
        await doing
    except TelegramError as error:
        log.info("not acknowledged", error=type(error).__name__)
