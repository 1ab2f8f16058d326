"""When a plan rings. Pure: local wall time in, moments out.

A wall clock that is put forward skips an hour: what was due in it is due when it is over (2:30 becomes 3:30, as every
phone does). One that is put back shows an hour twice: the first of them counts.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from heapq import merge
from zoneinfo import ZoneInfo

from bot.reminders.plan import LAST, Parity, Plan, Rhythm, Rule, Unit

DAY = timedelta(days=1)
WEEK = 7
HORIZON = 5 * 366
"""So many days ahead something is looked for; no rhythm pauses longer."""


def occurrences(plan: Plan, after: datetime) -> Iterator[datetime]:
    """The moments at which a plan rings, in order, each once.

    Args:
        plan: the plan; of its exceptions only the pause is heeded, the others depend on calendars.
        after: an aware moment; only later ones are given.

    Yields:
        Aware moments in UTC.
    """
    zone = ZoneInfo(plan.zone)
    last: datetime | None = None
    for moment in merge(*(_of_rule(rule, zone, after, plan.paused_until) for rule in plan.rules)):
        if moment != last:
            yield moment
        last = moment


def next_due(plan: Plan, after: datetime) -> datetime | None:
    """The first moment after another at which a plan rings, in UTC; None when it never does again."""
    return next(occurrences(plan, after), None)


def falls_on(rhythm: Rhythm, day: date) -> bool:
    """Whether a day belongs to a rhythm."""
    match rhythm.unit:
        case Unit.DAYS:
            first = rhythm.anchor or day
            return day >= first and (day - first).days % rhythm.every == 0
        case Unit.WEEKS:
            return day.weekday() in rhythm.weekdays and _is_week(rhythm, day)
        case Unit.MONTHS:
            return _is_day_of_month(rhythm, day)


def at_wall_time(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which the clock on the wall shows some minutes after midnight of a day."""
    local = datetime.combine(day, time(minute // 60, minute % 60), zone)
    return local.astimezone(UTC)


def _of_rule(
    rule: Rule, zone: ZoneInfo, after: datetime, paused_until: date | None
) -> Iterator[datetime]:
    # A clock that is put forward at midnight shows the evening's times on the next day.
    first = after.astimezone(zone).date() - DAY
    if paused_until is not None:
        first = max(first, paused_until)
    for number in range(HORIZON):
        try:
            day = first + number * DAY
        except OverflowError:
            return
        if falls_on(rule.rhythm, day):
            moment = at_wall_time(day, rule.minute, zone)
            if moment > after:
                yield moment


def _is_week(rhythm: Rhythm, day: date) -> bool:
    if rhythm.parity is not None:
        is_even = day.isocalendar().week % 2 == 0
        return is_even == (rhythm.parity is Parity.EVEN)
    if rhythm.every == 1 or rhythm.anchor is None:
        return True
    weeks = (_monday(day) - _monday(rhythm.anchor)).days // WEEK
    return weeks >= 0 and weeks % rhythm.every == 0


def _is_day_of_month(rhythm: Rhythm, day: date) -> bool:
    length = _length_of_month(day)
    if rhythm.nth == LAST:
        return day.weekday() in rhythm.weekdays and day.day + WEEK > length
    if rhythm.nth:
        return day.weekday() in rhythm.weekdays and (day.day - 1) // WEEK + 1 == rhythm.nth
    wanted = {length if each == LAST else min(each, length) for each in rhythm.month_days}
    return day.day in wanted


def _length_of_month(day: date) -> int:
    following = date(day.year + (day.month == 12), day.month % 12 + 1, 1)
    return (following - DAY).day


def _monday(day: date) -> date:
    return day - day.weekday() * DAY
