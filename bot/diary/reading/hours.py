"""Puts durations and clock times to what was done in them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.diary.reading.blocks import Block
from bot.diary.reading.items import Item, items_of
from bot.diary.reading.pieces import Kind
from bot.diary.reading.sums import net
from bot.understanding.times import Share

LONG = 6 * 60
"""A time this long is that of the whole day (minutes)."""


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


def _is_break(item: Item) -> bool:
    return bool(item.openers & {Kind.THEN, Kind.REST})


def _one(items: list[Item], place: int) -> list[Chunk]:
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
    is_same = amount.is_stretch and bool(after) and not _is_break(after[0])
    if (
        after
        and not is_whole
        and ((is_behind and not is_same) or (before and _is_break(after[0]) and not is_ahead))
    ):
        return [Chunk(amount.minutes, _all(before)), Chunk(None, _all([*after, *rest]))]
    if before and is_ahead and not is_behind and (not is_whole or _is_break(item)):
        return [Chunk(None, _all(before)), Chunk(amount.minutes, _all(after)), *left]
    return [Chunk(amount.minutes, _all([*before, *after])), *left]


def _all(items: Sequence[Item]) -> list[str]:
    """What was done in them; where it was only when nothing else is told."""
    done = [activity for item in items for activity in item.activities if not item.is_place]
    return done or [activity for item in items for activity in item.activities]


def _is_forward(items: Sequence[Item], place: int, pending: Sequence[Item], *, style: bool) -> bool:
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


def _style(items: Sequence[Item]) -> bool:
    """Whether amounts stand before their words, over all."""
    if items[0].amount is not None and items[-1].amount is None:
        return True
    if items[0].amount is None and items[-1].amount is not None:
        return False
    return items[0].amount is not None


def _several(items: list[Item]) -> list[Chunk]:
    """What was done, when several amounts are said."""
    style = _style(items)
    chunks: list[Chunk] = []
    pending: list[Item] = []
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


def _without_places(items: list[Item]) -> list[Item]:
    """The items without the places of which more is told; their hours are those of what was done."""
    kept = [item for place, item in enumerate(items) if not _has_detail(items[place : place + 4])]
    timed = [item.clause for item in kept if item.amount]
    is_told = any(item.amount is None and not item.is_place for item in kept)
    if not timed or not is_told:
        return kept
    return [
        one
        for place, one in enumerate(kept)
        if not (one.is_place and _is_aside(one, kept[place + 1 : place + 3], timed))
    ]


def _is_aside(place: Item, behind: Sequence[Item], timed: Sequence[int]) -> bool:
    """Whether a place has no hours, and is not that of another part of the day."""
    is_next = bool(behind) and behind[0].amount is not None
    is_alone = len({one.clause for one in behind}) == len(behind)
    has_hours = place.clause in timed or (is_next and is_alone)
    return not has_hours and Kind.PART not in place.openers


def _has_detail(items: Sequence[Item]) -> bool:
    """Whether a place and its hours begin these items, and behind is told what was done there."""
    match items:
        case [Item(is_place=True) as place, amount, Item(amount=None) as told, *behind]:
            is_own = amount.amount is not None and amount.clause == place.clause
            is_new = _is_break(told) or Kind.PART in told.openers
            is_timed = any(one.amount and one.clause == told.clause for one in behind)
            return is_own and (told.clause == place.clause or not (is_new or is_timed))
    return False


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
    items = net(_without_places(list(items_of(block, message, off, last))))
    places = [place for place, item in enumerate(items) if item.amount]
    if not items:
        return []
    if not places:
        return [Chunk(None, _all(items))]
    if len(places) == 1:
        return _one(items, places[0])
    return [chunk for chunk in _several(items) if chunk.minutes is not None or chunk.activities]
