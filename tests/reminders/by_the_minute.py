"""When plans ring, slowly: by looking at the clock on the wall every minute, and at the calendar every day.

Shares no code with `bot.reminders.rules`. A calendar that is asked whether a day belongs to a rhythm is a set of
days, counted forward one by one.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count, groupby
from zoneinfo import ZoneInfo

from bot.reminders.plan import LAST, Parity, Plan, Rhythm, Unit

A_MINUTE = timedelta(minutes=1)
A_DAY = timedelta(days=1)


def rings(plan: Plan, after: datetime, until: datetime) -> list[datetime]:
    """The moments (UTC, whole minutes) after one and not after another at which a plan rings."""
    zone = ZoneInfo(plan.zone)
    found = []
    moment = after.astimezone(UTC).replace(second=0, microsecond=0) - 25 * 60 * A_MINUTE
    skipped: dict[datetime, list[datetime]] = {}
    before = moment.astimezone(zone).replace(tzinfo=None)
    while moment + A_MINUTE <= until:
        moment += A_MINUTE
        there = moment.astimezone(zone)
        wall = there.replace(tzinfo=None, fold=0)
        if wall - before > A_MINUTE:
            # What the wall clock leaves out comes as much later as it was put forward.
            for number in range(1, (wall - before) // A_MINUTE):
                late = moment + (number - 1) * A_MINUTE
                skipped.setdefault(late, []).append(before + number * A_MINUTE)
        shows = [*skipped.pop(moment, []), *([wall] if not there.fold else [])]
        if moment > after and any(_is_wanted(plan, each) for each in shows):
            found.append(moment)
        before = wall
    return found


def _is_wanted(plan: Plan, wall: datetime) -> bool:
    if plan.paused_until is not None and wall.date() < plan.paused_until:
        return False
    return any(
        rule.minute == wall.hour * 60 + wall.minute and belongs(rule.rhythm, wall.date())
        for rule in plan.rules
    )


def belongs(rhythm: Rhythm, day: date) -> bool:
    """Whether a day belongs to a rhythm."""
    if rhythm.unit is Unit.MONTHS:
        return day in _of_month(rhythm, day)
    if rhythm.unit is Unit.DAYS:
        return rhythm.every == 1 or day in _counted(rhythm, day)
    if day.weekday() not in rhythm.weekdays:
        return False
    if rhythm.parity is not None:
        return int(day.strftime("%V")) % 2 == (1 if rhythm.parity is Parity.ODD else 0)
    return rhythm.every == 1 or day in _counted(rhythm, day)


def _counted(rhythm: Rhythm, until: date) -> set[date]:
    """All days of a rhythm to a day, counted from its anchor on."""
    assert rhythm.anchor is not None
    if rhythm.unit is Unit.DAYS:
        return set(_days(rhythm.anchor, until, rhythm.every))
    first = rhythm.anchor
    while first.strftime("%a") != "Mon":
        first -= A_DAY
    mondays = _days(first, until, 7 * rhythm.every)
    return {each + number * A_DAY for each in mondays for number in range(7)}


def _days(first: date, until: date, every: int) -> Iterator[date]:
    for number in count(step=every):
        day = first + number * A_DAY
        if day > until:
            return
        yield day


def _of_month(rhythm: Rhythm, day: date) -> set[date]:
    """The days of a rhythm in the month of a day."""
    first = day.replace(day=1)
    year = [first + number * A_DAY for number in range(31)]
    month = next(list(days) for _, days in groupby(year, key=lambda each: each.month))
    if not rhythm.nth:
        wanted = (len(month) if each == LAST else each for each in rhythm.month_days)
        return {month[min(each, len(month)) - 1] for each in wanted}
    found = set()
    for weekday in rhythm.weekdays:
        same = [each for each in month if each.weekday() == weekday]
        found.add(same[-1] if rhythm.nth == LAST else same[rhythm.nth - 1])
    return found
