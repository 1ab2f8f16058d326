"""A signal wakes as many as there is work for, and loses no wake."""

import asyncio

from bot.delivery.signal import Signal


async def test_one_call_wakes_one_of_those_who_wait() -> None:
    signal = Signal()
    waiting = [asyncio.create_task(signal.wait(signal.ticket(), 60)) for _ in range(3)]
    await asyncio.sleep(0)

    signal.set()
    await waiting[0]
    assert [task.done() for task in waiting] == [True, False, False]

    signal.set(2)
    await asyncio.gather(*waiting)


async def test_a_call_between_ticket_and_waiting_is_not_lost() -> None:
    signal = Signal()
    ticket = signal.ticket()
    signal.set()

    async with asyncio.timeout(20):
        await signal.wait(ticket, 60)


async def test_who_waited_in_vain_is_forgotten() -> None:
    signal = Signal()
    await signal.wait(signal.ticket(), 0.01)
    waiting = asyncio.create_task(signal.wait(signal.ticket(), 60))
    await asyncio.sleep(0)

    signal.set()

    async with asyncio.timeout(20):
        await waiting


async def test_all_can_be_woken() -> None:
    signal = Signal()
    waiting = [asyncio.create_task(signal.wait(signal.ticket(), 60)) for _ in range(3)]
    await asyncio.sleep(0)

    signal.set_all()

    async with asyncio.timeout(20):
        await asyncio.gather(*waiting)
