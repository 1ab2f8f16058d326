"""What the page posts: each message once, bad input refused kindly, nothing from elsewhere."""

import json
import uuid
from typing import Any

import httpx
import pytest

from bot.messages import Choice, Command, Text
from connectors.web.inbound import LARGEST_BODY
from tests.web.memory import CRISIS
from tests.web.site import TEXTS, Site

ID = "3f2b1c9e-0f5d-4a57-8a4e-2f6f4f2f9b11"


def message(text: str = "Hallo", **other: Any) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "text": text, **other}


async def test_the_same_id_posted_three_times_is_one_message(site: Site) -> None:
    async with site.visitor() as (client, address):
        spellings = (ID, ID.upper(), f"{{{ID}}}")
        answers = [
            await client.post("/chat/messages", json={"id": each, "text": "Hallo"})
            for each in spellings
        ]
    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert [answer.json()["status"] for answer in answers] == ["new", "known", "known"]
    assert [each.external_id for each in site.inbox.received] == [f"{address.chat}:{ID}"]


async def test_two_chats_may_use_the_same_id(site: Site) -> None:
    for _ in range(2):
        async with site.visitor() as (client, _address):
            answer = await client.post("/chat/messages", json={"id": ID, "text": "Hallo"})
            assert answer.json() == {"status": "new"}


@pytest.mark.parametrize(
    ("posted", "content"),
    [
        ({"text": "Hallo, wie geht’s? 🙂"}, Text("Hallo, wie geht’s? 🙂")),
        ({"text": "/Hilfe bitte"}, Command("hilfe", "bitte")),
        ({"text": '/frage{"a": 1}'}, Text('/frage{"a": 1}')),
        ({"choice": "token-ja"}, Choice("token-ja")),
        ({"text": "halb \ud83d"}, Text("halb ?")),
        ({"text": "null\0null"}, Text("nullnull")),
    ],
)
async def test_what_is_posted_is_received(
    site: Site, posted: dict[str, str], content: object
) -> None:
    async with site.visitor() as (client, address):
        body = json.dumps({"id": ID, **posted})
        headers = {"content-type": "application/json; charset=utf-8"}
        answer = await client.post("/chat/messages", content=body, headers=headers)
    assert answer.status_code == 202
    [received] = site.inbox.received
    assert (received.content, received.address) == (content, address)


BAD: dict[str, tuple[bytes, str, int]] = {
    "no type": (b'{"id": "x", "text": "a"}', "", 415),
    "form": (b"id=1&text=a", "application/x-www-form-urlencoded", 415),
    "plain text": (b'{"id": "x", "text": "a"}', "text/plain", 415),
    "empty body": (b"", "application/json", 400),
    "broken utf-8": (b'{"id": "\xff", "text": "a"}', "application/json", 400),
    "broken json": (b'{"id": ', "application/json", 400),
    "deep json": (b"[" * 100_000, "application/json", 400),
    "huge number": (b'{"id": ' + b"9" * 10_000 + b"}", "application/json", 400),
    "a list": (b"[]", "application/json", 400),
    "missing id": (b'{"text": "a"}', "application/json", 400),
    "no uuid": (b'{"id": "1", "text": "a"}', "application/json", 400),
    "id a number": (b'{"id": 1, "text": "a"}', "application/json", 400),
    "missing text": (f'{{"id": "{ID}"}}'.encode(), "application/json", 400),
    "text a number": (f'{{"id": "{ID}", "text": 5}}'.encode(), "application/json", 400),
    "blank text": (f'{{"id": "{ID}", "text": " \\n "}}'.encode(), "application/json", 400),
    "empty choice": (f'{{"id": "{ID}", "choice": ""}}'.encode(), "application/json", 400),
    "too large": (b" " * (LARGEST_BODY + 1), "application/json", 413),
}


@pytest.mark.parametrize("name", BAD)
async def test_bad_input_is_refused_with_a_kind_text(site: Site, name: str) -> None:
    body, media_type, status = BAD[name]
    headers = {"content-type": media_type} if media_type else {}
    async with site.visitor() as (client, _):
        answer = await client.post("/chat/messages", content=body, headers=headers)
    assert answer.status_code == status
    assert len(answer.json()["error"]) > 20
    assert site.inbox.received == []


async def test_too_many_messages_have_to_wait(site: Site) -> None:
    site.inbox.is_full = True
    async with site.visitor() as (client, _):
        answer = await client.post("/chat/messages", json=message())
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")
    assert answer.json() == {"error": TEXTS.errors.too_many}


async def test_what_cannot_be_stored_is_said_and_a_crisis_is_answered_at_once(site: Site) -> None:
    site.inbox.is_down = True
    async with site.visitor() as (client, _):
        usual = await client.post("/chat/messages", json=message())
        crisis = await client.post("/chat/messages", json=message("Krise"))
    assert (usual.status_code, crisis.status_code) == (503, 503)
    assert usual.json() == {"error": TEXTS.errors.not_stored}
    shown = crisis.json()["crisis"]
    assert (shown["text"], shown["is_urgent"]) == (CRISIS.text, True)
    assert shown["spans"][2] == {"text": "112", "bold": False, "link": "tel:112"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 202),
        ({"sec-fetch-site": "same-origin"}, 202),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://boese.test"}, 403),
        ({"origin": "null"}, 403),
    ],
)
async def test_only_the_own_page_may_post(site: Site, headers: dict[str, str], status: int) -> None:
    async with site.visitor() as (client, _):
        answer = await client.post("/chat/messages", json=message(), headers=headers)
        own = await client.post(
            "/chat/messages", json=message(), headers={"origin": site.connector.url}
        )
    assert (answer.status_code, own.status_code) == (status, 202)


@pytest.mark.parametrize(
    "path",
    ["/chat/messages", "/chat/acknowledge", "/chat/session/end", "/chat/session/recover"],
)
async def test_without_a_session_nothing_is_taken(site: Site, path: str) -> None:
    async with site.client() as client:
        answer = await client.post(path, json=message(number=1, code="A"))
        forged = await client.post(
            path, json=message(number=1, code="A"), headers={"cookie": "session=chat.seal"}
        )
        listening = await client.get("/chat/events")
    assert {answer.status_code, forged.status_code, listening.status_code} == {401}
    assert answer.json() == {"error": TEXTS.errors.no_session}


async def test_unknown_addresses_and_methods_are_refused_kindly(site: Site) -> None:
    async with site.client() as client:
        answers: list[httpx.Response] = [
            await client.get("/nirgends"),
            await client.get("/chat/messages"),
            await client.get("/static/../connector.py"),
        ]
    assert [answer.status_code for answer in answers] == [404, 405, 404]
    assert all(answer.json() == {"error": TEXTS.errors.not_found} for answer in answers)
