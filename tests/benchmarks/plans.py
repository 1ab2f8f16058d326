"""A million plans in SQLite, and the other way to do it beside: one APScheduler job per plan.

`python -m tests.benchmarks.plans`; smaller by PLANS, PLANS_PEOPLE, PLANS_DUE, PLANS_BESIDE, PLANS_RUNS. Each run is a
process of its own. Ours opens the database, rings with nothing due, then rings what is due, each event into the inbox.
The peer starts with its jobs in SQLAlchemyJobStore, on SQLite with the same journal, then runs them all; its callback
only counts, and in a second column puts the event into the same inbox, as it would have to. Nothing is asserted of time.
"""

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import create_engine, event, func, insert, select

from bot.delivery.inbox import DurableInbox
from bot.delivery.tables import incoming
from bot.messages import Address, Due, IncomingMessage
from bot.people.tables import chat, person
from bot.plans.clock import PlanClock
from bot.plans.tables import plan
from bot.reminders.codec import REMINDER, REMINDERS, plan_from_json, plan_to_json
from bot.reminders.plan import LAST, Parity, Plan, Rhythm, Rule, Unit, Without
from bot.storage.database import Database
from bot.storage.keys import KeyRing
from bot.storage.migrate import migrate

RING = KeyRing({"bench": b"0123456789abcdef0123456789abcdef"})
FIRST = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
"""When the first run's plans are due; each next run's are `BETWEEN` later."""
BETWEEN = timedelta(minutes=10)
ROWS_AT_ONCE = 10_000
VARIETY = 2000
"""So many different plans; each row is sealed by itself."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many of what; `due` plans in each run."""

    plans: int
    people: int
    due: int
    runs: int


@dataclass(frozen=True, slots=True)
class Run:
    """What one process measured.

    Attributes:
        started: seconds from the start of the process until it was ready.
        opened: seconds of it from opening the database.
        rang: seconds for all that was due.
        pauses: seconds that nothing else could be written in (ours), or done in the process (the peer).
        peak: memory in MB (RSS).
        added: MB of it that came after the imports.
    """

    started: float
    opened: float
    rang: float
    pauses: list[float]
    peak: float
    added: float


def main() -> None:
    """Measure and print, or be one of the processes."""
    if len(sys.argv) > 1:
        role, file, number = sys.argv[1:]
        measured = {"ours": ours, "jobs": jobs, "inbox": jobs_into_inbox}[role](
            Path(file), int(number)
        )
        write(json.dumps(asyncio.run(measured)))
        return
    runs = wanted("PLANS_RUNS", 3)
    many = wanted("PLANS", 1_000_000), wanted("PLANS_PEOPLE", 200_000), wanted("PLANS_DUE", 10_000)
    million(Size(*many, runs=runs))
    beside(wanted("PLANS_BESIDE", 2000), runs)


def wanted(name: str, usual: int) -> int:
    """A size from the environment."""
    return int(os.environ.get(name, usual))


def million(size: Size) -> None:
    """Many plans, few of them due."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plans.sqlite3"
        begun = time.perf_counter()
        asyncio.run(fill(file, size, varied))
        filled = time.perf_counter() - begun
        write(
            f"{size.plans:,} plans of {size.people:,} people, {file.stat().st_size / 1e6:,.0f} MB"
        )
        write(f"written in {filled:.0f} s; then {size.due:,} are due, {size.runs} times")
        taken = [process("ours", file, number) for number in range(size.runs)]
    say("started until ready, s", [run.started for run in taken])
    say("of it opened and looked, nothing due, s", [run.opened for run in taken])
    say("found and put into the inbox, s", [run.rang for run in taken])
    say("each of them, ms", [run.rang / size.due * 1000 for run in taken])
    say("batch, p50, ms", [statistics.median(run.pauses) * 1000 for run in taken])
    say("batch, longest, ms", [max(run.pauses) * 1000 for run in taken])
    say("memory, peak, MB", [run.peak for run in taken])
    say("of it after the imports, MB", [run.added for run in taken])


def beside(plans: int, runs: int) -> None:
    """Ours and one job per plan by turns, all of them due."""
    size = Size(plans, plans, plans, 1)
    taken: dict[str, list[Run]] = {"ours": [], "jobs": [], "inbox": []}
    for _ in range(runs):
        for role, measured in taken.items():
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "plans.sqlite3"
                asyncio.run(fill(file, size, weekly))
                asyncio.run(add_jobs(jobs_of(file), plans))
                measured.append(process(role, file, plans if role != "ours" else 0))
    write(f"\n{plans:,} plans, all due; best of {runs}")
    write(f"{'':36}{'ours':>10}{'jobs':>10}{'ratio':>7}{'with inbox':>14}{'ratio':>7}")
    compare("opened until ready, ms", taken, lambda run: run.opened * 1000)
    compare("each due plan, ms", taken, lambda run: run.rang * 1000 / plans)
    compare("longest pause, ms", taken, lambda run: max(run.pauses) * 1000)
    compare("memory added, each plan, kB", taken, lambda run: run.added * 1000 / plans)


def process(role: str, file: Path, number: int) -> Run:
    """One run in a process of its own."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "tests.benchmarks.plans", role, str(file), str(number)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    found = json.loads(done.stdout)
    return Run(started=found.pop("ready_at") - begun, **found)


