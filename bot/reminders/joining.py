"""Two plans of the dates that matter become one. Pure."""

from dataclasses import replace
from typing import Any

from bot.reminders.calendar_of_training import DatesContent, content_of


def one_calendar(first: Any, second: Any) -> dict[str, Any]:
    """The first record's dates, or the second's when it has none; nothing that was told comes again."""
    mine, theirs = DatesContent.of(first), DatesContent.of(second)
    dates = mine.dates or theirs.dates
    return content_of(replace(mine, dates=dates, told=mine.told | theirs.told))
