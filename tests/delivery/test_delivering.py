"""What is to be said goes out in order, once where it can be known, and ends where nobody can be reached."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.delivery.post import OutgoingPost
from bot.delivery.tables import conversation, outgoing
from bot.errors import Closed, NotDelivered, Refused
from bot.messages import (
    Address,
    OutgoingEnd,
    OutgoingText,
)
from bot.people.tables import chat
from bot.turn import Owner, Reply
from connectors.memory import MemoryConnector
from tests.delivery.stage import Post, at_work


async def test_a_failed_sending_is_tried_again_and_keeps_the_order(post: Post) -> None:
    post.memory.fail_next(NotDelivered("down"))
    await post.memory.says("chat", "a")
    await post.memory.says("chat", "b")
    await post.work()
    early = list(post.texts)
    post.pass_by(seconds=2)
    await post.work()

    assert early == []
    assert post.texts == ["1: a", "2: b"]
    assert [message.number for message in post.memory.sent] == [2, 3]


async def test_back_off_doubles_and_retry_after_is_obeyed(post: Post) -> None:
    for error in (
        NotDelivered("a"),
        NotDelivered("b"),
        NotDelivered("c", retry_after=timedelta(seconds=30)),
    ):
        post.memory.fail_next(error)
    await post.memory.says("chat", "hallo")
    await post.work()
    tries = []
    for seconds in (1.1, 1.1, 1.1, 10, 21):
        post.pass_by(seconds=seconds)
        await post.work()
        async with post.database.read() as connection:
            tries.append(await connection.scalar(select(outgoing.c.tries)))

    assert tries == [2, 2, 3, 3, 4]
    assert post.texts == ["1: hallo"]


async def test_what_is_no_longer_worth_sending_is_dropped(post: Post) -> None:
    post.memory.fail_next(NotDelivered("down", retry_after=timedelta(minutes=2)))
    await post.memory.says("chat", "eilig")
    await post.work()
    post.pass_by(minutes=3)
    await post.work()

    assert post.texts == []


async def test_a_refused_message_is_set_aside_and_the_next_one_goes(post: Post) -> None:
    post.memory.fail_next(Refused("too odd"))
    await post.memory.says("chat", "a")
    await post.memory.says("chat", "b")
    await post.work()

    assert post.texts == ["2: b"]


async def test_a_closed_chat_gets_nothing_more(post: Post) -> None:
    post.memory.fail_next(Closed("blocked"))
    await post.memory.says("chat", "a")
    await post.memory.says("chat", "b")
    await post.work()
    async with post.database.read() as connection:
        owner = await connection.scalar(select(conversation.c.owner))

    assert post.texts == []
    assert owner == Owner.CLOSED


@pytest.mark.parametrize(("word", "expected"), [("hallo", 2), ("erinnern", 1)])
async def test_an_unknowable_sending_is_repeated_or_dropped_as_the_row_says(
    post: Post, word: str, expected: int
) -> None:
    post.memory.fail_next(RuntimeError("broken pipe"), after_effect=True)  # type: ignore[arg-type]
    await post.memory.says("chat", word)
    await post.work()
    post.pass_by(seconds=2)
    await post.work()

    assert post.texts == [f"1: {word}"] * expected
    assert {message.number for message in post.memory.sent} == {1}


@pytest.mark.parametrize(("word", "expected"), [("hallo", ["1: hallo"]), ("erinnern", [])])
async def test_a_row_found_in_flight_after_a_crash_is_unknowable(
    post: Post, word: str, expected: list[str]
) -> None:
    await post.memory.says("chat", word)
    await post.turns.work_once("tester")
    async with post.database.write() as connection:
        await connection.execute(update(outgoing).values(state="sending", number=7, tries=1))
    await post.work()

    assert post.texts == expected
    assert all(message.number == 7 for message in post.memory.sent)


@pytest.mark.parametrize(("hours", "expected"), [(1, ["1: erinnern"]), (25, [])])
async def test_where_a_message_sent_twice_is_shown_once_nothing_is_unknowable(
    post: Post, monkeypatch: pytest.MonkeyPatch, hours: int, expected: list[str]
) -> None:
    safe = replace(MemoryConnector.capabilities, repeats_safely=True)
    monkeypatch.setattr(MemoryConnector, "capabilities", safe)
    await post.memory.says("chat", "erinnern")
    await post.turns.work_once("tester")
    async with post.database.write() as connection:
        await connection.execute(update(outgoing).values(state="sending", number=7, tries=1))
    post.pass_by(hours=hours)
    await post.work()

    assert post.texts == expected


async def test_an_unreachable_person_is_served_when_the_connector_wakes_us(post: Post) -> None:
    post.memory.fail_next(NotDelivered("no page open", until_reachable=True))
    await post.memory.says("chat", "hallo")
    await post.work()
    post.pass_by(hours=1)
    await post.work()
    before = list(post.texts)
    post.deliverer.wake(Address("memory", "chat"))
    await post.work()

    assert before == []
    assert post.texts == ["1: hallo"]


async def test_a_room_to_which_nobody_came_ends_without_what_waited_there(post: Post) -> None:
    for name, is_there in (("empty", False), ("shared", True)):
        if not is_there:
            post.memory.fail_next(NotDelivered("nobody is there", until_reachable=True))
        await post.memory.says(name, "hallo")
        await post.work()
        async with post.database.write() as connection:
            address = select(chat.c.id).where(chat.c.address == name)
            chat_id = await connection.scalar(address)
            assert chat_id is not None
            await OutgoingPost().append(connection, chat_id, [Reply("bis bald")], post.now)
            await OutgoingPost().end_room(connection, chat_id, post.now)
        await post.work()

    said = [(sent.address.chat, sent.content) for sent in post.memory.sent]
    assert said == [
        ("empty", OutgoingEnd()),
        ("shared", OutgoingText("1: hallo")),
        ("shared", OutgoingText("bis bald")),
        ("shared", OutgoingEnd()),
    ]


async def test_a_file_is_rendered_while_it_is_delivered(post: Post) -> None:
    await post.memory.says("chat", "datei")
    await post.work()

    assert getattr(post.memory.sent[0].content, "name", "") == "lernallianz-daten.json"


async def test_workers_stop_and_start_again_without_losing_anything(post: Post) -> None:
    post.now = datetime.now(UTC)
    async with at_work(post):
        await post.memory.says("chat", "a")
        await post.memory.arrived(1)
    await post.memory.says("chat", "b")
    async with at_work(post):
        await post.memory.arrived(2)
        await asyncio.sleep(0.05)

    assert post.texts == ["1: a", "2: b"]


async def test_a_number_that_may_have_been_seen_is_never_given_anew(post: Post) -> None:
    await post.memory.says("chat", "hallo")
    await post.turns.work_once("tester")
    async with post.database.write() as connection:
        await connection.execute(update(outgoing).values(state="sending", number=7, tries=1))
    post.memory.fail_next(NotDelivered("no page open", until_reachable=True))
    await post.work()
    post.deliverer.wake(Address("memory", "chat"))
    await post.work()

    assert [message.number for message in post.memory.sent] == [7]


async def test_a_message_acknowledged_while_its_sending_returns_stays_acknowledged(
    post: Post,
) -> None:
    await post.memory.says("chat", "hallo")
    await post.turns.work_once("tester")
    async with post.database.write() as connection:
        await connection.execute(update(outgoing).values(state="sending", number=1, tries=1))
    await post.deliverer.acknowledge(Address("memory", "chat"), 1)
    await post.work()

    assert post.texts == []