async def ours(file: Path, number: int) -> dict[str, Any]:
    """Open, ring with nothing due, ring what is due in this run."""
    due = FIRST + number * BETWEEN
    imported = memory("VmRSS")
    begun = time.perf_counter()
    async with Database(address(file), RING) as database:
        assert await clock_at(due - BETWEEN / 2, database, []).ring() == 0
        opened, ready_at = time.perf_counter() - begun, time.monotonic()
        moments = [time.perf_counter()]
        rung = await clock_at(due, database, moments).ring()
        rang = time.perf_counter() - moments[0]
        peak = memory("VmHWM")
        query = select(func.count()).where(incoming.c.received_at == due)
        async with database.read() as connection:
            assert await connection.scalar(query) == rung > 0
    return {
        "ready_at": ready_at,
        "opened": opened,
        "rang": rang,
        "pauses": [end - begin for begin, end in pairwise(moments)],
        "peak": peak,
        "added": peak - imported,
    }


def clock_at(now: datetime, database: Database, moments: list[float]) -> PlanClock:
    """The clock, standing still; it notes when each of its transactions was over."""

    def wake(_events: int) -> None:
        moments.append(time.perf_counter())

    inbox = DurableInbox(database, lambda: now, lambda _text: None, wake)
    return PlanClock(database, lambda: now, {REMINDER: REMINDERS}, inbox.put_in, wake)


async def fill(file: Path, size: Size, plans: Callable[[random.Random], Plan]) -> None:
    """Write people, chats and plans: the first plans are due run by run, the others later."""
    migrate(address(file))
    people = [uuid.UUID(int=number * 2**64 + number).hex for number in range(size.people)]
    tables = {person: _people(people), chat: _chats(people), plan: _plans(size, people, plans)}
    async with Database(address(file), RING) as database:
        for table, rows in tables.items():
            while some := list(islice(rows, ROWS_AT_ONCE)):
                async with database.write() as connection:
                    await connection.execute(insert(table), some)
        await database.forget_deleted()


def _people(people: Sequence[str]) -> Iterator[dict[str, Any]]:
    for number, each in enumerate(people):
        yield {"id": each, "profile": {"name": f"Azubi {number}"}, "created_at": FIRST}


def _chats(people: Sequence[str]) -> Iterator[dict[str, Any]]:
    for number in range(1, len(people) + 1):
        yield {"id": number, "channel": "telegram", "address": str(number), "created_at": FIRST}


def _plans(
    size: Size, people: Sequence[str], plans: Callable[[random.Random], Plan]
) -> Iterator[dict[str, Any]]:
    """Rows of different plans in no order; who has a plan and when it is due is drawn."""
    contents = several(plans)
    last = FIRST + size.runs * BETWEEN
    later = [REMINDERS.next_due(each, last) for each in contents]
    chance = random.Random(6)  # noqa: S311 - the same draw each time
    dues = [FIRST + number * BETWEEN for number in range(size.runs) for _ in range(size.due)]
    places = dict(zip(chance.sample(range(size.plans), len(dues)), dues, strict=True))
    for place in range(size.plans):
        owner, kind = chance.randrange(len(people)), place % VARIETY
        yield {
            "person_id": people[owner],
            "chat_id": owner + 1,
            "kind": REMINDER,
            "zone": contents[kind]["zone"],
            "content": contents[kind],
            "next_due_at": places.get(place, later[kind]),
            "created_at": FIRST,
        }


def several(plans: Callable[[random.Random], Plan]) -> list[dict[str, Any]]:
    """Different plans as they are stored, with the zone that they hold by default."""
    chance = random.Random(5)  # noqa: S311 - the same draw each time
    drawn = (plans(chance) for _ in range(VARIETY))
    return [{"zone": each.zone, **plan_to_json(each)} for each in drawn]


def weekly(chance: random.Random) -> Plan:
    """Some weekdays at a quarter of an hour: what cron can say as well."""
    weekdays = frozenset(chance.sample(range(5), chance.randint(1, 3)))
    return Plan((Rule(Rhythm(weekdays=weekdays), chance.randrange(12 * 60, 20 * 60, 15)),))


def varied(chance: random.Random) -> Plan:
    """All that people say: two times, every other week, months, exceptions, pauses, zones."""
    day = date(2026, 11, 2) + timedelta(days=chance.randrange(14))
    rules = weekly(chance).rules
    rhythm = chance.choice(
        (
            rules[0].rhythm,
            Rhythm(every=2, weekdays=frozenset({day.weekday()}), anchor=day),
            Rhythm(weekdays=frozenset({day.weekday()}), parity=chance.choice(list(Parity))),
            Rhythm(Unit.DAYS, every=chance.randint(1, 10), anchor=day),
            Rhythm(Unit.MONTHS, weekdays=frozenset({day.weekday()}), nth=LAST),
            Rhythm(Unit.MONTHS, month_days=frozenset({day.day, LAST})),
        )
    )
    return Plan(
        rules=(Rule(rhythm, rules[0].minute), *rules[: chance.randint(0, 1)]),
        zone=chance.choice(("Europe/Berlin", "Europe/Berlin", "Europe/Lisbon")),
        without=frozenset(chance.sample(list(Without), chance.randint(0, 2))),
        paused_until=chance.choice((None, None, None, day + timedelta(days=30))),
    )


