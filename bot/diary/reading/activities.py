"""Cuts out what was done, in the person's own words. Pure."""

import re
from collections.abc import Iterator, Sequence

from bot.diary.reading import day_words, phrases, words
from bot.diary.reading.clauses import Clause
from bot.diary.reading.pieces import Kind, Piece
from bot.diary.reading.talk import is_participle

LONGEST = 300
"""A longer activity is cut (characters)."""
PLACE = re.compile(
    rf"(?:in|im|bei|beim|auf|an|am|aus|zur|zum)(?: (?:der|dem|den|da|meiner|unserer|unserem))? (?:{phrases.PLACES})$"
)
"""Where one was, with its preposition."""
IS_PLACE = re.compile(rf"{phrases.PLACES}|werkstatt|salon")
"""A word for a place alone."""
_REMARK = re.compile(phrases.REMARKS)
_JOINING = frozenset({"", "und", "u", "&", "+"})
_NO_NAMES = words.PREPOSITIONS | words.ARTICLES
_REMARKS = words.FILLERS | words.MOODS


def runs(clause: Clause) -> Iterator[list[Piece]]:
    """The stretches of words in a clause, without what is said about time and type."""
    run: list[Piece] = []
    for piece in clause.pieces:
        if piece.word == "zum thema" and any(one.kind is Kind.TYPE for one in run):
            run = []
        is_inside = _is_named_course(piece, run) or _is_named_place(piece, run) or piece.is_kept
        if piece.kind in (Kind.WORD, Kind.FILLER) or is_inside:
            run.append(piece)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _is_named_course(piece: Piece, run: Sequence[Piece]) -> bool:
    """Whether it is the name of a course (`Baufi Seminar`), not only its type."""
    last = run[-1] if run else None
    is_named = last is not None and last.kind is Kind.WORD and last.word not in _NO_NAMES
    is_named = is_named and not is_participle(run[-1].word)
    return piece.kind is Kind.TYPE and piece.word in day_words.COURSES and is_named


def _is_named_place(piece: Piece, run: Sequence[Piece]) -> bool:
    """Whether it says inside a stretch of words where that was done (`Doku im Homeoffice ...`)."""
    has_told = any(_has_word(one) for one in run)
    return piece.kind is Kind.SHIFT and has_told and run[-1].word in words.PREPOSITIONS


def _has_word(piece: Piece) -> bool:
    return piece.kind is not Kind.FILLER


def trimmed(run: Sequence[Piece], *, is_course: bool = False) -> list[Piece]:
    """A stretch of words without what says nothing before and after it; empty for a mere remark.

    Args:
        run: the words.
        is_course: told of school or of a course, where `mit Mathe` names a subject.
    """
    if _is_remark(run):
        return []
    kept = _without_place(list(run))
    while kept and (not _has_word(kept[-1]) or kept[-1].word in words.PREPOSITIONS):
        kept.pop()
    first = _first(kept)
    never = _never_first(kept, is_course=is_course)
    while first < len(kept) - 1 and kept[first].word in never:
        first += 1
    return [piece for piece in kept[first:] if piece.word not in words.INSIDE]


def _is_remark(run: Sequence[Piece]) -> bool:
    """Whether it tells nothing that was done (`war anstrengend`, `Chef hat`)."""
    if len(run) > 1 and run[0].word in words.OTHERS and run[1].kind is Kind.FILLER:
        return True
    said = [piece.word for piece in run]
    if not any(is_participle(word) and word not in words.BEING for word in said) and (
        _REMARK.fullmatch(" ".join(said)) or words.NOT & set(said)
    ):
        return True
    cause = said.index("wegen") if "wegen" in said[1:] else len(run)
    if any(is_participle(word) for word in said[cause:]):
        cause = len(run)
    return all(is_mere(piece) for piece in run[:cause])


def is_mere(piece: Piece) -> bool:
    """Whether a word alone tells nothing that was done."""
    return piece.word in _REMARKS or piece.kind is Kind.FILLER


