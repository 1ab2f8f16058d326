"""What the page hears: everything, once, in order, whatever happens to the connection."""

import asyncio
import random
import uuid
from typing import Any

import httpx
import pytest

from bot.errors import NotDelivered, Refused
from bot.messages import (
    Address,
    OutgoingDeletion,
    OutgoingEdit,
    OutgoingEnd,
    OutgoingFile,
    OutgoingMessage,
    OutgoingRoom,
    OutgoingText,
    Typing,
)
from connectors.web.events import events as event_stream
from connectors.web.streams import Streams
from tests.web.memory import MemoryOutbox
from tests.web.site import Site, events


async def post(client: httpx.AsyncClient, text: str) -> str:
    message_id = str(uuid.uuid4())
    answer = await client.post("/chat/messages", json={"id": message_id, "text": text})
    assert answer.status_code == 202
    return message_id


async def test_an_answer_says_what_it_answers_and_how_it_is_drawn(site: Site) -> None:
    async with site.visitor() as (client, _), events(client) as stream:
        asked = await post(client, "Knöpfe")
        event = await anext(stream)
    assert event["in_reply_to"] == asked
    assert (event["kind"], event["number"], event["event_id"]) == ("text", 1, 1)
    assert event["spans"] == [
        {"text": "Magst du mehr ", "bold": False, "link": None},
        {"text": "wissen", "bold": True, "link": None},
        {"text": "?", "bold": False, "link": None},
    ]
    assert event["buttons"] == [
        {"label": "Ja, gern", "token": "token-ja"},
        {"label": "Nein, danke", "token": "token-nein"},
    ]
    assert event["is_urgent"] is False


async def test_a_file_travels_with_its_content(site: Site) -> None:
    async with site.visitor() as (client, _), events(client) as stream:
        await post(client, "Datei")
        event = await anext(stream)
    assert event["file"] == {
        "name": "daten.json",
        "media_type": "application/json",
        "data": "eyJuYW1lIjogIktpbSJ9",
    }


async def test_what_a_person_wrote_is_one_plain_span_below_their_name(site: Site) -> None:
    words = "**laut** [hier](https://beispiel.test)\n• Punkt"
    plain = [{"text": words, "bold": False, "link": None}]
    async with site.visitor() as (client, address), events(client) as stream:
        asked = await post(client, "Hallo")
        await anext(stream)
        site.outbox.say(
            address, OutgoingText(words, author="Samira"), quotes=f"{address.chat}:{asked}"
        )
        site.outbox.say(address, OutgoingEdit("m1", words, author="Samira"), quotes="m1")
        site.outbox.say(address, OutgoingEdit("m1", None))
        site.outbox.say(address, OutgoingFile("a.png", "image/png", b"", words, author="Samira"))
        site.outbox.say(address, OutgoingDeletion("m1"))
        said, edited, bare, file, deleted = [await anext(stream) for _ in range(5)]
    assert [each["kind"] for each in (said, edited, file, deleted)] == [
        "text",
        "edit",
        "file",
        "delete",
    ]
    for event in (said, edited, file):
        assert (event["author"], event["text"], event["spans"]) == ("Samira", words, plain)
    assert (said["quotes"], edited["quotes"], file["quotes"]) == (asked, "m1", None)
    assert [each["target"] for each in (edited, bare, deleted)] == ["m1"] * 3
    assert (bare["text"], bare["author"]) == (None, "")


@pytest.mark.parametrize("content", [OutgoingRoom("token", "Titel", "Hallo"), OutgoingEnd()])
async def test_there_are_no_rooms(site: Site, content: OutgoingRoom | OutgoingEnd) -> None:
    async with site.visitor() as (client, address), events(client):
        with pytest.raises(Refused):
            await site.connector.send(OutgoingMessage(address, content, "1", 1))


async def test_an_answer_waits_until_a_page_is_open(site: Site) -> None:
    async with site.visitor() as (client, address):
        asked = await post(client, "Hallo")
        await asyncio.sleep(0.05)
        assert site.outbox.sent[address] == {}
        async with events(client) as stream:
            assert (await anext(stream))["in_reply_to"] == asked


async def test_every_open_tab_gets_everything(site: Site) -> None:
    async with (
        site.visitor() as (client, _),
        events(client) as first,
        events(client) as second,
    ):
        await post(client, "Hallo")
        texts = [(await anext(stream))["text"] for stream in (first, second)]
    assert texts == ["Echo: Hallo", "Echo: Hallo"]


async def test_resuming_acknowledges_what_came_before(site: Site) -> None:
    async with site.visitor() as (client, address):
        async with events(client) as stream:
            for text in "abc":
                await post(client, text)
            for _ in range(3):
                await anext(stream)
        async with events(client, last=2) as stream:
            assert (await anext(stream))["text"] == "Echo: c"
    assert site.outbox.acknowledged[address] == 2


