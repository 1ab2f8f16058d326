"""Who is typing where. Pure but for what it remembers.

Source: https://spec.matrix.org/latest/client-server-api/#typing-notifications.
"""

from collections.abc import Callable, Iterable

from bot.messages import Address
from connectors.matrix.inbound import CHANNEL


class Typists:
    """Says each time when somebody begins to type.

    Args:
        own: our user id.
        tell: told the room.
    """

    def __init__(self, own: str, tell: Callable[[Address], None]) -> None:
        self._own = own
        self._tell = tell
        self._typing: dict[str, frozenset[str]] = {}

    def note(self, room: str, users: Iterable[str]) -> None:
        """Take in who is typing in a room now; all others are not."""
        now = frozenset(users) - {self._own}
        before = self._typing.pop(room, frozenset())
        if now:
            self._typing[room] = now
        if now - before:
            self._tell(Address(CHANNEL, room))
