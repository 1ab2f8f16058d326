"""Telling a coach that weeks are missing in the diary: what a learner allowed, and when it is time. Pure.

The coach learns a number and nothing else, and the learner hears it in the same moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.diary.ausbildung import Nachweisform
from bot.diary.calendar import public_holidays
from bot.diary.nachweis import Nachweis
from bot.diary.rules import gaps
from bot.plans.values import Kind
from bot.reminders.plan import Plan, Rhythm, Rule
from bot.reminders.rules import next_due

NUMBERS = (2, 3, 4)
"""From so many missing weeks on a learner may let their coach know."""
LASTS = timedelta(weeks=26)
"""So long it holds; who wants it longer is asked anew."""
MONDAYS_AT_NINE = Rule(Rhythm(weekdays=frozenset({0})), 9 * 60)
"""When it is looked at, by the learner's wall clock."""


@dataclass(frozen=True, slots=True)
class GapWatch:
    """What a learner allowed.

    Attributes:
        staff_id: the coach who is told.
        team_id: their team.
        name: of the coach, as the learner saw it.
        case: the number of the case that the two know each other by.
        weeks: from so many missing weeks on.
        until: the last local day on which it holds.
        zone: the IANA name of the learner's zone.
        is_told: the coach was told, and it was not better since.
    """

    staff_id: int
    team_id: int
    name: str
    case: int
    weeks: int
    until: date
    zone: str
    is_told: bool = False

    @classmethod
    def of(cls, content: Any) -> "GapWatch":
        """What `as_json` gave.

        Raises:
            pydantic.ValidationError: it did not.
        """
        return _CONTENT.validate_python(content)

    def as_json(self) -> Mapping[str, Any]:
        """As JSON values."""
        content: dict[str, Any] = _CONTENT.dump_python(self, mode="json")
        return content

    def must_tell(self, missing: int) -> bool:
        """Whether the coach is to be told: enough is missing, and it was less since they were told last."""
        return missing >= self.weeks and not self.is_told

    def looked_at(self, missing: int) -> "GapWatch":
        """The same, after it was looked at and the coach told if they had to be."""
        return replace(self, is_told=missing >= self.weeks)


_CONTENT = TypeAdapter(GapWatch)


def _next(content: Any, after: datetime) -> datetime | None:
    return next_due(Plan((MONDAYS_AT_NINE,), GapWatch.of(content).zone), after)


GAPWATCH = Kind(name="gapwatch", event="EXTERNAL_gapwatch_due", next_due=_next)


def one_watch(first: Any, second: Any) -> Any:
    """What a person allowed of whom two records become one: the first record's, and nothing more."""
    return first


def missing_weeks(nachweis: Nachweis, today: date, state: str | None) -> int:
    """In how many weeks that are over nothing of the training is told; 0 while its dates are unknown.

    A single forgotten day makes no missing week: weeks are looked at as in the weekly form, whatever the form is.

    Args:
        nachweis: the learner's record.
        today: the learner's day.
        state: whose public holidays count; None for those of all Germany.
    """
    whole = nachweis.ausbildung.zeitraum
    if whole is None:
        return 0
    by_week = replace(nachweis.ausbildung, form=Nachweisform.WOECHENTLICH)
    free = public_holidays(state, whole, today)
    return len(gaps(replace(nachweis, ausbildung=by_week), today, free))
