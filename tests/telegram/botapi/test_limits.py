"""What is refused: a message that cannot be sent as it is, a file too big, a client too fast."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.servers.botapi import BotApi, Person
from tests.telegram.botapi.clients import Ask

# Messages and files


def row(*, buttons: int = 1, data: str = "x", text: str = "Ja") -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": text, "callback_data": data}] * buttons]}


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": "a" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        ({"text": "x", "chat_id": 1}, "chat not found"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"text": "x", "reply_markup": row(data="ü" * 33)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": row(data="")}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": row(buttons=9)}, "reply markup is too long"),
        (
            {"text": "x", "reply_markup": row(text=" ")},
            "inline keyboard button text must be non-empty",
        ),
        (
            {
                "text": "x",
                "reply_markup": {"inline_keyboard": [[{"text": "x", "url": "http://x"}]]},
            },
            "inline keyboard button URL 'http://x' is invalid: Wrong HTTP URL",
        ),
        ({"text": "x", "reply_parameters": [1]}, "can't parse parameter reply_parameters"),
        ({"text": "x", "reply_markup": "no"}, "can't parse reply_markup JSON object"),
        (
            {"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]},
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2",
        ),
    ],
)
async def test_send_message_refuses(
    mia: Person, ask: Ask, params: dict[str, Any], error: str
) -> None:
    given = {"chat_id": mia.id, **params}
    assert await ask.error("sendMessage", **given) == f"Bad Request: {error}"
    assert mia.sees == []


async def test_too_many_buttons_are_refused(mia: Person, ask: Ask) -> None:
    full = {"inline_keyboard": row(buttons=5)["inline_keyboard"] * 20}
    await ask.send(mia.id, reply_markup=full)
    full["inline_keyboard"] += row()["inline_keyboard"]
    error = await ask.error("sendMessage", chat_id=mia.id, text="x", reply_markup=full)
    assert error == "Bad Request: reply markup is too long"


@pytest.mark.parametrize(
    "params",
    [
        {"text": "😀" * 2048},
        {"text": "<b>" + "a" * 4096 + "</b>", "parse_mode": "html"},
        {"text": "x", "reply_markup": row(data="ü" * 32, buttons=8)},
        {"text": "x", "reply_parameters": {"message_id": 9, "allow_sending_without_reply": True}},
        {"text": "x", "link_preview_options": {"is_disabled": True}},
    ],
)
async def test_send_message_lets_pass(mia: Person, ask: Ask, params: dict[str, Any]) -> None:
    await ask("sendMessage", chat_id=mia.id, **params)
    assert ask.api.complaints == []


async def test_files_have_limits(api: BotApi, mia: Person, ask: Ask) -> None:
    sent = mia.sends_document("groß.bin", bytes(20 * 1024 * 1024 + 1))
    file_id = sent["document"]["file_id"]
    assert await ask.error("getFile", file_id=file_id) == "Bad Request: file is too big"
    assert "wrong file_id" in await ask.error("getFile", file_id="nothing")
    url = f"{api.base_url}{api.token}/sendPhoto?chat_id={mia.id}"
    answer = await ask.http.post(url, files={"photo": ("a.jpg", bytes(10 * 1024 * 1024 + 1))})
    assert "is too big for a photo" in answer.json()["description"]
    answer = await ask.http.post(f"{url}&caption={'a' * 1025}", files={"photo": ("a.jpg", b"12")})
    assert answer.json()["description"] == "Bad Request: message caption is too long"
    document = {"document": ("a.bin", bytes(50 * 1024 * 1024 + 1))}
    answer = await ask.http.post(url.replace("Photo", "Document"), files=document)
    assert answer.json()["description"] == "Request Entity Too Large"
    missing = await ask.http.get(f"{api.base_file_url}{api.token}/photos/nothing.jpg")
    assert missing.status_code == 404


# Flood limits


async def burst(ask: Ask, chat_id: int, count: int) -> list[int]:
    answers = [await ask.answer("sendMessage", chat_id=chat_id, text="x") for _ in range(count)]
    return [answer.json().get("parameters", {}).get("retry_after", 0) for answer in answers]


async def test_a_private_chat_takes_short_bursts(api: BotApi, mia: Person, ask: Ask) -> None:
    assert await burst(ask, mia.id, 6) == [0, 0, 0, 0, 0, 5]
    api.pass_time(timedelta(seconds=4.5))
    assert await burst(ask, mia.id, 1) == [1]
    api.pass_time(timedelta(seconds=0.5))
    for _ in range(20):
        assert await burst(ask, mia.id, 1) == [0]
        api.pass_time(timedelta(seconds=1))
    assert api.log[5].status == 429
    assert (api.log[5].had_effect, api.log[5].fault) == (False, None)


async def test_a_group_takes_twenty_a_minute(api: BotApi, mia: Person, ask: Ask) -> None:
    group = api.group("9b", [mia])
    group.adds_bot()
    assert await burst(ask, group.id, 21) == [*[0] * 20, 60]


async def test_all_chats_together_take_thirty_a_second(api: BotApi, ask: Ask) -> None:
    people = [api.person(f"Person {number}") for number in range(31)]
    waits = [(await burst(ask, person.id, 1))[0] for person in people]
    assert waits == [*[0] * 30, 1]


async def test_limits_can_be_off() -> None:
    async with BotApi(enforce_limits=False) as api, httpx.AsyncClient(trust_env=False) as http:
        assert await burst(Ask(api, http), api.person("Mia").id, 40) == [0] * 40
