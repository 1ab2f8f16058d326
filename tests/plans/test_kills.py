"""Killed at the moments at which plans are due. Five kills in `make test`; `make chaos` has fifty.

Six people have a plan for each of many minutes, every day; the process is killed when some are due, and once a day
it is away for hours. In the end each plan has rung once on each day, in its person's chat. What was on its way into a
browser at the very moment of a kill is sent again under its number, and a browser shows each number once.
"""

import asyncio
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import insert, select
from typing_extensions import override

from bot.clock import BERLIN
from bot.delivery.tables import outgoing
from bot.people.tables import chat, link, person
from bot.plans.service import StoredPlans
from bot.plans.tables import plan, ringing
from bot.plans.values import AddPlan, RingingState
from bot.reminders.codec import REMINDER, REMINDERS, plan_to_json
from bot.reminders.plan import Plan, Rhythm, Rule, Unit
from bot.storage.changes import ChangeContext
from bot.storage.database import Database
from bot.storage.keys import read_key_file
from tests.chaos.test_kills import KILLS, Process, listening
from tests.chaos.webuser import PATIENCE, WebUser
from tests.plans.plans import at
from tests.plans.process import PACE, QuickClock

PEOPLE = 6
FIRST_DUE, DUE_MINUTES = 13 * 60, 12
"""Minutes after midnight, and how many of them have plans."""
KILLS_A_DAY = 5
DAYS = max(2, KILLS // KILLS_A_DAY)
TUESDAY = at("2026-11-24 00:00")
A_DAY = timedelta(days=1)
AWAY_UNTIL = timedelta(hours=18)
LONGEST_RUN = 120 + 15 * KILLS


class PlansProcess(Process):
    """The assistant as a process of its own, with a quick clock."""

    @override
    async def start(self) -> None:
        self._running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.plans.process", env=self._environment
        )

    async def is_up(self) -> None:
        """Wait until the web chat answers."""
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as client:
            while True:
                with suppress(httpx.TransportError):
                    await client.get("/")
                    return
                await asyncio.sleep(0.02)


@dataclass
class Reminded(WebUser):
    """A person who keeps what nobody asked for, by its number."""

    told: dict[int, str] = field(default_factory=dict)

    @override
    async def listen(self) -> None:
        while True:
            with suppress(httpx.TransportError, json.JSONDecodeError):
                async for number, data in self._events():
                    self.last = max(self.last, number)
                    if data["in_reply_to"]:
                        self.answers[number] = data["in_reply_to"]
                    else:
                        self.told[number] = data["text"]
            await asyncio.sleep(0.2)

    @override
    def _client(self) -> httpx.AsyncClient:
        # Reading the certificates for each of many tries would take the process its time to start.
        return httpx.AsyncClient(
            base_url=self.base,
            cookies=self.cookies,
            headers={"Origin": self.base},
            timeout=PATIENCE,
            verify=False,  # noqa: S501 - http, on this machine
        )


@dataclass
class Notes:
    """What the database says while nobody runs on it."""

    database: Database
    in_flight: set[str] = field(default_factory=set)

    async def give_plans(self, now: datetime) -> dict[int, int]:
        """Give the person of each chat a plan for each minute; by plan, its chat."""
        plans = StoredPlans(self.database, [REMINDERS])
        async with self.database.write() as connection:
            chats = (await connection.execute(select(chat.c.id))).scalars().all()
            for chat_id in chats:
                who = f"person {chat_id}"
                adult = {"id": who, "profile": {"age_band": "ab18"}, "created_at": now}
                await connection.execute(insert(person).values(adult))
                joined = {"chat_id": chat_id, "person_id": who, "linked_at": now}
                await connection.execute(insert(link).values(joined))
                context = ChangeContext(chat_id, who, now)
                for minute in range(FIRST_DUE, FIRST_DUE + DUE_MINUTES):
                    content = plan_to_json(Plan((Rule(Rhythm(Unit.DAYS), minute),)))
                    added = AddPlan(REMINDER, "Europe/Berlin", content)
                    await plans.appliers[AddPlan](connection, context, added)
            rows = await connection.execute(select(plan.c.id, plan.c.chat_id))
            return {row.id: row.chat_id for row in rows}

    async def look_what_was_in_flight(self) -> None:
        """Note what was being sent when the process was killed."""
        query = select(outgoing.c.payload).where(outgoing.c.state == "sending")
        async with self.database.read() as connection:
            payloads = (await connection.execute(query)).scalars().all()
        self.in_flight |= {payload["text"] for payload in payloads}

    async def ringings(self) -> list[tuple[str, str]]:
        """Plan and day, and the state, of each ringing."""
        query = select(ringing.c.plan_id, ringing.c.day, ringing.c.state)
        async with self.database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [(f"{row.plan_id} {row.day}", row.state) for row in rows]


