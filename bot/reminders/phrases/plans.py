"""Reads a plan: on which days, at what time, and when not. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

from bot.reminders.phrases.dialect import without_pronouns
from bot.reminders.phrases.hours import hours_found
from bot.reminders.phrases.rhythms import rhythms_found
from bot.reminders.phrases.silences import without_found
from bot.reminders.phrases.taken import held
from bot.reminders.phrases.values import AtTime, OnDays, Piece, Wish
from bot.reminders.plan import LAST, MONDAY_TO_FRIDAY, MOST_RULES, Rhythm, Rule, Unit
from bot.understanding.times.plain import Plain
from bot.understanding.times.values import HOUR

USUAL_MINUTE = 16 * HOUR
"""When no time is said (minutes after midnight)."""
END_OF_WEEK = frozenset({4})
"""When it is said in which weeks, and no day of them."""

_Times = tuple[int, ...]
_Pair = tuple[tuple[OnDays, ...], _Times]


def read_plan(text: str, now: datetime) -> Wish | None:
    """When somebody wants to be reminded; None when a text has no rhythm and no time.

    Args:
        text: any text.
        now: when it is said, in the zone of the person; what is counted starts after it.
    """
    plain = Plain.of(without_pronouns(text)).text
    without, spans = without_found(plain)
    plain = _blanked(plain, spans)
    days = rhythms_found(plain)
    is_free = [True] * len(plain)
    for piece in days:
        is_free[piece.begin : piece.end] = [False] * (piece.end - piece.begin)
    said = held(plain, [*days, *hours_found(plain, is_free)])
    if not (said.pieces or said.denied or without):
        return None
    rules = tuple(dict.fromkeys(_rules(said.pieces, _weekdays(said.denied), now)))
    if len(rules) > MOST_RULES:
        return None
    return Wish(
        rules,
        without,
        says_days=any(isinstance(piece, OnDays) for piece in (*said.pieces, *said.denied)),
        says_time=any(isinstance(piece, AtTime) for piece in said.pieces),
    )


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text without spans that mean nothing any more."""
    for begin, end in spans:
        text = text[:begin] + " " * (end - begin) + text[end:]
    return text


def _weekdays(pieces: Iterable[OnDays]) -> frozenset[int]:
    """The weekdays of every week among some days."""
    rhythms = [rhythm for piece in pieces for rhythm in piece.rhythms]
    return frozenset(
        day
        for rhythm in rhythms
        if rhythm.unit is Unit.WEEKS and rhythm.every == 1 and rhythm.parity is None
        for day in rhythm.weekdays
    )


def _rules(pieces: Sequence[Piece], denied: frozenset[int], now: datetime) -> Iterator[Rule]:
    pairs = [pair for days, times in _pairs(pieces) for pair in _split(days, times)]
    pairs = _with_open_ones(pairs)
    for days, times in pairs:
        named = _named_elsewhere(pairs, days)
        for rhythm in _rhythms(days):
            shown = _but(rhythm, denied | named) if rhythm.unit is Unit.WEEKS else rhythm
            for minute in times or (USUAL_MINUTE,):
                yield Rule(_anchored(shown, minute, now), minute)


def _but(rhythm: Rhythm, days: frozenset[int]) -> Rhythm:
    return replace(rhythm, weekdays=rhythm.weekdays - days or rhythm.weekdays)


def _pairs(pieces: Sequence[Piece]) -> list[_Pair]:
    """Which times belong to which days: to those before them, unless the times are said first."""
    runs = [(kind, tuple(run)) for kind, run in groupby(pieces, type)]
    days = [run for kind, run in runs if kind is OnDays]
    times = [_minutes(run) for kind, run in runs if kind is AtTime]
    if not days or not times:
        return [(_days(days[0]) if days else (), times[0] if times else ())]
    if runs[0][0] is AtTime:
        if len(times) > len(days):
            times[-2:] = [times[-2] + times[-1]]
        return [(_days(run), minutes) for run, minutes in zip(days, times, strict=True)]
    if len(days) > len(times):
        times.append(times[-1])
    return [(_days(run), minutes) for run, minutes in zip(days, times, strict=True)]


def _days(run: Iterable[Piece]) -> tuple[OnDays, ...]:
    return tuple(piece for piece in run if isinstance(piece, OnDays))


def _minutes(run: Iterable[Piece]) -> _Times:
    return tuple(piece.minute for piece in run if isinstance(piece, AtTime))