RAN: list[int] = []
"""The chats whose jobs ran."""
FIRST_DO: list[Callable[[int], Awaitable[None]]] = []
"""What jobs do before they count; the peer finds its callback by name, so it can carry nothing along."""


async def job(chat_id: int, **_content: object) -> None:
    """What a job of the peer does."""
    for do in FIRST_DO:
        await do(chat_id)
    RAN.append(chat_id)


async def jobs_into_inbox(file: Path, plans: int) -> dict[str, Any]:
    """The jobs, each with an event for the inbox in a transaction of its own."""
    imported, begun = memory("VmRSS"), time.monotonic()
    async with Database(address(file), RING) as database:
        inbox = DurableInbox(database, lambda: FIRST, lambda _text: None, lambda _events: None)

        async def put_in(chat_id: int) -> None:
            to = Address("telegram", str(chat_id))
            message = IncomingMessage(to, f"due:{chat_id}", Due(REMINDERS.event), FIRST)
            async with database.write() as connection:
                await inbox.put_in(connection, chat_id, message)

        FIRST_DO.append(put_in)
        found = await jobs(file, plans)
    return found | {"opened": found["ready_at"] - begun, "added": found["peak"] - imported}


async def jobs(file: Path, plans: int) -> dict[str, Any]:
    """Start with nothing due, let everything be due at once, run it."""
    imported = memory("VmRSS")
    begun = time.perf_counter()
    scheduler = scheduler_on(jobs_of(file))
    scheduler.start()
    # The first look for due jobs is what the loop does next.
    await asyncio.sleep(0)
    opened, ready_at = time.perf_counter() - begun, time.monotonic()
    assert not RAN
    scheduler.pause()
    now = datetime.now(UTC)
    for each in scheduler.get_jobs():
        each.modify(next_run_time=now)
    begun = time.perf_counter()
    scheduler.resume()
    moments = [begun]
    while len(RAN) < plans:
        await asyncio.sleep(0.001)
        moments.append(time.perf_counter())
    rang = time.perf_counter() - begun
    peak = memory("VmHWM")
    scheduler.shutdown(wait=False)
    return {
        "ready_at": ready_at,
        "opened": opened,
        "rang": rang,
        "pauses": [end - begin for begin, end in pairwise(moments)],
        "peak": peak,
        "added": peak - imported,
    }


async def add_jobs(file: Path, plans: int) -> None:
    """A job for each plan, by the same rules."""
    scheduler = scheduler_on(file)
    scheduler.start(paused=True)
    contents = several(weekly)
    for number in range(plans):
        content = contents[number % VARIETY]
        kwargs = {"chat_id": number + 1, **content}
        scheduler.add_job(
            job, cron_of(content), kwargs=kwargs, coalesce=True, misfire_grace_time=None
        )
    scheduler.shutdown(wait=False)


def cron_of(content: dict[str, Any]) -> CronTrigger:
    """The rule of a weekly plan for the peer."""
    rule = plan_from_json(content).rules[0]
    days = ",".join(str(each) for each in sorted(rule.rhythm.weekdays))
    hour, minute = divmod(rule.minute, 60)
    return CronTrigger(day_of_week=days, hour=hour, minute=minute, timezone=content["zone"])


def scheduler_on(file: Path) -> AsyncIOScheduler:
    """The peer on a file that is written as safely as ours."""
    engine = create_engine(f"sqlite:///{file}")

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    store = SQLAlchemyJobStore(engine=engine)
    return AsyncIOScheduler(jobstores={"default": store}, timezone=UTC)


def address(file: Path) -> str:
    """The file as our database."""
    return f"sqlite+aiosqlite:///{file}"


def jobs_of(file: Path) -> Path:
    """The peer's file beside ours."""
    return file.with_name("jobs.sqlite3")


def memory(which: str) -> float:
    """Megabytes of this process: `VmRSS` now, `VmHWM` the most so far."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith(which))
    return int(line.split()[1]) / 1024


def say(what: str, values: Sequence[float]) -> None:
    """One line: each run, then the best."""
    each = "".join(f"{value:10.2f}" for value in values)
    write(f"{what:44}{each}   best {min(values):.2f}")


def compare(what: str, taken: Mapping[str, Sequence[Run]], value: Callable[[Run], float]) -> None:
    """One line: the best of each, and how many times ours."""
    one, other, third = (min(map(value, runs)) for runs in taken.values())
    ratios = other / one, third / one
    write(f"{what:36}{one:10.2f}{other:10.2f}{ratios[0]:7.2f}{third:14.2f}{ratios[1]:7.2f}")


def write(line: str) -> None:
    """To the terminal, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
