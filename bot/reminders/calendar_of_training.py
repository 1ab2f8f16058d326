"""The dates that matter of one training, as a plan of their own: which were told, and which are next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.clock import BERLIN
from bot.diary.ausbildung import Ausbildung
from bot.plans.values import Kind
from bot.reminders.dates import ImportantDate, important_dates
from bot.reminders.rules import at_wall_time

MINUTE = 16 * 60
"""At four in the afternoon, by the wall clock in Germany."""


@dataclass(frozen=True, slots=True)
class DatesContent:
    """What is kept of it.

    Attributes:
        dates: all of the training, in the order in which to tell them.
        told: which of them were told, or were over when the person began to be told.
    """

    dates: tuple[ImportantDate, ...]
    told: frozenset[str] = frozenset()

    @classmethod
    def of(cls, content: Any) -> "DatesContent":
        """What `content_of` wrote.

        Raises:
            pydantic.ValidationError: it did not.
        """
        return _CONTENT.validate_python(content)

    @classmethod
    def starting(cls, dates: Sequence[ImportantDate], today: date) -> "DatesContent":
        """Beginning today: what should have been told before and is still ahead comes today or tomorrow."""
        over = frozenset(_name(each) for each in dates if each.day < today)
        return cls(tuple(dates), over)

    def due(self, today: date) -> list[ImportantDate]:
        """What is to be told: its day has come, it was not told, and it is not over."""
        return [
            each
            for each in self.dates
            if each.remind_on <= today <= each.day and _name(each) not in self.told
        ]

    def with_told(self, dates: Sequence[ImportantDate]) -> "DatesContent":
        """The same, with these told."""
        return replace(self, told=self.told | {_name(each) for each in dates})

    def next_due(self, after: datetime) -> datetime | None:
        """The next moment (UTC) after another at which something is to be told."""
        today = after.astimezone(BERLIN).date()
        days = sorted(
            max(each.remind_on, today + timedelta(days=shift))
            for each in self.dates
            for shift in (0, 1)
            if _name(each) not in self.told and each.day >= today
        )
        moments = (at_wall_time(day, MINUTE, BERLIN) for day in days)
        return next((moment for moment in moments if moment > after.astimezone(UTC)), None)


_CONTENT = TypeAdapter(DatesContent)


def content_of(dates: DatesContent) -> dict[str, Any]:
    """What is kept, as JSON values."""
    content: dict[str, Any] = _CONTENT.dump_python(dates, mode="json")
    return content


def dates_of(ausbildung: Ausbildung) -> tuple[ImportantDate, ...]:
    """The dates of a training."""
    return important_dates(ausbildung, ausbildung.probezeit)


def _name(each: ImportantDate) -> str:
    """What tells a date from the others, also when the end of the training moves."""
    return f"{each.key} {each.day}"


def _next(content: Any, after: datetime) -> datetime | None:
    return DatesContent.of(content).next_due(after)


DATES = Kind(name="dates", event="EXTERNAL_dates_due", next_due=_next)
