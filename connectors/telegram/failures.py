"""What an error of the Bot API says of the message that was being sent. Pure.

Source: https://core.telegram.org/bots/api#making-requests, #responseparameters.
"""

from datetime import timedelta

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.errors import Closed, DeliveryError, NotDelivered, Refused, Unknowable

WHEN_CUT_OFF = timedelta(seconds=10)
"""How long a chat waits while Telegram cannot be reached; it is woken as soon as it can."""
WHEN_LOCKED_OUT = timedelta(minutes=1)
_GONE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "user_id_invalid",
    "message thread not found",
    "topic_deleted",
    "topic_closed",
)
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def to_delivery_error(error: TelegramError) -> DeliveryError:
    """Closed, refused, surely not delivered, or unknowable."""
    match error:
        case RetryAfter():
            wait = error.retry_after
            return NotDelivered(
                "flood limit",
                retry_after=wait if isinstance(wait, timedelta) else timedelta(seconds=wait),
            )
        case Forbidden() | ChatMigrated():
            return Closed(error.message)
        case BadRequest():
            is_gone = any(sign in error.message.lower() for sign in _GONE)
            return Closed(error.message) if is_gone else Refused(error.message)
        case InvalidToken():
            return NotDelivered("the token is refused", retry_after=WHEN_LOCKED_OUT)
        case NetworkError():
            return _broken(error)
        case _:
            return Unknowable(type(error).__name__)


def to_fetch_error(error: TelegramError) -> NotDelivered | Refused:
    """What it says of a file that was asked for: asking changes nothing, so nothing is unknowable."""
    known = to_delivery_error(error)
    match known:
        case NotDelivered() | Refused():
            return known
        case Closed():
            return Refused(str(known))
        case _:
            return NotDelivered(str(known))


def is_cut_off(error: TelegramError) -> bool:
    """Whether Telegram could not be reached at all."""
    return isinstance(error.__cause__, _NEVER_SENT)


def _broken(error: NetworkError) -> DeliveryError:
    if is_cut_off(error):
        return NotDelivered("no connection", retry_after=WHEN_CUT_OFF)
    if error.__cause__ is None:
        # Telegram itself answered 5xx in its own form: nothing was done.
        return NotDelivered("server error")
    return Unknowable("the connection broke")
