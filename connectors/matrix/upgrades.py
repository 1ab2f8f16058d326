"""Rooms that go on as others: the old one names the new, the new one the old, and the people are the same.

A room's own word that it follows another is worth nothing; anybody can write that. Pure but for what it remembers.
Source: https://spec.matrix.org/latest/client-server-api/#room-upgrades.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.matrix.rooms import Members, members_of, predecessor_of, replacement_of


class Upgrades:
    """Remembers what rooms say of each other.

    Args:
        rooms: those that we are in, by id; it changes while we look.
    """

    def __init__(self, rooms: Mapping[str, Members]) -> None:
        self._rooms = rooms
        self._successors: dict[str, str] = {}
        self._predecessors: dict[str, str] = {}

    def note(self, room: str, events: Sequence[Mapping[str, Any]]) -> None:
        """Take in what the events of a room say."""
        for replacement in filter(None, map(replacement_of, events)):
            self._successors[room] = replacement
        if old := predecessor_of(events):
            self._predecessors[room] = old

    def moves(self) -> Iterator[tuple[str, str]]:
        """Each old and new room between which a conversation moves now, once."""
        for old, new in list(self._successors.items()):
            if self._predecessors.get(new) == old and self._is_same(old, new):
                del self._successors[old]
                yield old, new

    def _is_same(self, old: str, new: str) -> bool:
        before, now = self._rooms.get(old), self._rooms.get(new)
        if before is None or now is None:
            return False
        return members_of(now) <= members_of(before)
