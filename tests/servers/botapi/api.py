"""The stand-in as a test holds it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType
from typing import Self

from bot.clock import Clock, system_clock
from tests.servers.botapi import checks
from tests.servers.botapi.connections import Connections
from tests.servers.botapi.exchange import Exchange
from tests.servers.botapi.faults import Faults
from tests.servers.botapi.groups import Channel, Group
from tests.servers.botapi.log import Entry
from tests.servers.botapi.model import Json, Seen, User
from tests.servers.botapi.people import Person
from tests.servers.botapi.places import Place
from tests.servers.botapi.server import Server
from tests.servers.botapi.state import State

_TOKEN = "123456:TEST-token"


class BotApi:
    """A Bot API server with one bot, between enter and exit.

    Args:
        token: the bot's token; the number before the colon is its id.
        clock: the moment; it decides about dates, flood limits, and what is too old.
        enforce_limits: whether sending too fast is refused.
        privacy_mode: whether the bot reads only what is meant for it in groups.

    Raises:
        AssertionError: at exit, if the stand-in itself broke the Bot API's documentation.
    """

    def __init__(
        self,
        token: str = _TOKEN,
        clock: Clock = system_clock,
        enforce_limits: bool = True,
        privacy_mode: bool = False,
    ) -> None:
        self.token = token
        self.bot = User(int(token.partition(":")[0]), "Testbot", True, username="lern_test_bot")
        """The bot's account."""
        self._state = State(
            clock, self.bot, enforce_limits=enforce_limits, has_privacy_mode=privacy_mode
        )
        self._connections = Connections()
        self.faults = Faults(self._connections.cut_all)
        """What goes wrong; see `Fault`."""
        self._exchange = Exchange(token, self._state, self.faults, self._connections)
        self._server = Server(self._exchange, self._connections)

    async def __aenter__(self) -> Self:
        """Listen."""
        await asyncio.to_thread(checks.load)
        await self._server.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End what waits, and stop."""
        await self._exchange.webhook.close()
        self._exchange.poller.close()
        await self._server.close()
        if self._exchange.mistakes and error is None:
            raise AssertionError("the stand-in is wrong") from self._exchange.mistakes[0]

    @property
    def url(self) -> str:
        """The server, as aiogram's `TelegramAPIServer.from_base` wants it."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def base_url(self) -> str:
        """What python-telegram-bot calls `base_url`: the token follows."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What python-telegram-bot calls `base_file_url`."""
        return f"{self.url}/file/bot"

    def person(
        self,
        first_name: str,
        *,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = None,
        started: bool = True,
    ) -> Person:
        """Somebody with a private chat with the bot.

        Args:
            first_name: as Telegram tells it to the bot.
            last_name: the same.
            username: without the `@`.
            language_code: of the app, such as `de`.
            started: whether she wrote to the bot before, so that it may write to her.
        """
        user = User(0, first_name, False, last_name, username, language_code)
        return Person(self._state, self._state.add_user(user), has_started=started)

    def other_bot(self, first_name: str) -> Person:
        """Another bot, which can write in groups."""
        user = User(0, first_name, True, username=f"{first_name.lower()}_bot")
        return Person(self._state, self._state.add_user(user), has_started=False)

    def group(self, title: str, members: Sequence[Person] = ()) -> Group:
        """A group without the bot; the first member owns it."""
        return Group(self._state, title, members)

    def team(self, title: str, members: Sequence[Person]) -> Group:
        """A group with topics and the bot as an administrator; the first member owns it."""
        group = self.group(title, members)
        group.shows_topics()
        group.adds_bot()
        group.promotes_bot()
        return group

    def channel(self, title: str) -> Channel:
        """A channel without the bot."""
        return Channel(self._state, title)

    @property
    def log(self) -> list[Entry]:
        """Every request, in the order of its outcome."""
        return self._exchange.log

    @property
    def complaints(self) -> list[str]:
        """What was wrong with parameters that Telegram would have passed over."""
        return [complaint for entry in self.log for complaint in entry.complaints]

    @property
    def unconfirmed(self) -> int:
        """How many updates wait to be confirmed."""
        return len(self._state.updates)

    @property
    def is_polled(self) -> bool:
        """Whether a poll waits for updates just now."""
        return self._exchange.poller.waiting > 0

    @property
    def commands(self) -> list[Json]:
        """The commands for everybody, in no certain language."""
        return self._state.commands.get("default   ", [])

    @property
    def chat_actions(self) -> list[tuple[int, str]]:
        """All chat actions, with the chat they went to."""
        return list(self._state.chat_actions)

    @property
    def webhook_attempts(self) -> int:
        """How many deliveries to the webhook were tried."""
        return self._exchange.webhook.attempts

    def lose_file(self, file_id: str) -> None:
        """Forget what is in a file; its id is still known."""
        self._state.lost_files.add(file_id)

    def replay_last_update(self) -> int:
        """Deliver the update that was done last once more, before all others; its id.

        Raises:
            LookupError: none was done yet.
        """
        return self._state.updates.replay()

    def pass_time(self, by: timedelta) -> None:
        """Move the stand-in's clock forward."""
        self._state.pass_time(by)

    async def arrived(self, count: int, chat: Place, *, within: float = 10.0) -> list[Seen]:
        """Wait until the bot has `count` visible messages in a chat; all of them, oldest first.

        Args:
            count: at least so many.
            chat: a person, group, topic or channel.
            within: real seconds.

        Raises:
            TimeoutError: they did not come; says what is there.
        """
        try:
            async with asyncio.timeout(within):
                while len(messages := self._from_bot(chat)) < count:
                    await self._state.arrivals.heard()
        except TimeoutError:
            texts = [message["text"] for message in self._from_bot(chat)]
            raise TimeoutError(f"{count} messages expected within {within} s: {texts}") from None
        return messages

    def _from_bot(self, chat: Place) -> list[Seen]:
        return [message for message in chat.sees if message["from_bot"]]