def _split(days: tuple[OnDays, ...], times: _Times) -> Iterator[_Pair]:
    """Parts days that come in different weeks (`in geraden Wochen Mo, in ungeraden Fr`)."""
    openings = {piece.rhythms for piece in days if piece.is_open}
    if len(openings) < 2 or all(piece.is_open for piece in days):
        yield days, times
        return
    is_first = days[0].is_open
    part: list[OnDays] = []
    for piece in days:
        if is_first and piece.is_open and part:
            yield tuple(part), times
            part = []
        part.append(piece)
        if not is_first and piece.is_open:
            yield tuple(part), times
            part = []
    if part:
        yield tuple(part), times


def _with_open_ones(pairs: Sequence[_Pair]) -> list[_Pair]:
    """Gives weeks that stand apart to their days (`freitags um 15 Uhr, alle zwei Wochen`)."""
    joined: list[_Pair] = []
    waiting: tuple[OnDays, ...] = ()
    for place, (days, times) in enumerate(pairs):
        if not days or not all(piece.is_open for piece in days):
            joined.append(((*waiting, *days), times))
            waiting = ()
        elif joined:
            joined[-1] = ((*joined[-1][0], *days), joined[-1][1])
        elif place + 1 < len(pairs):
            waiting = (*waiting, *days)
        else:
            joined.append(((*waiting, *days), times))
    return joined


def _named_elsewhere(pairs: Sequence[_Pair], days: tuple[OnDays, ...]) -> frozenset[int]:
    """Days that have their own time, when these are days at large (`sonst um 16 Uhr`)."""
    if not days or not all(piece.is_general for piece in days):
        return frozenset()
    others = [other for other, _ in pairs if other is not days]
    return _weekdays(piece for other in others for piece in other if not piece.is_general)


def _rhythms(days: Sequence[OnDays]) -> list[Rhythm]:
    """The days of one time as rhythms; weeks that are only counted count for all weekdays beside."""
    if not days:
        return [Rhythm(weekdays=MONDAY_TO_FRIDAY)]
    named = [piece for piece in days if not piece.is_general and not piece.is_open]
    chosen = [piece for piece in days if not named or not piece.is_general]
    rhythms = [rhythm for piece in chosen for rhythm in piece.rhythms]
    months = [rhythm for rhythm in rhythms if rhythm.unit is Unit.MONTHS]
    counted = [rhythm for rhythm in rhythms if rhythm.unit is Unit.DAYS]
    weeks = [rhythm for rhythm in rhythms if rhythm.unit is Unit.WEEKS]
    weekdays = frozenset(day for rhythm in weeks for day in rhythm.weekdays)
    result = _of_months(months, is_alone=len(months) == len(rhythms))
    if weekdays and counted and all(rhythm.every % 7 == 0 for rhythm in counted):
        weeks += [Rhythm(every=rhythm.every // 7) for rhythm in counted]
        counted = []
    result += counted
    if weekdays or (weeks and not result):
        result.append(_of_weeks(weeks, weekdays))
    return result


def _of_months(months: Sequence[Rhythm], *, is_alone: bool) -> list[Rhythm]:
    closed = [rhythm for rhythm in months if rhythm.nth or rhythm.month_days]
    if closed or not months or not is_alone:
        return closed
    return [replace(months[0], month_days=frozenset({LAST}))]


def _of_weeks(weeks: Sequence[Rhythm], weekdays: frozenset[int]) -> Rhythm:
    parity = next((rhythm.parity for rhythm in weeks if rhythm.parity), None)
    every = 1 if parity else max(rhythm.every for rhythm in weeks)
    days = weekdays or (MONDAY_TO_FRIDAY if parity else END_OF_WEEK)
    return Rhythm(every=every, weekdays=days, parity=parity)


def _anchored(rhythm: Rhythm, minute: int, now: datetime) -> Rhythm:
    """The rhythm with the day from which it is counted."""
    if rhythm.every == 1:
        return rhythm
    tomorrow = now.date() + timedelta(days=1)
    if rhythm.unit is Unit.DAYS:
        return replace(rhythm, anchor=tomorrow)
    return replace(rhythm, anchor=_next(rhythm.weekdays, minute, now))


def _next(weekdays: frozenset[int], minute: int, now: datetime) -> date:
    """The first of some weekdays on which a time is still to come."""
    is_today = time(minute // HOUR, minute % HOUR) > now.time()
    first = now.date() + timedelta(days=0 if is_today else 1)
    days = (first + timedelta(days=step) for step in range(7))
    return next((day for day in days if day.weekday() in weekdays), first)
