import asyncio
import os
import random
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.chaos.webuser import WebUser

KILLS = int(os.environ.get("CHAOS_KILLS", "5"))
USERS = int(os.environ.get("CHAOS_USERS", "8"))
LONGEST_RUN = 180 + 12 * KILLS


class Process:
    """The assistant as a process of its own, to be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.port = _free_port()
        self._environment = {
            **os.environ,
            "LERNALLIANZ_DATA_DIR": str(folder),
            "LERNALLIANZ_WEB_PORT": str(self.port),
            "LERNALLIANZ_LOG_LEVEL": "error",
        }
        self._running: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=self._environment
        )

    async def kill(self) -> None:
        assert self._running is not None
        self._running.send_signal(signal.SIGKILL)
        await self._running.wait()


def _free_port() -> int:
    """A port below those that connections take by themselves, so that it stays free while we restart."""
    for port in random.sample(range(20_000, 30_000), 50):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no free port")


@asynccontextmanager
async def listening(users: list[WebUser]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(user.listen()) for user in users]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _written(users: list[WebUser], messages: int) -> None:
    while sum(len(user.wrote) for user in users) < messages:  # noqa: ASYNC110 - a poll
        await asyncio.sleep(0.05)


async def test_killed_at_random_moments_each_message_is_answered_once(tmp_path: Path) -> None:
    chance = random.Random(4711)  # noqa: S311 - a fixed seed, no secret
    process = Process(tmp_path)
    users = [WebUser(f"http://127.0.0.1:{process.port}") for _ in range(USERS)]
    is_over = asyncio.Event()

    async def chatter(user: WebUser) -> None:
        await user.open()
        number = 0
        while not is_over.is_set():
            number += 1
            await user.write(f"Nachricht {number}: wie finde ich ein praktikum")
            await asyncio.sleep(chance.uniform(0.1, 0.6))

    await process.start()
    async with asyncio.timeout(LONGEST_RUN), listening(users):
        chatters = [asyncio.create_task(chatter(user)) for user in users]
        for kill in range(KILLS):
            # However slow the machine is, somebody has written between two kills.
            await _written(users, USERS * (kill + 1))
            await asyncio.sleep(chance.uniform(0.5, 4.0))
            await process.kill()
            await process.start()
        await _written(users, USERS * (KILLS + 1))
        is_over.set()
        await asyncio.gather(*chatters)
        await asyncio.gather(*(user.answered() for user in users))
        await asyncio.sleep(0.5)
    await process.kill()

    for user in users:
        assert Counter(user.answers.values()) == Counter(user.wrote)
        assert user.answered_in_order == user.wrote
