"""One assistant on several messengers, for the tests of linking: who writes where, and what is heard there."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Select

from bot.messages import Choice, IncomingContent, OutgoingText, typed
from bot.people.codes import ALPHABET
from tests.support import Stage, on_stage, settings_in

TELEGRAM, MATRIX, WEB = "telegram", "matrix", "web"
CODE = re.compile(rf"\*\*([{ALPHABET}]{{4}}-[{ALPHABET}]{{4}})\*\*")
ADULT = "Ja, ich bin 18 oder älter"
YOUTH = "Ja, ich bin 16 oder 17"
CHILD = "Ich bin unter 16"
JOIN, MERGE, NO = "Ja, verbinden", "Ja, zusammenlegen", "Nein"


class Messengers:
    """Chats on three messengers; each is called by its messenger, more by `messenger:name`."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def say(self, chat: str, *texts: str) -> str:
        """Write, and give what was heard last there."""
        for each in texts:
            await self.put(chat, typed(each))
            await self.stage.settled()
        return self.heard(chat)[-1]

    async def press(self, chat: str, label: str) -> str:
        """Press the last button with a label, and give what was heard last there."""
        await self.put(chat, self.button(chat, label))
        await self.stage.settled()
        return self.heard(chat)[-1]

    async def put(self, chat: str, content: IncomingContent) -> None:
        """Let something happen in a chat; nobody waits for the answer."""
        channel, _, who = chat.partition(":")
        await self.stage.more[channel].says(who or "mia", content)

    def button(self, chat: str, label: str) -> Choice:
        """What pressing the last button with a label says."""
        for content in reversed(self._contents(chat)):
            for button in content.buttons:
                if button.label == label:
                    return Choice(button.token)
        raise AssertionError(f"no button {label!r} in {chat}: {self.heard(chat)[-1]}")

    def heard(self, chat: str) -> list[str]:
        """All texts of a chat."""
        return [content.text for content in self._contents(chat)]

    async def code(self, chat: str = TELEGRAM) -> str:
        """A code for another chat."""
        found = CODE.search(await self.say(chat, "/verbinden"))
        assert found, self.heard(chat)[-1]
        return found[1]

    async def begin(self, chat: str, age: str = ADULT) -> None:
        """Let somebody be remembered."""
        await self.say(chat, "ich bin azubi", age)

    async def write(self, chat: str, *entries: str) -> None:
        """Write into the diary."""
        for each in entries:
            await self.say(chat, each, "Ja, speichern")

    async def joined(self, first: str = TELEGRAM, second: str = MATRIX) -> None:
        """Join a chat that is nobody's."""
        await self.say(second, await self.code(first))
        await self.press(second, JOIN)

    async def merged(self, first: str = TELEGRAM, second: str = MATRIX) -> None:
        """Let two records become one."""
        await self.say(second, await self.code(first))
        await self.press(second, MERGE)
        await self.press(first, MERGE)

    async def rows(self, query: Select[Any]) -> list[Any]:
        """What the database says."""
        async with self.stage.house.database.read() as connection:
            return list((await connection.execute(query)).all())

    def _contents(self, chat: str) -> list[OutgoingText]:
        channel, _, who = chat.partition(":")
        return [
            message.content
            for message in self.stage.memory.sent
            if (message.address.channel, message.address.chat) == (channel, who or "mia")
            and isinstance(message.content, OutgoingText)
        ]


@asynccontextmanager
async def on_messengers(folder: Path, database_url: str = "") -> AsyncIterator[Messengers]:
    """The whole assistant with three messengers."""
    own = {"database_url": database_url} if database_url else {}
    async with on_stage(settings_in(folder, **own), TELEGRAM, MATRIX, WEB) as stage:
        yield Messengers(stage)
