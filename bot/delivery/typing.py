"""The sign that an answer is being prepared, where a turn takes long enough to be noticed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.messages import Address

AFTER = 0.7
"""Seconds after which waiting is noticed."""
AGAIN_AFTER = 4.5
"""Telegram takes the sign away after five seconds."""

ShowTyping = Callable[[Address], Awaitable[None]]
"""Shows the sign once, for some seconds."""


@asynccontextmanager
async def typing(show: ShowTyping, address: Address) -> AsyncIterator[None]:
    """Show the sign in a chat until the context is left; what goes wrong with it is nobody's concern."""
    task = asyncio.create_task(_type(show, address))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _type(show: ShowTyping, address: Address) -> None:
    wait = AFTER
    while True:
        await asyncio.sleep(wait)
        await show(address)
        wait = AGAIN_AFTER
