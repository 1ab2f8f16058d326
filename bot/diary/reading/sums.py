"""Brings the hours of a day into agreement: sums, parts of a whole, stretches said twice. Pure."""

from dataclasses import replace
from itertools import pairwise

from bot.diary.reading.items import Item
from bot.diary.reading.pieces import Kind
from bot.understanding.times import Share

LONGEST_PAUSE = 90
"""By so much a stretch may be longer than the hours said for it (minutes)."""


class Contradiction(Exception):
    """The hours said do not agree."""


def net(items: list[Item]) -> list[Item]:
    """The items; of a stretch and its hours side by side only the hours are left.

    Raises:
        Contradiction: a stretch and the hours for all of it do not agree.
    """
    items = _summed_up(_added(_parted(items)))
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


def _summed_up(items: list[Item]) -> list[Item]:
    """The items; a sum belongs to what stands before it (`A und B, zusammen 6 h, dann 1 h C`).

    Raises:
        Contradiction: the hours before the sum are more than it.
    """
    sums = [i for i, item in enumerate(items) if item.amount and item.amount.share is Share.TOTAL]
    if not sums or not _is_between(items, sums[0]):
        return items
    place, amount = sums[0], items[sums[0]].amount
    own = replace(items[place], amount=replace(amount, share=Share.OWN) if amount else None)
    return [*items[:place], own, *items[place + 1 :]]


def _is_between(items: list[Item], place: int) -> bool:
    """Whether words without hours stand before an amount, and other hours behind it."""
    before, after = items[:place], items[place + 1 :]
    is_told = bool(before) and all(item.amount is None for item in before)
    behind = [item.amount.share for item in after if item.amount]
    return is_told and bool(behind) and Share.TOTAL not in behind


def _added(items: list[Item]) -> list[Item]:
    """The items; stretches on one side of all words are one amount (`8-12 und 13-17 Uhr`)."""
    told = [place for place, item in enumerate(items) if item.amount is None]
    timed = [place for place, item in enumerate(items) if item.amount is not None]
    if told and timed and told[0] < timed[-1] and timed[0] < told[-1]:
        return items
    kept: list[Item] = []
    for item in items:
        last = kept[-1].amount if kept else None
        if last and item.amount and last.is_stretch and item.amount.is_stretch:
            minutes = (last.minutes or 0) + (item.amount.minutes or 0)
            kept[-1] = replace(kept[-1], amount=replace(last, minutes=minutes))
        else:
            kept.append(item)
    return kept


def _parted(items: list[Item]) -> list[Item]:
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


def _side_by_side(items: list[Item]) -> list[Item]:
    """Takes out a stretch beside its hours (`7-15.30 (8h)`, `8-16 Uhr Lager, also 7,5 h`).

    Raises:
        Contradiction: both stand around the same words and do not agree.
    """
    places = [place for place, item in enumerate(items) if item.amount]
    for first, second in pairwise(places):
        one, other = items[first].amount, items[second].amount
        if one is None or other is None or one.is_stretch is other.is_stretch:
            continue
        is_around = _is_around(items, first, second)
        stretch, hours = (one, other) if one.is_stretch else (other, one)
        gap = (stretch.minutes or 0) - (hours.minutes or 0)
        if not (second == first + 1 or is_around):
            continue
        if 0 <= gap <= LONGEST_PAUSE:
            return [item for item in items if item.amount is not stretch]
        if is_around:
            raise Contradiction
    return items


def _is_around(items: list[Item], first: int, second: int) -> bool:
    """Whether a stretch and hours stand around all that is told, with no `danach` between."""
    is_all = first == 0 and second == len(items) - 1 == 2
    is_next = bool(items[second].openers & {Kind.THEN, Kind.REST})
    return is_all and not is_next and bool(items[0].amount and items[0].amount.is_stretch)
