"""Time as a parameter. Every datetime in this project is aware; stored ones are UTC."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Answers with the present moment, aware, in UTC."""


HOME = "Europe/Berlin"
"""The zone of whoever told no other."""
BERLIN = ZoneInfo(HOME)


def day_in_germany(moment: datetime) -> date:
    """The day that people in Germany write at a moment (aware)."""
    return moment.astimezone(BERLIN).date()


def system_clock() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def moved_clock(start: datetime, clock: Clock = system_clock) -> Clock:
    """A clock that runs on from `start`, for demonstrations and simulations.

    Args:
        start: the aware moment that the clock shows now.
        clock: the clock whose pace it keeps.

    Raises:
        ValueError: `start` is naive.
    """
    offset: timedelta = require_aware(start) - clock()
    return lambda: clock() + offset


def require_aware(moment: datetime) -> datetime:
    """The same moment in UTC.

    Raises:
        ValueError: the datetime is naive, so nobody can tell which moment it means.
    """
    if moment.tzinfo is None:
        raise ValueError(f"naive datetime: {moment!r}")
    return moment.astimezone(UTC)
