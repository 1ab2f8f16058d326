"""What an answer of the homeserver, or none, says of the message that was being sent. Pure.

Nothing is unknowable: the same transaction id sent twice by the same device is one event.
Source: https://spec.matrix.org/latest/client-server-api/#api-standards, #transaction-identifiers.
"""

from datetime import timedelta

from bot.errors import Closed, DeliveryError, NotDelivered, Refused

WHEN_CUT_OFF = timedelta(seconds=10)
"""How long a room waits while the homeserver cannot be reached; it is woken as soon as it can."""
WHEN_LOCKED_OUT = timedelta(minutes=1)
TOO_LARGE = 413
_GONE = ("M_FORBIDDEN", "M_NOT_FOUND", "M_GUEST_ACCESS_FORBIDDEN")
_LOCKED_OUT = ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED", "M_USER_LOCKED")


def to_delivery_error(
    status: int, code: str | None, retry_after_ms: int | None = None
) -> DeliveryError:
    """What to make of an answer that is none of success.

    Args:
        status: of HTTP.
        code: Matrix's `errcode`, or None.
        retry_after_ms: what the server asked for.
    """
    if code == "M_LIMIT_EXCEEDED" or status == 429:
        wait = timedelta(milliseconds=retry_after_ms) if retry_after_ms else None
        return NotDelivered("too fast for this homeserver", retry_after=wait)
    if code in _LOCKED_OUT:
        return NotDelivered("the homeserver refuses our login", retry_after=WHEN_LOCKED_OUT)
    if code in _GONE:
        return Closed("we are not in this room")
    if status == TOO_LARGE or (code and 400 <= status < 500):
        return Refused(code or "too large")
    # Without a code it was no homeserver that answered, but what stands before one.
    return NotDelivered("the homeserver has an error")


def cut_off() -> NotDelivered:
    """The homeserver did not answer; the same transaction id makes it one event when it is sent again."""
    return NotDelivered("no connection", retry_after=WHEN_CUT_OFF)
