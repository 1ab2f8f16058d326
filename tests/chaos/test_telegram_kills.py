"""Killed while up to fifty people write on Telegram. Five kills in `make test`; `make chaos` has the full size.

The judge is the stand-in's log alone: each number answered, in order in each chat. Where a kill falls
between Telegram's taking a message and our marking it, nobody can know whether it arrived; an answer
is sent again, and that is counted.
"""

import asyncio
import os
import random
import signal
import sys
from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from tests.chaos.test_kills import KILLS
from tests.servers.botapi import BotApi, Entry, Fault, Person
from tests.telegram.stage import until

PEOPLE = min(50, 4 * KILLS)
IN_FLIGHT = 8
"""At most so many messages are being sent at the same time."""
FORCED = max(1, KILLS // 8)
"""So many of the kills fall exactly between send and mark."""
LONGEST_RUN = 120 + 15 * KILLS


class Process:
    """The assistant as a process of its own."""

    def __init__(self, folder: Path, api: BotApi) -> None:
        self._environment = {
            **os.environ,
            "LERNALLIANZ_DATA_DIR": str(folder),
            "LERNALLIANZ_TELEGRAM_TOKEN": api.token,
            "LERNALLIANZ_TELEGRAM_API_URL": api.url,
        }
        self._running: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.chaos.telegram_process", env=self._environment
        )

    async def kill(self) -> None:
        assert self._running is not None
        self._running.send_signal(signal.SIGKILL)
        await self._running.wait()


def answers(log: Sequence[Entry]) -> dict[int, list[str]]:
    """By chat, the texts that Telegram took, in order."""
    taken = defaultdict(list)
    for entry in log:
        if entry.method == "sendMessage" and entry.had_effect and entry.chat_id is not None:
            taken[entry.chat_id].append(str(entry.params["text"]))
    return taken


def count(api: BotApi) -> int:
    """How many answers Telegram took."""
    return sum(map(len, answers(api.log).values()))


async def answered(api: BotApi, goal: int) -> None:
    """Wait for so many answers."""
    await until(lambda: count(api) >= goal, 60)


async def test_killed_while_many_write(tmp_path: Path) -> None:
    chance = random.Random(2026)  # noqa: S311 - a fixed seed, no secret
    wrote: dict[int, list[str]] = defaultdict(list)
    is_over = asyncio.Event()

    async def chatter(person: Person) -> None:
        while not is_over.is_set():
            text = f"Nachricht {len(wrote[person.id]) + 1}"
            wrote[person.id].append(text)
            person.says(text)
            await asyncio.sleep(chance.uniform(1.0, 4.0))

    async with asyncio.timeout(LONGEST_RUN), BotApi() as api:
        process = Process(tmp_path, api)
        people = [api.person(f"P{number}") for number in range(PEOPLE)]
        await process.start()
        chatters = [asyncio.create_task(chatter(person)) for person in people]
        for kill in range(KILLS):
            # However slow the machine is, something is answered between two kills.
            await answered(api, count(api) + 10)
            if kill < FORCED:
                api.faults.add(Fault("timeout_after_effect", "sendMessage", count=1))
                await until(lambda: api.faults.are_used_up, 60)
            else:
                await asyncio.sleep(chance.uniform(0.0, 2.0))
            await process.kill()
            await process.start()
        is_over.set()
        await asyncio.gather(*chatters)
        await until(
            lambda: all(set(wrote[each]) <= set(answers(api.log)[each]) for each in wrote), 120
        )
        await asyncio.sleep(1)
        await process.kill()

    taken = answers(api.log)
    for person in people:
        assert [text for text, _ in groupby(taken[person.id])] == wrote[person.id]
    written = sum(map(len, wrote.values()))
    doubled = sum(map(len, taken.values())) - written
    sys.stdout.write(
        f"\n{KILLS} kills, {FORCED} of them between send and mark; {written} messages, "
        f"all answered in order; {doubled} answers twice\n"
    )
    assert FORCED <= doubled <= KILLS * IN_FLIGHT
