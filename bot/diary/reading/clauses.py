"""Puts pieces together to sentences and clauses. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.diary.nachweis import DayType
from bot.diary.reading import day_words, words
from bot.diary.reading.pieces import SEPARATORS, Kind, Piece, hint_of, is_time
from bot.diary.reading.talk import is_participle, is_talk
from bot.understanding.times import Duration, Share
from bot.understanding.times.plain import folded


@dataclass(frozen=True, slots=True)
class Clause:
    """What stands between two separators.

    Attributes:
        openers: what separates it from the clause before.
        pieces: without the separator.
    """

    openers: frozenset[Kind]
    pieces: tuple[Piece, ...]

    @property
    def types(self) -> list[DayType]:
        """The types that its type words say."""
        return [piece.type for piece in self.pieces if piece.kind is Kind.TYPE and piece.type]

    @property
    def has_words(self) -> bool:
        """Whether somebody tells something in it beside time and type."""
        return any(
            piece.kind is Kind.SHIFT or (piece.kind is Kind.WORD and piece.word not in words.MOODS)
            for piece in self.pieces
        )

    @property
    def times(self) -> list[Piece]:
        """Its pieces that say how long, without pauses and overtime."""
        return [piece for piece in self.pieces if is_time(piece) and not is_aside(piece)]


def _share(piece: Piece) -> Share | None:
    return piece.meaning.share if isinstance(piece.meaning, Duration) else None


def is_pause(piece: Piece) -> bool:
    """Whether it is the length of a pause."""
    return _share(piece) is Share.PAUSE


def is_aside(piece: Piece) -> bool:
    """Whether it is the length of a pause or of overtime, not of what was done."""
    return _share(piece) in (Share.PAUSE, Share.EXTRA)


def sentences(pieces: Sequence[Piece], text: str) -> tuple[list[list[Piece]], int]:
    """The sentences that tell something, and how many do not."""
    kept: list[list[Piece]] = []
    dropped = 0
    current: list[Piece] = []
    for piece in (*pieces, None):
        if piece is not None and piece.kind is not Kind.STOP:
            current.append(piece)
            continue
        if current:
            asks = piece is not None and piece.word == "?"
            said = folded(text[current[0].begin : current[-1].end])
            if is_talk(current, said, asks=asks):
                dropped += 1
            else:
                kept.append(current)
        current = []
    return kept, dropped


def _splits(piece: Piece, before: Sequence[Piece], after: Sequence[Piece]) -> bool:
    """Whether a clause begins here without a separator (`... gewaschen hab ...`)."""
    if piece.kind is not Kind.FILLER or not before:
        return False
    if piece.word in words.HAVING:
        told = [one.word for one in before if one.kind is Kind.WORD]
        was = any(one.word in words.BEING for one in before)
        is_full = bool(told) and (was or is_participle(told[-1]))
        return is_full and any(one.kind is Kind.WORD for one in after)
    if piece.word in words.SELVES:
        is_told = any(one.kind is Kind.WORD for one in before)
        return is_told and bool(after) and after[0].word in words.HAVING
    return piece.word in words.LINKS and before[-1].word not in words.PREPOSITIONS


def _is_full(before: Sequence[Piece]) -> bool:
    """Whether a clause has its time and its type (`8-12 Schule 13-17 Betrieb`)."""
    kinds = {piece.kind for piece in before[-WIDEST:] if not is_pause(piece)}
    return {Kind.TIME, Kind.TYPE} <= kinds


WIDEST = 12
"""In so many pieces a clause tells its time and its type."""
AHEAD = 6
"""How far behind a verb its clause is looked for (pieces)."""


def clauses(sentence: Sequence[Piece]) -> Iterator[Clause]:
    """The clauses of a sentence that tell what took place; the first one is opened by a stop."""
    for clause in _divided(sentence):
        yield clause if not _is_cancelled(clause) else _only_days(clause)


def _is_cancelled(clause: Clause) -> bool:
    """Whether it says that lessons did not take place (`Berufsschule is ausgefallen`)."""
    said = {piece.word for piece in clause.pieces}
    falls = bool(said & words.CANCELLED) or (bool(said & words.FALLS) and "aus" in said)
    is_school = any(
        DayType.SCHULE in (piece.type, hint_of(piece.word)) or piece.word in day_words.SUBJECTS
        for piece in clause.pieces
    )
    return falls and is_school


def _only_days(clause: Clause) -> Clause:
    days = tuple(piece for piece in clause.pieces if piece.kind is Kind.DAY)
    return Clause(clause.openers, days)


def _divided(sentence: Sequence[Piece]) -> Iterator[Clause]:
    openers = {Kind.STOP}
    current: list[Piece] = []
    for place, piece in enumerate(sentence):
        is_split = _splits(piece, current, sentence[place + 1 : place + 1 + AHEAD])
        kind = Kind.LINK if is_split else piece.kind
        if kind not in SEPARATORS:
            if kind in (Kind.TIME, Kind.TYPE) and not is_pause(piece) and _is_full(current):
                yield Clause(frozenset(openers), tuple(current))
                current, openers = [], {Kind.COMMA}
            current.append(piece)
            continue
        if current:
            yield Clause(frozenset(openers), tuple(current))
            current, openers = [], set()
        openers.add(kind)
    if current:
        yield Clause(frozenset(openers), tuple(current))
