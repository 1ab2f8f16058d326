"""Reads days in a plain text: single ones, ranges, lists, weeks. Pure.

What stands between two points says whether they are a range, a list, one day said twice or a slip of the tongue.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.understanding.times.calendar import ONE, Kind, monday, week_of
from bot.understanding.times.points import WEEK, WORK_WEEK, Point, points
from bot.understanding.times.values import Days, Edge, Form, Prefer

LONGEST_RANGE = 92
"""A longer range is not told in one message (days)."""

_RANGE = re.compile(r" ?- ?(?:zum )?")
_LIST = re.compile(r"\.? ?(?:(?:,|und|u\.?|\+|&|/|sowie|plus|dann) ?)?(?:auch )?(?:der )?")
_SAME = re.compile(r"(?:,| also|,? \(?|,? (?:den|der|dem)) ?")
SLIP = re.compile(
    r"[ ,.]*(?:(?:aeh|aehm|hm)\W+)*(?:nee|ne|nein|quatsch|stopp?|falsch|sorry|moment|vielmehr|korrektur|warte(?: mal)?|ich mein\w*)"
    r"(?:[ ,.]+(?:stopp?|warte(?: mal)?|quatsch|doch|das war|es war|war|aeh|aehm|sorry|ich mein\w*|nein|nee))*[ ,.]+"
)
"""How people take back what they said."""
_WITHIN = re.compile(
    r"[ ,:(]*(?:(?:ich|wir|war|waren|hatte|hatten|hab|habe|am|von|vom|dann|und zwar|da|nur|also|noch)[ ,:]+)*"
)
_WITH_WEEKEND = re.compile(
    r"\(?(?:mit|inkl\w*\.?|samt|auch) (?:dem )?(?:wochenende|(?:samstag|sonntag|so)"
    r"(?: ?(?:und|u|\+|&|/) ?(?:samstag|sonntag|so))?)(?!\w)\)?"
)


@dataclass(frozen=True, slots=True)
class _Group:
    """Points that belong together.

    Attributes:
        points: in their order.
        ranges: at which of them a range ends.
        is_one: they name one day twice.
    """

    points: tuple[Point, ...]
    ranges: frozenset[int] = frozenset()
    is_one: bool = False


def _in_weeks(text: str, found: Sequence[Point], today: date, prefer: Prefer) -> Iterator[Point]:
    """Gives weekdays the week that stands before them (`letzte Woche Mo Schule, Di frei`)."""
    week: date | None = None
    last = -1
    for place, point in enumerate(found):
        after = found[place + 1] if place + 1 < len(found) else None
        if point.form is Form.WEEK:
            is_context = (
                after is not None
                and after.is_open_weekday
                and _WITHIN.fullmatch(text, point.end, after.begin)
            )
            week, last = (_first(point, today, prefer), -1) if is_context else (None, -1)
            if week:
                yield replace(point, days=())
                continue
        elif point.is_open_weekday and week and (point.kind.weekday or 0) > last:
            last = point.kind.weekday or 0
            yield point.in_week(week)
            continue
        elif point.form is not Form.WEEKDAY or point.is_open_weekday:
            week = None
        elif point.kind.exact:
            week, last = monday(point.kind.exact), point.kind.exact.weekday()
        yield point


def _is_company(last: Point, gap: str, point: Point) -> bool:
    """Whether a bare `27.` beside another date is one as well."""
    is_close = bool(gap.strip(" .")) or point.edge is Edge.UNTIL
    return is_close and last.form is Form.DATE and point.form is Form.DATE


def _joined(group: _Group, gap: str, point: Point) -> _Group | None:
    """A group with one more point; None when it does not belong to it."""
    last = group.points[-1]
    size = len(group.points)
    if Form.WEEK in (last.form, point.form) or group.is_one:
        return None
    if (last.needs_company or point.needs_company) and not _is_company(last, gap, point):
        return None
    if (point.edge is Edge.UNTIL and gap.strip() == "") or _RANGE.fullmatch(gap):
        return replace(group, points=(*group.points, point), ranges=group.ranges | {size})
    if point.edge is not Edge.NONE or (last.edge is Edge.UNTIL and size == 1):
        return None
    is_doubled = last.is_open_weekday and point.form in (Form.DATE, Form.HOLIDAY)
    if size == 1 and is_doubled and (_SAME.fullmatch(gap) or gap == " "):
        return replace(group, points=(*group.points, point), is_one=True)
    if SLIP.fullmatch(gap):
        return replace(group, points=(*group.points[:-1], point))
    if _LIST.fullmatch(gap) or gap == " also ":
        return replace(group, points=(*group.points, point))
    return None


def _groups(text: str, found: Iterable[Point]) -> Iterator[_Group]:
    group: _Group | None = None
    begin = 0
    for point in found:
        if not point.days:
            continue
        longer = group and _joined(group, text[group.points[-1].end : point.begin], point)
        if group and not longer:
            yield group
        group = longer or _Group((point,))
        begin = begin if longer else point.begin
    if group:
        yield group


def _with_month(group: _Group) -> tuple[Point, ...]:
    """The points; those that name only the day get the month of the next one that names it."""
    given: list[Point] = []
    month: Kind | None = None
    for point in reversed(group.points):
        kind = point.kind
        if point.lacks_month and month:
            point = replace(point, kind=_of_month(kind, month), needs_company=False)
        elif kind.month or kind.exact:
            month = kind if point.form is Form.DATE else None
        given.append(point)
    return tuple(reversed(given))


def _of_month(day: Kind, month: Kind) -> Kind:
    if month.exact is None:
        return replace(day, month=month.month)
    try:
        return Kind(exact=month.exact.replace(day=day.day or 1))
    except ValueError:
        return Kind(day=32)


def _first(point: Point, today: date, prefer: Prefer) -> date | None:
    """The day, or the first of several, that a point means by itself."""
    if point.week is not None:
        return week_of(point.week, today, is_closest=prefer is Prefer.FUTURE)
    if point.edge is Edge.UNTIL and point.form is not Form.RELATIVE:
        return point.kind.next(today)
    if prefer is Prefer.PAST:
        return point.kind.latest(today)
    return point.kind.next(today) if point.is_open_weekday else point.kind.closest(today)


def _is_missing_here(point: Point, day: date | None, today: date) -> bool:
    """Whether `am 31.` was said just after a month without one."""
    return point.lacks_month and day is not None and abs((day - today).days) > 31


def _stretch(first: date, last: date, edges: tuple[Point, Point], *, weekend: bool) -> list[date]:
    """The days of a range: without the weekend, unless it is named."""
    is_whole = weekend or any(
        point.form is not Form.DATE and day.weekday() not in WORK_WEEK
        for point, day in zip(edges, (first, last), strict=True)
    )
    days = [first + count * ONE for count in range((last - first).days + 1)]
    return [day for day in days if is_whole or day.weekday() in WORK_WEEK] or days


def _days(group: _Group, today: date, prefer: Prefer, *, weekend: bool) -> list[date] | None:
    """The days of a group; None when it cannot be."""
    days: list[date] = []
    named = _with_month(group)
    for place, point in enumerate(named):
        if place in group.ranges and days:
            last = point.kind.next(days[-1])
            if last is None or not 0 <= (last - days[-1]).days <= LONGEST_RANGE:
                return None
            edges = (named[place - 1], point)
            days += _stretch(days.pop(), last, edges, weekend=weekend)
            continue
        first = _first(point, today, prefer)
        if first is None or _is_missing_here(point, first, today):
            return None
        if days and _is_before_its_week(named[place - 1], point, days[-1], first):
            days = [day - WEEK * ONE for day in days]
        days += [first + count * ONE for count in point.days]
    return list(dict.fromkeys(days))


def _is_before_its_week(last: Point, point: Point, before: date, day: date) -> bool:
    """Whether `Do, Fr` was said on a Thursday, of the week before."""
    if not (last.is_open_weekday and point.is_open_weekday):
        return False
    return day < before and before.weekday() < day.weekday()


def _meaning(group: _Group, today: date, prefer: Prefer, *, weekend: bool) -> Days:
    first = group.points[0]
    if group.is_one:
        days = _days(_Group(group.points[1:2]), today, prefer, weekend=weekend)
        weekday = first.kind.weekday
        fits = days is not None and days[0].weekday() == weekday
        if not fits and group.points[1].is_public:
            days = _days(_Group((first,)), today, prefer, weekend=weekend)
            fits = False
        days = days if fits else None
    else:
        days = _days(group, today, prefer, weekend=weekend)
    edge = first.edge if len(group.points) == 1 else Edge.NONE
    named = [point.is_public for point in group.points if not point.is_open_weekday]
    is_public = any(named) and (all(named) or len(days or ()) == 1)
    return Days(tuple(days or ()), first.form, edge, days is not None, is_public)


def days_found(text: str, today: date, prefer: Prefer) -> Iterator[tuple[int, int, Days]]:
    """The days in a plain text, each with its first character and the place after its last."""
    weekend = _WITH_WEEKEND.search(text)
    found = points(text, today)
    if weekend:
        yield weekend.start(), weekend.end(), Days((), Form.WEEK)
        found = [point for point in found if not weekend.start() <= point.begin < weekend.end()]
    known = list(_in_weeks(text, found, today, prefer))
    for point in known:
        if not point.days:
            yield point.begin, point.end, Days((), point.form)
    for group in _groups(text, known):
        if group.points[0].needs_company and _with_month(group)[0].needs_company:
            continue
        meaning = _meaning(group, today, prefer, weekend=weekend is not None)
        yield group.points[0].begin, group.points[-1].end, meaning
