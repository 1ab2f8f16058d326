"""Reads from the clauses of a block what was done, and how long, in the order told. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.diary.nachweis import DayType
from bot.diary.reading import day_words, words
from bot.diary.reading.activities import (
    IS_PLACE,
    belongs_to_next,
    is_mere,
    parts,
    runs,
    text_of,
    trimmed,
)
from bot.diary.reading.blocks import Block
from bot.diary.reading.clauses import Clause
from bot.diary.reading.pieces import Kind, Piece
from bot.diary.reading.talk import is_participle
from bot.understanding.times import Duration, Share, Stretch


@dataclass(frozen=True, slots=True)
class Amount:
    """How long something took.

    Attributes:
        minutes: None when it is not said exactly.
        share: of what.
        is_stretch: said by the clock, so that pauses come off.
        begin: where it stands in the message.
    """

    minutes: int | None
    share: Share
    is_stretch: bool
    begin: int


@dataclass(frozen=True, slots=True)
class Item:
    """An amount, or words, in their clause.

    Attributes:
        clause: its number.
        openers: of its clause.
        amount: how long; None for words.
        activities: what was done; empty for an amount.
        is_place: they only say where one was.
    """

    clause: int
    openers: frozenset[Kind]
    amount: Amount | None = None
    activities: tuple[str, ...] = ()
    is_place: bool = False


def _amount(piece: Piece, off: dict[int, int], last: int | None) -> Amount:
    match piece.meaning:
        case Stretch() as stretch:
            minutes = max(stretch.minutes - off.get(piece.begin, 0), 0)
            share = Share.OWN
            return Amount(minutes, share, is_stretch=True, begin=piece.begin)
        case Duration(minutes, share):
            return Amount(minutes, share, is_stretch=False, begin=piece.begin)
    return Amount(last, Share.OWN, is_stretch=True, begin=piece.begin)


def _texts(run: list[Piece], message: str, day_type: DayType) -> tuple[str, ...]:
    named = (part for part in _parts(run, day_type) if not all(map(is_mere, part)))
    told = [text_of(part, message) for part in named]
    return tuple(text for text in told if any(char.isalpha() for char in text))


def _parts(run: list[Piece], day_type: DayType) -> Iterator[list[Piece]]:
    is_course = day_type in (DayType.SCHULE, DayType.UNTERWEISUNG)
    return parts(trimmed(run, is_course=is_course), is_school=day_type is DayType.SCHULE)


def items_of(block: Block, message: str, off: dict[int, int], last: int | None) -> Iterator[Item]:
    """What was done in a block and how long, in the order told.

    Args:
        block: clauses of one type.
        message: where they stand.
        off: by the place of a stretch, the minutes of pauses.
        last: the minutes said last, for `selbe Zeit`.
    """
    waiting: list[Piece] = []
    for number, clause in enumerate(block.clauses):
        following = block.clauses[number + 1] if number + 1 < len(block.clauses) else None
        found: list[tuple[int, Item]] = []
        is_doctor = any(piece.word in day_words.DOCTORS for piece in clause.pieces)
        for piece in () if is_doctor else clause.times:
            amount = _amount(piece, off, last)
            found.append((piece.begin, Item(number, clause.openers, amount)))
        for run in runs(clause):
            if _is_carried(run, clause, following):
                waiting = run
                continue
            texts = _texts([*waiting, *run], message, block.type)
            waiting = []
            is_aside = block.type is not DayType.FREI and any(
                p.word in day_words.DOCTORS for p in run
            )
            if texts and not is_aside and not _is_label(run, clause, following):
                item = Item(number, clause.openers, None, texts, _is_place(run, clause))
                found.append((run[0].begin, item))
        yield from (item for _, item in sorted(found, key=lambda one: one[0]))


def _is_label(run: list[Piece], clause: Clause, following: Clause | None) -> bool:
    """Whether it only says where (`Am Herd: Risotto`)."""
    if following is None or Kind.COLON not in following.openers or clause.times:
        return False
    return run[0].word in words.PREPOSITIONS and following.has_words


def _is_place(run: list[Piece], clause: Clause) -> bool:
    """Whether it only says where one was (`war ich auf der Baustelle`, `Büro`)."""
    said = [p for p in run if p.kind is not Kind.FILLER and p.word not in words.BEING]
    if not said:
        return False
    if any(is_participle(piece.word) for piece in said):
        return False
    was = Kind.PART in clause.openers or any(p.word in words.BEING for p in clause.pieces)
    if len(said) == 1 and IS_PLACE.fullmatch(said[0].word):
        return was or not clause.times
    return was and any(piece.word in words.WHERE for piece in run[: run.index(said[0]) + 1])


def _is_carried(run: list[Piece], clause: Clause, following: Clause | None) -> bool:
    """Whether a stretch of words is completed by the next clause."""
    if following is None or following.openers != {Kind.AND} or run[-1] is not clause.pieces[-1]:
        return False
    after = next(iter(runs(following)), [])
    starts = after and after[0] is following.pieces[0]
    if not starts or after[0].word in words.SUBJECTS_OF_VERBS:
        return False
    return belongs_to_next(trimmed(run), trimmed(after))
