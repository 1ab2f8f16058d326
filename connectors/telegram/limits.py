"""How fast we may send, so that Telegram never has to refuse.

Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits: about one message a second in a chat
with short bursts, 20 a minute in a group, 30 a second over all chats.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType

ALL_CHATS, ALL_SECONDS = 30, 1.0


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` messages in any `seconds`."""

    count: int
    seconds: float


ALONE = Limit(5, 5.0)
IN_GROUP = Limit(20, 60.0)


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
    """How many messages one chat takes; all topics of a group are one chat.

    A message counts from when it leaves until so long after it was answered.

    Args:
        monotonic: seconds that never go back.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._on_the_way: Counter[int] = Counter()
        self._sent: dict[int, deque[float]] = {}

    def wait(self, chat: int) -> float:
        """Seconds until a message may be sent; 0 when at once.

        Args:
            chat: Telegram's id; those of groups are negative.
        """
        limit, now = _limit(chat), self._monotonic()
        sent = [at for at in self._sent.get(chat, ()) if at + limit.seconds > now]
        too_many = self._on_the_way[chat] + len(sent) - limit.count
        if too_many < 0:
            return 0.0
        return sent[too_many] + limit.seconds - now if too_many < len(sent) else limit.seconds

    @contextmanager
    def sending(self, chat: int) -> Iterator[None]:
        """A message is on its way until the context is left."""
        self._on_the_way[chat] += 1
        try:
            yield
        finally:
            self._on_the_way -= Counter((chat,))
            self._note(chat)

    def _note(self, chat: int) -> None:
        now = self._monotonic()
        if len(self._sent) > 1000:
            self._sent = {
                each: sent
                for each, sent in self._sent.items()
                if sent[-1] + _limit(each).seconds > now
            }
        self._sent.setdefault(chat, deque(maxlen=_limit(chat).count)).append(now)


def _limit(chat: int) -> Limit:
    return IN_GROUP if chat < 0 else ALONE
