"""The whole assistant on Telegram, with the stand-in for the Bot API."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.bootstrap import House, running
from bot.messages import spoken_text
from bot.ports import Connector, TurnTaker
from bot.service import messengers, telegram
from bot.settings import clock_of
from bot.turn import Outcome, Reply, Situation
from connectors.telegram import TelegramConnector
from connectors.web import WebConnector
from tests.servers.botapi import BotApi, Seen
from tests.support import RING, LateClock, settings_in

SECRET = "a-secret-that-only-the-two-know"


@dataclass(frozen=True, slots=True)
class TelegramStage:
    """A running assistant and the Telegram that it runs on."""

    house: House
    api: BotApi
    connector: TelegramConnector
    clock: LateClock


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

    def connectors(house: House) -> list[Connector]:
        made.append(telegram(house))
        return list(made)

    clock = LateClock(clock_of(own_settings))
    async with running(own_settings, RING, connectors, clock, turn_taker) as house:
        yield TelegramStage(house, api, made[0], clock)


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


def labels(seen: Seen) -> list[str]:
    """The buttons below a message, row by row."""
    markup = seen["reply_markup"] or {"inline_keyboard": []}
    return [button["text"] for row in markup["inline_keyboard"] for button in row]


async def until(is_so: Callable[[], bool], within: float = 10.0) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(within):
        while not is_so():  # noqa: ASYNC110 - a poll, as people do
            await asyncio.sleep(0.01)
