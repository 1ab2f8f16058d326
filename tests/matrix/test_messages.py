"""What is written on Matrix in rooms without encryption, both ways."""

import asyncio
from typing import Any

import pytest

from tests.matrix.meeting import (
    REPEATS,
    SILENCE,
    chat_with,
    kinds,
    said,
    until_so,
)
from tests.matrix.stage import MatrixStage
from tests.servers.synapse import Event, PlainUser

pytestmark = [pytest.mark.synapse, pytest.mark.asyncio(loop_scope="module")]


async def test_a_reaction_with_its_number_presses_a_choice(
    stage: MatrixStage, mia: PlainUser
) -> None:
    room = await chat_with(mia, stage.user_id)
    await mia.send_text(room, "Hallo")
    [greeting] = await mia.arrived(1, room, sender=stage.user_id)
    await mia.wait_for(room, lambda events: sum(e.type == "m.reaction" for e in events) == 4)
    assert await kinds(mia, room, stage.user_id, greeting.event_id) == ["1️⃣", "2️⃣", "3️⃣", "4️⃣"]
    first = await mia.react(room, greeting.event_id, "1️⃣")
    await mia.redact(room, first)
    await mia.react(room, greeting.event_id, "1\u20e3")
    await mia.react(room, greeting.event_id, "👍")
    await mia.react(room, greeting.event_id, "9️⃣")

    assert "Worum geht es?" in (await said(mia, room, stage.user_id, 2))[1]


async def test_a_settled_question_loses_our_reactions(stage: MatrixStage, mia: PlainUser) -> None:
    room = await chat_with(mia, stage.user_id)
    await mia.send_text(room, "/einstellungen")
    await mia.arrived(1, room, sender=stage.user_id)
    await mia.send_text(room, "Sprache")
    [menu, question] = await mia.arrived(2, room, sender=stage.user_id)

    def is_offered(events: list[Event]) -> bool:
        return any(event.annotates == question.event_id for event in events)

    await mia.wait_for(room, is_offered)
    await asyncio.sleep(SILENCE)
    choices = [
        str(event.key) for event in await mia.events(room) if event.annotates == question.event_id
    ]
    await mia.react(room, question.event_id, choices[-1])
    await said(mia, room, stage.user_id, 3)
    await until_so(lambda: kinds(mia, room, stage.user_id, question.event_id), [])
    assert await kinds(mia, room, stage.user_id, menu.event_id)
    await mia.react(room, question.event_id, choices[0])

    assert "älteren Nachricht" in (await said(mia, room, stage.user_id, 4))[3]


async def test_a_typed_number_picks_too(stage: MatrixStage, mia: PlainUser) -> None:
    room = await chat_with(mia, stage.user_id)
    await mia.send_text(room, "Hallo")
    await mia.arrived(1, room, sender=stage.user_id)
    await mia.send_text(room, "1")

    assert "Worum geht es?" in (await said(mia, room, stage.user_id, 2))[1]


async def test_a_command_begins_with_either_mark(stage: MatrixStage, mia: PlainUser) -> None:
    room = await chat_with(mia, stage.user_id)
    await mia.send_text(room, "/hilfe")
    await mia.arrived(1, room, sender=stage.user_id)
    await mia.send_text(room, "!hilfe")

    first, second = await said(mia, room, stage.user_id, 2)
    assert second in first


async def test_what_is_edited_taken_back_or_reacted_to(stage: MatrixStage, mia: PlainUser) -> None:
    room = await chat_with(mia, stage.user_id)
    asked = await mia.send_text(room, "Hallo")
    [greeting] = await mia.arrived(1, room, sender=stage.user_id)
    await mia.edit(room, asked, "Wie lange dauert die Probezeit?")
    await mia.arrived(2, room, sender=stage.user_id)
    await mia.edit(room, asked, "Wie lang dauert die Probezeit?")
    await mia.redact(room, asked)
    await mia.react(room, greeting.event_id, "👍")
    await mia.send(room, "m.room.message", {"msgtype": "m.notice", "body": "Ich bin ein Bot"})

    assert "Probezeit" in (await said(mia, room, stage.user_id, 2))[1]


