"""Periods in months whose first day counts (§ 187 Abs. 2, § 188 Abs. 2 and 3 BGB). Pure."""

from calendar import monthrange
from datetime import date, timedelta


def last_day(first: date, months: int) -> date:
    """The last day of a period of whole months.

    It is the day before the one with the first day's number; where the month has no such day, its last one.

    Raises:
        OverflowError, ValueError: the period ends after the year 9999.
    """
    years, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    if first.day == 1:
        return date(years, month + 1, 1) - timedelta(days=1)
    return date(years, month + 1, min(first.day - 1, monthrange(years, month + 1)[1]))


def full_months(first: date, last: date) -> int:
    """How many whole months lie between two days, both included."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    while months > 0 and last_day(first, months) > last:
        months -= 1
    return max(months, 0)
