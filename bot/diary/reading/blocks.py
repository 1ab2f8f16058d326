"""Divides what is told of a day by its type: work, school, leave. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.diary.nachweis import DayType
from bot.diary.reading import day_words, words
from bot.diary.reading.clauses import Clause
from bot.diary.reading.pieces import Kind
from bot.diary.reading.talk import is_participle
from bot.diary.reading.told import ABSENCES

PRECEDENCE = (
    DayType.KRANK,
    DayType.URLAUB,
    DayType.FEIERTAG,
    DayType.FREI,
    DayType.UNTERWEISUNG,
    DayType.SCHULE,
    DayType.BETRIEB,
)
"""Which type a clause has that names several (`krank, nicht in der Schule`)."""


@dataclass(slots=True)
class Block:
    """Clauses of one type.

    Attributes:
        type: of all of them.
        clauses: in their order.
        is_said: the type was said, not only taken.
    """

    type: DayType
    clauses: list[Clause] = field(default_factory=list)
    is_said: bool = False


def _hinted(clause: Clause) -> DayType | None:
    times = [piece.word for piece in clause.pieces if piece.kind is Kind.TIME]
    if any(lesson in word for word in times for lesson in day_words.LESSONS):
        return DayType.SCHULE
    named = {piece.word for piece in clause.pieces if piece.kind is Kind.WORD}
    if named & day_words.SCHOOL_ALONE and named <= day_words.SUBJECTS | day_words.SCHOOL_ALONE:
        return DayType.SCHULE
    typed = (piece.type for piece in clause.pieces if piece.kind is Kind.WORD and piece.type)
    return next(typed, None)


def _is_same_place(clause: Clause, following: Sequence[Clause]) -> bool:
    """Whether the next clause says where this was as well (`Sport und Deutsch in der Schule`)."""
    if not following or following[0].openers != {Kind.AND} or clause.times:
        return False
    kinds = [p.kind for p in following[0].pieces if p.kind in (Kind.WORD, Kind.TYPE)]
    is_behind = kinds[:1] == [Kind.WORD] and Kind.TYPE in kinds
    has_verb = any(is_participle(piece.word) for piece in clause.pieces)
    return is_behind and not has_verb and not following[0].times


def _said(clause: Clause) -> DayType | None:
    return min(clause.types, key=PRECEDENCE.index, default=None)


def _is_reason(clause: Clause, following: Sequence[Clause]) -> bool:
    """Whether a clause says why one was away (`Zahnarzt, deshalb frei`)."""
    if not following or clause.times or not clause.has_words:
        return False
    after = following[0]
    if _said(after) not in (DayType.FREI, DayType.KRANK) or Kind.PART in after.openers:
        return False
    named = [piece.word for piece in clause.pieces if piece.kind is Kind.WORD]
    if any(word in day_words.DOCTORS for word in named):
        return True
    return Kind.THEN not in after.openers and not any(is_participle(word) for word in named)


def _is_new_work(clause: Clause, now: Block) -> bool:
    """Whether a clause leaves leave or sickness behind."""
    begins = bool(clause.openers & {Kind.PART}) and clause.has_words
    is_timed = any(piece.kind in (Kind.TIME, Kind.CLOCK) for piece in clause.pieces)
    has_worked = any(piece.word == "gearbeitet" for piece in clause.pieces)
    tells = clause.has_words or has_worked
    return now.type in ABSENCES and tells and (begins or is_timed)


def _named(clause: Clause, now: Block | None) -> DayType | None:
    """The type that a clause says; leave in a `weil` behind hours of work is only a reason."""
    said = _said(clause)
    if said not in ABSENCES or Kind.LINK not in clause.openers or now is None:
        return said
    has_worked = now.type is DayType.BETRIEB and any(one.times for one in now.clauses)
    return None if has_worked else said


def _first_type(clause: Clause, following: Sequence[Clause]) -> tuple[DayType, bool]:
    """The type of a clause that says none, when nothing stands before."""
    if _is_same_place(clause, following):
        return _said(following[0]) or DayType.BETRIEB, True
    return DayType.BETRIEB, False


def _is_over(clause: Clause, now: Block) -> bool:
    """Whether a course at work lies behind (`Unterweisung 2 h, danach Buchhaltung 6 h`)."""
    named = {p.word for one in now.clauses for p in one.pieces if p.kind is Kind.TYPE}
    if (
        now.type is not DayType.UNTERWEISUNG
        or named & day_words.COURSES_AWAY
        or not clause.has_words
    ):
        return False
    is_next = bool(clause.openers & {Kind.THEN, Kind.REST})
    return is_next or bool(clause.times and any(one.times for one in now.clauses))


def _is_at_workplace(clause: Clause) -> bool:
    """Whether it says that one was at work (`und von 13 bis 17 Uhr im Büro`)."""
    return any(
        one.word in words.PREPOSITIONS | words.ARTICLES and other.word in day_words.WORKPLACES
        for one, other in pairwise(clause.pieces)
    )


def _is_back_at_work(clause: Clause, now: Block) -> bool:
    """Whether a clause that says no type leaves that of the one before."""
    if now.type is DayType.BETRIEB or _is_new_work(clause, now) or Kind.PART in clause.openers:
        return True
    if now.type is DayType.SCHULE and _hinted(clause) is DayType.SCHULE:
        return False
    is_elsewhere = now.type is DayType.SCHULE and bool(clause.times) and _is_at_workplace(clause)
    if is_elsewhere or _is_over(clause, now):
        return True
    is_next = now.type is not DayType.SCHULE or bool(clause.openers & {Kind.THEN, Kind.REST})
    return not now.is_said and clause.has_words and is_next


def _type(clause: Clause, now: Block | None, following: Sequence[Clause]) -> tuple[DayType, bool]:
    """The type of a clause, and whether it is said."""
    named = _named(clause, now)
    if named:
        return named, True
    hinted = _hinted(clause)
    if hinted and (now is None or now.type is DayType.BETRIEB):
        return hinted, False
    if (now is None or now.type not in ABSENCES) and _is_reason(clause, following):
        return _said(following[0]) or DayType.FREI, True
    if now is None:
        return _first_type(clause, following)
    if _is_back_at_work(clause, now):
        return DayType.BETRIEB, now.is_said and now.type is DayType.BETRIEB
    return now.type, now.is_said


def blocks(clauses: Sequence[Clause]) -> list[Block]:
    """The blocks of a day, in their order; an empty one goes into a later one of its type."""
    found: list[Block] = []
    for place, clause in enumerate(clauses):
        is_aside = Kind.OPEN in clause.openers and clause.types and not clause.has_words
        if found and is_aside and found[-1].type in (DayType.BETRIEB, DayType.FREI, *clause.types):
            found[-1].type, found[-1].is_said = _said(clause) or found[-1].type, True
            found[-1].clauses.append(clause)
            continue
        now = found[-1] if found else None
        day_type, is_said = _type(clause, now, clauses[place + 1 :])
        if now is None or now.type is not day_type:
            now = Block(day_type)
            found.append(now)
        now.clauses.append(clause)
        now.is_said = now.is_said or is_said
    return _merged(found)


def _is_bare(block: Block) -> bool:
    return not any(clause.has_words or clause.times for clause in block.clauses)


def _merged(found: list[Block]) -> list[Block]:
    kept: list[Block] = []
    for place, block in enumerate(found):
        later = any(other.type is block.type for other in found[place + 1 :])
        if not (_is_bare(block) and later):
            kept.append(block)
    return kept
