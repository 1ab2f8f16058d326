"""When the next nudge is due and which one it is. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from hashlib import sha256

from bot import calendar_of_germany as germany
from bot.calendar_of_germany import SchoolHoliday
from bot.clock import BERLIN, day_in_germany
from bot.nudges.subscription import Days, Subscription, stage_at
from knowledge.nudge import (
    AUTUMN,
    CHRISTMAS,
    EASTER,
    SUMMER,
    TRAINING_BEGIN,
    After,
    Always,
    Before,
    Nudge,
    Season,
    When,
)

Calendar = Callable[[str | None, int], tuple[SchoolHoliday, ...]]
"""The school holidays of a state that begin in a year: `bot.calendar_of_germany.school_holidays`."""
DATE_RULE_HOLDS = timedelta(days=14)
SAME_FACT_RESTS = timedelta(weeks=8)
NATION = "bund"
_DAY = timedelta(days=1)
_MONDAY, _TUESDAY, _WEDNESDAY, _FRIDAY, _SATURDAY, _SUNDAY = 0, 1, 2, 4, 5, 6
_WEEKDAYS: Mapping[tuple[Days, int], tuple[int, ...]] = {
    (Days.WEEKDAYS, 1): (_TUESDAY,),
    (Days.WEEKDAYS, 2): (_TUESDAY, _FRIDAY),
    (Days.WEEKDAYS, 3): (_MONDAY, _WEDNESDAY, _FRIDAY),
    (Days.WEEKEND, 1): (_SATURDAY,),
    (Days.WEEKEND, 2): (_SATURDAY, _SUNDAY),
    # A weekend has no third day.
    (Days.WEEKEND, 3): (_SATURDAY, _SUNDAY),
}
_SCHOOL_ANCHORS: Mapping[str, str] = {
    SUMMER: germany.SUMMER,
    AUTUMN: germany.AUTUMN,
    CHRISTMAS: germany.CHRISTMAS,
    EASTER: germany.EASTER,
}


# --- when --------------------------------------------------------------------------------------


def weekdays_of(subscription: Subscription) -> tuple[int, ...]:
    """On which days of the week nudges come, Monday is 0."""
    return _WEEKDAYS[subscription.days, subscription.per_week]


def next_due(subscription: Subscription, after: datetime) -> datetime:
    """The first moment at which a nudge is due.

    The wall clock in Germany shows the chosen time, in summer and in winter; a time that the clocks skip comes as
    much later.

    Args:
        subscription: what was chosen; nothing is due before the end of its pause.
        after: an aware moment; the answer is later than it.

    Returns:
        The moment, in UTC.
    """
    first = max(day_in_germany(after), subscription.paused_until or date.min)
    days = (first + _DAY * number for number in range(8))
    wanted = weekdays_of(subscription)
    moments = (_moment(day, subscription.time_of_day) for day in days if day.weekday() in wanted)
    return next(moment for moment in moments if moment > after)


def expires(due: datetime) -> datetime:
    """Until when a nudge that is due may be sent: the end of its local day, in UTC."""
    return _moment(day_in_germany(due) + _DAY, time())


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, BERLIN).astimezone(UTC)


# --- which -------------------------------------------------------------------------------------


def pick(
    subscription: Subscription,
    day: date,
    nudges: Iterable[Nudge],
    sent: Mapping[str, date],
    calendar: Calendar,
) -> Nudge | None:
    """The nudge for a day; None when there is none, or when the stage has ended.

    Those tied to a date come first, then those whose season ends soonest; else the topics take turns. In all else the
    order differs from one subscription to the next, and is always the same for one.

    Args:
        subscription: what was chosen.
        day: the local day on which it will be sent.
        nudges: all there are.
        sent: by key, the local day on which a nudge was last sent to this subscription.
        calendar: the school holidays of the states.
    """
    nudges = tuple(nudges)
    stage = stage_at(subscription, day)
    ends = {
        nudge.key: end
        for nudge in nudges
        if is_wanted(nudge, subscription, stage)
        and not _was_sent_within_a_year(nudge, sent, day)
        and (end := season_end(nudge.when, subscription.state, day, calendar))
    }
    recent = {
        nudge.main_fact
        for nudge in nudges
        if nudge.key in sent and day - sent[nudge.key] < SAME_FACT_RESTS
    }
    fitting = [nudge for nudge in nudges if nudge.key in ends]
    fresh = [nudge for nudge in fitting if nudge.main_fact not in recent]
    told = _last_told(nudges, sent)
    order = partial(_shuffled, subscription.seed)

    def precedence(nudge: Nudge) -> tuple[bool, date, date, bytes, bytes]:
        return (
            not isinstance(nudge.when, Before | After),
            ends[nudge.key],
            told.get(nudge.topic, date.min),
            order(nudge.topic),
            order(nudge.key),
        )

    return min(fresh or fitting, key=precedence, default=None)


def is_wanted(nudge: Nudge, subscription: Subscription, stage: str | None) -> bool:
    """Whether stage, topic and region of a nudge are those of a subscription."""
    return (
        stage in nudge.stages
        and nudge.topic in subscription.topics
        and nudge.region in (NATION, subscription.state)
    )


def season_end(when: When, state: str | None, day: date, calendar: Calendar) -> date | None:
    """The last day of the season that a day lies in; None out of season.

    Args:
        when: the season; `Always` ends on the last day there is.
        state: the state whose school holidays count; without one nothing is tied to them.
        day: the local day.
        calendar: the school holidays of the states.
    """
    match when:
        case Always():
            return date.max
        case Season(begin=begin, end=end):
            return _end_of_season(begin, end, day)
        case _:
            return _end_of_date_rule(when, state, day, calendar)


def _end_of_season(begin: tuple[int, int], end: tuple[int, int], day: date) -> date | None:
    spans_new_year = begin > end
    for year in (day.year - 1, day.year):
        last = date(year + spans_new_year, *end)
        if date(year, *begin) <= day <= last:
            return last
    return None


def _end_of_date_rule(
    rule: Before | After, state: str | None, day: date, calendar: Calendar
) -> date | None:
    # An anchor may lie in the year before (Christmas) or in the next one.
    for year in (day.year - 1, day.year, day.year + 1):
        anchor = _anchor(rule.anchor, state, year, calendar)
        if anchor is None:
            continue
        weeks = timedelta(weeks=rule.weeks)
        begin = anchor.first - weeks if isinstance(rule, Before) else anchor.last + weeks
        if begin <= day < begin + DATE_RULE_HOLDS:
            return begin + DATE_RULE_HOLDS - _DAY
    return None


def _anchor(name: str, state: str | None, year: int, calendar: Calendar) -> SchoolHoliday | None:
    """The stretch that an anchor means in a year; of several of one kind the longest is meant."""
    if name == TRAINING_BEGIN:
        return SchoolHoliday(date(year, 9, 1), date(year, 9, 1), name)
    kind = _SCHOOL_ANCHORS[name]
    stretches = [each for each in calendar(state, year) if each.name == kind]
    return max(stretches, key=lambda each: each.length, default=None)


def _was_sent_within_a_year(nudge: Nudge, sent: Mapping[str, date], day: date) -> bool:
    return nudge.key in sent and sent[nudge.key] > _year_before(day)


def _year_before(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)


def _last_told(nudges: Iterable[Nudge], sent: Mapping[str, date]) -> dict[str, date]:
    """By topic, the day on which it was last spoken of."""
    told: dict[str, date] = {}
    for nudge in nudges:
        if nudge.key in sent:
            told[nudge.topic] = max(sent[nudge.key], told.get(nudge.topic, date.min))
    return told


def _shuffled(seed: str, name: str) -> bytes:
    return sha256(f"{seed}\n{name}".encode()).digest()
