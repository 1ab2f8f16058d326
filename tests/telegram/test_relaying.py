"""What is carried between a learner and a team on Telegram: rooms, words, files, edits, and how fast."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.errors import Closed, NotDelivered, Refused
from bot.messages import (
    File,
    OutgoingContent,
    OutgoingDeletion,
    OutgoingEdit,
    OutgoingEnd,
    OutgoingFile,
    OutgoingMessage,
    OutgoingRoom,
    OutgoingText,
    Receipt,
    Text,
    Typing,
)
from tests.servers.botapi import BotApi, Fault, FaultKind, Group, Person, Seen, Topic
from tests.telegram.stage import Hears, TelegramStage, address_of, on_telegram, until

WRITTEN = "/fall 7 **fett** [hier](https://example.org) <b>&amp;</b> @team\n  zwei"
PNG, JPEG, WEBP = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP"
NUMBERS = count(1)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[TelegramStage]:
    async with on_telegram(tmp_path, turn_taker=Hears()) as running:
        yield running
    assert running.api.complaints == []


@pytest.fixture
def mia(stage: TelegramStage) -> Person:
    return stage.api.person("Mia")


@pytest.fixture
def kim(stage: TelegramStage) -> Person:
    return stage.api.person("Kim")


@pytest.fixture
def team(stage: TelegramStage, kim: Person) -> Group:
    group = stage.api.team("Team", [kim])
    stage.teams.own(group)
    return group


@pytest.fixture
def topic(team: Group) -> Topic:
    return team.opens_topic("Fall 12")


async def send(
    stage: TelegramStage, place: Person | Group | Topic, content: OutgoingContent, **more: Any
) -> Receipt:
    number = next(NUMBERS)
    message = OutgoingMessage(address_of(place), content, f"m{number}", number, **more)
    return await stage.connector.send(message)


def last(place: Person | Group | Topic) -> Seen:
    return place.sees[-1]


# --- rooms -------------------------------------------------------------------------------------

ROOM = OutgoingRoom(
    "token-1", "Fall 12: Bewerbung", "**Fall 12**\nSchreib hier, ich gebe es weiter."
)


async def test_a_topic_is_opened_written_to_and_heard(tmp_path: Path) -> None:
    hears = Hears()
    async with on_telegram(tmp_path, turn_taker=hears) as stage:
        kim = stage.api.person("Kim")
        team = stage.api.team("Team", [kim])
        stage.teams.own(team)
        receipt = await send(stage, team, ROOM)
        [topic] = team.topics
        await send(stage, topic, OutgoingText("Hallo", author="Mia"))
        kim.says("Hallo Mia", chat=topic)
        [heard] = await hears.heard(1)

        assert receipt.opened == address_of(topic).chat == heard.address.chat
        assert heard.content == Text("Hallo Mia")
        assert topic.name == "Fall 12: Bewerbung"
        [pinned] = topic.pinned
        assert pinned["text"] == "Fall 12\nSchreib hier, ich gebe es weiter."
        assert receipt.external_id == str(pinned["message_id"])
        assert "Mia:\nHallo" in [seen["text"] for seen in topic.sees]


async def test_a_long_title_is_cut(stage: TelegramStage, team: Group) -> None:
    await send(stage, team, OutgoingRoom("token-1", "lang " * 40, "Hallo"))

    assert [len(topic.name) for topic in team.topics] == [128]


async def test_without_the_right_to_pin_the_topic_is_opened_all_the_same(
    stage: TelegramStage, team: Group
) -> None:
    team.promotes_bot("can_pin_messages")
    receipt = await send(stage, team, ROOM)
    [topic] = team.topics

    assert receipt.opened == address_of(topic).chat
    assert topic.pinned == []
    assert last(topic)["text"].startswith("Fall 12")


async def test_a_second_try_opens_no_second_topic(stage: TelegramStage, team: Group) -> None:
    stage.api.faults.add(Fault("500", "sendMessage", count=1))
    with pytest.raises(NotDelivered):
        await send(stage, team, ROOM)
    receipt = await send(stage, team, ROOM)
    other = await send(stage, team, OutgoingRoom("token-2", "Fall 13", "Hallo"))

    assert [address_of(topic).chat for topic in team.topics] == [receipt.opened, other.opened]


async def test_where_there_are_no_topics_none_is_opened(
    stage: TelegramStage, mia: Person, kim: Person, team: Group
) -> None:
    plain = stage.api.group("Leitung", [kim])
    plain.adds_bot()
    for place in (mia, plain):
        with pytest.raises(Refused):
            await send(stage, place, ROOM)
    team.promotes_bot("can_manage_topics")
    with pytest.raises(Refused, match="rights"):
        await send(stage, team, ROOM)

    assert team.topics == []


async def test_a_topic_is_closed_once_and_nothing_else_is(
    stage: TelegramStage, mia: Person, team: Group
) -> None:
    await send(stage, team, ROOM)
    [topic] = team.topics
    for _ in range(2):
        await send(stage, topic, OutgoingEnd())
    for place in (team, mia):
        with pytest.raises(Refused):
            await send(stage, place, OutgoingEnd())

    assert topic.is_closed
    assert team.chat.bot_is == "administrator"


async def test_a_topic_is_deleted_once_with_all_that_was_said_and_nothing_else_is(
    stage: TelegramStage, mia: Person, team: Group
) -> None:
    await send(stage, team, ROOM)
    [topic] = team.topics
    await send(stage, topic, OutgoingText("Luchs 1: hallo"))
    await send(stage, topic, OutgoingEnd())
    for _ in range(2):
        await send(stage, topic, OutgoingEnd(forgets=True))
    for place in (team, mia):
        with pytest.raises(Refused):
            await send(stage, place, OutgoingEnd(forgets=True))

    assert team.topics == []
    assert not any("Luchs 1" in str(seen) for seen in team.sees)


async def test_without_the_right_to_delete_the_topic_stays(
    stage: TelegramStage, team: Group
) -> None:
    await send(stage, team, ROOM)
    [topic] = team.topics
    team.promotes_bot("can_delete_messages")
    with pytest.raises(Refused, match="rights"):
        await send(stage, topic, OutgoingEnd(forgets=True))

    assert team.topics


async def test_a_topic_that_somebody_deleted_is_closed_for_us(
    stage: TelegramStage, topic: Topic
) -> None:
    topic.disappears()

    with pytest.raises(Closed):
        await send(stage, topic, OutgoingText("Hallo", author="Mia"))


async def test_typing_shows_in_the_topic(stage: TelegramStage, team: Group, topic: Topic) -> None:
    await send(stage, topic, Typing())
    [asked] = [entry for entry in stage.api.log if entry.method == "sendChatAction"]

    assert (asked.chat_id, asked.params["message_thread_id"]) == (team.id, topic.thread)


# --- words -------------------------------------------------------------------------------------


async def test_what_a_person_wrote_stands_below_their_name_as_it_is(
    stage: TelegramStage, mia: Person, topic: Topic
) -> None:
    for place, author in ((topic, "Mia <3"), (mia, "Kim")):
        await send(stage, place, OutgoingText(WRITTEN, author=author))
        kinds = {entity["type"] for entity in last(place)["entities"]}

        assert last(place)["text"] == f"{author}:\n{WRITTEN}"
        assert last(place)["entities"][0] == {
            "type": "bold",
            "offset": 0,
            "length": len(author) + 1,
        }
        assert "text_link" not in kinds


async def test_a_reply_is_shown_as_one(
    stage: TelegramStage, mia: Person, kim: Person, team: Group, topic: Topic
) -> None:
    for place, writer, chat in ((topic, kim, topic), (mia, mia, None)):
        ours = (await send(stage, place, OutgoingText("Frage", author="Mia"))).external_id or ""
        theirs = writer.says("Antwort", chat=chat)["message_id"]
        for quotes, shown in (
            (ours, int(ours)),
            (f"{place.id}/{theirs}", theirs),
            (f"{place.id}/{theirs}/edit/816000001", theirs),
            ("4711", None),
            ("choice/4711", None),
            (f"{team.id - 1}/{theirs}", None),
        ):
            stage.pass_time(timedelta(minutes=1))
            await send(stage, place, OutgoingText("dazu", author="Kim"), quotes=quotes)
            assert (last(place)["text"], last(place)["reply_to"]) == ("Kim:\ndazu", shown)


async def test_what_was_carried_can_be_changed_and_taken_back(
    stage: TelegramStage, mia: Person, topic: Topic
) -> None:
    for place in (topic, mia):
        sent = (await send(stage, place, OutgoingText("bis Montga", author="Kim"))).external_id
        target = sent or ""
        change = OutgoingEdit(target, "bis **Montag**", author="Kim")
        receipts = [await send(stage, place, change) for _ in range(2)]
        assert last(place)["text"] == "Kim:\nbis **Montag**"
        receipts += [await send(stage, place, OutgoingDeletion(target)) for _ in range(2)]

        assert [receipt.external_id for receipt in receipts] == [target] * 4
        assert target not in [str(seen["message_id"]) for seen in place.sees]


async def test_what_stands_below_a_picture_can_be_changed(
    stage: TelegramStage, topic: Topic
) -> None:
    picture = OutgoingFile("a.png", "image/png", PNG, "mein Zeungis", author="Mia")
    sent = (await send(stage, topic, picture)).external_id or ""
    for _ in range(2):
        await send(stage, topic, OutgoingEdit(sent, "mein Zeugnis", author="Mia"))

    assert last(topic)["text"] == "Mia:\nmein Zeugnis"


async def test_what_cannot_be_taken_back_any_more_is_refused(
    stage: TelegramStage, mia: Person
) -> None:
    sent = (await send(stage, mia, OutgoingText("Hallo", author="Kim"))).external_id or ""
    stage.pass_time(timedelta(hours=49))
    for target in (sent, "update/816000001"):
        with pytest.raises(Refused):
            await send(stage, mia, OutgoingDeletion(target))

    assert last(mia)["text"] == "Kim:\nHallo"


# --- files -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "media_type", "data", "kind"),
    [
        ("a.png", "image/png", PNG, "photo"),
        ("a.jpg", "image/jpeg", JPEG, "photo"),
        ("a.webp", "image/webp", WEBP, "photo"),
        ("broken.png", "image/png", b"no picture", "document"),
        ("large.png", "image/png", PNG + bytes(10_000_001), "document"),
        ("a.pdf", "application/pdf", b"%PDF", "document"),
    ],
)
async def test_a_persons_file_stands_with_their_words(
    stage: TelegramStage, topic: Topic, name: str, media_type: str, data: bytes, kind: str
) -> None:
    asked = (await send(stage, topic, OutgoingText("Schick es mir."))).external_id
    content = OutgoingFile(name, media_type, data, "**mein** Zeugnis", author="Mia")
    await send(stage, topic, content, quotes=asked)

    assert last(topic)["kind"] == kind
    assert last(topic)["text"] == "Mia:\n**mein** Zeugnis"
    assert str(last(topic)["reply_to"]) == asked
    assert last(topic)["topic"] == topic.thread
    assert last(topic)["file"] is not None
    assert last(topic)["file"].data == data  # type: ignore[union-attr]


async def test_words_too_long_for_a_caption_come_before_the_file(
    stage: TelegramStage, topic: Topic
) -> None:
    words = "x" * (1024 - len("Mia:\n") + 1)
    for caption in (words[:-1], words):
        file = OutgoingFile("a.pdf", "application/pdf", b"%PDF", caption, author="Mia")
        await send(stage, topic, file)
    short, text, bare = topic.sees[-3:]

    assert short["text"] == f"Mia:\n{words[:-1]}"
    assert (text["kind"], text["text"]) == ("text", f"Mia:\n{words}")
    assert (bare["kind"], bare["text"]) == ("document", "Mia:")


@pytest.mark.parametrize(
    "act",
    [
        lambda mia, data: mia.sends_document("a.pdf", data, "application/pdf"),
        lambda mia, data: mia.sends_photo(data),
    ],
)
async def test_a_file_that_somebody_sent_can_be_fetched(
    tmp_path: Path, act: Callable[[Person, bytes], object]
) -> None:
    hears = Hears()
    async with on_telegram(tmp_path, turn_taker=hears) as stage:
        act(stage.api.person("Mia"), JPEG * 1000)
        [heard] = await hears.heard(1)
        assert isinstance(heard.content, File)

        assert await stage.connector.fetch(heard.content.reference) == JPEG * 1000


async def test_what_is_too_large_or_gone_is_refused(stage: TelegramStage, mia: Person) -> None:
    large = mia.sends_document("a.bin", bytes(20 * 1024 * 1024 + 1))["document"]["file_id"]
    lost = mia.sends_document("b.bin", b"123")["document"]["file_id"]
    stage.api.lose_file(lost)
    for reference in (large, lost, "nothing"):
        with pytest.raises(Refused):
            await stage.connector.fetch(reference)


@pytest.mark.parametrize("method", ["getFile", "download"])
@pytest.mark.parametrize("kind", ["429", "500", "502", "cut_before_effect", "half_answer"])
async def test_what_goes_wrong_on_the_way_is_tried_again(
    stage: TelegramStage, mia: Person, kind: FaultKind, method: str
) -> None:
    reference = mia.sends_document("a.bin", b"123")["document"]["file_id"]
    with stage.api.faults.during(Fault(kind, method)), pytest.raises(NotDelivered):
        await stage.connector.fetch(reference)

    assert await stage.connector.fetch(reference) == b"123"


# --- how fast ----------------------------------------------------------------------------------


async def sent_until_it_waits(
    stage: TelegramStage, topic: Topic, texts: list[str]
) -> timedelta | None:
    """Send texts in order; how long to wait before the rest, or None when all are sent."""
    while texts:
        try:
            await send(stage, topic, OutgoingText(texts[0], author="Mia"))
        except NotDelivered as error:
            return error.retry_after
        del texts[0]
    return None


async def all_sent(
    stage: TelegramStage, topics: Sequence[Topic], texts: Sequence[list[str]]
) -> timedelta:
    """Send to all topics at the same time; how long it took."""
    passed = timedelta()
    while True:
        waits = await asyncio.gather(
            *(
                sent_until_it_waits(stage, topic, mine)
                for topic, mine in zip(topics, texts, strict=True)
            )
        )
        left = [wait for wait in waits if wait is not None]
        if not left:
            return passed
        stage.pass_time(min(left))
        passed += min(left)


async def test_a_group_takes_twenty_a_minute_in_all_its_topics_together(
    stage: TelegramStage, team: Group
) -> None:
    topics = [team.opens_topic(name) for name in ("Fall 1", "Fall 2", "Fall 3")]
    texts = [f"{number}" for number in range(15)]
    passed = await all_sent(stage, topics, [list(texts) for _ in topics])

    for topic in topics:
        shown = [seen["text"] for seen in topic.sees if seen["from_bot"]]
        assert shown == [f"Mia:\n{text}" for text in texts]
    assert [entry.status for entry in stage.api.log if entry.status == 429] == []
    assert timedelta(minutes=1) < passed <= timedelta(minutes=2)


def only_topic(stage: TelegramStage) -> Topic:
    """The only topic of a team that the bot knows."""
    team = stage.api.team("Team", [stage.api.person("Kim")])
    stage.teams.own(team)
    return team.opens_topic("Fall 1")


async def test_a_only_topic_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    async with on_telegram(tmp_path) as stage:
        topic = only_topic(stage)
        assert await sent_until_it_waits(stage, topic, ["x"] * 21) is not None
        mia = stage.api.person("Mia")
        mia.says("ich will nicht mehr leben")

        await until(lambda: any("116 123" in seen["text"] for seen in mia.sees), within=5)


async def test_what_is_urgent_does_not_wait_in_a_only_topic_either(tmp_path: Path) -> None:
    async with (
        BotApi(enforce_limits=False) as api,
        on_telegram(tmp_path, api, Hears()) as stage,
    ):
        topic = only_topic(stage)
        assert await sent_until_it_waits(stage, topic, ["x"] * 21) is not None
        await send(stage, topic, OutgoingText("Mia ist in Not."), is_urgent=True)

        assert last(topic)["text"] == "Mia ist in Not."
