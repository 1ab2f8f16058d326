"""Telegram as a connector: a lifecycle and sending."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Self

import structlog
from starlette.routing import BaseRoute
from telegram import BotCommand
from telegram.error import InvalidToken, TelegramError

from bot.clock import Clock
from bot.errors import Closed, ConfigurationError, NotDelivered
from bot.messages import Address, Capabilities, Format, OutgoingMessage, Receipt, Typing
from bot.ports import Groups, Inbox, Outbox
from connectors.telegram.api import BotApi
from connectors.telegram.failures import is_cut_off, to_delivery_error
from connectors.telegram.fetching import fetch
from connectors.telegram.inbound import ALLOWED_UPDATES
from connectors.telegram.limits import ChatRates, Rate
from connectors.telegram.places import CHANNEL, Place, to_place
from connectors.telegram.polling import CUT_OFF, FIRST_WAIT, LONGEST_WAIT, WRONG_TOKEN, Polling
from connectors.telegram.reception import Reception
from connectors.telegram.sending import LARGEST_FILE, Sending
from connectors.telegram.texts import TelegramTexts
from connectors.telegram.webhook import PATH, Webhook

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TelegramPlace:
    """Where and how updates come.

    Attributes:
        token: from @BotFather.
        api_url: the Bot API server.
        webhook_url: our public address for the webhook, without its path; empty means polling.
        webhook_secret: what Telegram must say in each webhook request.
    """

    token: str
    api_url: str = "https://api.telegram.org"
    webhook_url: str = ""
    webhook_secret: str = ""


class TelegramConnector:
    """Telegram, as `bot.ports.Connector`.

    Args:
        inbox: takes what people write.
        outbox: is woken when Telegram can be reached again.
        groups: whose groups the bot stays in.
        clock: the present moment.
        texts: what is said outside a conversation.
        menu: name and help line of each command, for Telegram's menu.
        place: where and how updates come.
        monotonic: seconds that never go back, for how fast a chat may be written to.
    """

    channel = CHANNEL
    capabilities = Capabilities(
        buttons=100,
        edits=True,
        deletions=False,
        files=LARGEST_FILE,
        length=4096,
        format=Format.HTML,
        reminds_when_closed=True,
        pictures=True,
    )

    def __init__(
        self,
        *,
        inbox: Inbox,
        outbox: Outbox,
        groups: Groups,
        clock: Clock,
        texts: TelegramTexts,
        menu: Sequence[tuple[str, str]],
        place: TelegramPlace,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = BotApi(place.token, place.api_url)
        self._bot = self._api.bot
        self._outbox = outbox
        self._texts = texts
        self._menu = menu
        self._place = place
        self._reception = Reception(
            api=self._api, inbox=inbox, groups=groups, clock=clock, texts=texts
        )
        self._sending = Sending(self._bot)
        self._webhook = Webhook(self._reception, place.webhook_secret)
        self._rate = Rate()
        self._chat_rates = ChatRates(monotonic)
        self._cut_off: set[Address] = set()
        self._trouble: str | None = None
        self._is_known = False
        self._running: asyncio.Task[None] | None = None

    @property
    def trouble(self) -> str | None:
        """See `bot.ports.Connector`."""
        return self._trouble

    @property
    def routes(self) -> list[BaseRoute]:
        """What the web server must offer; none while polling."""
        return [self._webhook.route] if self._place.webhook_url else []

    @property
    def url(self) -> str:
        """Where people find the bot; empty while Telegram was never reached."""
        return f"https://t.me/{self._bot.username}" if self._is_known else ""

    async def __aenter__(self) -> Self:
        """Begin to receive; while Telegram cannot be reached, keep trying.

        Raises:
            ConfigurationError: Telegram refuses the token.
        """
        try:
            await self._introduce()
        except TelegramError:
            self._report(CUT_OFF)
        except ConfigurationError:
            await self._bot.shutdown()
            raise
        self._running = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop receiving and let go of every connection."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        await self._reception.close()
        await self._bot.shutdown()

    async def send(self, message: OutgoingMessage) -> Receipt:
        """Deliver one message; how a room is kept from being opened twice, see `topics.Topics`.

        Raises:
            DeliveryError: what is known of it; see `bot.errors`.
        """
        place = to_place(message.address)
        if place is None:
            raise Closed("no chat of Telegram")
        if isinstance(message.content, Typing):
            with contextlib.suppress(TelegramError):
                await self._sending.show_typing(place)
            return Receipt()
        wait = 0.0 if message.is_urgent else self._chat_rates.wait(place.chat)
        if wait:
            raise NotDelivered("too fast for this chat", retry_after=timedelta(seconds=wait))
        with self._chat_rates.sending(place.chat):
            async with self._rate:
                receipt = await self._send(place, message)
        self._wake()
        return receipt

    async def fetch(self, reference: str) -> bytes:
        """See `bot.ports.Connector`."""
        return await fetch(self._bot, reference)

    async def _send(self, place: Place, message: OutgoingMessage) -> Receipt:
        try:
            return await self._sending.send(place, message)
        except TelegramError as error:
            if is_cut_off(error):
                self._cut_off.add(message.address)
            raise to_delivery_error(error) from error

    async def _run(self) -> None:
        await self._set_up()
        if self._place.webhook_url:
            return
        await Polling(self._api, self._reception, self._report).run()

    async def _set_up(self) -> None:
        """Name ourselves, set the menu, choose polling or webhook; until Telegram has taken it."""
        wait = FIRST_WAIT
        while True:
            try:
                await self._introduce()
                await self._describe()
                await self._choose_mode()
            except ConfigurationError as error:
                self._report(str(error))
            except TelegramError as error:
                log.warning("telegram not set up", error=type(error).__name__)
                self._report(CUT_OFF)
            else:
                self._report(None)
                return
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    async def _introduce(self) -> None:
        if self._is_known:
            return
        try:
            await self._bot.initialize()
        except InvalidToken:
            # The library's message holds the token.
            raise ConfigurationError(WRONG_TOKEN) from None
        self._is_known = True

    async def _describe(self) -> None:
        commands = [BotCommand(name, line[:256]) for name, line in self._menu]
        if list(await self._bot.get_my_commands()) != commands:
            await self._bot.set_my_commands(commands)
        await self._bot.set_my_description(self._texts.description)
        await self._bot.set_my_short_description(self._texts.short_description)

    async def _choose_mode(self) -> None:
        if self._place.webhook_url:
            await self._bot.set_webhook(
                f"{self._place.webhook_url}{PATH}",
                secret_token=self._place.webhook_secret,
                allowed_updates=ALLOWED_UPDATES,
                # One after the other, as people wrote.
                max_connections=1,
            )
        elif (await self._bot.get_webhook_info()).url:
            await self._bot.delete_webhook()

    def _report(self, trouble: str | None) -> None:
        self._trouble = trouble
        if trouble is None:
            self._wake()

    def _wake(self) -> None:
        """Telegram can be reached: send what waited for it, and leave every other trouble as it is."""
        while self._cut_off:
            self._outbox.wake(self._cut_off.pop())
