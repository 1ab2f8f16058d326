"""The diary on Telegram, word for word as on every other channel; the year is a photo."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.conversations.play import FOLDER, load_conversation
from tests.diary.channels import Client, Heard, Shown, checked, chosen, play
from tests.servers.botapi import BotApi, Person, Seen
from tests.telegram.play import PATIENCE, act, answers, plain, shown
from tests.telegram.stage import labels, on_telegram

pytestmark = pytest.mark.asyncio(loop_scope="module")

Playing = dict[str, asyncio.Task[tuple[list[Heard], list[Heard]]]]


@dataclass(frozen=True, slots=True)
class TelegramClient:
    """See `tests.diary.channels.Client`."""

    api: BotApi
    person: Person

    async def writes(self, text: str) -> None:
        act({"you": text}, self.person)

    async def presses(self, label: str) -> bool:
        is_there = any(label in labels(seen) for seen in self.person.sees)
        if is_there:
            act({"press": label}, self.person)
        return is_there

    async def sees(self, count: int) -> list[Shown]:
        with suppress(TimeoutError):
            await self.api.arrived(count, self.person, within=PATIENCE)
        return [looked_at(seen) for seen in answers(self.person)]


def looked_at(seen: Seen) -> Shown:
    if seen["file"] is None:
        return shown(seen)
    name = checked(seen["file"].name, seen["file"].data)
    return {"picture": Path(name).suffix} if seen["kind"] == "photo" else shown(seen)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def playing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Playing]:
    """All conversations side by side: in one chat, Telegram takes a message a second."""
    folder = tmp_path_factory.mktemp("telegram")
    async with BotApi() as api, on_telegram(folder, api):

        async def opened(who: str) -> Client:
            return TelegramClient(api, api.person(who, language_code="de"))

        tasks = {
            name: asyncio.create_task(
                play(load_conversation(FOLDER / f"{name}.yml"), opened, plain)
            )
            for name in chosen()
        }
        yield tasks
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
        assert api.complaints == []


@pytest.mark.parametrize("name", chosen())
async def test_a_conversation(playing: Playing, name: str) -> None:
    played, expected = await playing[name]

    assert played == expected
