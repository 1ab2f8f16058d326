"""The whole assistant on Telegram, with the stand-in for the Bot API."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.bootstrap import House, running
from bot.errors import StorageUnavailable
from bot.messages import Address, IncomingMessage, spoken_text
from bot.ports import Connector, Groups, TurnTaker
from bot.service import messengers
from bot.settings import clock_of
from bot.texts import load_texts
from bot.turn import Outcome, Reply, Situation
from connectors.telegram import TelegramConnector, TelegramPlace, telegram_texts
from connectors.web import WebConnector
from tests.servers.botapi import BotApi, Group, Person, Seen, Topic
from tests.support import RING, LateClock, settings_in

SECRET = "a-secret-that-only-the-two-know"


@dataclass(frozen=True, slots=True)
class TelegramStage:
    """A running assistant and the Telegram that it runs on."""

    house: House
    api: BotApi
    connector: TelegramConnector
    clock: LateClock
    teams: "Teams"

    def pass_time(self, by: timedelta) -> None:
        """Let time pass for us and for Telegram."""
        self.clock.set_forward(by)
        self.api.pass_time(by)


class Teams:
    """The groups of all teams, as `bot.ports.Groups`; while it is out of reach nobody knows."""

    def __init__(self) -> None:
        self.groups: set[Address] = set()
        self.is_out_of_reach = False

    def own(self, group: Group) -> None:
        """A team works in this group."""
        self.groups.add(address_of(group))

    async def is_ours(self, address: Address) -> bool:
        """See `bot.ports.Groups`."""
        if self.is_out_of_reach:
            raise StorageUnavailable("out of reach")
        return address in self.groups


class Hears:
    """A turn taker that keeps what it hears and says nothing."""

    def __init__(self) -> None:
        self.messages: list[IncomingMessage] = []

    async def turn(self, situation: Situation) -> Outcome:
        """See `bot.ports.TurnTaker`."""
        self.messages.append(situation.message)
        return Outcome(situation.tracker, ())

    async def heard(self, count: int) -> list[IncomingMessage]:
        """Wait until so many messages were heard; all of them."""
        await until(lambda: len(self.messages) >= count)
        return self.messages


class Repeats:
    """A turn taker that says what it heard; it can be made to wait before."""

    def __init__(self) -> None:
        self.before: dict[str, Callable[[], Any]] = {}

    async def turn(self, situation: Situation) -> Outcome:
        """See `bot.ports.TurnTaker`."""
        words = spoken_text(situation.message.content)
        for word, wait in self.before.items():
            if word in words:
                await wait()
        replies = (Reply(words),) if words else ()
        return Outcome(situation.tracker, replies)


@asynccontextmanager
async def on_telegram(
    folder: Path,
    api: BotApi | None = None,
    turn_taker: TurnTaker | None = None,
    **settings: str,
) -> AsyncIterator[TelegramStage]:
    """The assistant on Telegram, polling unless the settings say otherwise.

    Args:
        folder: the database's.
        api: a Telegram that runs already.
        turn_taker: answers instead of the assistant.
        settings: more of them.
    """
    if api is None:
        async with BotApi() as own, on_telegram(folder, own, turn_taker, **settings) as stage:
            yield stage
        return
    own_settings = settings_in(
        folder,
        **{
            "telegram_token": api.token,
            "telegram_api_url": api.url,
            "web_port": "0",
            **settings,
        },
    )
    made: list[TelegramConnector] = []
    teams = Teams()

    def connectors(house: House) -> list[Connector]:
        made.append(telegram(house, teams))
        return list(made)

    clock = LateClock(clock_of(own_settings))
    async with running(own_settings, RING, connectors, clock, turn_taker) as house:
        yield TelegramStage(house, api, made[0], clock, teams)


def telegram(house: House, groups: Groups) -> TelegramConnector:
    """The bot as `bot.service` makes it, but with other groups, and time passes for it as for the house."""
    settings = house.settings
    is_webhook = settings.telegram_mode == "webhook"
    return TelegramConnector(
        inbox=house.inbox,
        outbox=house.outbox,
        groups=groups,
        clock=house.clock,
        texts=telegram_texts(load_texts("telegram")),
        menu=[(row.name, row.help) for row in house.assistant.commands.for_roles(())],
        place=TelegramPlace(
            token=settings.telegram_token.get_secret_value(),
            api_url=settings.telegram_api_url,
            webhook_url=settings.public_url if is_webhook else "",
            webhook_secret=settings.telegram_webhook_secret.get_secret_value(),
        ),
        monotonic=lambda: house.clock().timestamp(),
    )


@asynccontextmanager
async def on_web_and_telegram(
    folder: Path, api: BotApi, **settings: str
) -> AsyncIterator[tuple[WebConnector, TelegramConnector]]:
    """Both messengers in one process, as `lernallianz run` builds them."""
    own_settings = settings_in(
        folder, telegram_token=api.token, telegram_api_url=api.url, **settings
    )
    made: list[Any] = []

    def connectors(house: House) -> list[Connector]:
        made.extend(messengers(house))
        return list(made)

    async with running(own_settings, RING, connectors):
        yield made[0], made[1]


def by_webhook(port: int) -> dict[str, str]:
    """The settings of a bot that Telegram posts to, at this port."""
    return {
        "telegram_mode": "webhook",
        "telegram_webhook_secret": SECRET,
        "web_port": str(port),
        "public_url": f"http://127.0.0.1:{port}",
    }


def address_of(place: Person | Group | Topic) -> Address:
    """The address of a private chat, a group or a topic."""
    return Address("telegram", f"{place.id}/{place.thread}" if place.thread else str(place.id))


def labels(seen: Seen) -> list[str]:
    """The buttons below a message, row by row."""
    markup = seen["reply_markup"] or {"inline_keyboard": []}
    return [button["text"] for row in markup["inline_keyboard"] for button in row]


async def until(is_so: Callable[[], bool], within: float = 10.0) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(within):
        while not is_so():  # noqa: ASYNC110 - a poll, as people do
            await asyncio.sleep(0.01)