def _told(users: Sequence[Reminded]) -> list[str]:
    return [text for user in users for text in user.told.values()]


async def _all_told(users: Sequence[Reminded], due: set[str]) -> None:
    """Wait until all that is due was told."""
    while due - set(_told(users)):  # noqa: ASYNC110 - a poll, as people do
        await asyncio.sleep(0.05)


async def _kill_when_due(process: PlansProcess, clock: QuickClock, chance: random.Random) -> None:
    """Kill around the next full minute: that is when plans are due."""
    await process.is_up()
    to_go = (60 - clock().second) / PACE
    await asyncio.sleep(to_go + chance.uniform(-0.02, 0.25))
    await process.kill()


async def test_killed_when_plans_are_due_each_rings_once_on_each_day(tmp_path: Path) -> None:
    chance = random.Random(50)  # noqa: S311 - a fixed seed, no secret
    clock, process = QuickClock(tmp_path), PlansProcess(tmp_path)
    users = [Reminded(f"http://127.0.0.1:{process.port}") for _ in range(PEOPLE)]
    due: set[str] = set()

    clock.show(TUESDAY)
    async with asyncio.timeout(LONGEST_RUN), AsyncExitStack() as stack:
        await process.start()
        stack.push_async_callback(process.kill)
        await stack.enter_async_context(listening(list(users)))
        for user in users:
            await user.open()
            await user.write("hallo")
        await asyncio.gather(*(user.answered() for user in users))
        ring = read_key_file(tmp_path / "keys")
        url = f"sqlite+aiosqlite:///{tmp_path / 'lernallianz.sqlite3'}"
        notes = Notes(await stack.enter_async_context(Database(url, ring)))
        plans = await notes.give_plans(clock())

        for number in range(DAYS):
            midnight = TUESDAY + number * A_DAY
            due |= {f"{each} {midnight.astimezone(BERLIN):%Y-%m-%d}" for each in plans}
            clock.show(midnight + timedelta(minutes=FIRST_DUE - 1))
            for kill in reversed(range(KILLS // DAYS + (number < KILLS % DAYS))):
                await _kill_when_due(process, clock, chance)
                await notes.look_what_was_in_flight()
                if not kill:
                    clock.show(midnight + AWAY_UNTIL)
                await process.start()
            await _all_told(users, due)
        became = await notes.ringings()

    told = Counter(_told(users))
    sys.stdout.write(
        f"\n{KILLS} kills on {DAYS} days; {len(due)} reminders due, {sum(told.values())} told, "
        f"{len(notes.in_flight)} in flight at a kill, {len(due - set(told))} lost\n"
    )
    assert len(due) == PEOPLE * DUE_MINUTES * DAYS
    assert sorted(became) == [(each, RingingState.SAID) for each in sorted(due)]
    assert set(told) == due
    assert max(told.values()) == 1
    for user in users:
        assert len({plans[int(text.split()[0])] for text in user.told.values()}) == 1
