"""What may be done with the Ausbildungsnachweis, and what is missing in it. Pure.

A week goes draft → submitted → returned with a reason, or signed. A signed week is locked: a later change is a
note of correction, and the signed words stay (HA 156 no. 7; signed by electronic release or on paper).
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.diary.ausbildung import WEEK, Ausbildung, Nachweisform, Zeitraum, monday
from bot.diary.nachweis import (
    MOST_MINUTES,
    By,
    DayType,
    Entry,
    Nachweis,
    Step,
    StepKind,
    Week,
    WeekState,
)
from knowledge.text import normalise

SATURDAY = 5
ONE_DAY = timedelta(days=1)

_WHO: Mapping[StepKind, frozenset[By]] = {
    StepKind.SUBMITTED: frozenset({By.AZUBI}),
    StepKind.WITHDRAWN: frozenset({By.AZUBI}),
    StepKind.RETURNED: frozenset({By.AUSBILDER}),
    StepKind.SIGNED: frozenset({By.AUSBILDER}),
    StepKind.CORRECTED: frozenset({By.AZUBI}),
    StepKind.NOTED: frozenset({By.SCHULE, By.ELTERN}),
}
_FROM: Mapping[StepKind, frozenset[WeekState]] = {
    StepKind.SUBMITTED: frozenset({WeekState.DRAFT, WeekState.RETURNED}),
    StepKind.WITHDRAWN: frozenset({WeekState.SUBMITTED}),
    StepKind.RETURNED: frozenset({WeekState.SUBMITTED}),
    StepKind.SIGNED: frozenset({WeekState.SUBMITTED}),
    StepKind.CORRECTED: frozenset({WeekState.SIGNED}),
    StepKind.NOTED: frozenset(WeekState),
}
_NEEDS_TEXT = frozenset({StepKind.RETURNED, StepKind.CORRECTED})


class NotAllowed(Exception):
    """This cannot be done with the week as it stands; `state` says how it stands."""

    def __init__(self, kind: StepKind, state: WeekState) -> None:
        super().__init__(f"{kind} of a week that is {state}")
        self.kind = kind
        self.state = state


def taken(week: Week, step: Step) -> Week:
    """The week after a step.

    Raises:
        NotAllowed: the week does not stand so, somebody else has to do it, or the reason is missing. Who marks
            a signature on paper may be the apprentice, also for a week that was not submitted here.
    """
    is_paper = step.kind is StepKind.SIGNED and step.is_on_paper
    may = _WHO[step.kind] | ({By.AZUBI} if is_paper else frozenset())
    stands = _FROM[step.kind] | (_FROM[StepKind.SUBMITTED] if is_paper else frozenset())
    lacks_text = step.kind in _NEEDS_TEXT and not step.text.strip()
    if step.by not in may or week.state not in stands or lacks_text:
        raise NotAllowed(step.kind, week.state)
    return replace(week, steps=(*week.steps, step))


def is_locked(week: Week) -> bool:
    """Whether its entries must stay as they are: it is signed, or somebody is reading it."""
    return week.state in (WeekState.SIGNED, WeekState.SUBMITTED)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a turn would write, shown back before it is.

    Attributes:
        days: by day, the entries that it would have then.
        added: the entries that are new.
        replaced: days where something else would go.
        locked: days of weeks that are signed or submitted; nothing would be written there.
        outside: days outside the training; nothing would be written there.
    """

    days: Mapping[date, tuple[Entry, ...]]
    added: tuple[Entry, ...]
    replaced: tuple[date, ...] = ()
    locked: tuple[date, ...] = ()
    outside: tuple[date, ...] = ()


def proposal(entries: Sequence[Entry], nachweis: Nachweis, *, is_new: bool = False) -> Proposal:
    """What it means to write entries into a record.

    Training of the same day is written beside what stands there; anything that excludes it (leave beside work,
    the same twice) replaces it.

    Args:
        entries: what was told.
        nachweis: the record as it stands.
        is_new: whether each day is written anew.
    """
    days: dict[date, tuple[Entry, ...]] = {}
    replaced, locked, outside = [], [], []
    zeitraum = nachweis.ausbildung.zeitraum
    for day in sorted({entry.day for entry in entries}):
        told = tuple(dict.fromkeys(entry for entry in entries if entry.day == day))
        there = nachweis.of_day(day)
        if zeitraum is not None and day not in zeitraum:
            outside.append(day)
        elif is_locked(nachweis.week(monday(day))):
            locked.append(day)
        elif is_new or not _go_together(there, told):
            days[day] = told
            if there and there != told:
                replaced.append(day)
        else:
            days[day] = tuple(dict.fromkeys((*there, *told)))
    added = tuple(entry for entry in entries if entry.day in days)
    return Proposal(days, added, tuple(replaced), tuple(locked), tuple(outside))


