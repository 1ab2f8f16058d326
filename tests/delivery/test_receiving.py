"""What arrives is stored once, whatever the platform does; nobody in a crisis is declined."""

import pytest

from bot.delivery.inbox import MOST_UNANSWERED
from bot.messages import (
    Address,
    IncomingMessage,
    OutgoingText,
    Text,
)
from bot.ports import NotStored
from tests.delivery.stage import START, Post


async def test_a_message_is_answered_once_however_often_it_arrives(post: Post) -> None:
    first = await post.memory.says("a", "hallo", external_id="x")
    again = await post.memory.says("a", "hallo", external_id="x")
    await post.work()
    late = await post.memory.says("a", "hallo", external_id="x")
    await post.work()

    assert first.new == again.known == late.known == {"x"}
    assert post.texts == ["1: hallo"]


async def test_a_batch_with_a_repeat_in_it_is_stored_once(post: Post) -> None:
    message = IncomingMessage(Address("memory", "a"), "x", Text("hallo"), START)

    received = await post.inbox.receive([message, message])

    assert received.new == {"x"}


async def test_too_many_unanswered_messages_are_declined_but_never_a_crisis(post: Post) -> None:
    for _ in range(MOST_UNANSWERED):
        await post.memory.says("a", "hallo")

    declined = await post.memory.says("a", "noch eine", external_id="x")
    crisis = await post.memory.says("a", "ich bin in not", external_id="y")

    assert declined.declined == {"x"}
    assert crisis.new == {"y"}


async def test_without_a_database_a_crisis_is_answered_once_at_once(post: Post) -> None:
    message = IncomingMessage(Address("memory", "a"), "x", Text("ich bin in not"), START)
    await post.database.__aexit__(None, None, None)

    with pytest.raises(NotStored) as first:
        await post.inbox.receive([message])
    with pytest.raises(NotStored) as second:
        await post.inbox.receive([message])

    assert first.value.crisis == {"x": OutgoingText("hilfe")}
    assert second.value.crisis == {}
