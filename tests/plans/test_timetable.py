"""The few jobs that the clock starts: at once and again, none in the way of another, finished when we leave."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from structlog.testing import capture_logs

from bot.errors import StorageUnavailable
from bot.jobs.timetable import PURGE_EVERY, RELOAD_EVERY, RING_EVERY, Job, Timetable, timetable
from tests.telegram.stage import until

SOON = 0.03
"""Seconds."""
NOT_TODAY = 86_400.0


def failing(calls: list[str], error: Exception) -> Callable[[], Awaitable[object]]:
    async def run() -> None:
        calls.append("failed")
        raise error

    return run


def counting(calls: list[str], name: str = "ran") -> Callable[[], Awaitable[object]]:
    async def run() -> None:
        calls.append(name)

    return run


async def test_all_that_the_clock_starts() -> None:
    calls: list[str] = []
    names = ("ring", "purge", "reload")
    jobs = timetable(**{name: counting(calls, name) for name in names})
    for job in jobs:
        await job.run()

    assert tuple(calls) == tuple(job.name for job in jobs) == names
    assert [job.seconds for job in jobs] == [RING_EVERY, PURGE_EVERY, RELOAD_EVERY]


async def test_each_job_runs_at_once_and_again_at_its_interval() -> None:
    calls: list[str] = []
    jobs = (
        Job("often", SOON, counting(calls, "often")),
        Job("rare", NOT_TODAY, counting(calls, "rare")),
    )

    async with Timetable(jobs):
        await until(lambda: calls.count("often") >= 3)

    assert calls.count("rare") == 1


@pytest.mark.parametrize(
    ("error", "record"),
    [
        (
            StorageUnavailable("away"),
            {"log_level": "warning", "event": "storage unavailable", "step": "sick"},
        ),
        (
            ValueError("a secret"),
            {"log_level": "error", "event": "job failed", "step": "sick", "error": "ValueError"},
        ),
    ],
)
async def test_a_job_that_fails_is_logged_and_tried_again_and_the_others_go_on(
    error: Exception, record: dict[str, str]
) -> None:
    failed: list[str] = []
    ran: list[str] = []
    jobs = (Job("sick", SOON, failing(failed, error)), Job("well", SOON, counting(ran)))

    with capture_logs() as logs:
        async with Timetable(jobs):
            await until(lambda: len(failed) >= 3 and len(ran) >= 3)

    told = [{key: each[key] for key in each if key != "exc_info"} for each in logs]
    assert told == [record] * len(failed)


async def test_storage_that_comes_back_is_used_again() -> None:
    calls: list[str] = []

    async def ring() -> None:
        calls.append("tried")
        if len(calls) < 3:
            raise StorageUnavailable("away")
        calls.append("rung")

    with capture_logs() as logs:
        async with Timetable((Job("ring", SOON, ring),)):
            await until(lambda: "rung" in calls)

    assert len(logs) == 2


async def test_leaving_waits_for_the_job_that_runs_and_starts_none() -> None:
    calls: list[str] = []
    goes_on = asyncio.Event()

    async def slow() -> None:
        calls.append("begun")
        await goes_on.wait()
        calls.append("done")

    scheduled = Timetable((Job("slow", SOON, slow),))
    await scheduled.__aenter__()
    await until(lambda: calls == ["begun"])
    leaving = asyncio.create_task(scheduled.__aexit__(None, None, None))
    await asyncio.sleep(5 * SOON)
    assert not leaving.done()

    goes_on.set()
    await leaving
    await asyncio.sleep(5 * SOON)

    assert calls == ["begun", "done"]


async def test_a_job_never_runs_beside_itself() -> None:
    running, most, runs = 0, 0, 0

    async def slow() -> None:
        nonlocal running, most, runs
        running, runs = running + 1, runs + 1
        most = max(most, running)
        await asyncio.sleep(4 * SOON)
        running -= 1

    async with Timetable((Job("slow", SOON, slow),)):
        await until(lambda: runs >= 3)

    assert most == 1
