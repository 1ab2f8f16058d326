"""A learner on Telegram, a coach in an encrypted room on Matrix: a whole case, with a restart in its middle.

With `-s` it is printed as everybody sees it.
"""

import asyncio
import io
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.bootstrap import House, running
from bot.escalation.hours import read_hours
from bot.escalation.office import EscalationOffice, TeamRules
from bot.ports import Connector
from bot.service import matrix, telegram
from bot.settings import Settings
from tests.matrix.strict import StrictClients, StrictUser
from tests.servers.botapi import BotApi, Seen
from tests.servers.synapse import PASSWORD, Event, Synapse
from tests.servers.synapse.server import fresh
from tests.support import RING, settings_in
from tests.telegram.stage import labels, until

pytestmark = pytest.mark.synapse

TEAM = "Ausbildungshilfe"
GPS_IFD, ARTIST = 0x8825, 0x013B


@dataclass
class Scene:
    """Everybody, and the transcript of what they see."""

    settings: Settings
    api: BotApi
    stack: AsyncExitStack
    house: House | None = None

    async def start(self) -> House:
        """Start the assistant."""

        def connectors(house: House) -> list[Connector]:
            return [telegram(house), matrix(house)]

        self.house = await self.stack.enter_async_context(running(self.settings, RING, connectors))
        return self.house

    async def restart(self) -> None:
        """Stop the assistant, and start it again on the same data."""
        await self.stack.aclose()
        self.stack = AsyncExitStack()
        await self.start()


@asynccontextmanager
async def scene(synapse: Synapse, folder: Path) -> AsyncIterator[Scene]:
    bot = await synapse.register(fresh("bot"))
    async with BotApi() as api:
        places: dict[str, Any] = {
            "clock_start": "2026-11-23T10:00:00+01:00",
            "telegram_token": api.token,
            "telegram_api_url": api.url,
            "matrix_homeserver": synapse.url,
            "matrix_user": bot,
            "matrix_password": PASSWORD,
        }
        made = Scene(settings_in(folder, **places), api, AsyncExitStack())
        await made.start()
        try:
            yield made
        finally:
            await made.stack.aclose()


class Learner:
    def __init__(self, api: BotApi) -> None:
        self._api = api
        self.person = api.person("Mia")

    async def says(self, text: str, reply_to: int | None = None) -> int:
        return int(self.person.says(text, reply_to=reply_to)["message_id"])

    async def presses(self, label: str) -> None:
        asked = next(seen for seen in reversed(self.person.sees) if label in labels(seen))
        self.person.presses(asked["message_id"], label)

    async def sees(self, words: str) -> Seen:
        """Wait for a message of the bot with these words."""
        await until(lambda: any(words in (each["text"] or "") for each in self._heard()))
        return next(each for each in reversed(self._heard()) if words in (each["text"] or ""))

    def read(self) -> list[str]:
        """What stands in her chat."""
        lines = [
            f"{'Lernallianz' if seen['from_bot'] else 'Mia'}: {seen['text'] or seen['kind']}"
            for seen in self.person.sees
        ]
        return ["== Mia on Telegram", *lines]

    def _heard(self) -> list[Seen]:
        return [seen for seen in self.person.sees if seen["from_bot"]]


class Coach:
    def __init__(self, person: StrictUser, bot: str) -> None:
        self.person, self._bot = person, bot
        self.desk = ""

    async def comes(self, code: str) -> None:
        """Open a chat with the bot and take the invitation."""
        self.desk = await self.person.create_direct_room(self._bot)
        await self.person.joined(self.desk, self._bot)
        await self.person.send_text(self.desk, code)
        await self.sees(self.desk, "Einladung in das Team")
        await self.person.send_text(self.desk, "1")
        await self.sees(self.desk, "Willkommen")

    async def takes(self) -> str:
        """Take the case over by its number, and come into its room."""
        await self.sees(self.desk, "möchte mit einem Menschen schreiben")
        await self.person.send_text(self.desk, "1")
        await self.sees(self.desk, "gehört jetzt dir")
        return await self.enters()

    async def enters(self) -> str:
        """Wait for the invitation into the room of a case, and accept it."""
        async with asyncio.timeout(60):
            while not (invited := await self.person.account.invitations()):  # noqa: ASYNC110 - a poll, as people do
                await asyncio.sleep(0.3)
        [room] = invited
        await self.person.join(room)
        return str(room)

    async def sees(self, room: str, words: str) -> Event:
        """Wait for a message of the bot with these words; it is encrypted and signed by its owner."""

        def said(events: list[Event]) -> bool:
            return any(words in str(each.body) for each in events if each.sender == self._bot)

        events = await self.person.wait_for(room, said)
        found = [each for each in events if each.sender == self._bot and words in str(each.body)]
        assert found[-1].is_encrypted
        return found[-1]

    async def read(self, name: str, room: str) -> list[str]:
        """What stands in a room, as its client shows it."""
        events = await self.person.events(room)
        said = [each for each in events if each.msgtype]
        lines = [
            f"{'Lernallianz' if each.sender == self._bot else name}: {each.shown_body or each.body}"
            for each in said
            if "m.new_content" not in each.content
        ]
        return [
            f"== {name} in {'the own chat' if room == self.desk else 'the room of the case'}",
            *lines,
        ]