async def test_only_what_was_left_behind_is_quoted(echo: MatrixStage, mia: PlainUser) -> None:
    hold = asyncio.Event()
    REPEATS.before["halt-q"] = hold.wait
    room = await chat_with(mia, echo.user_id)
    first = await mia.send_text(room, "halt-q")
    second = await mia.send_text(room, "zweite")
    reaction = await mia.react(room, second, "👍")
    await read(mia, room, echo.user_id, reaction)
    hold.set()

    await said(mia, room, echo.user_id, 2)
    answers = await mia.arrived(2, room, sender=echo.user_id)
    assert [answer.replies_to for answer in answers] == [first, None]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("m.sticker", {"body": "Katze", "url": "mxc://a/b", "info": {}}),
        ("m.room.message", {"msgtype": "m.location", "body": "hier", "geo_uri": "geo:1,2"}),
        ("m.room.message", {"msgtype": "m.audio", "body": "a", "url": "mxc://a/b", "m.voice": {}}),
        ("org.matrix.msc3381.poll.start", {"org.matrix.msc1767.text": "?"}),
    ],
)
async def test_what_cannot_be_read_is_said_so(
    stage: MatrixStage, mia: PlainUser, kind: str, content: dict[str, Any]
) -> None:
    room = await chat_with(mia, stage.user_id)
    await mia.send(room, kind, content)

    assert "nicht lesen" in (await said(mia, room, stage.user_id, 1))[0]


async def test_files_both_ways(stage: MatrixStage, mia: PlainUser) -> None:
    room = await chat_with(mia, stage.user_id)
    await mia.send_file(room, "heft.pdf", b"%PDF", "application/pdf")
    assert "nicht lesen" in (await said(mia, room, stage.user_id, 1))[0]
    await mia.send_text(room, "/daten")
    events = await mia.arrived(3, room, sender=stage.user_id)

    [file] = [event for event in events if event.msgtype == "m.file"]
    assert (await mia.download(file)).startswith(b"{")
    assert file.content["filename"].endswith(".json")


async def test_a_crisis_is_answered_at_once(stage: MatrixStage, mia: PlainUser) -> None:
    room = await chat_with(mia, stage.user_id)
    for number in range(12):
        await mia.send_text(room, f"{number}. hallo")
    await mia.send_text(room, "ich will nicht mehr leben")

    def is_helped(events: list[Event]) -> bool:
        return any("116 123" in str(event.body) for event in events)

    await mia.wait_for(room, is_helped)


async def test_a_very_long_message_is_answered_once(stage: MatrixStage, mia: PlainUser) -> None:
    room = await chat_with(mia, stage.user_id)
    await mia.send_text(room, "x" * 60_000)

    assert len(await said(mia, room, stage.user_id, 1)) == 1


async def read(person: PlainUser, room: str, bot: str, event_id: str) -> None:
    """Wait until the bot has read an event."""
    await ephemeral(person, room, "m.receipt", lambda content: bot in str(content.get(event_id)))


async def ephemeral(person: PlainUser, room: str, kind: str, is_enough: Any) -> None:
    """Wait until something comes that stands in no timeline."""
    since: dict[str, str] = {}
    async with asyncio.timeout(10):
        while True:
            answer = await person.account.get("/v3/sync", timeout=1000, **since)
            since = {"since": answer["next_batch"]}
            news = answer.get("rooms", {}).get("join", {}).get(room, {}).get("ephemeral", {})
            if any(
                each["type"] == kind and is_enough(each["content"])
                for each in news.get("events", ())
            ):
                return


async def test_people_see_that_we_read_and_type(echo: MatrixStage, mia: PlainUser) -> None:
    hold = asyncio.Event()
    REPEATS.before["halt-t"] = hold.wait
    room = await chat_with(mia, echo.user_id)
    asked = await mia.send_text(room, "halt-t")
    await read(mia, room, echo.user_id, asked)
    await ephemeral(mia, room, "m.typing", lambda content: echo.user_id in content["user_ids"])
    hold.set()
    await said(mia, room, echo.user_id, 1)

    await ephemeral(mia, room, "m.typing", lambda content: not content["user_ids"])
