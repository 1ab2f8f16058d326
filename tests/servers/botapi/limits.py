"""How fast a bot may send.

Telegram publishes no exact numbers. The Bots FAQ (https://core.telegram.org/bots/faq, "My bot is
hitting limits, how do I avoid this?") says: about one message a second in one chat, with short
bursts allowed; 20 messages a minute in a group; about 30 messages a second over all chats. The
windows below put those sentences into numbers, on the strict side.
"""

import math
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """At most `messages` in any `span`."""

    messages: int
    span: timedelta


PRIVATE = Window(5, timedelta(seconds=5))
"""One a second in the long run, five at once: "we may allow short bursts"."""
GROUP = Window(20, timedelta(seconds=60))
"""20 a minute in the same group or supergroup."""
ALL_CHATS = Window(30, timedelta(seconds=1))
"""About 30 a second in all."""


class FloodGate:
    """Counts what was sent; a refused message counts for nothing."""

    def __init__(self) -> None:
        self._sent: defaultdict[int, deque[datetime]] = defaultdict(deque)
        self._all: deque[datetime] = deque()

    def wait_for(self, chat_id: int, is_group: bool, now: datetime) -> int:
        """Whole seconds until the next message may go into this chat; 0 lets it through."""
        here = _left(self._sent[chat_id], GROUP if is_group else PRIVATE, now)
        return max(here, _left(self._all, ALL_CHATS, now))

    def count(self, chat_id: int, now: datetime) -> None:
        """A message went out."""
        self._sent[chat_id].append(now)
        self._all.append(now)


def _left(sent: deque[datetime], window: Window, now: datetime) -> int:
    while sent and sent[0] <= now - window.span:
        sent.popleft()
    if len(sent) < window.messages:
        return 0
    free_at = sent[-window.messages] + window.span
    return max(1, math.ceil((free_at - now).total_seconds()))
