"""Plans as JSON values, for storage and for slots; and what the clock must know of them."""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from bot.plans.values import Kind
from bot.reminders.plan import Plan
from bot.reminders.rules import next_due

_PLAN = TypeAdapter(Plan)
REMINDER = "reminder"


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """A plan as JSON values."""
    content: dict[str, Any] = _PLAN.dump_python(plan, mode="json", exclude_defaults=True)
    return content


def plan_from_json(content: Any) -> Plan:
    """The plan that `plan_to_json` wrote.

    Raises:
        pydantic.ValidationError: it did not.
    """
    return _PLAN.validate_python(content)


def _next(content: Any, after: datetime) -> datetime | None:
    return next_due(plan_from_json(content), after)


def _breaks_default_quiet(content: Any) -> bool:
    return plan_from_json(content).breaks_default_quiet


REMINDERS = Kind(
    name=REMINDER,
    event="EXTERNAL_reminder_due",
    next_due=_next,
    breaks_default_quiet=_breaks_default_quiet,
)
