"""The whole assistant with teams, coaches and learners on several messengers, for the tests of the hand-over."""

import base64
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Select, Table, func, select

from bot.delivery.post import OutgoingPost
from bot.delivery.tables import choice, connector_state, conversation, incoming, outgoing
from bot.escalation.hours import read_hours
from bot.escalation.office import EscalationOffice, TeamRules
from bot.escalation.pseudonyms import pseudonym
from bot.escalation.stored_cases import StoredCases
from bot.escalation.tables import case, staff
from bot.escalation.values import Case
from bot.messages import (
    Address,
    Button,
    Choice,
    IncomingContent,
    OutgoingContent,
    OutgoingEdit,
    OutgoingText,
    typed,
)
from bot.people.tables import chat, code_try
from bot.settings import Settings
from bot.storage.base import metadata
from bot.texts import load_texts
from bot.turn import Offer, Reply
from tests.support import Stage, on_stage, settings_in

MONDAY = "2026-11-23T10:00:00+01:00"
"""While a team with the hours of `team` is there."""
HELP, OTHERS = "Hilfe Gießen", "Hilfe München"
"""A team for everywhere, and one for Bavaria."""
TELEGRAM, MATRIX = "telegram", "matrix"
WANTS, YES = "ich will mit einem menschen sprechen", "Ja, verbinden"
CLAIM, ACCEPT = "Übernehmen", "Ja, ich bin dabei"
COACH, LEAD = "coach", "lead"
TALK = (incoming, outgoing, choice, conversation, connector_state, chat, code_try)
"""What every message changes, whatever it asks for."""


