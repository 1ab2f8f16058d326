"""What other topics keep becomes one: subscriptions, dates that matter, the training and what follows from it."""

from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import insert

from bot.bootstrap import KINDS, ONE_EACH, WRITE_AUSBILDUNG
from bot.delivery.events import closed_chats, withdraw_events
from bot.diary.ausbildung import Ausbildung
from bot.diary.changes import WriteAusbildung
from bot.diary.others import DiariesBecomeOne
from bot.diary.service import APPLIERS, StoredDiaries
from bot.nudges.content import NudgeContent
from bot.nudges.joining import one_subscription
from bot.nudges.subscription import Subscription
from bot.people.tables import chat, link, person
from bot.plans.moving import PlanMover
from bot.plans.service import StoredPlans
from bot.plans.values import AddPlan
from bot.reminders.calendar_of_training import DATES, DatesContent, content_of, dates_of
from bot.reminders.joining import one_calendar
from bot.storage.changes import ChangeContext
from bot.storage.database import Database

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
SPRING, AUTUMN = date(2026, 3, 1), date(2026, 9, 1)
MINE = Subscription(frozenset({"geld"}), "7", AUTUMN)
THEIRS = replace(MINE, topics=frozenset({"praktikum"}))
OLD = Ausbildung(beginn=date(2025, 8, 1), ende=date(2028, 7, 31))
NEW = Ausbildung(beruf="Koch", beginn=date(2026, 8, 1), ende=date(2029, 7, 31))


def test_the_first_subscription_runs_on_and_nothing_is_sent_again() -> None:
    first = NudgeContent(MINE, sent={"a": SPRING, "b": AUTUMN})
    second = NudgeContent(THEIRS, sent={"a": AUTUMN, "c": SPRING})

    one = NudgeContent.of(one_subscription(first.as_json(), second.as_json()))

    assert one.subscription == MINE
    assert one.sent == {"a": AUTUMN, "b": AUTUMN, "c": SPRING}


def test_one_that_was_ended_gives_way_to_one_that_runs() -> None:
    ended = NudgeContent(MINE, is_ended=True).as_json()
    running = NudgeContent(THEIRS).as_json()

    assert NudgeContent.of(one_subscription(ended, running)).subscription == THEIRS
    assert NudgeContent.of(one_subscription(running, ended)).subscription == THEIRS
    assert NudgeContent.of(one_subscription(ended, ended)).is_ended


def test_no_date_is_told_again() -> None:
    first = DatesContent(dates_of(NEW), frozenset({"x 1"}))
    second = DatesContent(dates_of(OLD), frozenset({"y 2"}))

    one = DatesContent.of(one_calendar(content_of(first), content_of(second)))

    assert one == DatesContent(first.dates, frozenset({"x 1", "y 2"}))
    nothing = DatesContent(())
    assert DatesContent.of(one_calendar(content_of(nothing), content_of(second))).dates


async def test_the_dates_follow_the_training_that_counts(database: Database) -> None:
    plans = StoredPlans(database, KINDS)
    mover = PlanMover(plans.kinds, ONE_EACH, withdraw_events, closed_chats, lambda channel: True)
    async with database.write() as connection:
        await connection.execute(
            insert(person),
            [{"id": each, "profile": {}, "created_at": NOW} for each in ("first", "second")],
        )
        for number, each in enumerate(("first", "second"), 1):
            where = {"channel": "memory", "address": each, "created_at": NOW}
            await connection.execute(insert(chat).values(id=number, **where))
            tie = {"chat_id": number, "person_id": each, "linked_at": NOW}
            await connection.execute(insert(link).values(tie))
        of_first, of_second = (
            ChangeContext(1, "first", NOW),
            ChangeContext(2, "second", NOW),
        )
        write = APPLIERS[WriteAusbildung]
        await write(connection, of_first, WriteAusbildung(NEW))
        await write(connection, of_second, WriteAusbildung(replace(OLD, betrieb="Hof")))
        dates = content_of(DatesContent(dates_of(OLD)))
        await plans.appliers[AddPlan](
            connection, of_second, AddPlan(DATES.name, "Europe/Berlin", dates)
        )
        await mover.become_one(connection, "first", "second", NOW)
        await DiariesBecomeOne(WRITE_AUSBILDUNG)(connection, "first", "second", NOW)

    (kept,) = await plans.of("first")
    assert DatesContent.of(kept.content).dates == dates_of(NEW)
    assert (await StoredDiaries(database).load("first")).ausbildung == replace(NEW, betrieb="Hof")
