"""What was asked of the stand-in, in order."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One request, written when its effect is decided and before its answer leaves."""

    at: float
    """When: seconds of `time.monotonic()`, real ones even if the stand-in's clock was moved."""
    method: str
    """The method in Telegram's spelling, or as asked for if there is no such method."""
    params: dict[str, Any]
    """The parameters, decoded; uploaded files stand as `attach://…`."""
    chat_id: int | None
    """The chat that was named, if it exists."""
    status: int | None
    """The HTTP status of the answer (also of a garbled one); None if there was to be none."""
    had_effect: bool
    """Whether something changed: a message exists, updates are confirmed, a query is answered."""
    message_id: int | None
    """The message that was sent, edited or deleted."""
    fault: str | None
    """The kind of the fault that was drawn for this request."""
    answered: bool
    """Whether a whole answer was put on the way; a garbled answer is not one."""
    complaints: tuple[str, ...] = ()
    """What Telegram silently ignores and a developer wants to know: unknown parameters."""
