"""Two records of one person become one: what becomes of the training, and of a week that both tell of. Pure.

What is signed goes before what is submitted, and that before a draft; nothing of it is ever changed here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.diary.ausbildung import Ausbildung, monday
from bot.diary.nachweis import Entry, Nachweis, Week, WeekState
from bot.diary.rules import Proposal, is_locked, proposal, week_entries

_RANK: Mapping[WeekState, int] = {WeekState.SUBMITTED: 1, WeekState.SIGNED: 2}
_NOTES = ("school_topic", "hard", "to_ask")
_CONTRACT = ("beginn", "ende", "probezeit", "angerechnet", "aenderungen")
_SHEETS = ("form", "has_hours", "has_saturday")
_SCHOOL = ("schultage", "has_blocks", "bloecke")
_FREE = ("freie_tage", "freie_tage_ab")
_GROUPS = (_CONTRACT, _SHEETS, _SCHOOL, _FREE)
"""What belongs together: half of one contract and half of another is none."""


class Pick(StrEnum):
    """What of a week that two records tell of is to stand in the one."""

    THIS = "this"
    OTHER = "other"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Version:
    """A week as one record tells it.

    Attributes:
        week: what is known of it besides its entries.
        entries: in their order.
    """

    week: Week
    entries: tuple[Entry, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether it says anything."""
        return bool(self.entries) or self.week != Week(self.week.monday)


def version(nachweis: Nachweis, week: date) -> Version:
    """The week that begins on a Monday, as a record tells it."""
    return Version(nachweis.week(week), week_entries(nachweis, week))


def weeks_of(nachweis: Nachweis) -> list[date]:
    """The Mondays of all weeks that a record tells of, oldest first."""
    return sorted({*nachweis.weeks, *(monday(entry.day) for entry in nachweis.entries)})


def one_week(first: Version, second: Version) -> tuple[Version, Version | None]:
    """What stands in the one record, and what waits for the person to pick; None when there is nothing to pick."""
    if not (first.is_told and second.is_told):
        return (first if first.is_told else second), None
    stands, other = (second, first) if _rank(second) > _rank(first) else (first, second)
    if _adds_nothing(other, stands):
        return stands, None
    if is_locked(stands.week) or (stands.entries and other.entries and not _equal(stands, other)):
        return stands, other
    return together(stands, other), None


def picks(stands: Version, other: Version) -> tuple[Pick, ...]:
    """What can be picked: what is signed or submitted never is mixed with anything, and gives way to its like only."""
    if is_locked(stands.week):
        is_alike = _rank(other) >= _rank(stands)
        return (Pick.THIS, Pick.OTHER) if is_alike else (Pick.THIS,)
    if is_locked(other.week) or not _go_together(stands, other):
        return Pick.THIS, Pick.OTHER
    return Pick.THIS, Pick.OTHER, Pick.BOTH


def picked(pick: Pick, stands: Version, other: Version) -> Version:
    """The week as it was picked."""
    match pick:
        case Pick.THIS:
            return stands
        case Pick.OTHER:
            return other
        case Pick.BOTH:
            return together(stands, other)


def together(stands: Version, other: Version) -> Version:
    """Both in one; what both say stands there once."""
    days = _days(stands, other).days
    untouched = (entry for entry in stands.entries if entry.day not in days)
    entries = sorted(
        (*untouched, *(entry for day in days.values() for entry in day)),
        key=lambda entry: entry.day,
    )
    mine, theirs = stands.week, other.week
    week = replace(
        mine,
        school_topic=_both(mine.school_topic, theirs.school_topic),
        hard=_both(mine.hard, theirs.hard),
        to_ask=_both(mine.to_ask, theirs.to_ask),
    )
    return Version(week, tuple(entries))


def one_ausbildung(first: Ausbildung, second: Ausbildung) -> Ausbildung:
    """The training as the first record tells it; what it does not tell comes from the second."""
    empty = Ausbildung()
    grouped = {name for group in _GROUPS for name in group}
    groups = [
        *_GROUPS,
        *((name,) for name in Ausbildung.__dataclass_fields__ if name not in grouped),
    ]
    taken = [
        name
        for group in groups
        if all(getattr(first, name) == getattr(empty, name) for name in group)
        for name in group
    ]
    return replace(first, **{name: getattr(second, name) for name in taken})


def _rank(of: Version) -> int:
    return _RANK.get(of.week.state, 0)


def _equal(one: Version, other: Version) -> bool:
    return set(one.entries) == set(other.entries)


def _adds_nothing(other: Version, stands: Version) -> bool:
    """Whether all that a week says stands in another one."""
    notes = ((getattr(other.week, name), getattr(stands.week, name)) for name in _NOTES)
    return set(other.entries) <= set(stands.entries) and all(
        told in ("", there) for told, there in notes
    )


def _go_together(stands: Version, other: Version) -> bool:
    return not _days(stands, other).replaced


def _days(stands: Version, other: Version) -> Proposal:
    """What it means to write the other's entries beside those that stand there."""
    return proposal(other.entries, Nachweis(entries=stands.entries))


def _both(one: str, other: str) -> str:
    return one if other in ("", one) else f"{one}; {other}" if one else other