class Cast:
    """Who plays: every chat is called `name` (on Telegram) or `messenger:name`."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.office = EscalationOffice(stage.house.database)
        self.cases = StoredCases(stage.house.database)
        self.settings = stage.house.settings
        self._names = load_texts("pseudonyms")["names"]

    # --- teams and staff -------------------------------------------------------------------------

    async def team(self, name: str = HELP, **rules: Any) -> None:
        """Make a team that is there from Monday to Friday; `rules` are those of `TeamRules`."""
        values = {
            "region": None,
            "topics": (),
            "spans": read_hours("Mo-Fr 9-17"),
            "state": "he",
            "minutes": 5,
        }
        await self.office.set_team(name, TeamRules(**{**values, **rules}))

    async def two_teams(self) -> None:
        """One for everywhere, and one that learners come to who said that they live in Bavaria."""
        await self.team(HELP)
        await self.team(OTHERS, region="by", state="by")

    async def invited(self, name: str, team: str = HELP, role: str = COACH) -> str:
        """An invitation of the operator: the code."""
        return await self.office.invite(role, team, name, self.stage.clock())

    async def join(
        self, chat_name: str, name: str = "", *, team: str = HELP, role: str = COACH
    ) -> int:
        """Make somebody a member of staff, as they become one: the id of their seat."""
        name = name or chat_name.rpartition(":")[2].capitalize()
        await self.say(chat_name, await self.invited(name, team, role))
        await self.press(chat_name, ACCEPT)
        found = await self.seat_of(chat_name)
        assert found is not None, self.heard(chat_name)[-1]
        return found

    async def seat_of(self, chat_name: str) -> int | None:
        """The id of the seat that somebody has in a chat now; None for nobody."""
        query = select(staff.c.id).where(
            staff.c.chat_id == await self.chat_id(chat_name), staff.c.revoked_at.is_(None)
        )
        rows = await self.rows(query)
        return rows[0][0] if rows else None

    # --- what people do --------------------------------------------------------------------------

    async def put(self, chat_name: str, content: str | IncomingContent, **more: str) -> None:
        """Let something happen in a chat, and wait for nothing; `more` as in `MemoryConnector.says`."""
        address = self._address(chat_name)
        connector = self.stage.more[address.channel]
        await connector.says(
            address.chat, typed(content) if isinstance(content, str) else content, **more
        )

    async def say(self, chat_name: str, *words: str | IncomingContent, **more: str) -> list[str]:
        """Write one thing after the other: all texts that are heard in this chat because of it."""
        before = self.mark()
        for each in words:
            await self.put(chat_name, each, **more)
            await self.stage.settled()
        return self.said_since(before, chat_name)

    async def press(self, chat_name: str, label: str, about: str = "") -> list[str]:
        """Press the last button with a label, below a text that holds `about`; what is heard as by `say`."""
        return await self.say(chat_name, Choice(self.button(chat_name, label, about).token))

    async def press_given(self, chat_name: str, payload: str) -> list[str]:
        """Press a button that stands for a payload, as if we had ever sent it there; what is heard as by `say`."""
        question = Reply("Frage", offers=(Offer("Taste", payload),))
        async with self.stage.house.database.write() as connection:
            chat_id = await self.chat_id(chat_name)
            await OutgoingPost().append(connection, chat_id, [question], self.stage.clock())
        self.stage.house.outbox.wake(self._address(chat_name))
        await self.stage.settled()
        return await self.press(chat_name, "Taste")

    async def open_case(self, learner: str, *words: str, bavaria: bool = False) -> int:
        """Let a learner ask for a human and write: the number of the case."""
        if bavaria:
            await self.say(learner, "Ich wohne in Bayern")
        await self.say(learner, WANTS)
        await self.press(learner, YES)
        await self.say(learner, *words)
        return await self.case_number(learner)

    async def claim(self, coach: str, number: int) -> list[str]:
        """Let a coach take a case over: by the button of its call, or of their list where they were not called."""
        if any(each.label == CLAIM for each in self.buttons(coach, self.who(number))):
            return await self.press(coach, CLAIM, about=self.who(number))
        await self.say(coach, "/faelle")
        return await self.press(coach, f"{self.who(number)} übernehmen")

    async def pass_time(self, minutes: int) -> None:
        """Let time pass, and everything ring that becomes due, minute by minute."""
        for _ in range(minutes):
            self.stage.later(1)
            if await self.stage.house.ring():
                await self.stage.settled()

    # --- what is heard ---------------------------------------------------------------------------

    def mark(self) -> int:
        """A moment, for `said_since`."""
        return len(self.stage.memory.sent)

    def contents_since(self, moment: int, chat_name: str = "") -> list[OutgoingContent]:
        """All that was sent since a moment, to one chat or to all."""
        return [
            message.content
            for message in self.stage.memory.sent[moment:]
            if not chat_name or message.address == self._address(chat_name)
        ]

    def said_since(self, moment: int, chat_name: str = "") -> list[str]:
        """All texts since a moment, those of changed messages too: `Robin: Hallo` for what a person wrote."""
        return [
            f"{content.author}: {content.text}" if content.author else content.text
            for content in self.contents_since(moment, chat_name)
            if isinstance(content, OutgoingText | OutgoingEdit) and content.text is not None
        ]

    def heard(self, chat_name: str) -> list[str]:
        """All texts of a chat so far."""
        return self.said_since(0, chat_name)

    def buttons(self, chat_name: str, about: str = "") -> list[Button]:
        """The buttons below all texts of a chat that hold `about`, the latest last."""
        return [
            button
            for content in self.contents_since(0, chat_name)
            if isinstance(content, OutgoingText) and about in content.text
            for button in content.buttons
        ]

    def button(self, chat_name: str, label: str, about: str = "") -> Button:
        """The last button with a label, below a text that holds `about`."""
        found = [each for each in self.buttons(chat_name, about) if each.label == label]
        assert found, f"no button {label!r} in {chat_name}: {self.heard(chat_name)[-1:]}"
        return found[-1]

    def who(self, number: int) -> str:
        """What coaches call the learner of a case."""
        return pseudonym(number, self._names)

    # --- what is kept ----------------------------------------------------------------------------

    async def rows(self, query: Select[Any]) -> list[Any]:
        """What the database says."""
        async with self.stage.house.database.read() as connection:
            return list((await connection.execute(query)).all())

    async def chat_id(self, chat_name: str) -> int:
        """The id of a chat in which somebody wrote."""
        address = self._address(chat_name)
        query = select(chat.c.id).where(
            chat.c.channel == address.channel, chat.c.address == address.chat
        )
        return int((await self.rows(query))[0][0])

    async def case_number(self, learner: str) -> int:
        """The number of a learner's latest case."""
        query = select(func.max(case.c.number)).where(case.c.chat_id == await self.chat_id(learner))
        return int((await self.rows(query))[0][0])

    async def case(self, number: int) -> Case:
        """A case as it stands."""
        found = await self.cases.case(number)
        assert found is not None, f"no case {number}"
        return found

    async def payloads(self, chat_name: str) -> dict[str, str]:
        """By label, what the buttons of a chat stand for; of several alike the latest."""
        query = select(choice.c.offer).where(choice.c.chat_id == await self.chat_id(chat_name))
        offers = [Offer(**row.offer) for row in await self.rows(query)]
        return {each.label: each.payload for each in offers}

    async def kept(self, but: Iterable[Table] = TALK) -> dict[str, list[Any]]:
        """By table, all rows, but those that every message changes: equal before and after where nothing was done."""
        left = {each.name for each in but}
        tables = [each for each in metadata.sorted_tables if each.name not in left]
        return {each.name: await self.rows(select(each)) for each in tables}

    def _address(self, chat_name: str) -> Address:
        channel, _, name = chat_name.rpartition(":")
        return Address(channel or TELEGRAM, name)


def keep_key(settings: Settings) -> None:
    """Write the stage's key into the file that the operator's commands read."""
    key = base64.b64encode(b"0123456789abcdef" * 2).decode()
    settings.keys.write_text(f"test {key}\n", encoding="ascii")
    settings.keys.chmod(0o600)


@asynccontextmanager
async def on_cast(
    folder: Path, database_url: str = "", *, begins: str = MONDAY
) -> AsyncIterator[Cast]:
    """The whole assistant with two messengers.

    Args:
        folder: where everything is.
        database_url: an empty database with all tables; without one it is made in the folder.
        begins: the moment at which it starts.
    """
    own = {"database_url": database_url} if database_url else {}
    settings = settings_in(folder, clock_start=begins, **own)
    async with on_stage(settings, TELEGRAM, MATRIX) as stage:
        yield Cast(stage)
