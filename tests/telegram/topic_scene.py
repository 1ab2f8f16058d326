"""Learners, and a team whose cases are topics of its Telegram group; with what each of them sees."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from bot.bootstrap import House, running
from bot.delivery.tables import outgoing
from bot.escalation.hours import read_hours
from bot.escalation.office import EscalationOffice, TeamRules
from bot.ports import Connector
from bot.service import web_chat
from bot.settings import Settings, clock_of
from tests.servers.botapi import BotApi, Group, Person, Topic
from tests.support import RING, LateClock, settings_in, settled
from tests.telegram.chronicle import Chronicle, bubble, seen_in
from tests.telegram.stage import address_of, labels, telegram, until
from tests.telegram.web_page import WebPage

TEAM = "Ausbildungshilfe"
MONDAY = "2026-11-23T10:00:00+01:00"
STAFF = {"Lena": "lead", "Robin": "coach", "Kim": "coach"}
"""By name their role; who leads the team owns its group."""
PAUSE = timedelta(seconds=20)
"""Between two things that people do: Telegram takes twenty messages a minute in a group."""
Place = Group | Topic | None
"""Where somebody is on Telegram; None is alone with us."""


class Scene:
    """A team of three in a group, Mia on the web, Ben on Telegram.

    Args:
        settings: of the assistant.
        api: Telegram.
        page: Mia's.
    """

    def __init__(self, settings: Settings, api: BotApi, page: WebPage) -> None:
        self.people: dict[str, Person] = {name: api.person(name) for name in (*STAFF, "Ben")}
        self.group = api.group("Team", [self.people[name] for name in STAFF])
        self.page = page
        self.chronicle = Chronicle()
        self._settings = settings
        self._api = api
        self._clock = LateClock(clock_of(settings))
        self._stack = AsyncExitStack()
        self._house: House | None = None

    @property
    def house(self) -> House:
        """The running assistant."""
        assert self._house is not None
        return self._house

    async def start(self) -> None:
        """Start the assistant."""

        def connectors(house: House) -> list[Connector]:
            return [web_chat(house), telegram(house, house.groups)]

        started = running(self._settings, RING, connectors, self._clock)
        self._house = await self._stack.enter_async_context(started)

    async def stop(self) -> None:
        """Stop it; everybody else stays."""
        await self._stack.aclose()

    async def come_together(self) -> None:
        """The operator makes the team, its people take their invitations, the bot comes into their group."""
        self.group.shows_topics()
        office = EscalationOffice(self.house.database)
        rules = TeamRules(None, (), read_hours("Mo-Fr 9-17"), "he", 5, address_of(self.group))
        await office.set_team(TEAM, rules)
        self.group.adds_bot()
        self.group.promotes_bot()
        await self.page.open()
        for name, person in self.people.items():
            self.chronicle.watch(name, partial(seen_in, person))
        self.chronicle.watch("Gruppe", partial(seen_in, self.group))
        self.chronicle.watch(
            "Mia", lambda: {key: bubble(each) for key, each in self.page.bubbles.items()}
        )
        for name, role in STAFF.items():
            code = await office.invite(role, TEAM, name, self._clock())
            await self.writes(name, code)
            await self.presses(name, "Ja, ich bin dabei")

    # --- what people do ------------------------------------------------------------------------

    @asynccontextmanager
    async def happens(self, line: str) -> AsyncIterator[None]:
        """Something that people do; when the context is left, all that comes of it has come."""
        self.chronicle.note(line)
        self._clock.set_forward(PAUSE)
        self._api.pass_time(PAUSE)
        yield
        await until(lambda: self._api.unconfirmed == 0)
        await settled(self.house)
        await self._drawn()
        self.chronicle.look()

    async def _drawn(self) -> None:
        """Wait until the page shows all that was sent to it."""
        unseen = select(func.count()).select_from(outgoing).where(outgoing.c.state == "sent")
        async with asyncio.timeout(10):
            while True:
                async with self.house.database.read() as connection:
                    if not await connection.scalar(unseen):
                        return
                await asyncio.sleep(0.01)

    async def days_pass(self, days: int) -> None:
        """Nothing happens but what the assistant does by itself."""
        async with self.happens(f"{days} days pass"):
            self._clock.set_forward(timedelta(days=days))
            await self.house.purge()

    async def restarts(self) -> None:
        """The assistant stops, and starts again on the same data."""
        async with self.happens("the assistant is started anew"):
            await self.stop()
            await self.start()

    async def mia_says(self, text: str) -> None:
        """She writes on her page."""
        async with self.happens(f"Mia: {text}"):
            await self.page.says(text)

    async def mia_presses(self, label: str) -> None:
        """She presses the last button with a label."""
        async with self.happens(f"Mia: [{label}]"):
            await self.page.presses(label)

    async def mia_sends(self, name: str, media_type: str, data: bytes) -> None:
        """She sends a file."""
        async with self.happens(f"Mia sends {name}"):
            await self.page.sends(name, media_type, data)

    async def writes(self, name: str, text: str, place: Place = None, to: str = "") -> int:
        """Somebody writes on Telegram; the id of the message.

        Args:
            name: who.
            text: what.
            place: where.
            to: they reply to the last message with these words.
        """
        said = f"{name}{_in(place)}{', replying' if to else ''}: {text}"
        where = place or self.people[name]
        asked = [seen["message_id"] for seen in where.sees if to and to in seen["text"]]
        async with self.happens(said):
            answer = asked[-1] if asked else None
            sent = self.people[name].says(text, chat=place, reply_to=answer)
        return int(sent["message_id"])

    async def sends_photo(self, name: str, data: bytes, caption: str, place: Place = None) -> None:
        """Somebody sends a photo on Telegram."""
        async with self.happens(f"{name}{_in(place)} sends a photo: {caption}"):
            self.people[name].sends_photo(data, caption, chat=place)

    async def edits(self, name: str, message: int, text: str, place: Place = None) -> None:
        """Somebody changes what they wrote on Telegram."""
        async with self.happens(f"{name}{_in(place)} changes it: {text}"):
            self.people[name].edits(message, text, chat=place)

    async def presses(self, names: str, label: str, place: Place = None) -> None:
        """Somebody presses the last button with a label on Telegram; `Robin, Kim` do it in the same moment."""
        people = [self.people[name] for name in names.split(", ")]
        asked = [seen for seen in (place or people[0]).sees if label in labels(seen)]
        async with self.happens(f"{names}{_in(place)}: [{label}]"):
            for each in people:
                each.presses(asked[-1]["message_id"], label, chat=place)

    # --- what they see -------------------------------------------------------------------------

    def new_topic(self) -> Topic:
        """The topic that was opened last; from now on it is watched."""
        topic = self.group.topics[-1]
        self.chronicle.watch(f"Thema {topic.name}", partial(seen_in, topic))
        self.chronicle.look()
        return topic

    def on_page(self) -> list[str]:
        """What stands on Mia's page, but what she wrote herself."""
        return [bubble(each) for each in self.page.bubbles.values()]


@asynccontextmanager
async def team_in_a_group(folder: Path, port: int) -> AsyncIterator[Scene]:
    """A running assistant with a team that has come together; the web chat is at this port."""
    async with BotApi() as api:
        settings = settings_in(
            folder,
            clock_start=MONDAY,
            telegram_token=api.token,
            telegram_api_url=api.url,
            web_port=str(port),
        )
        page = WebPage(f"http://127.0.0.1:{port}")
        scene = Scene(settings, api, page)
        await scene.start()
        try:
            await scene.come_together()
            yield scene
        finally:
            await page.close()
            await scene.stop()
        assert api.complaints == []


def said_in(place: Person | Group | Topic) -> list[str]:
    """What we wrote somewhere on Telegram, with the labels of its buttons."""
    return list(seen_in(place).values())


def _in(place: Place) -> str:
    if place is None:
        return ""
    return f" in {place.name}" if isinstance(place, Topic) else " in the group"
