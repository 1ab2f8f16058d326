"""The queue of updates: in order, until they are confirmed or a day old."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from tests.servers.botapi.bell import Bell

_LIFE = timedelta(hours=24)
"""https://core.telegram.org/bots/api#getting-updates: "will not be kept longer than 24 hours"."""
_FIRST_ID = 816_000_001
"""Telegram begins anywhere; a number that is no message id shows who mixes them up."""
_ONLY_ON_DEMAND = {"chat_member", "message_reaction", "message_reaction_count"}
"""https://core.telegram.org/bots/api#getupdates, `allowed_updates`."""


@dataclass(frozen=True, slots=True)
class Queued:
    """An update that waits."""

    id: int
    since: datetime
    body: dict[str, Any]


class UpdateQueue:
    """Updates that the bot has not confirmed yet.

    Args:
        now: the moment; what is a day old by it is gone.
    """

    def __init__(self, now: Clock) -> None:
        self._now = now
        self.bell = Bell()
        self.allowed: list[str] | None = None
        """What the bot asked for; None or empty means all but a few."""
        self._ids = itertools.count(_FIRST_ID)
        self._waiting: dict[int, Queued] = {}
        self._last_done: Queued | None = None

    def __len__(self) -> int:
        self._expire()
        return len(self._waiting)

    def add(self, kind: str, payload: dict[str, Any]) -> int | None:
        """Queue an update; its id, or None if the bot does not want this kind."""
        if not self._is_wanted(kind):
            return None
        update_id = next(self._ids)
        body = {"update_id": update_id, kind: payload}
        self._waiting[update_id] = Queued(update_id, self._now(), body)
        self.bell.ring()
        return update_id

    def _is_wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in _ONLY_ON_DEMAND

    def confirm_below(self, offset: int) -> int:
        """Forget all updates below the offset; how many."""
        return self._forget([key for key in self._waiting if key < offset])

    def confirm(self, update_id: int) -> None:
        """Forget one update, which a webhook took."""
        self._forget([update_id] if update_id in self._waiting else [])

    def keep_last(self, count: int) -> int:
        """Forget all but the last ones, as a negative offset says; how many went."""
        return self._forget(list(self._waiting)[:-count])

    def drop_all(self) -> int:
        """Forget everything; how many."""
        return self._forget(list(self._waiting))

    def _forget(self, ids: Sequence[int]) -> int:
        for update_id in ids:
            self._last_done = self._waiting.pop(update_id)
        return len(ids)

    def _expire(self) -> None:
        """Forget what is older than a day."""
        oldest = self._now() - _LIFE
        for queued in list(self._waiting.values()):
            if queued.since < oldest:
                del self._waiting[queued.id]

    def first(self, limit: int) -> list[dict[str, Any]]:
        """The oldest ones, which stay until they are confirmed."""
        self._expire()
        return [queued.body for queued in itertools.islice(self._waiting.values(), limit)]

    def replay(self) -> int:
        """Queue the update that was done last once more, before all others; its id.

        Raises:
            LookupError: nothing was done yet.
        """
        if self._last_done is None:
            raise LookupError("no update was delivered yet")
        again = self._last_done
        self._waiting = {again.id: again, **self._waiting}
        self.bell.ring()
        return again.id
