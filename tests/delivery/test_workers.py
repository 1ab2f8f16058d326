"""Workers go on, whatever happens to what they do."""

import asyncio

from bot.delivery.signal import Signal
from bot.delivery.workers import Workers
from bot.errors import StorageUnavailable


async def test_a_worker_outlives_what_it_does_and_lets_go_of_it() -> None:
    troubles = [RuntimeError("unheard of"), StorageUnavailable("away"), RuntimeError("again")]
    released: list[str] = []
    done = asyncio.Event()
    signal = Signal()

    async def step(holder: str) -> bool:
        if troubles:
            # Nobody waits in a test until a worker looks by itself.
            signal.set_later(0.01)
            raise troubles.pop(0)
        done.set()
        return False

    async def release(holder: str) -> None:
        released.append(holder)
        raise RuntimeError("not even that")

    workers = Workers(step=step, release=release, signal=signal, count=1)
    workers.start()
    async with asyncio.timeout(10):
        await done.wait()
    await workers.end()

    assert len(released) == 3
    assert len(set(released)) == 1
