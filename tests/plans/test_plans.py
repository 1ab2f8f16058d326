"""Plans and the clock that rings them, on SQLite and PostgreSQL: each local day once, nothing lost, nothing readable."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import LargeBinary, delete, func, insert, select, type_coerce, update
from sqlalchemy.exc import IntegrityError

from bot.errors import LostRace
from bot.people.tables import chat, person
from bot.plans import clock as plan_clock
from bot.plans.clock import PlanClock
from bot.plans.service import KEPT_RINGING, NoPlans, purge_ringings
from bot.plans.tables import plan, ringing
from bot.plans.values import AddPlan, ChangePlan, DropPlans, EndRinging, PutOff, RingingState
from bot.storage.database import Database
from tests.plans.plans import BERLIN, EVENT, KINDS, Bells, at

MORNING = at("2026-11-23 08:00")
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (f"2026-11-{day}" for day in (23, 24, 25, 26))


@pytest.fixture
async def bells(database: Database) -> Bells:
    made = Bells(database, MORNING)
    await made.people("kim", "ada")
    return made


async def test_a_due_plan_is_put_in_once(bells: Bells) -> None:
    kept = await bells.add(hour=15)

    rung = [await bells.ring(f"{MONDAY} {clock}") for clock in ("14:59", "15:00", "15:00", "15:01")]

    assert rung == [0, 1, 0, 0]
    assert bells.woken == [1]
    ((message, due),) = await bells.events()
    assert (message.address.channel, message.address.chat) == ("memory", "kim")
    assert message.sent_at == at(f"{MONDAY} 15:00")
    (became,) = await bells.plans.ringings("kim")
    assert due.event == EVENT
    assert due.entities["plan"] == kept.plan_id
    assert due.entities["day"] == MONDAY
    assert due.entities["zone"] == BERLIN
    assert due.entities["breaks_default_quiet"] is False
    assert (became.day, became.number, became.state) == (date(2026, 11, 23), 0, RingingState.RUNG)
    assert (await bells.one()).next_due_at == at(f"{TUESDAY} 15:00")


async def test_a_plan_that_cannot_be_read_keeps_no_other_from_ringing(bells: Bells) -> None:
    broken = await bells.add(hour=15)
    await bells.add("ada", 2, hour=15)
    async with bells.database.write() as connection:
        await connection.execute(
            update(plan).where(plan.c.id == broken.plan_id).values(zone="Europe/Atlantis")
        )

    rung = [await bells.ring(f"{day} 15:00") for day in (MONDAY, TUESDAY)]

    assert rung == [1, 1]
    assert (await bells.one()).next_due_at is None


async def test_it_rings_day_after_day_and_each_event_is_its_own(bells: Bells) -> None:
    await bells.add(hour=15)

    rung = [await bells.ring(f"{day} 15:00") for day in (MONDAY, TUESDAY, WEDNESDAY)]

    assert rung == [1, 1, 1]
    events = await bells.events()
    assert [due.entities["day"] for _, due in events] == [MONDAY, TUESDAY, WEDNESDAY]
    assert len({message.external_id for message, _ in events}) == 3


async def test_each_day_of_a_plan_rings_at_most_once_says_the_database(bells: Bells) -> None:
    kept = await bells.add(hour=15)
    await bells.ring(f"{MONDAY} 15:00")
    twice = {
        "plan_id": kept.plan_id,
        "day": date(2026, 11, 23),
        "number": 0,
        "tries": 0,
        "state": RingingState.RUNG,
        "changed_at": bells.now,
    }

    with pytest.raises(IntegrityError):
        async with bells.database.write() as connection:
            await connection.execute(insert(ringing).values(twice))


async def test_a_time_that_is_moved_to_later_that_day_does_not_ring_again(bells: Bells) -> None:
    kept = await bells.add(hour=15)
    await bells.ring(f"{MONDAY} 15:00")

    await bells.do(ChangePlan(kept.plan_id, BERLIN, {"hour": 18}))

    assert (await bells.one()).next_due_at == at(f"{MONDAY} 18:00")
    assert await bells.ring(f"{MONDAY} 18:00") == 0
    assert await bells.ring(f"{TUESDAY} 18:00") == 1


async def test_who_flies_west_hears_it_once_on_that_day(bells: Bells) -> None:
    kept = await bells.add(hour=15)
    await bells.ring(f"{MONDAY} 15:00")

    there = {"hour": 15, "zone": "America/New_York"}
    await bells.do(ChangePlan(kept.plan_id, "America/New_York", there))

    assert await bells.ring(f"{MONDAY} 15:00", "America/New_York") == 0
    assert await bells.ring(f"{TUESDAY} 15:00", "America/New_York") == 1


@pytest.mark.parametrize(
    ("up_again", "rung", "became", "next_due"),
    [
        (f"{MONDAY} 15:01", 1, [(MONDAY, 0, "rung")], f"{TUESDAY} 15:00"),
        (f"{MONDAY} 23:59", 1, [(MONDAY, 0, "rung")], f"{TUESDAY} 15:00"),
        (f"{TUESDAY} 00:00", 0, [(MONDAY, 0, "missed")], f"{TUESDAY} 15:00"),
        (f"{TUESDAY} 14:59", 0, [(MONDAY, 0, "missed")], f"{TUESDAY} 15:00"),
        # What was due earlier today is still useful today.
        (
            f"{TUESDAY} 16:00",
            1,
            [(MONDAY, 0, "missed"), (TUESDAY, 0, "rung")],
            f"{WEDNESDAY} 15:00",
        ),
        (
            f"{THURSDAY} 16:00",
            1,
            [(MONDAY, 0, "missed"), (THURSDAY, 0, "rung")],
            "2026-11-27 15:00",
        ),
        (f"{THURSDAY} 14:00", 0, [(MONDAY, 0, "missed")], f"{THURSDAY} 15:00"),
    ],
)
async def test_late_by_an_outage(
    bells: Bells, up_again: str, rung: int, became: list[tuple[str, int, str]], next_due: str
) -> None:
    await bells.add(hour=15)

    again = [await bells.ring(up_again) for _ in range(3)]

    assert sum(again) == rung
    assert await bells.states() == became
    assert (await bells.one()).next_due_at == at(next_due)


@pytest.mark.parametrize(
    ("zone", "up_again", "rung"),
    [
        ("Pacific/Auckland", f"{TUESDAY} 00:30", 0),
        ("America/New_York", f"{MONDAY} 23:30", 1),
        ("Asia/Kolkata", f"{MONDAY} 23:30", 1),
    ],
)
async def test_which_day_it_is_says_the_clock_where_the_person_is(
    bells: Bells, zone: str, up_again: str, rung: int
) -> None:
    bells.now = at(f"{MONDAY} 08:00", zone)
    await bells.add(hour=23, zone=zone)

    assert await bells.ring(up_again, zone) == rung
    assert [day for day, _, _ in await bells.states()] == [MONDAY]


async def test_what_waits_is_tried_again_under_another_key(bells: Bells) -> None:
    kept = await bells.add(hour=15)
    await bells.ring(f"{MONDAY} 15:00")
    for minute in (15, 30):
        ((_, last), *_) = reversed(await bells.events())
        until = at(f"{MONDAY} 15:{minute}")
        wait = EndRinging(last.entities["ringing"], RingingState.WAITS, "open form", until)
        await bells.do(wait)
        assert (await bells.one()).next_due_at == until
        assert await bells.ring(f"{MONDAY} 15:{minute - 1}") == 0
        assert [await bells.ring(f"{MONDAY} 15:{minute}") for _ in range(2)] == [1, 0]

    events = await bells.events()
    number = events[0][1].entities["ringing"]
    assert [message.external_id for message, _ in events] == [
        f"due:{number}:{tries}" for tries in (0, 1, 2)
    ]
    assert {(due.entities["plan"], due.entities["day"]) for _, due in events} == {
        (kept.plan_id, MONDAY)
    }
    assert await bells.states() == [(MONDAY, 0, "rung")]
    assert (await bells.one()).next_due_at == at(f"{TUESDAY} 15:00")


async def test_what_waits_over_the_end_of_its_day_is_missed(bells: Bells) -> None:
    await bells.add(hour=15)
    await bells.ring(f"{MONDAY} 15:00")
    ((_, due),) = await bells.events()
    until = at(f"{MONDAY} 15:15")
    await bells.do(EndRinging(due.entities["ringing"], RingingState.WAITS, "human", until))

    assert await bells.ring(f"{TUESDAY} 09:00") == 0
    assert await bells.states() == [(MONDAY, 0, "missed")]
    assert await bells.ring(f"{TUESDAY} 15:00") == 1


async def test_what_became_of_a_ringing_is_kept_with_its_reason(bells: Bells) -> None:
    await bells.add(hour=15)
    for day, state, reason in (
        (MONDAY, RingingState.SAID, ""),
        (TUESDAY, RingingState.SILENT, "no gap"),
    ):
        await bells.ring(f"{day} 15:00")
        ((_, due), *_) = reversed(await bells.events())
        await bells.do(EndRinging(due.entities["ringing"], state, reason))

    assert [(each.state, each.reason) for each in await bells.plans.ringings("kim")] == [
        (RingingState.SILENT, "no gap"),
        (RingingState.SAID, ""),
    ]
    assert (await bells.one()).last_said_at == at(f"{MONDAY} 15:00")
    assert await bells.plans.ringings("ada") == ()


async def test_put_off_it_rings_once_more_and_the_schedule_stays(bells: Bells) -> None:
    kept = await bells.add(hour=15)
    await bells.ring(f"{MONDAY} 15:00")
    for clock in ("16:00", "19:00"):
        await bells.do(PutOff(kept.plan_id, at(f"{MONDAY} {clock}")))
        assert [await bells.ring(f"{MONDAY} {clock}") for _ in range(2)] == [1, 0]

    assert await bells.states() == [
        (MONDAY, 0, "rung"),
        (MONDAY, 1, "rung"),
        (MONDAY, 2, "rung"),
    ]
    assert await bells.ring(f"{TUESDAY} 15:00") == 1
    assert not any(due.entities["breaks_default_quiet"] for _, due in await bells.events())


async def test_put_off_twice_before_it_rings_the_later_word_counts(bells: Bells) -> None:
    kept = await bells.add(hour=15)
    await bells.ring(f"{MONDAY} 15:00")
    await bells.do(PutOff(kept.plan_id, at(f"{MONDAY} 16:00")))
    await bells.do(PutOff(kept.plan_id, at(f"{MONDAY} 17:00")))

    rung = [await bells.ring(f"{MONDAY} {clock}") for clock in ("16:00", "17:00", "18:00")]

    assert rung == [0, 1, 0]


async def test_put_off_over_midnight_it_belongs_to_the_next_day_and_that_rings_too(
    bells: Bells,
) -> None:
    kept = await bells.add(hour=23)
    await bells.ring(f"{MONDAY} 23:30")
    await bells.do(PutOff(kept.plan_id, at(f"{TUESDAY} 00:30")))

    assert await bells.ring(f"{TUESDAY} 00:30") == 1
    assert await bells.ring(f"{TUESDAY} 23:00") == 1
    assert await bells.states() == [
        (MONDAY, 0, "rung"),
        (TUESDAY, 1, "rung"),
        (TUESDAY, 0, "rung"),
    ]


async def test_put_off_into_quiet_hours_on_purpose_it_may_ring_there(bells: Bells) -> None:
    kept = await bells.add(hour=15)
    await bells.ring(f"{MONDAY} 15:00")
    await bells.do(PutOff(kept.plan_id, at(f"{MONDAY} 21:00"), is_despite_quiet=True))
    await bells.ring(f"{MONDAY} 21:00")
    await bells.ring(f"{TUESDAY} 15:00")

    breaks = [due.entities["breaks_default_quiet"] for _, due in await bells.events()]
    assert breaks == [False, True, False]


async def test_a_plan_at_an_hour_that_was_chosen_may_ring_in_quiet_hours(bells: Bells) -> None:
    await bells.add(hour=21, loud=True)
    await bells.ring(f"{MONDAY} 21:00")

    ((_, due),) = await bells.events()
    assert due.entities["breaks_default_quiet"] is True


async def test_a_change_keeps_the_person_the_chat_and_what_was_said(bells: Bells) -> None:
    kept = await bells.add(hour=15)
    await bells.ring(f"{MONDAY} 15:00")
    ((_, due),) = await bells.events()
    await bells.do(EndRinging(due.entities["ringing"], RingingState.SAID))

    await bells.do(ChangePlan(kept.plan_id, "Europe/London", {"hour": 9, "zone": "Europe/London"}))

    changed = await bells.one()
    assert (changed.plan_id, changed.kind, changed.zone) == (kept.plan_id, "bell", "Europe/London")
    assert changed.content == {"hour": 9, "zone": "Europe/London"}
    assert changed.next_due_at == at(f"{TUESDAY} 09:00", "Europe/London")
    assert changed.last_said_at == at(f"{MONDAY} 15:00")
    assert await bells.plans.of("ada") == ()
    assert await bells.ring(f"{TUESDAY} 09:00", "Europe/London") == 1
    ((message, _), *_) = reversed(await bells.events())
    assert message.address.chat == "kim"


async def test_what_was_put_off_goes_when_the_plan_is_changed(bells: Bells) -> None:
    kept = await bells.add(hour=15)
    await bells.ring(f"{MONDAY} 15:00")
    await bells.do(PutOff(kept.plan_id, at(f"{MONDAY} 16:00")))
    await bells.do(ChangePlan(kept.plan_id, BERLIN, {"hour": 10}))

    assert await bells.ring(f"{MONDAY} 16:00") == 0
    assert (await bells.one()).next_due_at == at(f"{TUESDAY} 10:00")


@pytest.mark.parametrize("who", ["ada", None])
async def test_nobody_changes_or_drops_the_plan_of_somebody_else(
    bells: Bells, who: str | None
) -> None:
    kept = await bells.add(hour=15)

    for change in (ChangePlan(kept.plan_id, BERLIN, {}), PutOff(kept.plan_id, bells.now)):
        with pytest.raises(LostRace):
            await bells.do(change, who)
    if who is not None:
        await bells.do(DropPlans((kept.plan_id,)), who)

    assert await bells.plans.of("kim") == (kept,)


async def test_a_dropped_plan_rings_no_more_and_what_is_said_of_it_is_let_be(bells: Bells) -> None:
    kept, other = await bells.add(hour=15), await bells.add(hour=16)
    await bells.ring(f"{MONDAY} 15:00")
    ((_, due),) = await bells.events()

    await bells.do(DropPlans((kept.plan_id,)))

    number = due.entities["ringing"]
    until = at(f"{MONDAY} 15:15")
    await bells.do(EndRinging(number, RingingState.WAITS, "open form", until))
    with pytest.raises(LostRace):
        await bells.do(PutOff(kept.plan_id, bells.now))
    assert await bells.plans.of("kim") == (other,)
    assert await bells.ring(f"{MONDAY} 15:30") == 0


async def test_of_some_kinds_a_person_has_only_one(bells: Bells) -> None:
    await bells.do(AddPlan("bell", BERLIN, {"hour": 15}))
    await bells.do(AddPlan("bell", BERLIN, {"hour": 16}), "ada", 2)
    await bells.do(AddPlan("other", BERLIN, {"hour": 17}, is_only=True))
    await bells.do(AddPlan("other", BERLIN, {"hour": 18}, is_only=True))

    assert [(each.kind, each.content) for each in await bells.plans.of("kim")] == [
        ("bell", {"hour": 15}),
        ("other", {"hour": 18}),
    ]
    assert [each.content for each in await bells.plans.of("kim", "bell")] == [{"hour": 15}]
    assert len(await bells.plans.of("ada")) == 1
    assert await NoPlans().of("kim") == ()


async def test_what_never_rings_again_stays_and_is_not_due(bells: Bells) -> None:
    await bells.add()

    assert (await bells.one()).next_due_at is None
    assert await bells.ring("2030-01-01 00:00") == 0


async def _left(database: Database) -> list[int | None]:
    async with database.read() as connection:
        return [
            await connection.scalar(select(func.count()).select_from(each))
            for each in (plan, ringing)
        ]


@pytest.mark.parametrize("table", [person, chat])
async def test_plans_and_ringings_go_with_the_person_and_with_the_chat(
    bells: Bells, table: Any
) -> None:
    await bells.add(hour=15)
    await bells.add("ada", 2, hour=16)
    await bells.ring(f"{MONDAY} 16:00")
    assert await _left(bells.database) == [2, 2]

    async with bells.database.write() as connection:
        await connection.execute(
            delete(table).where(table.c.id.in_(["kim"] if table is person else [1]))
        )

    assert await _left(bells.database) == [1, 1]
    assert len(await bells.states("ada")) == 1


async def test_nothing_of_a_plan_is_readable_in_the_database(bells: Bells) -> None:
    await bells.add(hour=15, told="freitags nach der Berufsschule")
    await bells.ring(f"{MONDAY} 15:00")

    async with bells.database.read() as connection:
        query = select(type_coerce(plan.c.content, LargeBinary))
        stored = [bytes(content) for content in (await connection.execute(query)).scalars()]
        columns = [
            str(dict(row))
            for table in (plan, ringing)
            for row in (
                await connection.execute(
                    select(*(each for each in table.c if each.name != "content"))
                )
            ).mappings()
        ]

    assert len(stored) == 1
    assert not any(word in stored[0] for word in (b"hour", b"told", b"Berufsschule"))
    assert "Berufsschule" not in "".join(columns)


async def test_more_plans_than_one_transaction_takes(
    bells: Bells, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_clock, "MOST_AT_ONCE", 3)
    for _ in range(10):
        await bells.add(hour=15)

    assert await bells.ring(f"{MONDAY} 15:00") == 10
    assert bells.woken == [3, 3, 3, 1]
    events = await bells.events()
    assert len({due.entities["plan"] for _, due in events}) == 10


async def test_what_is_due_longest_rings_first(bells: Bells) -> None:
    later, sooner = await bells.add(hour=16), await bells.add(hour=15)
    await bells.ring(f"{MONDAY} 17:00")

    rung = [due.entities["plan"] for _, due in await bells.events()]
    assert rung == [sooner.plan_id, later.plan_id]


async def test_when_an_event_cannot_be_put_in_all_of_it_is_still_due(bells: Bells) -> None:
    await bells.add(hour=15)
    await bells.add("ada", 2, hour=15)
    calls: list[int] = []

    async def breaks(connection: Any, chat_id: int, message: Any) -> bool:
        calls.append(chat_id)
        if len(calls) == 2:
            raise RuntimeError("killed")
        return await bells.inbox.put_in(connection, chat_id, message)

    bells.now = at(f"{MONDAY} 15:00")
    broken = PlanClock(
        bells.database, lambda: bells.now, bells.plans.kinds, breaks, bells.woken.append
    )
    with pytest.raises(RuntimeError):
        await broken.ring()
    assert await bells.events() == []
    assert await _left(bells.database) == [2, 0]

    assert await bells.ring() == 2
    assert bells.woken == [2]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgresql
async def test_two_clocks_beside_each_other_ring_each_plan_once(
    bells: Bells, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_clock, "MOST_AT_ONCE", 7)
    for number in range(60):
        await bells.add(("kim", "ada")[number % 2], number % 2 + 1, hour=15)

    async with Database(bells.database.url, bells.database.ring) as second:
        other = Bells(second, at(f"{MONDAY} 15:00"))
        bells.now = other.now
        rung = list(await asyncio.gather(bells.ring(), other.ring()))
        # What one of them had just taken, the other left alone; nothing is left for a third look.
        rung.append(await bells.ring())

    assert sum(rung) == 60
    assert rung[2] == 0
    events = await bells.events()
    assert len({due.entities["plan"] for _, due in events}) == len(events) == 60
    assert set(other.woken) | set(bells.woken) <= set(range(1, 8))


async def test_what_became_of_ringings_is_forgotten_after_a_while_but_not_what_waits(
    bells: Bells,
) -> None:
    kept = await bells.add(hour=15)
    await bells.add("ada", 2, hour=15)
    await bells.ring(f"{MONDAY} 15:00")
    await bells.do(PutOff(kept.plan_id, bells.now + timedelta(days=90)))

    await purge_ringings(bells.database, bells.now + KEPT_RINGING)
    assert len(await bells.states()) + len(await bells.states("ada")) == 3
    await purge_ringings(bells.database, bells.now + KEPT_RINGING + timedelta(minutes=1))

    assert [state for _, _, state in await bells.states()] == ["waits"]
    assert await bells.states("ada") == []
    bells.now += timedelta(days=90)
    assert [await bells.ring() for _ in range(3)] == [1, 1, 0]


async def test_what_nobody_waits_for_any_more_is_forgotten_too(bells: Bells) -> None:
    kept = await bells.add(hour=15)
    await bells.ring(f"{MONDAY} 15:00")
    await bells.do(PutOff(kept.plan_id, at(f"{MONDAY} 16:00")))
    await bells.do(ChangePlan(kept.plan_id, BERLIN, {"hour": 10}))

    await purge_ringings(bells.database, bells.now + KEPT_RINGING + timedelta(minutes=1))

    assert await bells.states() == []


async def test_moments_are_stored_in_utc(bells: Bells) -> None:
    await bells.add(hour=15)
    next_due = (await bells.one()).next_due_at
    assert next_due == datetime(2026, 11, 23, 14, tzinfo=UTC)
    assert [kind.name for kind in KINDS] == list(bells.plans.kinds)
    assert (await bells.plans.as_values("kim"))[0] == {
        "kind": "bell",
        "zone": BERLIN,
        "hour": 15,
        "next_due_at": "2026-11-23T14:00:00+00:00",
    }
