"""What a parent chose, and where the child is on a day. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from knowledge.nudge import CLASSES, TRAINING_YEARS

MOST_A_WEEK, MOST_AT_WEEKEND = 3, 2


class Days(StrEnum):
    """On which days of the week nudges come."""

    WEEKDAYS = "weekdays"
    WEEKEND = "weekend"


DEFAULT_MINUTE: Mapping[Days, int] = {Days.WEEKDAYS: 17 * 60 + 30, Days.WEEKEND: 10 * 60}
"""In minutes after midnight, by the wall clock in Germany."""
TO_CLASS_10, FROM_CLASS_11 = CLASSES[:4], CLASSES[4:]
_WAYS = (TO_CLASS_10, FROM_CLASS_11, TRAINING_YEARS)
"""Stages that follow each other."""
DEFAULT_TOPICS: Mapping[str, frozenset[str]] = {
    stage: frozenset(topics)
    for way, topics in (
        (TO_CLASS_10, ("berufswahl", "praktikum", "bewerbung", "miteinander", "wege")),
        (FROM_CLASS_11, ("berufswahl", "bewerbung", "geld", "miteinander", "wege")),
        (TRAINING_YEARS, ("start", "alltag", "geld", "pruefung", "miteinander", "wege")),
    )
    for stage in way
}
"""By stage, what a parent gets who does not choose: what matters on the whole way, as the child moves on."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Which nudges a parent wants, and when.

    Attributes:
        topics: of `knowledge.nudge.TOPICS`.
        stage: of `knowledge.nudge.STAGES`: where the child was on `stage_since`.
        stage_since: the day on which the stage was told.
        state: the lower-case code of the state (`he`); None: no nudges of a region, none tied to school holidays.
        per_week: how many a week at most, 1 to `MOST_A_WEEK`.
        days: on which days.
        minute: the time in minutes after midnight, by the wall clock in Germany; None: the default of the days.
        paused_until: none before this local day; None: no pause.
        seed: whatever tells this subscription from others; it decides the order in which nudges come.
    """

    topics: frozenset[str]
    stage: str
    stage_since: date
    state: str | None = None
    per_week: int = 1
    days: Days = Days.WEEKDAYS
    minute: int | None = None
    paused_until: date | None = None
    seed: str = ""

    @property
    def time_of_day(self) -> time:
        """When nudges come, by the wall clock in Germany."""
        minute = DEFAULT_MINUTE[self.days] if self.minute is None else self.minute
        return time(*divmod(minute, 60))


def stage_at(subscription: Subscription, day: date) -> str | None:
    """Where the child is on a day: classes and training years move on each 1 August.

    Returns:
        The stage; None after class 10, class 13 and the fourth year: only the parent knows how it goes on.
    """
    way = next(each for each in _WAYS if subscription.stage in each)
    years = school_year(day) - school_year(subscription.stage_since)
    reached = way.index(subscription.stage) + max(years, 0)
    return way[reached] if reached < len(way) else None


def school_year(day: date) -> int:
    """The year on whose 1 August the school year of a day began."""
    return day.year if day.month >= 8 else day.year - 1
