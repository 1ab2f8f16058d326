"""Each message becomes one turn, in order, however often something breaks."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from bot.delivery.tables import conversation, incoming, outgoing
from bot.messages import (
    Choice,
    OutgoingText,
)
from bot.turn import Offer, Situation
from tests.delivery.stage import APOLOGY, START, Post, at_work, text_of


async def test_messages_of_a_chat_are_worked_off_in_order_and_remember(post: Post) -> None:
    for word in ("a", "b", "c"):
        await post.memory.says("chat", word)
    await post.work()

    assert post.texts == ["1: a", "2: b", "3: c"]
    assert [message.number for message in post.memory.sent] == [1, 2, 3]


async def test_a_crisis_goes_before_what_waits(post: Post) -> None:
    await post.memory.says("chat", "erstens")
    await post.memory.says("chat", "ich bin in not")
    await post.work()

    assert post.texts == ["1: ich bin in not", "2: erstens"]


async def test_a_turn_that_always_raises_is_set_aside_after_three_tries(post: Post) -> None:
    await post.memory.says("chat", "gift")
    await post.memory.says("chat", "danach")
    await post.memory.says("anderer", "ich auch")
    await post.work()
    waiting = list(post.texts)
    for _ in range(3):
        post.pass_by(seconds=1)
        await post.work()

    assert waiting == ["1: ich auch"]
    assert post.echo.raises == 3
    assert post.texts == ["1: ich auch", APOLOGY, "1: danach"]
    assert post.set_aside == ["RuntimeError"]


async def test_nobody_else_waits_behind_a_poisoned_message(post: Post) -> None:
    post.now = datetime.now(UTC)
    async with at_work(post):
        await post.memory.says("krank", "gift")
        for number in range(20):
            await post.memory.says(f"chat {number}", "hallo")
        sent = await post.memory.arrived(20, within=10)
    others = [message for message in sent if text_of(message) == "1: hallo"]

    assert len(others) == 20


async def test_a_message_that_kills_the_process_is_set_aside_after_ten_starts(post: Post) -> None:
    await post.memory.says("chat", "hallo")
    async with post.database.write() as connection:
        await connection.execute(update(incoming).values(starts=10))
    await post.work()

    assert post.texts == [APOLOGY]


async def test_a_lost_race_runs_again_from_load(post: Post) -> None:
    async def interfere(situation: Situation) -> None:
        post.echo.before = None
        async with post.database.write() as connection:
            await connection.execute(
                update(conversation).values(version=conversation.c.version + 1)
            )

    post.echo.before = interfere
    await post.memory.says("chat", "hallo")
    await post.work()

    assert len(post.echo.situations) == 2
    assert post.texts == ["1: hallo"]


async def test_a_dead_workers_conversation_is_taken_over_when_its_lease_ends(post: Post) -> None:
    await post.memory.says("chat", "hallo")
    async with post.database.write() as connection:
        await connection.execute(
            update(conversation).values(
                turn_holder="dead", turn_until=START + timedelta(seconds=60)
            )
        )
    await post.work()
    held = list(post.texts)
    post.pass_by(seconds=61)
    await post.work()

    assert held == []
    assert post.texts == ["1: hallo"]


async def test_the_payload_goes_with_the_answer_and_the_mark_stays(post: Post) -> None:
    await post.memory.says("chat", "hallo")
    await post.work()
    async with post.database.read() as connection:
        row = (await connection.execute(select(incoming.c.payload, incoming.c.state))).one()
        sent = (await connection.execute(select(outgoing.c.payload, outgoing.c.state))).one()

    assert tuple(row) == (None, "done")
    assert tuple(sent) == (None, "acknowledged")


async def test_a_button_is_known_by_its_token_in_its_own_chat_only(post: Post) -> None:
    await post.memory.says("chat", "knopf")
    await post.work()
    content = post.memory.sent[0].content
    assert isinstance(content, OutgoingText)
    token = content.buttons[1].token
    await post.memory.says("chat", Choice(token))
    await post.memory.says("fremd", Choice(token))
    await post.work()

    situations = post.echo.situations[1:]
    assert [situation.chosen for situation in situations] == [Offer("zwei", "/zwei"), None]
    assert [offer.label for offer in situations[0].offers] == ["eins", "zwei"]
    assert token not in ("eins", "zwei")
