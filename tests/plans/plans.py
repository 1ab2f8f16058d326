"""Plans in a database for tests: people with chats, a kind of our own, and a clock set by hand."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from bot.delivery.codec import incoming_from_json
from bot.delivery.inbox import DurableInbox
from bot.delivery.tables import conversation, incoming
from bot.messages import Address, Due, IncomingMessage
from bot.people.tables import chat, link, person
from bot.plans.clock import PlanClock
from bot.plans.service import StoredPlans
from bot.plans.values import AddPlan, Kind, Planned
from bot.storage.changes import ChangeContext
from bot.storage.database import Database
from bot.turn import Change

BERLIN = "Europe/Berlin"
EVENT = "EXTERNAL_bell_due"


def at(text: str, zone: str = BERLIN) -> datetime:
    """The moment (UTC) at which the clock on a wall shows `2026-11-23 15:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def daily(content: Mapping[str, Any], after: datetime) -> datetime | None:
    """Every day at `hour` of `zone`; never when there is no hour."""
    if "hour" not in content:
        return None
    zone = ZoneInfo(content.get("zone", BERLIN))
    moment = after.astimezone(zone).replace(
        hour=content["hour"], minute=0, second=0, microsecond=0, fold=0
    )
    while moment.astimezone(UTC) <= after:
        moment += timedelta(days=1)
    return moment.astimezone(UTC)


def is_loud(content: Mapping[str, Any]) -> bool:
    """Whether the person chose a time in the quiet hours."""
    return bool(content.get("loud"))


BELL = Kind("bell", EVENT, daily, is_loud)
KINDS = (BELL, Kind("other", "EXTERNAL_other_due", daily))


class Bells:
    """What is tested: plans of some people, and the clock that rings them."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.now = now
        self.woken: list[int] = []
        self.database = database
        self.plans = StoredPlans(database, KINDS)
        self.inbox = DurableInbox(database, self._clock, lambda text: None, self.woken.append)
        self.clock = PlanClock(
            database, self._clock, self.plans.kinds, self.inbox.put_in, self.woken.append
        )

    def _clock(self) -> datetime:
        return self.now

    async def people(self, *names: str) -> None:
        """Make people; each has one chat, whose id is their place in the row, from 1."""
        async with self.database.write() as connection:
            await connection.execute(
                insert(person),
                [{"id": name, "profile": {}, "created_at": self.now} for name in names],
            )
            await connection.execute(
                insert(chat),
                [
                    {"id": number, "channel": "memory", "address": name, "created_at": self.now}
                    for number, name in enumerate(names, 1)
                ],
            )
            await connection.execute(
                insert(conversation), [{"chat_id": number} for number, _ in enumerate(names, 1)]
            )
            await connection.execute(
                insert(link),
                [
                    {"chat_id": number, "person_id": name, "linked_at": self.now}
                    for number, name in enumerate(names, 1)
                ],
            )

    async def do(self, change: Change, who: str | None = "kim", chat_id: int = 1) -> None:
        """Write a change, as a turn does."""
        async with self.database.write() as connection:
            context = ChangeContext(chat_id, who, self.now)
            await self.plans.appliers[type(change)](connection, context, change)

    async def add(
        self, who: str = "kim", chat_id: int = 1, zone: str = BERLIN, **content: Any
    ) -> Planned:
        """Keep a plan that rings every day."""
        await self.do(AddPlan("bell", zone, {"zone": zone, **content}), who, chat_id)
        return (await self.plans.of(who))[-1]

    async def one(self, who: str = "kim") -> Planned:
        """The only plan of a person."""
        (planned,) = await self.plans.of(who)
        return planned

    async def ring(self, text: str | None = None, zone: str = BERLIN) -> int:
        """Ring what is due at a local time."""
        if text is not None:
            self.now = at(text, zone)
        return await self.clock.ring()

    async def events(self) -> Sequence[tuple[IncomingMessage, Due]]:
        """What was put into the inbox, oldest first."""
        query = select(incoming, chat.c.address).join(chat).order_by(incoming.c.id)
        async with self.database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        messages = [
            incoming_from_json(row["payload"], row["kind"], Address("memory", row["address"]))
            for row in rows
        ]
        return [(each, each.content) for each in messages if isinstance(each.content, Due)]

    async def states(self, who: str = "kim") -> list[tuple[str, int, str]]:
        """Day, number and state of a person's ringings, oldest first."""
        found = reversed(await self.plans.ringings(who))
        return [(f"{each.day}", each.number, each.state.value) for each in found]
