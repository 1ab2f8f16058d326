"""Reminders and nudges on Telegram, word for word as on every other channel, while weeks pass."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from typing_extensions import override

from tests.conversations.play import FOLDER, load_conversation
from tests.diary.channels import BELOW_NUDGE, NUDGE, Client, Heard, Shown, play
from tests.diary.test_on_telegram import TelegramClient
from tests.servers.botapi import BotApi
from tests.support import let_pass, settled
from tests.telegram.play import plain
from tests.telegram.stage import on_telegram

pytestmark = pytest.mark.asyncio(loop_scope="module")

TELLING = ["reminder_snooze", "reminder_in_form", "nudge_stopp"]
"""What shows most in little time; all with `CONVERSATIONS=all`."""
NAMES = [
    *TELLING,
    "reminder_first_plan",
    "reminder_pause",
    "nudge_subscribe",
    "nudge_less",
    "nudge_worried_mother",
]
CHOSEN = NAMES if os.environ.get("CONVERSATIONS") == "all" else TELLING
Playing = dict[str, asyncio.Task[tuple[list[Heard], list[Heard]]]]


@dataclass(frozen=True, slots=True)
class Subscriber(TelegramClient):
    """See `tests.diary.channels.Client`; any nudge will do."""

    @override
    async def sees(self, count: int) -> list[Shown]:
        seen = await TelegramClient.sees(self, count)
        return [NUDGE if each.get("choices") == BELOW_NUDGE else each for each in seen]


async def played(folder: Path, name: str) -> tuple[list[Heard], list[Heard]]:
    conversation = load_conversation(FOLDER / f"{name}.yml")
    settings = conversation.get("settings", {})
    async with BotApi() as api, on_telegram(folder, api, **settings) as stage:

        async def opened(who: str) -> Client:
            return Subscriber(api, api.person(who, language_code="de"))

        async def pass_time(minutes: float) -> None:
            # What is still on its way must not grow old on it.
            await settled(stage.house)
            await let_pass(minutes, stage.clock, stage.house)

        heard = await play(conversation, opened, plain, pass_time)
        assert api.complaints == []
        return heard


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def playing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Playing]:
    """All conversations side by side, each with a clock of its own."""
    async with AsyncExitStack() as stack:
        tasks = {
            name: asyncio.create_task(played(tmp_path_factory.mktemp(name), name))
            for name in CHOSEN
        }
        for task in tasks.values():
            stack.callback(task.cancel)
        yield tasks


@pytest.mark.parametrize("name", CHOSEN)
async def test_a_conversation(playing: Playing, name: str) -> None:
    heard, expected = await playing[name]

    assert heard == expected
