"""Puts durations and clock times to what was done in them. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from bot.diary.nachweis import DayType
from bot.diary.reading import words
from bot.diary.reading.activities import belongs_to_next, parts, runs, text_of, trimmed
from bot.diary.reading.blocks import Block
from bot.diary.reading.clauses import Clause, is_pause
from bot.diary.reading.pieces import Kind, Piece
from bot.understanding.times import Clock, Duration, Role, Share, Stretch

HOUR = 60
LONG = 6 * HOUR
"""A time this long is that of the whole day (minutes)."""
LONGEST_PAUSE = 90
"""By so much a stretch may be longer than the hours said for it (minutes)."""


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


@dataclass(slots=True)
class Chunk:
    """What was done in one stretch of time.

    Attributes:
        minutes: how long; None when not told.
        activities: in the person's own words.
    """

    minutes: int | None = None
    activities: list[str] = field(default_factory=list)
    share: Share = Share.OWN


@dataclass(frozen=True, slots=True)
class _Item:
    """An amount, or words, in their clause.

    Attributes:
        clause: its number.
        openers: of its clause.
        amount: how long; None for words.
        activities: what was done; empty for an amount.
    """

    clause: int
    openers: frozenset[Kind]
    amount: Amount | None = None
    activities: tuple[str, ...] = ()


class Contradiction(Exception):
    """The hours said do not agree."""


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
                meant[piece.begin] = Stretch.between(begin, minute)
                begin = minute
            case Clock(minute, Role.END):
                end = (minute, piece)
    return [_joined(clause, meant) for clause in clauses]


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
    told = [text_of(part, message) for part in _parts(run, day_type)]
    return tuple(text for text in told if any(char.isalpha() for char in text))


def _parts(run: list[Piece], day_type: DayType) -> Iterator[list[Piece]]:
    is_course = day_type in (DayType.SCHULE, DayType.UNTERWEISUNG)
    return parts(trimmed(run, is_course=is_course), is_school=day_type is DayType.SCHULE)


def _items(block: Block, message: str, off: dict[int, int], last: int | None) -> Iterator[_Item]:
    waiting: list[Piece] = []
    for number, clause in enumerate(block.clauses):
        following = block.clauses[number + 1] if number + 1 < len(block.clauses) else None
        found: list[tuple[int, _Item]] = []
        for piece in clause.times:
            amount = _amount(piece, off, last)
            found.append((piece.begin, _Item(number, clause.openers, amount)))
        for run in runs(clause):
            if _is_carried(run, clause, following):
                waiting = run
                continue
            texts = _texts([*waiting, *run], message, block.type)
            waiting = []
            is_aside = block.type is not DayType.FREI and any(p.word in words.DOCTORS for p in run)
            if texts and not is_aside and not _is_label(run, clause, following):
                found.append((run[0].begin, _Item(number, clause.openers, activities=texts)))
        yield from (item for _, item in sorted(found, key=lambda one: one[0]))


def _is_label(run: list[Piece], clause: Clause, following: Clause | None) -> bool:
    """Whether it only says where (`Am Herd: Risotto`)."""
    if following is None or Kind.COLON not in following.openers or clause.times:
        return False
    return run[0].word in words.PREPOSITIONS and following.has_words


def _is_carried(run: list[Piece], clause: Clause, following: Clause | None) -> bool:
    """Whether a stretch of words is completed by the next clause."""
    if following is None or following.openers != {Kind.AND} or run[-1] is not clause.pieces[-1]:
        return False
    after = next(iter(runs(following)), [])
    starts = after and after[0] is following.pieces[0]
    if not starts or after[0].word in words.SUBJECTS_OF_VERBS:
        return False
    return belongs_to_next(trimmed(run), trimmed(after))


def _is_break(item: _Item) -> bool:
    return bool(item.openers & {Kind.THEN, Kind.REST})


def _one(items: list[_Item], place: int) -> list[Chunk]:
    """What was done, when one amount is said."""
    item = items[place]
    amount = item.amount
    if amount is None:
        return []
    before, after = items[:place], items[place + 1 :]
    if amount.share is Share.EACH:
        return [Chunk(amount.minutes, _all(items), Share.EACH)]
    rests = next((i for i, one in enumerate(after) if Kind.REST in one.openers), len(after))
    rest, after = after[rests:], after[:rests]
    is_behind = any(one.clause == item.clause for one in before)
    is_ahead = any(one.clause == item.clause for one in after)
    is_whole = (amount.minutes or 0) >= LONG or (is_behind and is_ahead)
    left = [Chunk(None, _all(rest))] if rest else []
    if after and not is_whole and (is_behind or (before and _is_break(after[0]) and not is_ahead)):
        return [Chunk(amount.minutes, _all(before)), Chunk(None, _all([*after, *rest]))]
    if before and is_ahead and not is_behind and not is_whole:
        return [Chunk(None, _all(before)), Chunk(amount.minutes, _all(after)), *left]
    return [Chunk(amount.minutes, _all([*before, *after])), *left]


def _all(items: Sequence[_Item]) -> list[str]:
    return [activity for item in items for activity in item.activities]


def _is_forward(
    items: Sequence[_Item], place: int, pending: Sequence[_Item], *, style: bool
) -> bool:
    """Whether an amount belongs to the words behind it."""
    item = items[place]
    before = (
        place > 0 and items[place - 1].amount is None and items[place - 1].clause == item.clause
    )
    after = (
        place + 1 < len(items)
        and items[place + 1].amount is None
        and items[place + 1].clause == item.clause
    )
    if before and after:
        return style
    if before or after:
        return after
    return not pending


def _style(items: Sequence[_Item]) -> bool:
    """Whether amounts stand before their words, over all."""
    if items[0].amount is not None and items[-1].amount is None:
        return True
    if items[0].amount is None and items[-1].amount is not None:
        return False
    return items[0].amount is not None


def _several(items: list[_Item]) -> list[Chunk]:
    """What was done, when several amounts are said."""
    style = _style(items)
    chunks: list[Chunk] = []
    pending: list[_Item] = []
    is_open = False
    for place, item in enumerate(items):
        if item.amount is None:
            if pending and Kind.REST in item.openers:
                chunks.append(Chunk(None, _all(pending)))
                pending, is_open = [], False
            is_next = (
                is_open
                and chunks
                and (item.clause == items[place - 1].clause or not _is_break(item))
            )
            if is_next and not pending:
                chunks[-1].activities += item.activities
            else:
                pending.append(item)
            continue
        is_open = _is_forward(items, place, pending, style=style)
        chunk = Chunk(item.amount.minutes, [], item.amount.share)
        if is_open and pending:
            chunks.append(Chunk(None, _all(pending)))
        elif not is_open:
            chunk.activities = _all(pending)
        pending = []
        chunks.append(chunk)
    if pending:
        chunks.append(Chunk(None, _all(pending)))
    return chunks


def _net(items: list[_Item]) -> list[_Item]:
    """The items; of a stretch and its hours side by side only the hours are left.

    Raises:
        Contradiction: a stretch and the hours for all of it do not agree.
    """
    items = _parted(items)
    amounts = [item for item in items if item.amount]
    totals = [item for item in amounts if item.amount and item.amount.share is Share.TOTAL]
    others = [item for item in amounts if item not in totals]
    if not totals or not others:
        return _side_by_side(items)
    total = sum(item.amount.minutes or 0 for item in totals[-1:] if item.amount)
    told = [item.amount for item in others if item.amount and item.amount.minutes is not None]
    least = sum(amount.minutes or 0 for amount in told)
    slack = LONGEST_PAUSE if any(amount.is_stretch for amount in told) else 0
    is_part = least < total and len(told) == len(others)
    if least > total + slack:
        raise Contradiction
    if is_part or len(others) > 1:
        return [item for item in items if item not in totals]
    return [item for item in items if item not in others]


def _parted(items: list[_Item]) -> list[_Item]:
    """The items; from the hours before `davon` go those behind it.

    Raises:
        Contradiction: the parts are more than the whole.
    """
    places = [i for i, item in enumerate(items) if item.amount and item.amount.share is Share.PART]
    wholes = [i for i, item in enumerate(items[: places[0]]) if item.amount] if places else []
    if not wholes:
        return items
    whole = items[wholes[-1]]
    inside = sum(item.amount.minutes or 0 for item in items[places[0] :] if item.amount)
    rest = (whole.amount.minutes or 0) - inside if whole.amount else 0
    if rest < 0:
        raise Contradiction
    left = (
        [replace(whole, amount=replace(whole.amount, minutes=rest))]
        if rest and whole.amount
        else []
    )
    return [*items[: wholes[-1]], *left, *items[wholes[-1] + 1 :]]


def _side_by_side(items: list[_Item]) -> list[_Item]:
    """Takes out a stretch beside its hours (`7-15.30 (8h)`)."""
    for one, other in pairwise(items):
        if not one.amount or not other.amount:
            continue
        if one.amount.is_stretch is other.amount.is_stretch:
            continue
        lengths = [one.amount.minutes or 0, other.amount.minutes or 0]
        gap = (lengths[0] - lengths[1]) * (1 if one.amount.is_stretch else -1)
        if 0 <= gap <= LONGEST_PAUSE:
            stretch = one if one.amount.is_stretch else other
            return [item for item in items if item is not stretch]
    return items


def chunks(block: Block, message: str, off: dict[int, int], last: int | None) -> list[Chunk]:
    """What was done in a block, by stretches of time.

    Args:
        block: clauses of one type.
        message: where they stand.
        off: by the place of a stretch, the minutes of pauses (`pauses`).
        last: the minutes said last, for `selbe Zeit`.

    Raises:
        Contradiction: the hours said do not agree.
    """
    items = _net(list(_items(block, message, off, last)))
    places = [place for place, item in enumerate(items) if item.amount]
    if not items:
        return []
    if not places:
        return [Chunk(None, _all(items))]
    if len(places) == 1:
        return _one(items, places[0])
    return [chunk for chunk in _several(items) if chunk.minutes is not None or chunk.activities]