async def test_a_place_in_another_chat_acknowledges_nothing(site: Site) -> None:
    async with site.visitor() as (client, address):
        await post(client, "Hallo")
        async with events(client, chat="another", after="50") as stream:
            event = await anext(stream)
        await client.post("/chat/acknowledge", json={"number": 50, "chat": "another"})
        assert site.outbox.acknowledged[address] == 0
        await client.post("/chat/acknowledge", json={"number": 1, "chat": event["chat"]})
        assert site.outbox.acknowledged[address] == 1


@pytest.mark.parametrize("number", [-1, 2**53, 1.5, "1", None, True])
async def test_a_wrong_number_acknowledges_nothing(site: Site, number: object) -> None:
    async with site.visitor() as (client, address):
        answer = await client.post("/chat/acknowledge", json={"number": number})
    assert answer.status_code == 400
    assert address not in site.outbox.acknowledged


async def test_without_an_open_page_nothing_is_delivered(site: Site) -> None:
    address = Address("web", "nobody")
    with pytest.raises(NotDelivered) as raised:
        await site.connector.send(OutgoingMessage(address, OutgoingText("Hallo"), "1", 1))
    assert raised.value.until_reachable
    receipt = await site.connector.send(OutgoingMessage(address, Typing(), "2"))
    assert receipt.is_acknowledged


async def test_typing_is_shown_live_and_has_no_place_in_the_order(site: Site) -> None:
    async with site.visitor() as (client, address), events(client) as stream:
        await post(client, "Hallo")
        await anext(stream)
        receipt = await site.connector.send(OutgoingMessage(address, Typing(), "1"))
        event = await anext(stream)
    assert (event["kind"], event["event_id"], receipt.is_acknowledged) == ("typing", None, True)


async def test_a_page_that_opens_while_a_message_is_being_marked_gets_it() -> None:
    """Handed over to an old page, not yet marked as sent: the new page must not miss it."""
    streams, address = Streams(), Address("web", "chat")
    sent = OutgoingMessage(address, OutgoingText("Hallo"), "1", 1)
    with streams.opened(address):
        assert streams.hand_over(sent)
    stream = event_stream(address, "tag", outbox=MemoryOutbox(), streams=streams, heartbeat=0.01)
    chunks = [await anext(stream) for _ in range(3)]
    await stream.aclose()
    assert chunks[0] == b"retry: 1000\n\n"
    assert chunks[1].startswith(b"id: 1\ndata: ")
    assert chunks[2] == b": still here\n\n"


async def test_a_message_acknowledged_before_it_was_marked_is_not_shown_again() -> None:
    streams, outbox, address = Streams(), MemoryOutbox(), Address("web", "chat")
    for number in (4, 5):
        message = OutgoingMessage(address, OutgoingText(str(number)), str(number), number)
        outbox.sent[address][number] = message
    outbox.connector = Site().connector
    stream = event_stream(address, "tag", outbox=outbox, streams=streams, last=5, heartbeat=0.01)
    chunks = [await anext(stream) for _ in range(3)]
    await stream.aclose()
    assert chunks[1].startswith(b"id: 4\n")
    assert chunks[2] == b": still here\n\n"


async def test_a_hundred_messages_over_a_line_that_breaks(site: Site) -> None:
    """Each is answered once and in order, though posts repeat and streams are cut."""
    chance = random.Random(1108)  # noqa: S311 - a test's dice
    asked: list[str] = []
    heard: list[dict[str, Any]] = []
    cuts = 0
    async with site.visitor() as (client, address):
        writing = asyncio.create_task(_write_a_hundred(client, chance, asked))
        async with asyncio.timeout(60):
            while len(heard) < 100:
                last = heard[-1]["number"] if heard else None
                wanted = min(chance.randint(0, 7), 100 - len(heard))
                async with events(client, last=last) as stream:
                    heard += [await anext(stream) for _ in range(wanted)]
                cuts += 1
            await writing
    assert [event["in_reply_to"] for event in heard] == asked
    assert [event["text"] for event in heard] == [f"Echo: {number}" for number in range(100)]
    assert cuts > 15
    assert len(site.inbox.received) == 100
    assert site.outbox.acknowledged[address] >= heard[-8]["number"]


async def _write_a_hundred(
    client: httpx.AsyncClient, chance: random.Random, asked: list[str]
) -> None:
    for number in range(100):
        message_id = str(uuid.uuid4())
        asked.append(message_id)
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            body = {"id": message_id, "text": str(number)}
            assert (await client.post("/chat/messages", json=body)).status_code == 202


async def test_open_pages_end_when_the_server_does() -> None:
    site = Site()
    async with site.client() as client:
        async with site.connector:
            client.base_url = httpx.URL(site.connector.url)
            await client.get("/")
            is_open = asyncio.Event()
            opened = asyncio.create_task(_until_the_end(client, is_open))
            await is_open.wait()
        # One that is cut off when the patience of the server ends raises.
        await opened


async def _until_the_end(client: httpx.AsyncClient, is_open: asyncio.Event) -> None:
    async with events(client) as stream:
        is_open.set()
        assert [event async for event in stream] == []
