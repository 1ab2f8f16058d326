"""The Ausbildungsnachweis as values: entries, weeks and what was done with a week. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.diary.ausbildung import Ausbildung

MOST_MINUTES = 16 * 60
"""More on one day is a typing mistake."""


class DayType(StrEnum):
    """What a day, or a part of it, was."""

    BETRIEB = "betrieb"
    SCHULE = "schule"
    UNTERWEISUNG = "unterweisung"
    URLAUB = "urlaub"
    KRANK = "krank"
    FEIERTAG = "feiertag"
    FREI = "frei"

    @property
    def is_training(self) -> bool:
        """Whether there is something to report from it."""
        return self in (DayType.BETRIEB, DayType.SCHULE, DayType.UNTERWEISUNG)


@dataclass(frozen=True, slots=True)
class Entry:
    """One stretch of one day.

    Attributes:
        day: when, by the calendar.
        type: what it was.
        minutes: how long; None when not told.
        activities: what was done, in the person's own words.
        position: the number of the relation to the Ausbildungsrahmenplan, for Anlage 3a and 3b.
    """

    day: date
    type: DayType
    minutes: int | None = None
    activities: tuple[str, ...] = ()
    position: str = ""


class WeekState(StrEnum):
    """Where a week stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    SIGNED = "signed"


class StepKind(StrEnum):
    """What was done with a week."""

    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    SIGNED = "signed"
    CORRECTED = "corrected"
    NOTED = "noted"
    """Kenntnisnahme by school or parents (HA 156 no. 8 and 9)."""


class By(StrEnum):
    """Who did it."""

    AZUBI = "azubi"
    AUSBILDER = "ausbilder"
    SCHULE = "schule"
    ELTERN = "eltern"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done with a week.

    Attributes:
        kind: what.
        at: when (UTC).
        by: who, by role.
        name: who, by name, as it stands on the sheet.
        text: the reason of a return, or the note of a correction.
        is_on_paper: it was signed on paper, and somebody says so here.
    """

    kind: StepKind
    at: datetime
    by: By
    name: str = ""
    text: str = ""
    is_on_paper: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """What belongs to a calendar week besides its entries.

    Attributes:
        monday: its first day.
        steps: what was done with it, oldest first.
        school_topic: the topic of the week at the vocational school.
        hard: what was hard (reflection).
        to_ask: what to ask at school or in the company (reflection).
    """

    monday: date
    steps: tuple[Step, ...] = ()
    school_topic: str = ""
    hard: str = ""
    to_ask: str = ""

    @property
    def state(self) -> WeekState:
        """Where it stands, by the last step that moves it."""
        for step in reversed(self.steps):
            match step.kind:
                case StepKind.SUBMITTED:
                    return WeekState.SUBMITTED
                case StepKind.RETURNED:
                    return WeekState.RETURNED
                case StepKind.SIGNED:
                    return WeekState.SIGNED
                case StepKind.WITHDRAWN:
                    return WeekState.DRAFT
                case _:
                    continue
        return WeekState.DRAFT


@dataclass(frozen=True, slots=True)
class Nachweis:
    """The whole Ausbildungsnachweis of one person.

    Attributes:
        ausbildung: the master data.
        entries: by day, then in the order in which they were written.
        weeks: by Monday, those of which more is known than entries.
    """

    ausbildung: Ausbildung = field(default_factory=Ausbildung)
    entries: tuple[Entry, ...] = ()
    weeks: Mapping[date, Week] = field(default_factory=dict)

    def of_day(self, day: date) -> tuple[Entry, ...]:
        """The entries of a day."""
        return tuple(entry for entry in self.entries if entry.day == day)

    def of_days(self, first: date, last: date) -> tuple[Entry, ...]:
        """The entries from a day to another, both included."""
        return tuple(entry for entry in self.entries if first <= entry.day <= last)

    def week(self, monday: date) -> Week:
        """What is known of a week."""
        return self.weeks.get(monday, Week(monday))
