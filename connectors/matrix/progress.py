"""Up to where everything is stored: the sync token that may be kept. Pure.

A batch of the sync is settled when each of its events is; only then may the server forget it. What is held back
(a key that has not come, a room with too many open questions) keeps the token, and nothing else, from moving.
"""

from collections import deque
from collections.abc import Iterable


class Progress:
    """Counts what is still open, batch by batch.

    Args:
        position: the token that all was stored up to, or None at the very first start.
    """

    def __init__(self, position: str | None) -> None:
        self._position = position
        self._batches: deque[tuple[str, set[str]]] = deque()

    @property
    def position(self) -> str | None:
        """The newest token before which nothing is open."""
        return self._position

    @property
    def is_settled(self) -> bool:
        """Whether nothing is open."""
        return not self._batches

    def begin(self, token: str, open_ids: Iterable[str]) -> None:
        """A batch has come.

        Args:
            token: the one that follows it.
            open_ids: what must be settled before the token may be kept.
        """
        self._batches.append((token, set(open_ids)))
        self._move()

    def settle(self, event_id: str) -> None:
        """This is stored, or is nothing to store; in whatever batch it stands."""
        for _, open_ids in self._batches:
            open_ids.discard(event_id)
        self._move()

    def _move(self) -> None:
        while self._batches and not self._batches[0][1]:
            self._position, _ = self._batches.popleft()
