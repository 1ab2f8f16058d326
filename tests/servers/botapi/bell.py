"""A signal from synchronous code to everybody who waits."""

import asyncio


class Bell:
    """Wakes all who listen; whoever comes later waits for the next ring."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who listens now."""
        self._event.set()
        self._event = asyncio.Event()

    async def heard(self) -> None:
        """Wait for the next ring."""
        await self._event.wait()

    async def heard_within(self, seconds: float) -> bool:
        """Wait for the next ring, at most `seconds`. Did it ring?"""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        return True
