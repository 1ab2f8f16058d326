"""What goes wrong between us and Telegram: nothing is lost, order holds, nothing is doubled.

After some faults nobody can know whether a message arrived (the answer was lost on its way). An answer
is sent again then, so there it may stand twice; each such case is counted. `make chaos` has the full size.
"""

import asyncio
import os
from itertools import groupby
from pathlib import Path
from random import Random

import pytest

from tests.servers.botapi import BotApi, Fault, FaultKind, Person
from tests.telegram.stage import Repeats, by_webhook, on_telegram, on_web_and_telegram, until

MESSAGES = int(os.environ.get("CHAOS_MESSAGES", "4"))
OFFLINE_SECONDS = float(os.environ.get("CHAOS_OFFLINE_SECONDS", "3"))
PEOPLE = 5
LONGEST = 60 + OFFLINE_SECONDS + 30 * MESSAGES

KNOWABLE: tuple[FaultKind, ...] = (
    "429",
    "500",
    "502",
    "cut_before_effect",
    "garbage_before_effect",
    "other_shape",
)
UNKNOWABLE: tuple[FaultKind, ...] = ("garbage_after_effect", "half_answer", "cut_after_effect")


async def chatter(people: list[Person]) -> None:
    """Everybody writes numbered messages, about one a second each."""
    for number in range(1, MESSAGES + 1):
        for person in people:
            person.says(f"{person.user.first_name} {number}")
        await asyncio.sleep(0.5)


def heard(person: Person) -> list[str]:
    """What somebody was answered, in order."""
    return [seen["text"] for seen in person.sees if seen["from_bot"]]


def wrote(person: Person) -> list[str]:
    """What somebody wrote, in order."""
    return [seen["text"] for seen in person.sees if not seen["from_bot"]]


async def all_answered(people: list[Person]) -> None:
    await until(lambda: all(set(wrote(person)) <= set(heard(person)) for person in people), LONGEST)
    await asyncio.sleep(1.5)


@pytest.mark.parametrize("kind", KNOWABLE)
async def test_what_surely_did_not_arrive_is_sent_again_once(
    tmp_path: Path, kind: FaultKind
) -> None:
    async with BotApi() as api, on_telegram(tmp_path, api, Repeats()):
        people = [api.person(f"P{number}") for number in range(PEOPLE)]
        fault = Fault(kind, probability=0.3, random=Random(11))  # noqa: S311 - a fixed seed
        with api.faults.during(fault):
            await chatter(people)
            await asyncio.sleep(1)
        await all_answered(people)

        for person in people:
            assert heard(person) == wrote(person)
        assert any(entry.fault == kind for entry in api.log)


@pytest.mark.parametrize("kind", UNKNOWABLE)
async def test_what_may_have_arrived_is_repeated_and_nothing_lost(
    tmp_path: Path, kind: FaultKind
) -> None:
    async with BotApi() as api, on_telegram(tmp_path, api, Repeats()):
        people = [api.person(f"P{number}") for number in range(PEOPLE)]
        fault = Fault(kind, "sendMessage", probability=0.3, random=Random(12))  # noqa: S311
        with api.faults.during(fault):
            await chatter(people)
            await asyncio.sleep(1)
        await all_answered(people)

        for person in people:
            assert [text for text, _ in groupby(heard(person))] == wrote(person)
        unknowable = sum(entry.fault == kind and entry.had_effect for entry in api.log)
        doubled = sum(len(heard(person)) - len(wrote(person)) for person in people)
        assert doubled == unknowable > 0


@pytest.mark.parametrize("kind", ["timeout_before_effect", "timeout_after_effect"])
async def test_a_request_without_an_answer_holds_up_its_own_chat_only(
    tmp_path: Path, kind: FaultKind
) -> None:
    async with BotApi() as api, on_telegram(tmp_path, api, Repeats()):
        mia, jo = api.person("Mia"), api.person("Jo")
        api.faults.add(Fault(kind, "sendMessage", count=1, chat_id=mia.id))
        mia.says("Mia 1")
        await until(lambda: api.faults.are_used_up)
        for number in range(1, 4):
            jo.says(f"Jo {number}")
        await api.arrived(3, jo, within=5)
        assert len([entry for entry in api.log if entry.chat_id == mia.id]) <= 3
        copies = 2 if kind == "timeout_after_effect" else 1
        await until(lambda: len(heard(mia)) == copies, LONGEST)
        await all_answered([jo])

        assert heard(mia) == ["Mia 1"] * copies
        assert heard(jo) == wrote(jo)


async def test_without_a_network_everything_waits_and_comes_once(tmp_path: Path) -> None:
    async with BotApi() as api, on_telegram(tmp_path, api, Repeats()) as stage:
        people = [api.person(f"P{number}") for number in range(PEOPLE)]
        for person in people:
            person.says("vorher")
        await all_answered(people)
        offline = api.faults.add(Fault("offline"))
        await chatter(people)
        await asyncio.sleep(OFFLINE_SECONDS)
        assert stage.connector.trouble == "Telegram cannot be reached"
        api.faults.remove(offline)
        await all_answered(people)

        for person in people:
            assert heard(person) == wrote(person)
        assert stage.connector.trouble is None


async def test_a_webhook_under_faults_and_replays(tmp_path: Path, unused_tcp_port: int) -> None:
    async with (
        BotApi() as api,
        on_web_and_telegram(tmp_path, api, **by_webhook(unused_tcp_port)),
    ):
        mia = api.person("Mia")
        for number in range(3):
            mia.says(f"/start {number}")
            await api.arrived(number + 1, mia)
            for _ in range(3):
                api.replay_last_update()
        await asyncio.sleep(1)

        assert len(heard(mia)) == 3


async def test_everybody_at_once_provokes_no_flood_limit(tmp_path: Path) -> None:
    async with BotApi() as api, on_telegram(tmp_path, api, Repeats()):
        people = [api.person(f"P{number}") for number in range(90)]
        for person in people:
            person.says("hallo")
        await all_answered(people)
        for number in range(8):
            people[0].says(f"noch etwas {number}")
        await all_answered(people[:1])

        assert [entry.status for entry in api.log if entry.status == 429] == []
        assert heard(people[0]) == wrote(people[0])
