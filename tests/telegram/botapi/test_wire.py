"""What goes over the wire: requests in every form, and updates fetched by polling."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from tests.servers.botapi import BotApi, Person
from tests.telegram.botapi.clients import MORNING, Ask
from tests.telegram.stage import until

# Requests


async def test_bodies_come_in_every_form(api: BotApi, mia: Person, ask: Ask) -> None:
    url = f"{api.base_url}{api.token}/SENDmessage"
    params = {"chat_id": str(mia.id), "text": "[1]", "reply_markup": '{"remove_keyboard": true}'}
    for answer in (
        await ask.http.get(url, params=params),
        await ask.http.post(url, data=params),
        await ask.http.post(url, json={**params, "chat_id": mia.id}),
        await ask.http.post(url, files={name: (None, text) for name, text in params.items()}),
    ):
        assert answer.json()["result"]["text"] == "[1]"
    for entry in api.log:
        assert (entry.method, entry.chat_id) == ("sendMessage", mia.id)
        assert entry.params["reply_markup"] == {"remove_keyboard": True}
    assert api.complaints == []


@pytest.mark.parametrize(
    ("content_type", "body", "error"),
    [
        ("application/json", b"{", "can't parse JSON object"),
        ("application/json", b'{"text": "\xff"}', "strings must be encoded in UTF-8"),
        ("application/json", b'{"text": "\\ud83d"}', "strings must be encoded in UTF-8"),
        ("application/x-www-form-urlencoded", b"text=\xff", "strings must be encoded in UTF-8"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n", "chat_id is empty"),
    ],
)
async def test_broken_bodies_are_refused(
    ask: Ask, content_type: str, body: bytes, error: str
) -> None:
    url = f"{ask.api.base_url}{ask.api.token}/sendChatAction?action=typing"
    answer = await ask.http.post(url, content=body, headers={"content-type": content_type})
    assert answer.json()["description"] == f"Bad Request: {error}"


async def test_token_and_method_must_exist(api: BotApi, ask: Ask) -> None:
    answer = await ask.http.get(f"{api.base_url}1:wrong/getMe")
    assert answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert await ask.error("getMoney") == "Not Found"
    assert [entry.status for entry in api.log] == [401, 404]


async def test_what_telegram_ignores_is_complained_of(api: BotApi, mia: Person, ask: Ask) -> None:
    await ask.send(mia.id, parsemode="HTML")
    assert api.complaints == ["unknown parameter: parsemode"]


# Updates


async def test_updates_are_confirmed_by_the_offset(api: BotApi, mia: Person, ask: Ask) -> None:
    for number in range(5):
        mia.says(str(number))
    first = await ask("getUpdates", limit=2)
    assert await ask("getUpdates", limit=2) == first
    ids = [update["update_id"] for update in first]
    rest = await ask("getUpdates", offset=ids[1] + 1)
    assert [update["update_id"] for update in rest] == [ids[1] + 1, ids[1] + 2, ids[1] + 3]
    assert api.unconfirmed == 3
    [last] = await ask("getUpdates", offset=-1)
    assert last["message"]["text"] == "4"
    assert api.unconfirmed == 1
    assert await ask("getUpdates", offset=last["update_id"] + 1) == []
    assert [entry.had_effect for entry in api.log] == [False, False, True, True, True]


async def test_updates_vanish_after_a_day(api: BotApi, mia: Person, ask: Ask) -> None:
    mia.says("alt")
    api.pass_time(timedelta(hours=20))
    mia.says("neu")
    api.pass_time(timedelta(hours=4, seconds=1))
    [update] = await ask("getUpdates")
    assert update["message"]["text"] == "neu"


async def test_a_poll_waits_for_an_update(api: BotApi, mia: Person, ask: Ask) -> None:
    poll = asyncio.create_task(ask("getUpdates", timeout=50))
    await until(lambda: api.is_polled)
    mia.says("Hallo")
    [update] = await poll
    assert update["message"]["date"] == int(MORNING.timestamp())


async def test_the_older_of_two_polls_ends(api: BotApi, mia: Person, ask: Ask) -> None:
    older = asyncio.create_task(ask.error("getUpdates", timeout=50))
    await until(lambda: api.is_polled)
    newer = asyncio.create_task(ask("getUpdates", timeout=50))
    assert await older == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )
    mia.says("Hallo")
    assert len(await newer) == 1


async def test_a_poll_whose_client_left_is_no_rival(api: BotApi, ask: Ask) -> None:
    poll = asyncio.create_task(ask("getUpdates", timeout=50))
    await until(lambda: api.is_polled)
    poll.cancel()
    await until(lambda: bool(api.log))
    assert (api.log[0].status, api.log[0].answered) == (None, False)
    assert await ask("getUpdates") == []


async def test_closing_answers_a_poll(mia: Person) -> None:
    async with httpx.AsyncClient(trust_env=False) as http, BotApi() as api:
        poll = asyncio.create_task(http.get(f"{api.base_url}{api.token}/getUpdates?timeout=50"))
        await until(lambda: api.is_polled)
    assert (await poll).json() == {"ok": True, "result": []}


async def test_only_wanted_updates_are_queued(api: BotApi, mia: Person, ask: Ask) -> None:
    message_id = mia.says("Hallo")["message_id"]
    mia.reacts(message_id, "👍")
    assert api.unconfirmed == 1
    await ask("getUpdates", allowed_updates=["message_reaction"])
    mia.says("ungehört")
    mia.reacts(message_id, "❤")
    await ask("getUpdates")
    assert [list(update)[1] for update in await ask("getUpdates")] == [
        "message",
        "message_reaction",
    ]
    await ask("getUpdates", allowed_updates=[])
    mia.says("wieder")
    assert api.unconfirmed == 3
