"""The files that people sent, until somebody takes them over."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from connectors.web.problems import Problem, Rejected

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes."""
LIFETIME = timedelta(minutes=30)
_ROOM = 64 * 1024 * 1024
_MOST_ARRIVING = 6


@dataclass(frozen=True, slots=True)
class _Kept:
    data: bytes
    end: asyncio.TimerHandle


class Uploads:
    """Keeps files in this process's memory alone: nothing is written anywhere.

    So they are gone after half an hour, when newer ones need the room, when their session ends, and when the
    process ends; whoever comes later is told that the file is gone.

    Args:
        lifetime: how long a file stays.
        room: how many bytes all of them may have together; the oldest go first.
    """

    def __init__(self, lifetime: timedelta = LIFETIME, room: int = _ROOM) -> None:
        self._lifetime = lifetime
        self._room = room
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._arriving = 0

    @contextmanager
    def arriving(self) -> Iterator[None]:
        """A file is being read.

        Raises:
            Rejected: too many are at the moment; their bytes would fill the memory.
        """
        if self._arriving >= _MOST_ARRIVING:
            raise Rejected(Problem.NOT_STORED)
        self._arriving += 1
        try:
            yield
        finally:
            self._arriving -= 1

    def keep(self, reference: str, data: bytes) -> None:
        """Keep a file; what came first under a reference stays."""
        if reference in self._kept:
            return
        loop = asyncio.get_running_loop()
        end = loop.call_later(self._lifetime.total_seconds(), self._drop, reference)
        self._kept[reference] = _Kept(data, end)
        while sum(len(each.data) for each in self._kept.values()) > self._room:
            self._drop(next(iter(self._kept)))

    def get(self, reference: str) -> bytes | None:
        """A file's content, or None when it is gone."""
        kept = self._kept.get(reference)
        return kept.data if kept else None

    def forget(self, prefix: str = "") -> None:
        """Drop every file whose reference begins so."""
        for reference in [each for each in self._kept if each.startswith(prefix)]:
            self._drop(reference)

    def _drop(self, reference: str) -> None:
        self._kept.pop(reference).end.cancel()
