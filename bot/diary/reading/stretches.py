"""Joins clock times to stretches, and takes pauses off them. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from bot.diary.reading import words
from bot.diary.reading.clauses import Clause, is_pause
from bot.diary.reading.pieces import Kind, Piece
from bot.understanding.times import Clock, Duration, Role, Share, Stretch

HALF_DAY = 12 * 60
"""One round of a clock (minutes)."""
LONGEST_PAUSE = 2 * 60
"""A longer stretch is no pause (minutes)."""


def with_pauses(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces; `Pause von 12 bis 13 Uhr` is the length of a pause."""
    return [
        replace(piece, meaning=Duration(piece.meaning.minutes, Share.PAUSE))
        if isinstance(piece.meaning, Stretch) and _is_pause(pieces, place)
        else piece
        for place, piece in enumerate(pieces)
    ]


def _is_pause(pieces: Sequence[Piece], place: int) -> bool:
    """Whether a short stretch is called a pause, and does not lie before or behind one."""
    stretch = pieces[place].meaning
    if not isinstance(stretch, Stretch) or stretch.minutes > LONGEST_PAUSE:
        return False
    before = [one.word for one in pieces[max(0, place - 3) : place] if one.kind is not Kind.COLON]
    is_called = bool(before) and before[-1] in words.PAUSES
    return is_called and not (len(before) > 1 and before[-2] in ("nach", "vor"))


def with_stretches(clauses: Sequence[Clause]) -> list[Clause]:
    """The clauses, their lone clock times joined (`um 8 angefangen, Kasse gemacht bis 12`)."""
    clocks = [
        piece
        for clause in clauses
        for piece in clause.pieces
        if piece.kind in (Kind.CLOCK, Kind.TIME)
    ]
    meant: dict[int, Stretch | None] = {}
    begin: int | None = None
    end: tuple[int, Piece] | None = None
    for piece in clocks:
        match piece.meaning:
            case Stretch(_, last):
                begin = last
            case Clock(minute, Role.BEGIN) if end is not None:
                meant[end[1].begin] = Stretch.between(minute, end[0])
                begin, end = end[0], None
            case Clock(minute, Role.BEGIN):
                begin = minute
            case Clock(minute, Role.END) if begin is not None:
                meant[piece.begin] = stretch = _until(begin, minute)
                begin = stretch.end
            case Clock(minute, Role.END):
                end = (minute, piece)
    return [_joined(clause, meant) for clause in clauses]


def _until(begin: int, minute: int) -> Stretch:
    """The stretch to the next time that a clock shows a minute (`bis drei, dann noch bis vier`)."""
    rounds = max(0, (begin - minute) // HALF_DAY + 1)
    return Stretch(begin, minute + rounds * HALF_DAY)


def _joined(clause: Clause, meant: dict[int, Stretch | None]) -> Clause:
    pieces = tuple(
        replace(piece, kind=Kind.TIME, meaning=meant[piece.begin])
        if piece.kind is Kind.CLOCK and piece.begin in meant
        else piece
        for piece in clause.pieces
    )
    return replace(clause, pieces=pieces)


def pauses(clauses: Sequence[Clause]) -> dict[int, int]:
    """By the place of a stretch, the minutes of the pauses that come off it."""
    pieces = [piece for clause in clauses for piece in clause.pieces if piece.kind is Kind.TIME]
    stretches = [piece for piece in pieces if isinstance(piece.meaning, Stretch)]
    off: dict[int, int] = {}
    for piece in pieces:
        if not is_pause(piece) or not isinstance(piece.meaning, Duration) or not stretches:
            continue
        before = [one for one in stretches if one.begin < piece.begin]
        place = (before[-1] if before else stretches[0]).begin
        off[place] = off.get(place, 0) + (piece.meaning.minutes or 0)
    return off
