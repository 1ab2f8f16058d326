"""Reads until when a reminder shall wait: `in einer halben Stunde`, `heute Abend um 8`. Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta

from bot.reminders.phrases.hours import hours_found
from bot.reminders.phrases.values import AtTime
from bot.understanding.times import Days, Prefer, Span, found
from bot.understanding.times.durations import durations_found
from bot.understanding.times.plain import Plain
from bot.understanding.times.values import DAY, HALF_DAY, HOUR

MORNING = 7 * HOUR
"""When a day is named and no hour of it (minutes after midnight)."""
_MINUTES = re.compile(r"(?<!\w)in (?P<n>\d{1,3})(?= ?(?:$|[,.;!?\n)]|bitte|nochmal|wieder|dann))")
_DIMINUTIVE = re.compile(r"(?<=st)uendchen|(?<=min)uetchen")


def read_snooze(text: str, now: datetime) -> datetime | None:
    """The moment at which somebody wants to be asked again; None when none is said (`später`).

    Args:
        text: any text.
        now: when it is said, in the zone of the person; the answer is in it as well, and later.
    """
    plain = _DIMINUTIVE.sub("unde", Plain.of(text).text)
    minutes = _wait(plain)
    if minutes:
        return (now.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(now.tzinfo)
    day = _day(text, now.date())
    times = hours_found(plain, [True] * len(plain))
    if times:
        return _at(times[-1], day, now)
    if day is None or day <= now.date():
        return None
    return _moment(day, MORNING, now)


def _wait(plain: str) -> int | None:
    """How long to wait (minutes)."""
    lengths = [length.minutes for _, _, length in durations_found(plain, [True] * len(plain))]
    bare = _MINUTES.search(plain)
    return next((length for length in lengths if length), int(bare["n"]) if bare else None)


def _day(text: str, today: date) -> date | None:
    """The last day that is named."""
    days = [
        span.meaning.days[0]
        for span in found(text, today, Prefer.FUTURE)
        if isinstance(span.meaning, Days) and span.meaning.days and not _is_about(text, span)
    ]
    return days[-1] if days else None


def _is_about(text: str, span: Span) -> bool:
    """Whether a Sunday is only the `so` of `so um 9`."""
    return text[span.begin : span.end].lower() == "so"


def _at(said: AtTime, day: date | None, now: datetime) -> datetime | None:
    """A time on its day, or when it comes next: `um 8` said in the afternoon is the evening.

    None when it is over today, and today was said.
    """
    if day is not None and day > now.date():
        return _moment(day, said.minute, now)
    halves = (said.minute, (said.minute + HALF_DAY) % DAY) if said.is_open else (said.minute,)
    moments = [_moment(now.date(), minute, now) for minute in halves]
    later = [moment for moment in moments if moment > now]
    if later or day is not None:
        return later[0] if later else None
    return _moment(now.date() + timedelta(days=1), said.minute, now)


def _moment(day: date, minute: int, now: datetime) -> datetime:
    return datetime.combine(day, time(minute // HOUR, minute % HOUR), now.tzinfo)
