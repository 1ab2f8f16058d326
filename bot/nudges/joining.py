"""Two subscriptions of one person become one. Pure."""

from dataclasses import replace
from typing import Any

from bot.nudges.content import NudgeContent


def one_subscription(first: Any, second: Any) -> dict[str, Any]:
    """The first record's subscription, or the second's when only that one runs; nothing that was sent comes again."""
    mine, theirs = NudgeContent.of(first), NudgeContent.of(second)
    sent = {**theirs.sent, **mine.sent}
    for key in theirs.sent.keys() & mine.sent.keys():
        sent[key] = max(theirs.sent[key], mine.sent[key])
    kept = theirs if mine.is_ended and not theirs.is_ended else mine
    return replace(kept, sent=sent).as_json()
