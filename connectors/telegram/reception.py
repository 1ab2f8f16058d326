"""What becomes of Telegram's updates: stored first, then acknowledged to the person."""

import asyncio
from collections.abc import Collection, Coroutine, Mapping, Sequence
from typing import Any

import structlog
from telegram import Update
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.clock import Clock
from bot.errors import StorageUnavailable
from bot.messages import Address, IncomingMessage, OutgoingText
from bot.ports import Groups, Inbox, NotStored
from connectors.telegram.api import BotApi
from connectors.telegram.inbound import NOTHING, Arrival, to_arrival
from connectors.telegram.outbound import to_html
from connectors.telegram.places import Place, to_place
from connectors.telegram.texts import TelegramTexts

log = structlog.get_logger(__name__)


class Reception:
    """Takes updates from polling or from the webhook.

    Args:
        api: to acknowledge with.
        inbox: where messages go.
        groups: whose groups we stay in.
        clock: the present moment.
        texts: what is said outside a conversation.
    """

    def __init__(
        self, *, api: BotApi, inbox: Inbox, groups: Groups, clock: Clock, texts: TelegramTexts
    ) -> None:
        self._bot = api.bot
        self._api = api
        self._inbox = inbox
        self._groups = groups
        self._clock = clock
        self._texts = texts
        self._left: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Store what these updates say; when it returns, Telegram may forget them.

        Raises:
            NotStored: not everything was stored; offer the same updates again. What a person in a crisis
                needs has been shown.
        """
        arrivals = [self._read(update) for update in updates]
        try:
            ours = await self._ours(arrivals)
        except StorageUnavailable as error:
            # Who is alone with us may need an answer at once, whatever becomes of the groups.
            await self._store([each for each in arrivals if each.group is None])
            raise NotStored("nobody knows now which groups are ours") from error
        declined = await self._store(
            [each for each in arrivals if each.group is None or each.group in ours]
        )
        self._acknowledge(arrivals, declined)
        self._decline(arrivals, ours)

    async def close(self) -> None:
        """Let go of what is still being acknowledged."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _read(self, raw: Mapping[str, Any]) -> Arrival:
        try:
            update = Update.de_json(dict(raw), self._bot)
            return to_arrival(update, self._clock(), self._api.own)
        except Exception as error:
            # One update that cannot be read must not stop the others; its text is not logged.
            log.error("update not understood", error=type(error).__name__)
            return NOTHING

    async def _ours(self, arrivals: Sequence[Arrival]) -> set[int]:
        """The groups among them that a team works in."""
        groups = {each.group for each in arrivals if each.group is not None}
        return {group for group in groups if await self._groups.is_ours(Place(group).address)}

    async def _store(self, arrivals: Sequence[Arrival]) -> frozenset[str]:
        """Put messages into the inbox; those that were declined."""
        batch = [each.message for each in arrivals if each.message]
        if not batch:
            return frozenset()
        try:
            received = await self._inbox.receive(batch)
        except NotStored as error:
            self._show_crisis_texts(batch, error.crisis)
            raise
        return received.declined

    def _acknowledge(self, arrivals: Sequence[Arrival], declined: frozenset[str]) -> None:
        """What the person sees at once; none of it may hold up the next update."""
        overfull = {
            each.message.address
            for each in arrivals
            if each.message and each.message.external_id in declined
        }
        for address in overfull:
            self._say(address, OutgoingText(self._texts.too_many))
        for arrival in arrivals:
            if arrival.callback:
                self._later(self._bot.answer_callback_query(arrival.callback))
            if arrival.upgraded:
                was, now = arrival.upgraded
                log.warning("a group became a supergroup; its id is another one", was=was, now=now)

    def _decline(self, arrivals: Sequence[Arrival], ours: Collection[int]) -> None:
        """Say goodbye to every channel, and to groups in which no team works."""
        for arrival in arrivals:
            if arrival.channel is not None:
                self._leave(arrival.channel, self._texts.channel)
            if arrival.group is not None and arrival.group not in ours:
                self._leave(arrival.group, self._texts.group)

    def _leave(self, chat: int, goodbye: str) -> None:
        if chat not in self._left:
            self._left.add(chat)
            self._later(self._say_goodbye(chat, goodbye))

    async def _say_goodbye(self, chat: int, goodbye: str) -> None:
        try:
            await self._bot.send_message(chat, goodbye)
        except TelegramError:
            log.info("could not say goodbye to a group")
        try:
            await self._bot.leave_chat(chat)
        finally:
            self._left.discard(chat)

    def _show_crisis_texts(
        self, batch: Sequence[IncomingMessage], crisis: Mapping[str, OutgoingText]
    ) -> None:
        for message in batch:
            text = crisis.get(message.external_id)
            if text is not None:
                self._say(message.address, text)

    def _say(self, address: Address, text: OutgoingText) -> None:
        place = to_place(address)
        if place is not None:
            self._later(
                self._bot.send_message(
                    place.chat,
                    to_html(text.text),
                    message_thread_id=place.topic,
                    parse_mode=ParseMode.HTML,
                )
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
