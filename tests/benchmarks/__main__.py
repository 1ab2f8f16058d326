"""Prints the figures of `docs/measurements/bench.md`; aims are printed beside, nothing is asserted."""

import asyncio
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bot.models import train
from bot.settings import load
from tests.support import on_stage, settings_in

TURNS = 400
QUESTIONS = (
    "wie lange dauert die probezeit",
    "darf ich die ausbildung in teilzeit machen",
    "wie finde ich ein praktikum",
    "muss ich nach der berufsschule in den betrieb",
    "hallo",
)


def main() -> None:
    """Measure everything and print one line each."""
    train(load({}))
    with tempfile.TemporaryDirectory() as folder:
        floor = bare_commits(Path(folder))
        steps, whole, rate = asyncio.run(turns(Path(folder)))
    start, memory = process()
    say("bare SQLite commit (peer: sqlite3, synchronous=FULL)", floor, None)
    say("turn step with commit", steps, floor, aim="p50 <= 15 ms, p99 <= 60 ms")
    say("received to handed to the connector", whole, floor)
    write(f"{'turns a second, four workers':52} {rate:8.1f}")
    write(f"{'start until /health answers':52} {start:8.2f} s    aim <= 4 s")
    write(f"{'memory of the process (RSS)':52} {memory:8.1f} MB   aim <= 180 MB")


def bare_commits(folder: Path) -> list[float]:
    """Milliseconds of the plainest durable write: the floor for any turn."""
    connection = sqlite3.connect(folder / "floor.sqlite3", isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE row (payload BLOB)"
    )
    taken = []
    for _ in range(TURNS):
        begun = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO row VALUES (?)", (os.urandom(2000),))
        connection.execute("COMMIT")
        taken.append((time.perf_counter() - begun) * 1000)
    connection.close()
    return taken


async def turns(folder: Path) -> tuple[list[float], list[float], float]:
    """Milliseconds of the turn step alone and of the whole way, and turns a second under load."""
    async with on_stage(settings_in(folder)) as stage:
        whole = []
        for number in range(TURNS // 2):
            begun = time.perf_counter()
            before = len(stage.memory.sent)
            await stage.memory.says(f"one-{number}", QUESTIONS[number % len(QUESTIONS)])
            await stage.memory.arrived(before + 1)
            whole.append((time.perf_counter() - begun) * 1000)
        steps = list(stage.turn_milliseconds())
        before = len(stage.memory.sent)
        begun = time.perf_counter()
        for number in range(TURNS):
            await stage.memory.says(f"many-{number % 50}", QUESTIONS[number % len(QUESTIONS)])
        await stage.memory.arrived(before + TURNS, within=120)
        rate = TURNS / (time.perf_counter() - begun)
    return steps, whole, rate


def process() -> tuple[float, float]:
    """Seconds until a fresh process answers `/health`, and its memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        environment = {
            **os.environ,
            "LERNALLIANZ_DATA_DIR": folder,
            "LERNALLIANZ_WEB_PORT": str(port),
        }
        begun = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-m", "bot", "run"], env=environment, stderr=subprocess.DEVNULL
        ) as running:
            _wait_for(port)
            start = time.perf_counter() - begun
            time.sleep(1)
            status = Path(f"/proc/{running.pid}/status").read_text()
            running.terminate()
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return start, int(kilobytes) / 1024


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    import httpx

    for _ in range(400):
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise TimeoutError("the assistant did not start")


def say(name: str, values: Sequence[float], floor: Sequence[float] | None, aim: str = "") -> None:
    """One line: median and 99th percentile in ms, and their ratio to the peer's median."""
    median = statistics.median(values)
    high = statistics.quantiles(values, n=100)[98]
    ratio = f"{median / statistics.median(floor):6.1f} x floor" if floor else " " * 14
    write(f"{name:52} p50 {median:7.2f} ms  p99 {high:7.2f} ms {ratio}  {aim}")


def write(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
