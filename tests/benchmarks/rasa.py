"""Our engine and Rasa 3.6.21 side by side on our own dialogues: `make bench-rasa`.

Both answer the same messages (buttons of the first talk, so that no model is compared), ours in the
process, Rasa through `/webhooks/rest/webhook` on loopback with 1, 8 and 32 clients. Prints a table and
writes it with a plot to docs/measurements/.
"""

import asyncio
import contextlib
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from bot.engine.dialogue import Dialogue, load_dialogue
from bot.engine.requests import Predict, RunAction
from bot.engine.turn import hear
from bot.events import BotUttered, Parse
from bot.settings import ROOT
from bot.tracker import Tracker, from_json, to_json

RASA = os.environ["RASA_PYTHON"]
PROJECT = ROOT / "build" / "rasa"
MODEL = PROJECT / "models" / "lernallianz.tar.gz"
PORT = 5056
URL = f"http://127.0.0.1:{PORT}"
SAID = ("greet", "ask_menu", "ask_bot", "thank", "goodbye")
NOW = datetime(2026, 11, 21, tzinfo=UTC)
TURNS = 2000
SECONDS = 10.0
OUT = ROOT / "docs" / "measurements"


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: turns a second, milliseconds, start in seconds, memory in MB."""

    name: str
    turns: float
    p50: float
    p99: float
    start: float
    memory: float


def ours() -> Row:
    """The engine alone, with the tracker read from and written to JSON each turn."""
    begun = time.perf_counter()
    dialogue = load_dialogue(PROJECT)
    start = time.perf_counter() - begun
    stored: dict[str, object] = {}
    taken = []
    for number in range(TURNS):
        begun = time.perf_counter()
        stored = to_json(turned(dialogue, from_json(stored), SAID[number % len(SAID)]))
        taken.append((time.perf_counter() - begun) * 1000)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Row(
        "our engine, in the process", 1000 / statistics.mean(taken), *spread(taken), start, memory
    )


def turned(dialogue: Dialogue, tracker: Tracker, intent: str) -> Tracker:
    """One turn, its responses drawn."""
    steps = hear(dialogue, tracker, Parse(f"/{intent}", intent, 1.0), NOW)
    answer: object = None
    while True:
        try:
            request = steps.send(answer)
        except StopIteration as over:
            return over.value.tracker  # type: ignore[no-any-return]
        if isinstance(request, Predict):
            answer = dialogue.next(request.tracker)
        elif isinstance(request, RunAction):
            values = {"privacy": ""}
            dialogue.responses.draw(
                request.name, slots=request.tracker.slots, values=values, channel="web"
            )
            answer = [BotUttered(request.name)]


async def theirs() -> list[Row]:
    """Rasa with 1, 8 and 32 clients."""
    begun = time.perf_counter()
    async with living() as process:
        start = time.perf_counter() - begun
        rows = []
        for clients in (1, 8, 32):
            taken, seconds = await under_load(clients)
            memory = resident(process.pid)
            rows.append(
                Row(
                    f"Rasa 3.6.21, {clients} clients",
                    len(taken) / seconds,
                    *spread(taken),
                    start,
                    memory,
                )
            )
        return rows


async def under_load(clients: int) -> tuple[list[float], float]:
    """Milliseconds of each turn, and how long it all took (seconds)."""
    taken: list[float] = []
    begun = time.perf_counter()
    async with httpx.AsyncClient(base_url=URL, timeout=60) as http:

        async def one(sender: str) -> None:
            number = 0
            while time.perf_counter() - begun < SECONDS:
                before = time.perf_counter()
                body = {"sender": sender, "message": f"/{SAID[number % len(SAID)]}"}
                (await http.post("/webhooks/rest/webhook", json=body)).raise_for_status()
                taken.append((time.perf_counter() - before) * 1000)
                number += 1

        await asyncio.gather(*(one(f"{clients}-{number}") for number in range(clients)))
    return taken, time.perf_counter() - begun


@contextlib.asynccontextmanager
async def living() -> AsyncIterator["subprocess.Popen[bytes]"]:
    """A Rasa server with the REST channel."""
    credentials = PROJECT / "credentials.yml"
    credentials.write_text("rest:\n")
    arguments = ["run", "-i", "127.0.0.1", "-p", str(PORT), "--credentials", str(credentials)]
    process = subprocess.Popen(  # noqa: ASYNC220 - a server of its own
        [RASA, "-m", "rasa", *arguments, "--model", str(MODEL)],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(180), httpx.AsyncClient() as http:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    body = {"sender": "start", "message": "/greet"}
                    answer = await http.post(f"{URL}/webhooks/rest/webhook", json=body)
                    if answer.status_code == 200 and answer.json():
                        break
                await asyncio.sleep(0.2)
        yield process
    finally:
        process.kill()
        process.wait()


def resident(pid: int) -> float:
    """Resident memory of a process in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def spread(taken: list[float]) -> tuple[float, float]:
    """The middle and the 99th percentile."""
    ordered = sorted(taken)
    return statistics.median(ordered), ordered[int(len(ordered) * 0.99) - 1]


def table(rows: list[Row]) -> str:
    """The rows as Markdown, with ratios to the first."""
    lines = [
        "| | turns/s | p50 ms | p99 ms | ready after s | memory MB | p50, times ours |",
        "|---|---|---|---|---|---|---|",
    ]
    first = rows[0]
    lines += [
        f"| {row.name} | {row.turns:,.0f} | {row.p50:.2f} | {row.p99:.2f} | {row.start:.2f} "
        f"| {row.memory:.0f} | {row.p50 / first.p50:,.0f} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def plot(rows: list[Row]) -> str:
    """Bars of p50 on a scale of powers of ten, as SVG."""
    lowest = 0.01
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 220" font-family="sans-serif" font-size="14">',
        '<rect width="720" height="220" fill="#ffffff"/>',
        '<text x="10" y="24" font-weight="bold">Milliseconds of a turn (p50), each step ten times more</text>',
    ]
    for number, row in enumerate(rows):
        top = 48 + number * 40
        tens = len(f"{row.p50 / lowest:.0f}") - 1
        rest = row.p50 / lowest / 10**tens
        width = 70 * (tens + (rest - 1) / 9)
        parts.append(f'<text x="10" y="{top + 18}">{row.name}</text>')
        parts.append(f'<rect x="230" y="{top}" width="{width:.0f}" height="26" fill="#1b5e7a"/>')
        parts.append(f'<text x="{238 + width:.0f}" y="{top + 18}">{row.p50:.2f}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def main() -> None:
    """Measure, print, write."""
    rows = [ours(), *asyncio.run(theirs())]
    head = (
        "# Our engine and Rasa side by side\n\n`make bench-rasa`, in one run on one machine (two cores), "
        "on our own dialogues, with messages that are buttons.\nOurs reads and writes its tracker as JSON in "
        "each turn; Rasa keeps it in memory and is asked over HTTP.\n\n"
    )
    picture = "\n![Milliseconds of a turn](rasa.svg)\n"
    (OUT / "rasa.md").write_text(head + table(rows) + picture, encoding="utf-8")
    (OUT / "rasa.svg").write_text(plot(rows), encoding="utf-8")
    sys.stdout.write(table(rows))


if __name__ == "__main__":
    main()
