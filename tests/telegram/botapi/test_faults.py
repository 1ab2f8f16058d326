"""Faults that a test orders: who is struck, what a client sees of it and what took effect."""

import asyncio
from random import Random

import httpx
import pytest

from tests.servers.botapi import BotApi, Fault, FaultKind, Person
from tests.telegram.botapi.clients import Ask
from tests.telegram.stage import until


async def outcome(ask: Ask, mia: Person, *, is_slow: bool = False) -> str:
    """What a client makes of it: the status, `garbage` or the name of the error."""
    try:
        answer = await ask.http.post(
            f"{ask.api.base_url}{ask.api.token}/sendMessage",
            json={"chat_id": mia.id, "text": "Hallo"},
            timeout=0.2 if is_slow else 10,
        )
        answer.json()
    except httpx.HTTPError as error:
        return type(error).__name__
    except ValueError:
        return "garbage" if answer.status_code == 200 else str(answer.status_code)
    return str(answer.status_code)


@pytest.mark.parametrize(
    ("kind", "outcomes", "status", "is_answered"),
    [
        ("500", {"500"}, 500, True),
        ("502", {"502"}, 502, True),
        ("429", {"429"}, 429, True),
        ("timeout_before_effect", {"ReadTimeout"}, None, False),
        ("timeout_after_effect", {"ReadTimeout"}, None, False),
        ("garbage_before_effect", {"garbage"}, 200, False),
        ("garbage_after_effect", {"garbage"}, 200, False),
        ("half_answer", {"RemoteProtocolError"}, 200, False),
        ("cut_before_effect", {"RemoteProtocolError", "ReadError"}, None, False),
        ("cut_after_effect", {"RemoteProtocolError", "ReadError"}, None, False),
        ("offline", {"RemoteProtocolError", "ReadError"}, None, False),
    ],
)
async def test_faults_strike(
    api: BotApi,
    mia: Person,
    ask: Ask,
    kind: FaultKind,
    outcomes: set[str],
    status: int | None,
    is_answered: bool,
) -> None:
    api.faults.add(Fault(kind, "SendMessage", count=1))
    assert await outcome(ask, mia, is_slow=kind.startswith("timeout")) in outcomes
    [entry] = api.log
    has_effect = kind == "half_answer" or kind.endswith("after_effect")
    assert (entry.fault, entry.status, entry.answered) == (kind, status, is_answered)
    assert (entry.had_effect, entry.message_id) == ((True, 1) if has_effect else (False, None))
    assert len(mia.sees) == has_effect
    assert api.faults.are_used_up
    assert await outcome(ask, mia) == "200"


async def test_a_fault_strikes_what_it_is_meant_for(api: BotApi, mia: Person, ask: Ask) -> None:
    jo = api.person("Jo")
    with api.faults.during(Fault("500", chat_id=mia.id)):
        assert await ask.error("sendMessage", chat_id=mia.id, text="x")
        assert await ask.send(jo.id)
        assert await ask("getMe")
    assert await ask.send(mia.id)


async def test_faults_are_drawn_alike_every_time(mia: Person, ask: Ask) -> None:
    runs = []
    for _ in range(2):
        fault = Fault("500", probability=0.5, random=Random(7))  # noqa: S311 - repeatable
        with ask.api.faults.during(fault):
            runs.append([(await ask.answer("getMe")).status_code for _ in range(20)])
    assert runs[0] == runs[1]
    assert {200, 500} == set(runs[0])


async def test_offline_cuts_what_waits(api: BotApi, mia: Person, ask: Ask) -> None:
    poll = asyncio.create_task(ask("getUpdates", timeout=50))
    await until(lambda: api.is_polled)
    with api.faults.during(Fault("offline")):
        with pytest.raises(httpx.TransportError):
            await poll
        mia.says("Hallo?")
        with pytest.raises(httpx.TransportError):
            await ask("getUpdates")
    assert len(await ask("getUpdates")) == 1


async def test_silence_ends_when_the_stand_in_closes() -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http, BotApi() as api:
        api.faults.add(Fault("timeout_before_effect"))
        asked = asyncio.create_task(http.get(f"{api.base_url}{api.token}/getMe"))
        await until(lambda: bool(api.log))
    with pytest.raises(httpx.TransportError):
        await asked


async def test_a_lost_poll_confirms_and_is_delivered_again(
    api: BotApi, mia: Person, ask: Ask
) -> None:
    mia.says("eins")
    [first] = await ask("getUpdates")
    mia.says("zwei")
    api.faults.add(Fault("half_answer", "getUpdates", count=1))
    with pytest.raises(httpx.TransportError):
        await ask("getUpdates", offset=first["update_id"] + 1)
    assert api.log[-1].had_effect
    [second] = await ask("getUpdates", offset=first["update_id"] + 1)
    assert second["message"]["text"] == "zwei"


def test_there_is_no_other_fault() -> None:
    with pytest.raises(ValueError, match="no such fault"):
        Fault("404")  # type: ignore[arg-type]
