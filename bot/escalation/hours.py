"""The office hours of a team: read from what an operator types, shown, and when it is open. Pure.

Hours are those of the clock on the wall of a zone. The public holidays of a state are closed days.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from bot.calendar_of_germany import public_holidays
from bot.clock import HOME, require_aware
from bot.texts import load_texts
from bot.understanding.times.plain import Plain
from bot.understanding.times.values import DAY, HOUR
from bot.understanding.times.words import WEEKDAYS

WEEK = frozenset(range(7))
WEEKEND = frozenset({5, 6})
FORESEEN = timedelta(days=14)
"""An opening further away is none that anybody can wait for."""
_MINUTE, _ONE_DAY = timedelta(minutes=1), timedelta(days=1)
_NAMED_BY_WEEKDAY = 6
"""So many days ahead a weekday alone says which day is meant."""


class HoursError(ValueError):
    """What an operator typed names no office hours.

    Attributes:
        text: what they typed.
        why: what is wrong with it, a short sentence for the operator.
    """

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"{text!r}: {why}")
        self.text = text
        self.why = why


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One stretch of one day of every week.

    Attributes:
        weekday: 0 is Monday.
        begin: minutes after midnight, 0 to 1439; in this minute it is open.
        end: 1 to 1440 and after `begin`; in this minute it is closed again.

    Raises:
        ValueError: there is no such stretch.
    """

    weekday: int
    begin: int
    end: int

    def __post_init__(self) -> None:
        if self.weekday not in WEEK or not 0 <= self.begin < self.end <= DAY:
            raise ValueError(f"no stretch of a day: {self.weekday}, {self.begin}, {self.end}")


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When a team is there.

    Attributes:
        spans: of every week, in any order; none is never.
        state: the key of the state whose public holidays are closed days (`he`); None takes those of all Germany.
        zone: the IANA name of the zone whose wall clock counts.
    """

    spans: tuple[Span, ...]
    state: str | None
    zone: str = HOME


# --- when it is open ---------------------------------------------------------------------------


def is_open(hours: OfficeHours, now: datetime) -> bool:
    """Whether a team is there at an aware moment."""
    there = require_aware(now).astimezone(ZoneInfo(hours.zone))
    minute = there.hour * HOUR + there.minute
    return any(each.begin <= minute < each.end for each in _spans_of(hours, there.date()))


def opens_next(hours: OfficeHours, now: datetime) -> datetime | None:
    """The first moment (UTC) from now on at which a team is there: now when it is; None when not within 14 days."""
    moment = require_aware(now)
    begins = (begin for begin, _ in open_stretches(hours, moment, moment + FORESEEN))
    return next(begins, None)


def open_stretches(
    hours: OfficeHours, begin: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """When a team is there between two aware moments: begin and end (UTC) of each stretch, in order.

    No two stretches touch, so one may last over midnight; an end is closed again. The first and the last one end where
    the window does.

    Raises:
        ValueError: a moment is naive.
    """
    begin, end = require_aware(begin), require_aware(end)
    last_begin, last_end = begin, begin
    for opens, closes in _daily(hours, begin, end):
        opens, closes = max(opens, begin), min(closes, end)
        if opens >= closes:
            continue
        if opens > last_end:
            if last_begin < last_end:
                yield last_begin, last_end
            last_begin = opens
        last_end = max(last_end, closes)
    if last_begin < last_end:
        yield last_begin, last_end


def _daily(
    hours: OfficeHours, begin: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of each day that two moments touch."""
    zone = ZoneInfo(hours.zone)
    day, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        yield from _stretches_of(hours, day)
        day += _ONE_DAY


