"""A subscription as a plan: what was chosen, what was sent, whether it was ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.nudges.rules import next_due
from bot.nudges.subscription import Subscription
from bot.plans.values import Kind

KEPT_SENT = timedelta(days=400)
"""So long it is known what was sent: nothing comes again within twelve months."""
NUDGE = "nudge"


@dataclass(frozen=True, slots=True)
class NudgeContent:
    """What is kept of a subscription.

    Attributes:
        subscription: what was chosen.
        sent: by key, the local day on which a nudge was sent last.
        is_over: the parent was told that nothing new fits for the time being.
        is_ended: the parent wants none any more; one tap brings it back.
    """

    subscription: Subscription
    sent: Mapping[str, date] = field(default_factory=dict)
    is_over: bool = False
    is_ended: bool = False

    @classmethod
    def of(cls, content: Any) -> "NudgeContent":
        """What `as_json` gave.

        Raises:
            pydantic.ValidationError: it did not.
        """
        return _CONTENT.validate_python(content)

    def as_json(self) -> dict[str, Any]:
        """As JSON values."""
        content: dict[str, Any] = _CONTENT.dump_python(self, mode="json")
        return content

    def with_sent(self, key: str, day: date) -> "NudgeContent":
        """The same, after a nudge was sent on a local day."""
        kept = {name: when for name, when in self.sent.items() if day - when < KEPT_SENT}
        return replace(self, sent={**kept, key: day}, is_over=False)


_CONTENT = TypeAdapter(NudgeContent)


def _next(content: Any, after: datetime) -> datetime | None:
    known = NudgeContent.of(content)
    return None if known.is_ended else next_due(known.subscription, after)


NUDGES = Kind(name=NUDGE, event="EXTERNAL_nudge_due", next_due=_next)
