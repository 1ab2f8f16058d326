"""Reads from a message what was done on which day. Pure.

The way of a message: pieces (days, times, type words, separators, words), sentences that tell something, clauses,
the days of which they tell, blocks of one type, stretches of time with what was done in them.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from bot.diary.nachweis import MOST_MINUTES, DayType, Entry
from bot.diary.reading import words
from bot.diary.reading.bare import with_bare_hours
from bot.diary.reading.blocks import Block, blocks
from bot.diary.reading.clauses import Clause, clauses, sentences
from bot.diary.reading.evidence import is_evident, only_at_home, only_doctor, worth
from bot.diary.reading.hours import Chunk, chunks
from bot.diary.reading.pieces import Kind, Piece, pieces
from bot.diary.reading.stretches import pauses, with_pauses, with_stretches
from bot.diary.reading.sums import Contradiction
from bot.diary.reading.told import ABSENCES, Told, days_of, is_open_ended, told
from bot.understanding.times import Days, Form, Share, Stretch

__all__ = ("LONGEST_MESSAGE", "Doubt", "Question", "Reading", "read")

LONGEST_MESSAGE = 8_000
"""What stands behind is not read (characters)."""


class Doubt(StrEnum):
    """Why something must be asked back."""

    UNKNOWN_DAY = "unknown_day"
    IMPOSSIBLE_DATE = "impossible_date"
    TOO_MANY_HOURS = "too_many_hours"
    CONTRADICTION = "contradiction"
    UNKNOWN_TYPE = "unknown_type"
    """Only a doctor, or home, is named: sick, off, or at work for the rest of the day?"""
    FUTURE_DAY = "future_day"
    OPEN_END = "open_end"
    """`ab Montag Urlaub`: until when is not said."""


@dataclass(frozen=True, slots=True)
class Question:
    """What must be asked back.

    Attributes:
        doubt: why.
        words: the words concerned, as they were written.
        day: which day it is about, if that is known.
    """

    doubt: Doubt
    words: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message says.

    Attributes:
        entries: what is certain, by the order in which it was told.
        questions: what must be asked back.
        is_entry: whether the message tells what was done at all.
    """

    entries: tuple[Entry, ...] = ()
    questions: tuple[Question, ...] = ()
    is_entry: bool = False


