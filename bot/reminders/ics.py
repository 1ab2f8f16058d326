"""A plan as a calendar file (RFC 5545), for whoever wants to be reminded by a calendar of their own. Pure.

Everything is said in local wall time, so that a calendar moves with the clock as the plan does.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from bot.clock import require_aware
from bot.reminders.plan import LAST, Plan, Rhythm, Rule, Unit
from bot.reminders.rules import next_due

PRODUCT = "-//Lernallianz//Erinnerungen//DE"
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LASTS = timedelta(minutes=15)
"""An event without a length is hard to see in a calendar."""
YEARS_OF_ZONE = 10
"""For so long, from a year ago on, the file itself says when clocks change; most calendars know the zone by its name."""
YEARS_OF_PARITY = 16
"""Even or odd weeks are said up to the last year of 53 weeks among so many: for nine years at least."""
MINUTE, DAY, YEAR = timedelta(minutes=1), timedelta(days=1), timedelta(days=366)
SHORTEST, LONGEST = 28, 31
"""Days of a month."""


def as_ics(plan: Plan, summary: str, description: str, now: datetime, uid: str) -> bytes:
    """A calendar file with a repeating event for each rule of a plan, with an alarm at its beginning.

    A rule of even or odd weeks has an event up to each year of 53 weeks. Of the exceptions of a plan only the pause is
    heeded: the events begin after it.

    Args:
        plan: the plan.
        summary: the title of the events.
        description: what they are about.
        now: an aware moment; the events begin after it.
        uid: what names this plan and no other in the world; the same again replaces the events in a calendar.

    Raises:
        ValueError: `now` is naive.
    """
    moment = require_aware(now)
    zone = ZoneInfo(plan.zone)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add_component(_timezone(zone, moment))
    repeated = (each for rule in plan.rules for each in _repeated(plan, rule, moment))
    for number, (begin, recurrence) in enumerate(repeated, 1):
        event = Event()
        event.add("uid", f"{number}-{uid}")
        event.add("dtstamp", moment)
        event.add("dtstart", begin)
        event.add("duration", LASTS)
        event.add("rrule", recurrence)
        event.add("summary", summary)
        event.add("description", description)
        event.add("transp", "TRANSPARENT")
        event.add_component(_alarm(summary))
        calendar.add_component(event)
    file: bytes = calendar.to_ical()
    return file


def _repeated(
    plan: Plan, rule: Rule, after: datetime
) -> Iterator[tuple[datetime, dict[str, object]]]:
    """What a rule is in a calendar: the wall times of first events, and how each is repeated."""
    alone, zone = replace(plan, rules=(rule,)), ZoneInfo(plan.zone)
    for until in _ends(rule.rhythm, after, zone):
        first = next_due(alone, after)
        if first is not None and (until is None or first <= until):
            ends = {} if until is None else {"UNTIL": until}
            yield _wall_time(rule, first, zone), _recurrence(rule.rhythm) | ends
        after = until or after


def _ends(rhythm: Rhythm, after: datetime, zone: ZoneInfo) -> Iterator[datetime | None]:
    """The ends (UTC) of stretches in which a rhythm is the same; None: it stays so for ever.

    Even weeks are every other week until a year has 53 of them: the next odd week follows at once. `BYWEEKNO` would say
    it in one rule, but calendars differ in the days of a week that belongs to two years.
    """
    if rhythm.parity is None:
        yield None
        return
    year = after.astimezone(zone).date().isocalendar().year
    for each in range(year, year + YEARS_OF_PARITY):
        following = date.fromisocalendar(each + 1, 1, 1)
        if (following - DAY).isocalendar().week > 52:
            yield datetime.combine(following, time(), zone).astimezone(UTC) - MINUTE


def _wall_time(rule: Rule, first: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall should show: in an hour that is skipped it is not what it shows."""
    day = first.astimezone(zone).date()
    return datetime.combine(day, time(rule.minute // 60, rule.minute % 60), zone)


def _alarm(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", timedelta())
    return alarm


def _recurrence(rhythm: Rhythm) -> dict[str, object]:
    """The rhythm as an RRULE; which of its weeks or days is the first one, DTSTART says."""
    interval = rhythm.every if rhythm.anchor else 1
    weekdays = [WEEKDAYS[each] for each in sorted(rhythm.weekdays)]
    if rhythm.unit is Unit.DAYS:
        return {"FREQ": "DAILY", "INTERVAL": interval}
    if rhythm.unit is Unit.MONTHS:
        days = _month_days(rhythm.month_days)
        nth = {"BYDAY": [f"{rhythm.nth}{each}" for each in weekdays]}
        return {"FREQ": "MONTHLY", "INTERVAL": interval} | (nth if rhythm.nth else days)
    return {
        "FREQ": "WEEKLY",
        "INTERVAL": interval if rhythm.parity is None else 2,
        "BYDAY": weekdays,
        "WKST": "MO",
    }


def _month_days(days: frozenset[int]) -> dict[str, list[int]]:
    """Days of a month, where one that it lacks is its last one.

    The 31st is always the last day. For the 29th and 30th all days from the 28th on are named, and of those that a
    month has, the wanted ones are taken by their position, and the last one by `-1`.
    """
    if not days & {29, 30}:
        return {"BYMONTHDAY": sorted({LAST if each == LONGEST else each for each in days})}
    wanted = sorted({LONGEST if each == LAST else each for each in days})
    named = sorted({*wanted, *range(SHORTEST, wanted[-1] + 1)})
    return {
        "BYMONTHDAY": named,
        "BYSETPOS": [*(named.index(each) + 1 for each in wanted[:-1]), -1],
    }


def _timezone(zone: ZoneInfo, now: datetime) -> Timezone:
    """When clocks change; each change in the wall time before it (RFC 5545, 3.6.5).

    Daylight time is what a clock put forward shows, also in Dublin and Casablanca, where the law has it the other way
    round: not every calendar can reckon with a daylight time that is behind.
    """
    begin = now.replace(hour=0, minute=0, second=0, microsecond=0) - YEAR
    onsets: dict[tuple[timedelta, timedelta, str], list[datetime]] = {}
    for before, after in ((begin, begin), *_changes(zone, begin, begin + YEARS_OF_ZONE * YEAR)):
        offset, name = _offset(zone, before), after.astimezone(zone).tzname() or zone.key
        onset = (after + offset).replace(tzinfo=None)
        onsets.setdefault((offset, _offset(zone, after), name), []).append(onset)
    timezone = Timezone()
    timezone.add("tzid", zone.key)
    for (offset, new_offset, name), (first, *others) in onsets.items():
        observance = TimezoneDaylight() if new_offset > offset else TimezoneStandard()
        observance.add("dtstart", first)
        observance.add("tzoffsetfrom", offset)
        observance.add("tzoffsetto", new_offset)
        observance.add("tzname", name)
        if others:
            observance.add("rdate", others)
        timezone.add_component(observance)
    return timezone


def _changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """A minute (UTC) before each change of the offset between two moments, and the change."""
    day = begin
    while day < end:
        offset, following = _offset(zone, day), day + DAY
        if offset != _offset(zone, following):
            minutes = [day + number * MINUTE for number in range(24 * 60 + 1)]
            at = bisect_left(minutes, True, key=lambda each: _offset(zone, each) != offset)
            yield minutes[at - 1], minutes[at]
        day = following


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
