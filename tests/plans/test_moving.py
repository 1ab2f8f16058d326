"""Plans change their chat: what waits in the inbox is said in the new one, and nothing is said twice."""

import pytest
from sqlalchemy import insert, select, update

from bot.delivery.events import closed_chats, withdraw_events
from bot.delivery.tables import conversation, incoming
from bot.errors import LostRace
from bot.people.tables import link
from bot.plans.clock import PlanClock
from bot.plans.moving import PlanMover
from bot.plans.tables import plan, ringing
from bot.plans.values import EndRinging, RingingState
from bot.storage.database import Database
from bot.turn import Owner
from tests.plans.plans import Bells, at

START = "2026-11-23 12:00"
AT_SIX = "2026-11-23 18:00"


def later(first: object, second: object) -> object:
    """How two plans of which there is but one become one in these tests."""
    return {**dict(first), "united": True} if isinstance(first, dict) else second


class Movers(Bells):
    """Kim has the chats 1 and 2, Ada has 3."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, at(START))
        self.mover = PlanMover(
            kinds=self.plans.kinds,
            unite={"other": later},
            withdraw=withdraw_events,
            closed=closed_chats,
            reaches=lambda channel: channel == "memory",
        )
        self.clock = PlanClock(
            database,
            self._clock,
            self.plans.kinds,
            self.inbox.put_in,
            self.woken.append,
            self.mover.out_of_closed,
        )

    async def begin(self) -> None:
        await self.people("kim", "second", "ada")
        async with self.database.write() as connection:
            given = update(link).where(link.c.chat_id == 2).values(person_id="kim")
            await connection.execute(given)

    async def close(self, chat_id: int) -> None:
        async with self.database.write() as connection:
            await connection.execute(
                update(conversation)
                .where(conversation.c.chat_id == chat_id)
                .values(owner=Owner.CLOSED)
            )

    async def speak_in(self, chat_id: int) -> None:
        async with self.database.write() as connection:
            await self.mover.speak_in(connection, "kim", chat_id, self.now)

    async def chats(self) -> list[int]:
        async with self.database.read() as connection:
            return list((await connection.execute(select(plan.c.chat_id))).scalars())

    async def ringing(self) -> int:
        """The only ringing."""
        async with self.database.read() as connection:
            return int((await connection.execute(select(ringing.c.id))).scalar_one())

    async def waiting(self) -> list[int]:
        """The chats in which an event waits."""
        query = select(incoming.c.chat_id).where(incoming.c.state == "waiting")
        async with self.database.read() as connection:
            return list((await connection.execute(query)).scalars())


@pytest.fixture
async def movers(database: Database) -> Movers:
    made = Movers(database)
    await made.begin()
    return made


async def test_an_event_that_waits_is_said_in_the_new_chat_and_only_there(movers: Movers) -> None:
    await movers.add(hour=18)
    await movers.ring(AT_SIX)
    before = await movers.waiting()

    await movers.speak_in(2)
    nothing_waits = await movers.waiting()
    await movers.ring()
    ringing_id = await movers.ringing()

    assert (before, nothing_waits, await movers.waiting()) == ([1], [], [2])
    with pytest.raises(LostRace):
        await movers.do(EndRinging(ringing_id, RingingState.SAID), chat_id=1)
    await movers.do(EndRinging(ringing_id, RingingState.SAID), chat_id=2)
    assert [state for _, _, state in await movers.states()] == [RingingState.SAID]
    assert await movers.ring() == 0


async def test_what_was_said_already_is_not_said_again(movers: Movers) -> None:
    await movers.add(hour=18)
    await movers.ring(AT_SIX)
    ((_, due),) = await movers.events()
    await movers.do(EndRinging(due.entities["ringing"], RingingState.SAID))
    async with movers.database.write() as connection:
        await connection.execute(update(incoming).values(state="done", payload=None))

    await movers.speak_in(2)

    assert (await movers.ring(), await movers.chats()) == (0, [2])


async def test_a_closed_chat_gives_its_plans_to_an_open_one(movers: Movers) -> None:
    await movers.add(hour=18)
    await movers.add("ada", 3, hour=18)
    await movers.close(1)
    await movers.close(3)

    await movers.ring(AT_SIX)

    # Ada has no other chat: what is due there is let be in its turn.
    assert (await movers.waiting(), await movers.chats()) == ([2, 3], [2, 3])


async def test_where_all_chats_are_closed_nothing_moves(movers: Movers) -> None:
    await movers.add(hour=18)
    await movers.close(1)
    await movers.close(2)

    await movers.ring(AT_SIX)

    assert await movers.chats() == [1]


async def test_two_people_s_plans_become_one_s_and_none_comes_twice(movers: Movers) -> None:
    await movers.add(hour=18)
    await movers.add("ada", 3, hour=18)
    await movers.add("ada", 3, hour=19)
    async with movers.database.write() as connection:
        rows = [
            {
                "person_id": who,
                "chat_id": chat_id,
                "kind": "other",
                "zone": "Europe/Berlin",
                "content": {"of": who, "zone": "Europe/Berlin"},
                "created_at": movers.now,
            }
            for who, chat_id in (("kim", 1), ("ada", 3))
        ]
        await connection.execute(insert(plan), rows)
        await movers.mover.become_one(connection, "kim", "ada", movers.now)

    plans = await movers.plans.of("kim")
    assert [each.content["hour"] for each in plans if each.kind == "bell"] == [18, 19]
    (other,) = [each.content for each in plans if each.kind == "other"]
    assert (other["of"], other["united"]) == ("kim", True)
    assert await movers.plans.of("ada") == ()