def picture() -> bytes:
    """A photo that tells where and by whom it was taken."""
    exif = Image.Exif()
    exif[ARTIST] = "Mia Muster"
    exif.get_ifd(GPS_IFD)[1] = "N"
    data = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(data, "JPEG", exif=exif)
    return data.getvalue()


async def test_a_whole_case_between_telegram_and_an_encrypted_room(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with (
        scene(synapse, tmp_path) as stage,
        StrictClients() as clients,
        clients.person(synapse, "Robin") as robin,
        clients.person(synapse, "Kim") as kim,
    ):
        assert stage.house is not None
        bot = stage.settings.matrix_user
        office = EscalationOffice(stage.house.database)
        rules = TeamRules(None, (), read_hours("Mo-Fr 9-17"), "he", 5)
        await office.set_team(TEAM, rules)
        now = stage.house.clock()
        first, second = Coach(robin, bot), Coach(kim, bot)
        await first.comes(await office.invite("coach", TEAM, "Robin", now))
        await second.comes(await office.invite("coach", TEAM, "Kim", now))

        mia = Learner(stage.api)
        await mia.says("mein chef schreit mich jeden tag an")
        await mia.sees("Nächster Schritt")
        await mia.presses("Mit einem Menschen schreiben")
        await mia.sees("Soll ich?")
        await mia.presses("Ja, verbinden")
        await mia.sees("gerufen")
        typed = await mia.says("heute wider")
        await mia.sees("Ist angekommen")

        room = await first.takes()
        await first.sees(room, "Nur du und ich sind in diesem Raum")
        told = await first.sees(room, "heute wider")
        await second.sees(second.desk, "Robin hat jetzt")
        await mia.sees("Robin ist jetzt da")
        mia.person.edits(typed, "heute wieder")
        await first.sees(room, "heute wieder")
        answer = await robin.reply(room, told.event_id, "Das tut mir leid. **Was** war los? /hilfe")
        seen = await mia.sees("Das tut mir leid. **Was** war los? /hilfe")
        assert seen["reply_to"] == typed
        await robin.edit(room, answer, "Das tut mir leid. Was war los?")
        await mia.sees("Das tut mir leid. Was war los?")
        wrong = await robin.send_text(room, "falscher Chat")
        await mia.sees("falscher Chat")
        await robin.redact(room, wrong)
        await until(
            lambda: not any("falscher Chat" in (each["text"] or "") for each in mia.person.sees)
        )

        await stage.restart()
        mia.person.sends_photo(picture(), "so sieht der plan aus")
        shown = await first.sees(room, "so sieht der plan aus")
        assert shown.msgtype == "m.image"
        data = await robin.download(shown)
        assert b"Mia Muster" not in data
        assert dict(Image.open(io.BytesIO(data)).getexif()) == {}

        await robin.send_text(room, "!notiz braucht die Kammer")
        await first.sees(room, "Notiert")
        await robin.send_text(room, "!uebergabe")
        await first.sees(room, "An wen übergibst du")
        await robin.send_text(room, "1")
        await first.sees(room, "Übergeben an Kim")
        await second.sees(second.desk, "braucht die Kammer")
        await mia.sees("Kim schreibt ab jetzt mit dir")
        theirs = await second.enters()
        await mia.says("hallo kim")
        await second.sees(theirs, "hallo kim")
        await kim.send_text(theirs, "!fertig")
        await second.sees(theirs, "ausgegangen")
        await kim.send_text(theirs, "1")
        await second.sees(theirs, "ist fertig")
        await mia.sees("hat das Gespräch beendet")
        await mia.presses("Ja")
        await mia.sees("noch einmal bei dir melden")

        transcript = [
            *mia.read(),
            *(await first.read("Robin", first.desk)),
            *(await first.read("Robin", room)),
            *(await second.read("Kim", second.desk)),
            *(await second.read("Kim", theirs)),
        ]
        sys.stdout.write("\n".join(transcript) + "\n")
        heard = " ".join(str(each["text"]) for each in mia.person.sees)
        assert "Kammer" not in heard.partition("gerufen")[2]
