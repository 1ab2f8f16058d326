"""Days, clock times and durations in German text: where they stand and what they mean. Pure.

The grammar knows no topic. It reads a plain form of the text (`plain`), in which numbers are figures and slips of
the finger in names of days are corrected, and gives spans of the original, so that what is left is the person's words.
"""

import re
from datetime import date

from bot.understanding.times.clocks import clocks_found
from bot.understanding.times.dates import SLIP, days_found
from bot.understanding.times.durations import durations_found
from bot.understanding.times.plain import Plain, folded
from bot.understanding.times.values import (
    Clock,
    Days,
    Duration,
    Edge,
    Form,
    Meaning,
    Prefer,
    Role,
    Share,
    Span,
    Stretch,
)

__all__ = (
    "Clock",
    "Days",
    "Duration",
    "Edge",
    "Form",
    "Meaning",
    "Prefer",
    "Role",
    "Share",
    "Span",
    "Stretch",
    "found",
)


LONGEST_REPEATED = 3
"""So many words are repeated after a slip."""


def found(text: str, today: date, prefer: Prefer = Prefer.PAST) -> tuple[Span, ...]:
    """What a text says about time, in its order; no two spans overlap.

    Args:
        text: any text.
        today: the day on which it is said, by the calendar in Germany.
        prefer: where a day lies that could lie on either side of today.
    """
    plain = Plain.of(text)
    is_free = [True] * len(plain.text)
    spans: list[Span] = []

    def take(begin: int, end: int, meaning: Meaning) -> None:
        is_free[begin:end] = [False] * (end - begin)
        spans.append(Span(*plain.place(begin, end), meaning))

    for begin, end, days in days_found(plain.text, today, prefer):
        take(begin, end, days)
    for begin, end, duration in durations_found(plain.text, is_free):
        take(begin, end, duration)
    for begin, end, clock in clocks_found(plain.text, is_free):
        take(begin, end, clock)
    return tuple(_corrected(text, sorted(spans, key=lambda span: span.begin)))


def _corrected(text: str, spans: list[Span]) -> list[Span]:
    """Takes back what was taken back: `bis 16 Uhr, nein stopp, bis 17 Uhr`."""
    kept: list[Span] = []
    for span in spans:
        last = kept[-1] if kept else None
        if last and _is_taken_back(text, last, span):
            meaning = _instead(last.meaning, span.meaning)
            if meaning:
                kept[-1] = Span(last.begin, span.end, meaning)
                continue
        kept.append(span)
    return kept


_REPEATED = re.compile(rf"(?P<what>(?: \w+){{1,{LONGEST_REPEATED}}}?),? {SLIP.pattern}")


def _is_taken_back(text: str, said: Span, meant: Span) -> bool:
    """Whether a slip stands between, perhaps behind words repeated later (`2 h Post, nee 3 h Post`)."""
    between = folded(text[said.end : meant.begin])
    if SLIP.fullmatch(between):
        return True
    repeated = _REPEATED.fullmatch(between)
    return repeated is not None and folded(text[meant.end :]).startswith(repeated["what"])


def _instead(said: Meaning, meant: Meaning) -> Meaning | None:
    """What is meant after a correction; None when the two do not speak of the same."""
    if isinstance(said, Stretch) and isinstance(meant, Clock):
        is_end = meant.role is not Role.BEGIN
        return (
            Stretch.between(said.begin, meant.minute)
            if is_end
            else Stretch.between(meant.minute, said.end)
        )
    return meant if type(said) is type(meant) else None
