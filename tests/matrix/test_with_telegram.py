"""Somebody begins on Telegram and goes on in an encrypted room on Matrix, with the same diary."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import House, running
from bot.ports import Connector
from bot.service import matrix, telegram
from tests.matrix.strict import StrictClients, StrictUser
from tests.servers.botapi import BotApi, Person, Seen
from tests.servers.synapse import PASSWORD, Synapse
from tests.servers.synapse.server import fresh
from tests.support import RING, settings_in
from tests.telegram.stage import labels

pytestmark = pytest.mark.synapse

CODE = re.compile(r"\w{4}-\w{4}")


class OnTelegram:
    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._mia: Person = api.person("Mia")

    async def says(self, text: str) -> Seen:
        before = len(self._answers())
        self._mia.says(text)
        return await self._next(before)

    async def presses(self, label: str) -> Seen:
        before = len(self._answers())
        asked = next(seen for seen in reversed(self._mia.sees) if label in labels(seen))
        self._mia.presses(asked["message_id"], label)
        return await self._next(before)

    async def hears(self, words: str) -> Seen:
        """Wait for what comes by itself."""
        while True:
            for seen in self._answers():
                if words in (seen["text"] or ""):
                    return seen
            await self._api.arrived(len(self._answers()) + 1, self._mia)

    async def _next(self, before: int) -> Seen:
        await self._api.arrived(before + 1, self._mia)
        return self._answers()[-1]

    def _answers(self) -> list[Seen]:
        return [seen for seen in self._mia.sees if seen["from_bot"]]


class OnMatrix:
    def __init__(self, mia: StrictUser, room: str, bot: str) -> None:
        self._mia, self._room, self._bot = mia, room, bot

    async def says(self, text: str) -> str:
        before = await self._count()
        await self._mia.send_text(self._room, text)
        return await self._next(before)

    async def reacts(self, emoji: str, answers: int = 1) -> str:
        before = await self._count()
        [*_, asked] = await self._mia.arrived(before, self._room, sender=self._bot)
        await self._mia.react(self._room, asked.event_id, emoji)
        return await self._next(before + answers - 1)

    async def _next(self, before: int) -> str:
        [*_, answer] = await self._mia.arrived(before + 1, self._room, sender=self._bot)
        assert answer.is_encrypted
        return str(answer.body)

    async def _count(self) -> int:
        events = await self._mia.events(self._room)
        return sum(event.sender == self._bot and bool(event.msgtype) for event in events)


async def test_begun_on_telegram_and_gone_on_with_in_an_encrypted_room(
    synapse: Synapse, tmp_path: Path
) -> None:
    bot = await synapse.register(fresh("bot"))

    def connectors(house: House) -> list[Connector]:
        return [telegram(house), matrix(house)]

    async with BotApi() as api, StrictClients() as clients:
        places: dict[str, Any] = {
            "telegram_token": api.token,
            "telegram_api_url": api.url,
            "matrix_homeserver": synapse.url,
            "matrix_user": bot,
            "matrix_password": PASSWORD,
        }
        settings = settings_in(tmp_path, **places)
        async with (
            running(settings, RING, connectors),
            clients.person(synapse, "Mia") as mia,
        ):
            here = OnTelegram(api)
            await here.says("heute Inventur gemacht 8 h")
            await here.presses("Ja, speichern")
            await here.presses("Ja, ich bin 18 oder älter")
            shown = await here.says("/verbinden")
            code = CODE.search(shown["text"])
            assert code

            room = await mia.create_direct_room(bot)
            await mia.joined(room, bot)
            there = OnMatrix(mia, room, bot)
            wrong = await there.says("/verbinden 3333-4444")
            asked = await there.says(code[0])
            await there.reacts("1️⃣", answers=2)
            reminds = await there.reacts("2️⃣")
            told = await here.hears("ist jetzt mit diesem hier verbunden")
            week = await there.says("!woche")

        assert f"https://matrix.to/#/{bot}" in [each.get("url") for each in shown["entities"]]
        assert "Code" in wrong
        assert "Telegram" in asked
        assert labels(told) == ["Wieder trennen"]
        assert "bei Matrix" in reminds
        assert "Inventur gemacht (8 h)" in week
