"""What would come when: a subscription lived through in advance. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import combinations

from bot.calendar_of_germany import STATES, is_school_day, school_holidays
from bot.clock import BERLIN, day_in_germany
from bot.nudges.rules import next_due, pick, weekdays_of
from bot.nudges.subscription import DEFAULT_TOPICS, MOST_A_WEEK, Subscription
from knowledge.nudge import STAGES, TOPICS, Nudge

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How well one choice is served in one school year.

    Attributes:
        weeks: how many weeks of the year have a school day.
        covered: in how many of them everything came that was chosen.
    """

    weeks: int
    covered: int

    @property
    def missing(self) -> int:
        """How many weeks are not covered."""
        return self.weeks - self.covered


@dataclass(frozen=True, slots=True)
class Row:
    """Two topics for one stage, with their coverage at one, two and three a week."""

    stage: str
    topics: tuple[str, str]
    coverages: tuple[Coverage, ...]


def coming(
    subscription: Subscription,
    first: date,
    last: date,
    nudges: Iterable[Nudge],
    sent: Mapping[str, date] | None = None,
) -> Iterator[tuple[datetime, Nudge]]:
    """Everything that comes from one local day to another, in order, each with its moment in UTC.

    Args:
        subscription: what was chosen.
        first: the first day.
        last: the last day, included.
        nudges: all there are.
        sent: by key, when a nudge was last sent before.
    """
    nudges = tuple(nudges)
    told = dict(sent or {})
    midnight = datetime.combine(first, time(), BERLIN).astimezone(UTC)
    due = next_due(subscription, midnight - datetime.resolution)
    while (day := day_in_germany(due)) <= last:
        nudge = pick(subscription, day, nudges, told, school_holidays)
        if nudge:
            told[nudge.key] = day
            yield due, nudge
        due = next_due(subscription, due)


def in_school_year(
    subscription: Subscription, year: int, nudges: Iterable[Nudge]
) -> list[tuple[datetime, Nudge]]:
    """Everything that comes in the school year that begins in a year, when nothing was sent before."""
    return list(coming(subscription, *_bounds(year), nudges))


def begun(stage: str, state: str | None, year: int, topics: Iterable[str]) -> Subscription:
    """A subscription taken out on the first day of a school year, one nudge a week."""
    return Subscription(frozenset(topics), stage, _bounds(year)[0], state)


def coverage(
    subscription: Subscription, year: int, got: Iterable[tuple[datetime, Nudge]]
) -> Coverage:
    """How many school weeks of the school year that begins in a year are covered by what came."""
    mondays = [_monday(day_in_germany(due)) for due, _ in got]
    weeks = school_weeks(subscription.state, year)
    wanted = len(weekdays_of(subscription))
    return Coverage(len(weeks), sum(mondays.count(week) >= wanted for week in weeks))


def coverage_of_pairs(nudges: Iterable[Nudge], state: str, year: int) -> Iterator[Row]:
    """For each stage and each two topics that have nudges for it: the coverage in a school year."""
    nudges = tuple(nudges)
    for stage in STAGES:
        of_stage = [nudge for nudge in nudges if stage in nudge.stages]
        spoken_of = {nudge.topic for nudge in of_stage}
        for pair in combinations([topic for topic in TOPICS if topic in spoken_of], 2):
            of_pair = [nudge for nudge in of_stage if nudge.topic in pair]
            once = begun(stage, state, year, pair)
            choices = [replace(once, per_week=often + 1) for often in range(MOST_A_WEEK)]
            yield Row(stage, pair, tuple(_covered(each, year, of_pair) for each in choices))


def worst_of_defaults(nudges: Iterable[Nudge], year: int) -> Iterator[tuple[str, str, Coverage]]:
    """For each stage the state in which one a week of the default topics leaves most weeks empty."""
    nudges = tuple(nudges)
    for stage in STAGES:
        found = [
            (state, _covered(begun(stage, state, year, DEFAULT_TOPICS[stage]), year, nudges))
            for state in STATES
        ]
        yield stage, *max(found, key=lambda each: each[1].missing)


def year_lines(nudges: Iterable[Nudge], stage: str, state: str, year: int) -> Iterator[str]:
    """What would come when by the default topics of a stage, one line for each nudge."""
    chosen = begun(stage, state, year, DEFAULT_TOPICS[stage])
    for due, nudge in in_school_year(chosen, year, nudges):
        yield f"{due.astimezone(BERLIN):%Y-%m-%d %H:%M}  {nudge.key:40} {nudge.title}"


def coverage_lines(nudges: Iterable[Nudge], state: str, year: int) -> Iterator[str]:
    """The coverage of each pair of topics in a state, and of the default topics where it is lowest."""
    nudges = tuple(nudges)
    yield "school weeks covered at one, two and three a week, of all"
    for row in coverage_of_pairs(nudges, state, year):
        covered = "".join(f"{each.covered:4}" for each in row.coverages)
        yield f"{row.stage:4} {' + '.join(row.topics):26}{covered}  of {row.coverages[0].weeks}"
    yield "default topics, one a week, in the state that is worst off"
    for stage, worst, found in worst_of_defaults(nudges, year):
        yield f"{stage:4} {worst:26}{found.covered:4}  of {found.weeks}"


@cache
def school_weeks(state: str | None, year: int) -> tuple[date, ...]:
    """The Mondays of all weeks with a school day, in the school year that begins in a year."""
    first, last = _bounds(year)
    days = (first + _DAY * number for number in range((last - first).days + 1))
    return tuple(sorted({_monday(day) for day in days if is_school_day(state, day)}))


def _covered(subscription: Subscription, year: int, nudges: Iterable[Nudge]) -> Coverage:
    return coverage(subscription, year, in_school_year(subscription, year, nudges))


def _bounds(year: int) -> tuple[date, date]:
    """The first and the last day of the school year that begins in a year."""
    return date(year, 8, 1), date(year + 1, 7, 31)


def _monday(day: date) -> date:
    return day - _DAY * day.weekday()
