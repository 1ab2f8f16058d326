"""Puts clauses to the days of which they tell. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

from bot.diary.nachweis import DayType
from bot.diary.reading import words
from bot.diary.reading.clauses import Clause
from bot.diary.reading.pieces import Kind, Piece
from bot.diary.reading.talk import is_participle
from bot.understanding.times import Days, Edge, Form

_TELLING = frozenset({Kind.WORD, Kind.TYPE, Kind.TIME, Kind.SHIFT, Kind.CLOCK, Kind.SAME_TIME})
_NAMING = frozenset({Kind.DAY, Kind.UNSURE, Kind.FORGOTTEN, Kind.COUNTED_DAYS})
ABSENCES = frozenset({DayType.URLAUB, DayType.KRANK, DayType.FREI, DayType.FEIERTAG})


def _tells(pieces: Sequence[Piece]) -> bool:
    return any(piece.kind in _TELLING for piece in pieces)


@dataclass(slots=True)
class Told:
    """What is told of the same days.

    Attributes:
        day: the piece that names them; None when none is named.
        clauses: what is told, without the days.
        until: a piece that ends the stretch which `day`, or today, begins.
        is_unsure: which day it was is not known.
        is_trailing: the day stands behind what is told.
    """

    day: Piece | None = None
    clauses: list[Clause] = field(default_factory=list)
    until: Piece | None = None
    is_unsure: bool = False
    is_trailing: bool = False

    @property
    def pieces(self) -> list[Piece]:
        """All pieces of its clauses."""
        return [piece for clause in self.clauses for piece in clause.pieces]

    def has(self, *kinds: Kind) -> bool:
        """Whether a piece of its clauses is of one of these kinds."""
        return any(piece.kind in kinds for piece in self.pieces)

    @property
    def is_undated(self) -> bool:
        """Whether no day is named yet."""
        return self.day is None and self.until is None

    def add(self, clause: Clause, pieces: Sequence[Piece]) -> None:
        """Tells one more clause, or a part of one."""
        if pieces:
            self.clauses.append(Clause(clause.openers, tuple(pieces)))


def _days(piece: Piece | None) -> Days | None:
    return piece.meaning if piece and isinstance(piece.meaning, Days) else None


def _without(piece: Piece | None, days: Sequence[date]) -> Piece | None:
    """A piece that names several days, without some of them; None when none is left."""
    known = _days(piece)
    left = tuple(day for day in known.days if day not in days) if known else ()
    if piece is None or known is None or not left:
        return None
    return replace(piece, meaning=replace(known, days=left), ahead=None)


class _Sorter:
    """Goes through the clauses and knows of which day the present one tells."""

    def __init__(self) -> None:
        self.all: list[Told] = [Told()]

    @property
    def now(self) -> Told:
        return self.all[-1]

    def take(self, clause: Clause, *, is_last: bool) -> None:
        """Puts a clause to its day or days."""
        start: list[Piece] = []
        for place, piece in enumerate(clause.pieces):
            if piece.kind not in _NAMING:
                start.append(piece)
                continue
            rest = clause.pieces[place + 1 :]
            if rest and rest[0].word == "oder so":
                piece = replace(piece, kind=Kind.UNSURE)
            is_end = not _tells(rest) and not any(one.kind in _NAMING for one in rest)
            start = self._name(piece, clause, start, is_end=is_end, is_last=is_last)
        self.now.add(clause, start)

    def _name(
        self, piece: Piece, clause: Clause, before: list[Piece], *, is_end: bool, is_last: bool
    ) -> list[Piece]:
        """Takes a day; what is left of the clause so far."""
        if piece.kind is not Kind.DAY:
            return self._doubt(piece, clause, before)
        days = _days(piece)
        if days and days.edge is Edge.UNTIL:
            return self._end(piece, clause, before)
        if days and self._is_same(days):
            if days.is_public_holiday:
                self.now.day = piece
            return before
        if self.now.is_undated and (_tells(before) or (is_last and is_end) or not self._has_told()):
            self.now.day = piece
            self.now.is_trailing = _tells(before) and is_end
            return before
        if _tells(before) and is_end and self.now.is_trailing:
            self.all.append(Told(piece, is_trailing=True))
            return before
        if before and before[-1].word == "oder" and not self._has_told():
            return self._waver()
        return self._begin(piece, clause, before)

    def _waver(self) -> list[Piece]:
        """It was one of two days; of a day that was not known before one doubt is enough."""
        if len(self.all) > 1 and self.all[-2].is_unsure:
            self.all.pop()
        self.now.is_unsure = True
        return []

    def _begin(self, piece: Piece, clause: Clause, before: list[Piece]) -> list[Piece]:
        """From here on another day is told; it may be an exception from those before."""
        days = _days(piece)
        if days and before and before[-1].word in words.EXCEPT:
            piece, before = self._left_out(piece, days), before[:-1]
        self.now.add(clause, before)
        self.all.append(Told(piece))
        return []

    def _left_out(self, piece: Piece, days: Days) -> Piece:
        """A day as it lies among those told before, which are told without it from now on."""
        now = _days(self.now.day)
        if self.now.day is None or now is None or days.form is not Form.WEEKDAY:
            return piece
        weekdays = {day.weekday() for day in days.days}
        inside = tuple(day for day in now.days if day.weekday() in weekdays)
        if not inside or len(inside) == len(now.days):
            return piece
        self.now.day = _without(self.now.day, inside)
        return replace(piece, meaning=replace(days, days=inside), ahead=None)

    def _has_told(self) -> bool:
        return _tells(self.now.pieces)

    def _is_same(self, days: Days) -> bool:
        known = _days(self.now.day)
        return known is not None and bool(days.days) and days.days == known.days

    def _doubt(self, piece: Piece, clause: Clause, before: list[Piece]) -> list[Piece]:
        days = _days(self.now.day)
        if piece.kind is Kind.COUNTED_DAYS and days and len(days.days) == 1:
            return before
        if piece.kind is Kind.FORGOTTEN or (self.now.is_undated and not self._has_told()):
            self.now.is_unsure = True
            return before
        self.now.add(clause, before)
        self.all.append(Told(is_unsure=True))
        return []

    def _end(self, piece: Piece, clause: Clause, before: list[Piece]) -> list[Piece]:
        """A stretch ends: that of the present day, or one that begins today."""
        has_times = any(one.kind in (Kind.TIME, Kind.CLOCK) for one in self.now.pieces)
        if has_times or self.now.until:
            self.all.append(Told())
        self.now.until = piece
        return before


def told(clauses: Sequence[Clause], today: date) -> list[Told]:
    """What is told, by the days of which it is told, in its order."""
    sorter = _Sorter()
    for place, clause in enumerate(clauses):
        sorter.take(clause, is_last=place == len(clauses) - 1)
    found = [one for one in sorter.all if one.day or one.until or one.is_unsure or one.clauses]
    for one, following in pairwise(found):
        one.day = _week_before(one.day, following.day, today)
        one.until = one.until or _ended(one.day, following.day)
    return _in_detail(found)


def _in_detail(found: Sequence[Told]) -> list[Told]:
    """What is told; of `Mo und Di Schule (Mo Mathe, Di Sport)` each day by itself, with its type."""
    kept: list[Told] = []
    whole: Told | None = None
    for one in found:
        days = _days(one.day)
        if whole and days and _is_detail(days, one, whole):
            whole.day = _without(whole.day, days.days)
            one.clauses = [*whole.clauses, *one.clauses]
            if whole.day is None:
                kept.remove(whole)
                whole = None
        elif days and len(days.days) > 1 and _is_bare_type(one):
            whole = one
        kept.append(one)
    return kept


def _ended(piece: Piece | None, following: Piece | None) -> Piece | None:
    """Where `ab Mittwoch` ends when a later day is told next."""
    one, other = _days(piece), _days(following)
    if piece is None or one is None or other is None or not (one.days and other.days):
        return None
    if one.edge is not Edge.FROM or other.days[0] <= one.days[0]:
        return None
    last = Days((other.days[0] - ONE,), one.form, Edge.UNTIL)
    return replace(piece, meaning=last, ahead=None)


def _is_bare_type(one: Told) -> bool:
    """Whether only a type is told."""
    return {piece.kind for piece in one.pieces if piece.kind in _TELLING} == {Kind.TYPE}


def _is_detail(days: Days, one: Told, whole: Told) -> bool:
    """Whether it tells more of some of the days of which only the type was told."""
    known = _days(whole.day)
    is_inside = known is not None and bool(days.days) and set(days.days) <= set(known.days)
    types = {piece.type for piece in one.pieces if piece.kind is Kind.TYPE}
    return is_inside and types <= {piece.type for piece in whole.pieces}


def _week_before(piece: Piece | None, following: Piece | None, today: date) -> Piece | None:
    """A weekday; of `Mo krank, Di krank` said on a Monday the first is a week ago as well."""
    one, other = _days(piece), _days(following)
    if piece is None or one is None or other is None or not other.days:
        return piece
    are_weekdays = one.form is Form.WEEKDAY and other.form is Form.WEEKDAY
    if not are_weekdays or one.days != (today,) or not other.days[0] < today:
        return piece
    if other.days[0].weekday() < today.weekday():
        return piece
    return replace(piece, meaning=replace(one, days=(today - 7 * ONE,)))


ONE = timedelta(days=1)
MONTH = 31
"""A holiday that lies farther ahead is not told of (days)."""
SOON = 14
"""A date without a year that lies so near ahead is not that of last year (days)."""


def _begins_with(one: Told, word: str) -> bool:
    return one.day is not None and one.day.word.startswith(word)


def _is_planned(one: Told, today: date) -> bool:
    """Whether leave on a weekday lies ahead."""
    said = {word for piece in one.pieces for word in piece.word.split()}
    days = _days(one.day)
    is_from = days is not None and days.edge is Edge.FROM and _begins_with(one, "ab")
    end = _days(one.until)
    if end is not None:
        is_from = is_from and bool(end.days) and end.days[0] > today
    return is_from or (bool(said & words.PLANS) and not said & words.PASTS)


def _is_to_come(one: Told) -> bool:
    """Whether training is told of that lies ahead (`ab Montag bin ich auf Lehrgang`)."""
    said = {piece.word for piece in one.pieces}
    is_past = bool(said & words.PASTS) or any(is_participle(word) for word in said)
    return _begins_with(one, "ab") and bool(said & words.NOW) and not is_past


def _chosen(one: Told, day_type: DayType, today: date) -> Days | None:
    """The days as they are meant: in the past, or for leave ahead as well."""
    past, ahead = _days(one.day), one.day.ahead if one.day else None
    if past is None or ahead is None:
        return past
    is_weekday = past.form is Form.WEEKDAY
    if day_type is DayType.FEIERTAG and ahead.days and ahead.days[0] - today > MONTH * ONE:
        return past
    if day_type in ABSENCES:
        is_ahead = not is_weekday or (day_type is not DayType.KRANK and _is_planned(one, today))
        return ahead if is_ahead else past
    if is_weekday and _is_to_come(one):
        return ahead
    is_soon = bool(ahead.days) and timedelta(0) < ahead.days[0] - today <= SOON * ONE
    return ahead if is_soon and past.form is Form.DATE else past


def days_of(one: Told, day_type: DayType, today: date) -> tuple[date, ...] | None:
    """The days of which it is told; None when they are impossible."""
    chosen = _chosen(one, day_type, today)
    until = _days(one.until)
    if (chosen and not chosen.is_possible) or (until and not until.is_possible):
        return None
    days = chosen.days if chosen else (today,)
    if until and until.days and days:
        return _filled(days[0], until.days[0], one)
    is_since = chosen is not None and chosen.edge is Edge.FROM and len(days) == 1
    if is_since and days[0] < today:
        return _filled(days[0], today, one)
    return days


LONGEST = 92
"""A longer stretch is not told in one message (days)."""


def _filled(first: date, last: date, one: Told) -> tuple[date, ...] | None:
    """The weekdays from one day to another."""
    if not timedelta(0) <= last - first <= LONGEST * ONE:
        return None
    days = [first + count * ONE for count in range((last - first).days + 1)]
    weekend = 5
    return tuple(day for day in days if day.weekday() < weekend) or tuple(days)


def is_open_ended(one: Told, days: tuple[date, ...], today: date) -> bool:
    """Whether it begins ahead and no end is said (`ab Montag Urlaub`)."""
    named = _days(one.day)
    is_from = named is not None and named.edge is Edge.FROM and one.until is None
    return is_from and len(days) == 1 and days[0] > today