@dataclass(slots=True)
class _Draft:
    """What was read so far."""

    message: str
    today: date
    entries: list[tuple[Entry, int]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    minutes: int | None = None
    told: list[Told] = field(default_factory=list)

    def ask(self, doubt: Doubt, piece: Piece | None = None, day: date | None = None) -> None:
        said = self.message[piece.begin : piece.end] if piece else ""
        if not any((one.doubt, one.words) == (doubt, said) for one in self.questions):
            self.questions.append(Question(doubt, said, day))


def read(message: str, today: date) -> Reading:
    """What a message tells.

    Args:
        message: any text.
        today: the day on which it is written, by the calendar in Germany.
    """
    text = unicodedata.normalize("NFC", message[:LONGEST_MESSAGE])
    known = with_pauses(with_bare_hours(pieces(text, today)))
    kept, dropped = sentences(known, text)
    all_told = told([clause for sentence in kept for clause in clauses(sentence)], today)
    if not is_evident(all_told, is_answer=dropped == 0):
        return Reading()
    draft = _Draft(text, today)
    draft.told = worth(all_told)
    for number, one in enumerate(draft.told):
        _read_one(one, number, draft)
    entries = _certain(draft)
    return Reading(tuple(entries), tuple(draft.questions), bool(entries or draft.questions))


def _read_one(one: Told, number: int, draft: _Draft) -> None:
    if one.is_unsure:
        draft.ask(Doubt.UNKNOWN_DAY, one.day or _first_piece(one))
        return
    known = with_stretches(one.clauses)
    found = blocks(known)
    found = _holiday(one, found) or found
    if not _tells_anything(found) and draft.blocks and {p.word for p in one.pieces} & words.AGAIN:
        found = _again(draft.blocks, known)
    reason = only_doctor(one) or only_at_home(one)
    if reason:
        draft.ask(Doubt.UNKNOWN_TYPE, reason)
        return
    off = pauses(known)
    for block in found:
        _read_block(block, one, number, off, draft)
    if _tells_anything(found):
        draft.blocks = found


def _first_piece(one: Told) -> Piece | None:
    return one.pieces[0] if one.pieces else None


def _tells_anything(found: Sequence[Block]) -> bool:
    return any(
        block.is_said or any(clause.has_words for clause in block.clauses) for block in found
    )


def _again(last: Sequence[Block], known: Sequence[Clause]) -> list[Block]:
    """`Mittwoch auch`: the same as before, with its own hours if any are said."""
    times = [clause for clause in known if clause.times]
    if not times:
        return list(last)
    plain = [
        replace(clause, pieces=tuple(p for p in clause.pieces if p.kind is not Kind.TIME))
        for clause in last[-1].clauses
    ]
    return [Block(last[-1].type, [*plain, *times], is_said=True)]


def _holiday(one: Told, found: list[Block]) -> list[Block] | None:
    """A public holiday of which nothing else is told, or only that one was off."""
    days = one.day.meaning if one.day else None
    if not isinstance(days, Days) or not days.is_public_holiday:
        return None
    is_off = all(block.type is DayType.FREI for block in found)
    if not found or is_off or not _tells_anything(found):
        return [Block(DayType.FEIERTAG, [], is_said=True)]
    return None


def _read_block(block: Block, one: Told, number: int, off: dict[int, int], draft: _Draft) -> None:
    days = days_of(one, block.type, draft.today)
    try:
        found = chunks(block, draft.message, off, draft.minutes)
    except Contradiction:
        draft.ask(Doubt.CONTRADICTION, one.day or _first_piece(one))
        return
    found = _of_type(block, found)
    if not found:
        return
    if days is None:
        draft.ask(Doubt.IMPOSSIBLE_DATE, one.day or one.until)
        return
    if block.type in ABSENCES and is_open_ended(one, days, draft.today):
        draft.ask(Doubt.OPEN_END, one.day, days[0])
    for day in _until_today(days, block.type, one, draft.today):
        _enter(day, block.type, found, one, number, draft)


def _until_today(
    days: tuple[date, ...], day_type: DayType, one: Told, today: date
) -> tuple[date, ...]:
    """The days; of a week that still runs, the training that is over."""
    named = one.day.meaning if one.day else None
    is_week = isinstance(named, Days) and named.form is Form.WEEK
    over = tuple(day for day in days if day <= today)
    return over if is_week and over and day_type.is_training else days


def _of_type(block: Block, found: list[Chunk]) -> list[Chunk]:
    """What may be entered for a type: no reason for leave, no work of which nothing is told."""
    timed = [chunk for chunk in found if chunk.minutes is not None]
    if block.type is DayType.FREI:
        return timed or [Chunk(None, [one for chunk in found for one in chunk.activities])]
    if block.type in ABSENCES:
        return [Chunk(timed[0].minutes if timed else None)]
    if not found:
        shifts = [p for clause in block.clauses for p in clause.pieces if p.kind is Kind.SHIFT]
        return [Chunk()] if block.is_said or shifts else []
    return found


def _enter(
    day: date, day_type: DayType, found: Sequence[Chunk], one: Told, number: int, draft: _Draft
) -> None:
    if day > draft.today and day_type not in ABSENCES:
        draft.ask(Doubt.FUTURE_DAY, one.day, day)
        return
    for chunk in found:
        is_each = chunk.share is Share.EACH and len(found) >= 1 and _is_one_day(one, draft)
        shares = [[activity] for activity in chunk.activities] if is_each else [chunk.activities]
        for activities in shares or [[]]:
            entry = Entry(day, day_type, chunk.minutes, tuple(activities))
            draft.entries.append((entry, number))
        draft.minutes = chunk.minutes or draft.minutes


def _is_one_day(one: Told, draft: _Draft) -> bool:
    days = days_of(one, DayType.BETRIEB, draft.today)
    return days is not None and len(days) == 1


def _certain(draft: _Draft) -> list[Entry]:
    """The entries without those of days that must be asked for."""
    by_day: dict[date, list[tuple[Entry, int]]] = defaultdict(list)
    for entry, number in draft.entries:
        by_day[entry.day].append((entry, number))
    doubtful: set[date] = set()
    for day, told_then in by_day.items():
        if sum(entry.minutes or 0 for entry, _ in told_then) > MOST_MINUTES:
            draft.ask(Doubt.TOO_MANY_HOURS, draft.told[told_then[-1][1]].day, day)
            doubtful.add(day)
        if _is_contradictory(told_then, draft.told):
            draft.ask(Doubt.CONTRADICTION, draft.told[told_then[-1][1]].day, day)
            doubtful.add(day)
    return [entry for entry, _ in draft.entries if entry.day not in doubtful]


def _is_contradictory(told_then: Sequence[tuple[Entry, int]], all_told: Sequence[Told]) -> bool:
    """Whether one was away the whole day, and at work as well."""
    leave = (DayType.URLAUB, DayType.KRANK, DayType.FREI)
    away = {n for e, n in told_then if e.type in leave and e.minutes is None}
    present = {n for e, n in told_then if e.type.is_training}
    both = away & present
    if not away or not present:
        return False
    return not any(_is_divided(all_told[number]) for number in both)


def _is_divided(one: Told) -> bool:
    """Whether a part of the day is told, or what came after another."""
    openers = {kind for clause in one.clauses for kind in clause.openers}
    return (
        bool(openers & {Kind.PART, Kind.THEN, Kind.REST})
        or one.has(Kind.CLOCK)
        or any("halb" in piece.word for piece in one.pieces)
        or any(isinstance(piece.meaning, Stretch) for piece in one.pieces)
    )
