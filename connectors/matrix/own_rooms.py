"""The rooms that we opened ourselves, each for one matter and one person.

What is said there waits until the person has accepted our invitation. It could be encrypted for whoever is only invited,
and the pinned text is; but a device that comes between the invitation and its acceptance could not read it, and of an
invitation that is never accepted nothing has left us.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.errors import Closed, NotDelivered
from bot.messages import Address
from connectors.matrix.client import Client
from connectors.matrix.inbound import CHANNEL
from connectors.matrix.rooms import creator_of, has_entered, is_crowd, partner_in

SOON = timedelta(seconds=1)
"""So long a message waits for a room that was made just now."""
ARRIVES_WITHIN = 10.0
"""Seconds after which a change that we made ourselves should have come with a sync."""


class OwnRooms:
    """Knows which rooms are ours, and whether somebody is there.

    Args:
        client: logged in.
        wake: told the room that the person has entered.
    """

    def __init__(self, client: Client, wake: Callable[[Address], None]) -> None:
        self._client = client
        self._wake = wake
        self._ours: set[str] = set()
        self._expected: set[str] = set()
        self._news = asyncio.Event()

    def is_ours(self, room: str) -> bool:
        """Whether we made this room, before whichever restart; known as soon as it has come with a sync."""
        return room in self._ours

    def expect(self, room: str) -> None:
        """This room was made just now; it comes with one of the next syncs."""
        if room not in self._ours:
            self._expected.add(room)

    def note(self, room: str, events: Sequence[Mapping[str, Any]]) -> None:
        """Take in what the events of a room say: that it is ours, that somebody has entered."""
        own = self._client.user_id
        self._expected.discard(room)
        if creator_of(events) == own:
            self._ours.add(room)
        if self.is_ours(room) and has_entered(events, own):
            self._wake(Address(CHANNEL, room))
        self._news.set()
        self._news = asyncio.Event()

    def forget(self, room: str) -> None:
        """We have left this room; what waits for it should hear so."""
        self._expected.discard(room)
        if self.is_ours(room):
            self._ours.discard(room)
            self._wake(Address(CHANNEL, room))

    def check(self, room: str) -> None:
        """Make sure that something can be said in a room now.

        Raises:
            NotDelivered: it has not come yet, nobody has entered it, or more have than should.
            Closed: we are not in it.
        """
        if room in self._expected:
            raise NotDelivered("not synced yet", retry_after=SOON)
        if room not in self._client.rooms:
            raise Closed("we are not in this room")
        known = self._client.rooms[room]
        if is_crowd(known):
            # We are about to leave it.
            raise NotDelivered("too many people", retry_after=SOON)
        if self.is_ours(room) and partner_in(known, self._client.user_id) is None:
            raise NotDelivered("nobody has entered yet", until_reachable=True)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for what we did to come back with a sync.

        Raises:
            NotDelivered: it takes too long.
        """
        try:
            async with asyncio.timeout(ARRIVES_WITHIN):
                while not is_so():
                    await self._news.wait()
        except TimeoutError as error:
            raise NotDelivered("not synced yet") from error