def _first(run: Sequence[Piece]) -> int:
    """The place of the first word, or of the small words that belong to it."""
    first = next((place for place, piece in enumerate(run) if _has_word(piece)), len(run))
    if first and _is_goods(run, first - 1):
        first -= 1
    while first and run[first - 1].word in words.KEPT_AT_BEGIN:
        first -= 1
    return first


def _never_first(run: Sequence[Piece], *, is_course: bool) -> frozenset[str]:
    """The words that no activity begins with."""
    if not is_course:
        return words.NEVER_FIRST
    never = words.NEVER_FIRST | words.LEARNT
    is_told = _ends_with_verb(run) or any(
        is_participle(piece.word) for piece in run if piece.word not in words.LEARNT
    )
    return never if is_told else never | words.PREPOSITIONS | words.ABOUT


def _is_goods(run: Sequence[Piece], place: int) -> bool:
    """Whether `waren` are things (`Waren eingeräumt`), not what we were."""
    is_subject = place > 0 and run[place - 1].word in ("wir", "die")
    is_verb = place + 1 < len(run) and is_participle(run[place + 1].word)
    return run[place].word == "waren" and is_verb and not is_subject


def _without_place(run: list[Piece]) -> list[Piece]:
    """A stretch without the place at its beginning (`im Büro Rechnungen gebucht`)."""
    begin = next((i for i, piece in enumerate(run) if piece.word in words.PREPOSITIONS), None)
    if begin is None or any(_has_word(piece) for piece in run[:begin]):
        return run
    for size in (4, 3, 2):
        if PLACE.match(" ".join(piece.word for piece in run[begin : begin + size])):
            rest = run[begin + size :]
            return run if _is_verb(rest) else rest
    return run


def _is_verb(run: Sequence[Piece]) -> bool:
    """Whether it is a verb alone."""
    said = [piece.word for piece in run if _has_word(piece)]
    return len(said) == 1 and is_participle(said[0])


def text_of(run: Sequence[Piece], message: str) -> str:
    """The words of a stretch as they were written."""
    parts: list[str] = []
    for place, piece in enumerate(run):
        gap = message[run[place - 1].end : piece.begin] if place else ""
        parts.append(gap if gap.strip(" .").lower() in _JOINING else " ")
        parts.append(message[piece.begin : piece.end])
    return " ".join("".join(parts).split())[:LONGEST].strip(" -'’")


def parts(run: list[Piece], *, is_school: bool) -> Iterator[list[Piece]]:
    """Divides a stretch that tells several things without a separator."""
    begin = 0
    is_last_verb = bool(run) and is_participle(run[-1].word)
    for place in range(1, len(run)):
        before, here = run[place - 1].word, run[place].word
        is_verb = is_last_verb and place < len(run) - 1 and _is_said_verb(run, place - 1)
        is_next = is_verb and not is_participle(here) and here not in words.AUXILIARIES
        if is_next or (is_school and {before, here} <= day_words.SUBJECTS):
            yield run[begin:place]
            begin = place
    yield run[begin:]


def _is_said_verb(run: Sequence[Piece], place: int) -> bool:
    """Whether a word is a participle, and no noun behind an article that looks like one."""
    is_noun = place > 0 and run[place - 1].word in words.ARTICLES
    return is_participle(run[place].word) and not is_noun


def _ends_with_verb(run: Sequence[Piece]) -> bool:
    return bool(run) and is_participle(run[-1].word)


def belongs_to_next(run: Sequence[Piece], following: Sequence[Piece]) -> bool:
    """Whether `und` joins two things of one activity (`die Säge und die Presse erklärt`)."""
    if not run or not following:
        return False
    if _ends_with_verb(run):
        return run[0].word in words.THE and _is_verb(following)
    if run[-1].word.endswith("-") or (run[-1].word, following[0].word) in words.PAIRS:
        return True
    has_verb = any(is_participle(piece.word) for piece in following)
    first, other = run[0].word, following[0].word
    is_pair = first in words.ARTICLES and other in words.ARTICLES
    is_with = first in words.PREPOSITIONS and other not in words.PREPOSITIONS and len(run) <= 3
    return has_verb and (is_pair or is_with)