def _stretches_of(hours: OfficeHours, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of a day; by looking at every minute of it when the clock on the wall is changed on it."""
    spans = _spans_of(hours, day)
    if not spans:
        return
    first, last = _midnight(hours.zone, day), _midnight(hours.zone, day + _ONE_DAY)
    if last - first == _ONE_DAY:
        for span in spans:
            yield first + span.begin * _MINUTE, first + span.end * _MINUTE
        return
    minutes = (first + number * _MINUTE for number in range((last - first) // _MINUTE))
    for is_in, run in groupby(minutes, partial(is_open, hours)):
        if is_in:
            inside = list(run)
            yield inside[0], inside[-1] + _MINUTE


def _spans_of(hours: OfficeHours, day: date) -> Sequence[Span]:
    """The spans of a day, in order; none of a holiday."""
    spans = sorted(each for each in hours.spans if each.weekday == day.weekday())
    return () if spans and day in public_holidays(hours.state, day.year) else spans


def _midnight(zone: str, day: date) -> datetime:
    return require_aware(datetime.combine(day, time(), ZoneInfo(zone)))


# --- what an operator types --------------------------------------------------------------------

_DAY = rf"(?:{'|'.join(WEEKDAYS)}|so)"
_TO = r" ?(?:-|bis) ?"
_UHR = r"(?: ?(?:uhr|h))?"
_ITEM = re.compile(
    rf"(?P<first>{_DAY})s?\.?(?:{_TO}(?P<last>{_DAY})s?\.?)?(?!\w)"
    r"|(?P<daily>taeglich|jeden tag)(?!\w)"
    r"|(?P<weekend>(?:am )?wochenende)(?!\w)"
    r"|(?P<always>rund um die uhr|24/7)(?!\w)"
    rf"|(?:von )?(?P<begin>\d\d?)(?:[.:](?P<begin_minute>\d\d))?{_UHR}"
    rf"{_TO}(?P<end>\d\d?)(?:[.:](?P<end_minute>\d\d))?{_UHR}(?!\w|[.:]\d)"
    r"|(?P<filler>[\s.,;:/&+]+|(?:und|sowie|jeweils|am)(?!\w))"
)


def read_hours(text: str) -> tuple[Span, ...]:
    """The office hours that an operator typed, in order; what overlaps or touches on a day is one span.

    Days stand before their times: `Mo-Fr 9-12, Mo-Do 13:30-16`, `täglich 8 bis 20 Uhr`, `Fr 20-2` (which ends on
    Saturday), `rund um die Uhr`. `geschlossen` is never.

    Raises:
        HoursError: it names no hours, or more than hours.
    """
    plain = Plain.of(text)
    if plain.text.strip() == _words().hours["closed"]:
        return ()
    spans: list[Span] = []
    days: frozenset[int] = frozenset()
    is_timed = False
    for item in _items(text, plain):
        times = _times(text, item)
        if times is None:
            days = _days(item) if is_timed else days | _days(item)
        else:
            days = days or (WEEK if item["always"] else days)
            if not days:
                raise HoursError(text, "Say the days before their times.")
            spans += [span for day in days for span in _on(day, *times)]
        is_timed = times is not None
    if not is_timed:
        raise HoursError(text, "Say the times after their days." if days else "It is empty.")
    return merged(spans)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order; what overlaps or touches on a day is one."""
    result: list[Span] = []
    for span in sorted(spans):
        last = result[-1] if result else None
        if last and last.weekday == span.weekday and span.begin <= last.end:
            result[-1] = Span(last.weekday, last.begin, max(last.end, span.end))
        else:
            result.append(span)
    return tuple(result)


def _items(text: str, plain: Plain) -> Iterator[re.Match[str]]:
    """What stands in a text, without what only parts it."""
    place = 0
    while place < len(plain.text):
        item = _ITEM.match(plain.text, place)
        if item is None:
            begin, _ = plain.place(place, place + 1)
            raise HoursError(text, f"Cannot read it from {text[begin:]!r} on.")
        if not item["filler"]:
            yield item
        place = item.end()


def _days(item: re.Match[str]) -> frozenset[int]:
    if item["daily"]:
        return WEEK
    if item["weekend"]:
        return WEEKEND
    first = _weekday(item["first"])
    last = _weekday(item["last"] or item["first"])
    return frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))


