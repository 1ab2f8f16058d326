"""Hours said as a mere number behind what was done (`Kanten angeleimt 7,5`). Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from bot.diary.reading import words
from bot.diary.reading.pieces import SEPARATORS, Kind, Piece
from bot.diary.reading.talk import is_participle
from bot.understanding.times import Duration

HOUR = 60
LONGEST = 14 * HOUR
"""A number that would be longer is something else (minutes)."""
_DECIMAL = re.compile(r"\d{1,2}[.,](?:0|00|25|5|50|75)")
_NUMBER = re.compile(r"\d{1,2}(?:[.,](?:0|00|25|5|50|75))?")


def with_bare_hours(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, with the numbers that can only be hours as times.

    A decimal number at the end of a clause is one; a whole number when another clause ends with a decimal, or when
    several stand behind a verb or a type, or in clauses that begin with a day.
    """
    ends = {place for place in range(1, len(pieces)) if _is_end(pieces, place)}
    starts = {place for place in range(1, len(pieces)) if _is_start(pieces, place)}
    has_decimal = any(_DECIMAL.fullmatch(pieces[place].word) for place in ends | starts)
    told = starts | {place for place in ends if _tells(pieces, place)}
    ends |= starts
    hours = ends if has_decimal else told if len(told) > 1 else set()
    return [_timed(piece) if place in hours else piece for place, piece in enumerate(pieces)]


def _tells(pieces: Sequence[Piece], place: int) -> bool:
    """Whether a verb or a type stands before it, or a day at the beginning of its clause."""
    before = pieces[place - 1]
    clause = takewhile(lambda piece: piece.kind not in SEPARATORS, reversed(pieces[:place]))
    is_dated = any(piece.kind is Kind.DAY for piece in clause)
    return is_dated or before.kind is Kind.TYPE or is_participle(before.word)


def _is_end(pieces: Sequence[Piece], place: int) -> bool:
    """Whether it is a number that closes a clause, and not that of a room or a chapter."""
    before = pieces[place - 1]
    after = _after(pieces, place)
    is_last = after is None or after.kind in (*SEPARATORS, Kind.DAY)
    is_named = before.kind not in (Kind.WORD, Kind.TYPE) or before.word in words.NUMBERED
    return is_last and not is_named and _is_number(pieces[place])


def _is_start(pieces: Sequence[Piece], place: int) -> bool:
    """Whether it is a number between a day and what was done (`gestern 7,5 Montage`)."""
    after = _after(pieces, place)
    is_told = after is not None and after.kind in (Kind.WORD, Kind.TYPE)
    return is_told and pieces[place - 1].kind is Kind.DAY and _is_number(pieces[place])


def _after(pieces: Sequence[Piece], place: int) -> Piece | None:
    return pieces[place + 1] if place + 1 < len(pieces) else None


def _is_number(piece: Piece) -> bool:
    is_number = piece.kind is Kind.WORD and bool(_NUMBER.fullmatch(piece.word))
    return is_number and 0 < _minutes(piece) <= LONGEST


def _minutes(piece: Piece) -> int:
    return round(float(piece.word.replace(",", ".")) * HOUR)


def _timed(piece: Piece) -> Piece:
    return replace(piece, kind=Kind.TIME, meaning=Duration(_minutes(piece)))