def _go_together(there: Sequence[Entry], told: Sequence[Entry]) -> bool:
    """Whether both can stand on one day: both are training, together no longer than a day can be."""
    both = (*there, *told)
    is_training = all(entry.type.is_training for entry in both)
    minutes = sum(entry.minutes or 0 for entry in dict.fromkeys(both))
    return is_training and minutes <= MOST_MINUTES


def training_days(
    ausbildung: Ausbildung, zeitraum: Zeitraum, free: Collection[date]
) -> Iterator[date]:
    """The days on which there should be an entry: Monday to Friday, or Saturday, without free ones.

    Args:
        ausbildung: the training.
        zeitraum: from when to when to look.
        free: public holidays; the free weekdays of part-time are known from the training.
    """
    day = zeitraum.von
    last = SATURDAY if ausbildung.has_saturday else SATURDAY - 1
    while day <= zeitraum.bis:
        if day.weekday() <= last and day not in free and not ausbildung.is_free(day):
            yield day
        day += ONE_DAY


def gaps(
    nachweis: Nachweis, today: date, free: Collection[date] = (), *, is_today_over: bool = False
) -> list[date]:
    """What is missing between the beginning of the training and today, oldest first.

    Daily form: days with neither entry nor day type. Weekly form: Mondays of weeks that are over and in which neither
    something of the training is told nor a day type of each day. Nothing while the beginning is unknown.

    Args:
        nachweis: the record.
        today: the person's day.
        free: public holidays.
        is_today_over: whether today counts, and a week whose last day of training it is.
    """
    ausbildung = nachweis.ausbildung
    whole = ausbildung.zeitraum
    if whole is None:
        return []
    written = {entry.day for entry in nachweis.entries}
    until = min(today if is_today_over else today - ONE_DAY, whole.bis)
    if ausbildung.form is Nachweisform.TAEGLICH:
        expected = training_days(ausbildung, Zeitraum(whole.von, until), free)
        return [day for day in expected if day not in written]
    this_week = Zeitraum(whole.von, min(monday(today) + WEEK - ONE_DAY, whole.bis))
    days: dict[date, list[date]] = defaultdict(list)
    for day in training_days(ausbildung, this_week, free):
        days[monday(day)].append(day)
    told = {monday(entry.day) for entry in nachweis.entries if entry.type.is_training}
    return [
        week
        for week, expected_days in days.items()
        if expected_days[-1] <= until and week not in told and not written >= set(expected_days)
    ]


def found(nachweis: Nachweis, words: str) -> list[Entry]:
    """The entries in which all of these words occur, newest first; upper case and umlauts do not matter."""
    wanted = normalise(words).split()
    return [
        entry
        for entry in reversed(nachweis.entries)
        if wanted and all(word in normalise(" ".join(entry.activities)) for word in wanted)
    ]


def minutes_of(entries: Sequence[Entry]) -> int | None:
    """The sum of what was told; None when nothing was."""
    told = [entry.minutes for entry in entries if entry.minutes is not None]
    return sum(told) if told else None


def types_of(nachweis: Nachweis, first: date, last: date) -> dict[date, DayType]:
    """By day, what it mostly was: the type of its longest entry, of the first one told when none says how long."""
    by_day: dict[date, DayType] = {}
    for day in sorted({entry.day for entry in nachweis.of_days(first, last)}):
        longest = max(nachweis.of_day(day), key=lambda entry: entry.minutes or 0)
        by_day[day] = longest.type
    return by_day


def week_entries(nachweis: Nachweis, week: date) -> tuple[Entry, ...]:
    """The entries of the calendar week that begins on a Monday."""
    return nachweis.of_days(week, week + WEEK - ONE_DAY)
