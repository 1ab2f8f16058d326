"""`getUpdates`: one poll at a time, which waits."""

import asyncio

from tests.servers.botapi.calls import Call
from tests.servers.botapi.errors import conflict
from tests.servers.botapi.model import Json
from tests.servers.botapi.updates import UpdateQueue
from tests.servers.botapi.webhook import Webhook

_LONGEST_POLL = 50
"""Seconds; the Bot API server cuts longer timeouts down to this."""
_OTHER_POLL = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
_WEBHOOK = (
    "can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


class Poller:
    """Answers polls from the queue; a newer poll ends the one that waits."""

    def __init__(self, updates: UpdateQueue, webhook: Webhook) -> None:
        self._updates = updates
        self._webhook = webhook
        self.waiting = 0
        """How many polls wait: one, or two while the older one ends."""
        self._turn = 0
        self._end_reason = ""
        self._is_closing = False

    async def get_updates(self, call: Call) -> list[Json]:
        """`getUpdates`

        Raises:
            ApiError: 409.
        """
        if self._webhook.url:
            raise conflict(_WEBHOOK)
        self.end_poll(_OTHER_POLL)
        turn = self._turn
        self._confirm(call)
        limit = call.integer("limit", 100, 1, 100)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + call.integer("timeout", 0, 0, _LONGEST_POLL)
        while not (batch := self._updates.first(limit)):
            left = deadline - loop.time()
            if left <= 0 or self._is_closing:
                break
            self.waiting += 1
            try:
                await self._updates.bell.heard_within(left)
            finally:
                self.waiting -= 1
            if self._turn != turn:
                raise conflict(self._end_reason)
        return batch

    def _confirm(self, call: Call) -> None:
        wanted = call.structure("allowed_updates")
        if wanted is not None:
            self._updates.allowed = [str(kind) for kind in wanted]
        offset = call.integer("offset", 0, -(2**31), 2**62)
        if offset > 0:
            call.had_effect = self._updates.confirm_below(offset) > 0
        elif offset < 0:
            call.had_effect = self._updates.keep_last(-offset) > 0

    def end_poll(self, reason: str) -> None:
        """End the poll that waits, if there is one, with 409."""
        self._turn += 1
        self._end_reason = reason
        self._updates.bell.ring()

    def close(self) -> None:
        """Answer the poll that waits, and let no other wait."""
        self._is_closing = True
        self._updates.bell.ring()
