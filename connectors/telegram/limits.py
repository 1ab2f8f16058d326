"""How fast we may send, so that Telegram never has to refuse.

Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits: about one message a second in a chat
with short bursts, 30 a second over all chats.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from types import TracebackType

ALL_CHATS, ALL_SECONDS = 30, 1.0
ONE_CHAT, ONE_SECONDS = 5, 5.0


class Rate:
    """At most `count` messages in any `seconds`, whatever the delays on the wire; an async context.

    A place is free again so many seconds after its message was *answered*. Telegram saw the message
    before that, so it can never see more of them in that time. Who waits first goes first.
    """

    def __init__(self, count: int = ALL_CHATS, seconds: float = ALL_SECONDS) -> None:
        self._seconds = seconds
        self._places = asyncio.Semaphore(count)

    async def __aenter__(self) -> None:
        """Wait for a place."""
        await self._places.acquire()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the place back, later."""
        asyncio.get_running_loop().call_later(self._seconds, self._places.release)


class ChatRates:
    """At most `count` messages in any `seconds` in one chat.

    Args:
        monotonic: seconds that never go back.
        count: messages.
        seconds: in any time of this length.
    """

    def __init__(
        self,
        monotonic: Callable[[], float],
        count: int = ONE_CHAT,
        seconds: float = ONE_SECONDS,
    ) -> None:
        self._monotonic = monotonic
        self._count = count
        self._seconds = seconds
        self._sent: dict[str, deque[float]] = {}

    def wait(self, chat: str) -> float:
        """Seconds until a message may be sent; 0 when at once."""
        sent = self._sent.get(chat)
        if sent is None or len(sent) < self._count:
            return 0.0
        return max(0.0, sent[0] + self._seconds - self._monotonic())

    def note(self, chat: str) -> None:
        """A message was answered just now."""
        now = self._monotonic()
        if len(self._sent) > 1000:
            old = [each for each, sent in self._sent.items() if sent[-1] + self._seconds < now]
            for each in old:
                del self._sent[each]
        self._sent.setdefault(chat, deque(maxlen=self._count)).append(now)
