"""Reads from the clauses of a block what was done, and how long, in the order told. Pure."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from bot.diary.nachweis import DayType
from bot.diary.reading import day_words, words
from bot.diary.reading.activities import (
    IS_PLACE,
    PLACE,
    belongs_to_next,
    is_mere,
    parts,
    runs,
    text_of,
    trimmed,
)
from bot.diary.reading.blocks import Block
from bot.diary.reading.clauses import Clause, is_aside
from bot.diary.reading.pieces import Kind, Piece, is_time
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
            if _is_carried(run, clause, following) or _is_around_time(run, clause):
                waiting = run
                continue
            texts = _texts([*waiting, *run], message, block.type)
            waiting = []
            is_aside = block.type is not DayType.FREI and any(
                p.word in day_words.DOCTORS for p in run
            )
            if texts and not is_aside and not _is_label(run, clause, following):
                is_place = _is_place(run, clause) or _is_course_place(run, block.type)
                item = Item(number, clause.openers, None, texts, is_place)
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
        return was or _is_before_hours(run, clause)
    if len(said) == 1 and Kind.PART in clause.openers and said[0].word in day_words.WORKPLACES:
        return _is_before_hours(run, clause)
    if PLACE.fullmatch(" ".join(piece.word for piece in said)):
        return True
    return was and any(piece.word in words.WHERE for piece in run[: run.index(said[0]) + 1])


def _is_before_hours(run: list[Piece], clause: Clause) -> bool:
    """Whether no hours are said before it in its clause."""
    timed = (piece.begin for piece in clause.pieces if is_time(piece) and not is_aside(piece))
    return run[0].begin < next(timed, run[0].begin + 1)


def _is_course_place(run: list[Piece], day_type: DayType) -> bool:
    """Whether it only says where a course was (`Seminar im Rathaus gehabt`)."""
    said = [piece.word for piece in run]
    is_there = said[0] in words.WHERE and (said[0] != "in" or bool({*said[1:2]} & words.ARTICLES))
    done = [word for word in said if is_participle(word)]
    is_had = bool(done) and set(done) <= words.LEARNT
    return day_type is DayType.UNTERWEISUNG and is_there and is_had


AHEAD = 12
"""So many pieces behind hours may complete an activity."""


def _is_around_time(run: list[Piece], clause: Clause) -> bool:
    """Whether its hours stand inside an activity (`mit dem Gesellen 3 h gemauert`)."""
    place = bisect_right(clause.pieces, run[-1].begin, key=lambda piece: piece.begin)
    time, behind = clause.pieces[place : place + 1], clause.pieces[place + 1 : place + AHEAD]
    if not time or not is_time(time[0]) or is_aside(time[0]):
        return False
    said = [piece for piece in run if piece.kind is not Kind.FILLER or piece.word in words.WITH]
    if not said or any(is_participle(piece.word) for piece in said):
        return False
    told = takewhile(lambda piece: piece.kind in (Kind.WORD, Kind.FILLER), behind)
    after = [piece.word for piece in told if piece.kind is not Kind.FILLER]
    is_verb = len(after) == 1 and is_participle(after[0])
    return is_verb or (bool(after) and said[0].word in words.WITH)


def _is_carried(run: list[Piece], clause: Clause, following: Clause | None) -> bool:
    """Whether a stretch of words is completed by the next clause."""
    if following is None or following.openers != {Kind.AND} or run[-1] is not clause.pieces[-1]:
        return False
    after = next(iter(runs(following)), [])
    starts = after and after[0] is following.pieces[0]
    if not starts or after[0].word in words.SUBJECTS_OF_VERBS:
        return False
    return belongs_to_next(trimmed(run), trimmed(after))