def _weekday(word: str) -> int:
    return WEEKDAYS.index("sonntag" if word == "so" else word)


def _times(text: str, item: re.Match[str]) -> tuple[int, int] | None:
    """From when to when, in minutes after midnight; None for what names days."""
    if item["always"]:
        return 0, DAY
    if not item["begin"]:
        return None
    begin, end = _minute(text, item, "begin"), _minute(text, item, "end")
    if begin in (end, DAY):
        raise HoursError(text, f"{item[0]!r} is no stretch of time.")
    return begin, end


def _minute(text: str, item: re.Match[str], name: str) -> int:
    hour, minute = int(item[name]), int(item[f"{name}_minute"] or 0)
    if minute >= HOUR or hour * HOUR + minute > DAY:
        raise HoursError(text, f"{item[0]!r} has a time that no clock shows.")
    return hour * HOUR + minute


def _on(day: int, begin: int, end: int) -> Iterator[Span]:
    """A stretch of a day and perhaps of the night after it."""
    yield Span(day, begin, end if begin < end else DAY)
    if 0 < end < begin:
        yield Span((day + 1) % 7, 0, end)


# --- in German words ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Words:
    """Of `bot/texts/hours.yml`, and the names of days and months."""

    hours: Mapping[str, Any]
    days: Sequence[str]
    short_days: Sequence[str]
    months: Sequence[str]


@cache
def _words() -> _Words:
    rhythms, diary = load_texts("rhythms"), load_texts("diary")
    return _Words(load_texts("hours"), rhythms["days"], rhythms["short_days"], diary["months"])


def show_hours(spans: Sequence[Span]) -> str:
    """`Mo–Fr 9–12 Uhr, Mo–Do 13:30–16 Uhr`; `read_hours` reads the same out of it, once spans are merged."""
    words = _words().hours
    by_times: dict[tuple[int, int], set[int]] = {}
    for span in sorted(spans):
        by_times.setdefault((span.begin, span.end), set()).add(span.weekday)
    if not by_times:
        return str(words["closed"])
    if by_times == {(0, DAY): WEEK}:
        return str(words["always"])
    return ", ".join(
        str(words["times"]).format(days=_shown_days(days), begin=_clock(begin), end=_clock(end))
        for (begin, end), days in by_times.items()
    )


def said_opening(opens: datetime, now: datetime, zone: str = HOME) -> str:
    """When a team opens: `heute um 13:30 Uhr`, `am Montag um 9 Uhr`, `am Montag, 7. Dezember, um 9 Uhr`.

    Args:
        opens: aware.
        now: aware.
        zone: the IANA name of the zone of whoever reads it.
    """
    there = opens.astimezone(ZoneInfo(zone))
    ahead = (there.date() - now.astimezone(ZoneInfo(zone)).date()).days
    forms = {0: "today", 1: "tomorrow", **dict.fromkeys(range(2, _NAMED_BY_WEEKDAY + 1), "soon")}
    words = _words()
    return str(words.hours["opens"][forms.get(ahead, "later")]).format(
        time=_clock(there.hour * HOUR + there.minute),
        weekday=words.days[there.weekday()],
        day=there.day,
        month=words.months[there.month - 1],
    )


def _shown_days(days: set[int]) -> str:
    """`Mo–Do und Sa`."""
    words, names = _words().hours, _words().short_days
    if days == WEEK:
        return str(words["every_day"])
    ordered = sorted(days)
    runs = [list(run) for _, run in groupby(ordered, lambda day: day - ordered.index(day))]
    shown = [
        str(words["days"]).format(first=names[run[0]], last=names[run[-1]])
        if len(run) > 1
        else names[run[0]]
        for run in runs
    ]
    *before, last = shown
    return f"{', '.join(before)}{words['and']}{last}" if before else last


def _clock(minute: int) -> str:
    """`9`, `13:30`."""
    return f"{minute // HOUR}:{minute % HOUR:02}" if minute % HOUR else str(minute // HOUR)
