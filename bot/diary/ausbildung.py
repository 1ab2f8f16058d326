"""The training as its contract has it, and the calendar that follows: sheets and training years. Pure.

Dates are days of the calendar without a zone, as in the contract. The German words are those of the law and of
the form (Empfehlung 156 des BIBB-Hauptausschusses, "HA 156").
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WEEK = timedelta(days=7)
MOST_YEARS = 8
"""A longer training is a typing mistake."""


class Nachweisform(StrEnum):
    """How the record is kept; it belongs in the contract (§ 11 Abs. 1 S. 2 Nr. 12 BBiG)."""

    TAEGLICH = "taeglich"
    WOECHENTLICH = "woechentlich"


class Aenderungsart(StrEnum):
    """What moved the end of a training.

    `verkuerzt`: § 8 Abs. 1, `verlaengert`: § 8 Abs. 2 or § 21 Abs. 3, `teilzeit`: § 7a BBiG.
    """

    VERKUERZT = "verkuerzt"
    VERLAENGERT = "verlaengert"
    TEILZEIT = "teilzeit"


@dataclass(frozen=True, slots=True)
class Aenderung:
    """A change of the contract: from a day on the training ends on another one."""

    art: Aenderungsart
    ab: date
    ende: date


@dataclass(frozen=True, slots=True)
class Zeitraum:
    """Days from the first to the last, both included."""

    von: date
    bis: date

    def __contains__(self, day: date) -> bool:
        return self.von <= day <= self.bis


@dataclass(frozen=True, slots=True)
class Ausbildung:
    """The master data of one apprentice's training; empty texts and None mean: not told yet.

    Attributes:
        name: surname and first name, as on the sheets.
        adresse: for the cover.
        beruf: the training occupation.
        fachrichtung: Fachrichtung or Schwerpunkt, if the occupation has one.
        betrieb: the company.
        ausbilder: who is responsible for the training there.
        abteilung: the department at present.
        beginn: the first day.
        ende: the last day by the contract, before any of `aenderungen`.
        form: daily or weekly.
        has_hours: whether the sheets have a column of hours.
        has_saturday: whether Saturday is a day of training.
        schultage: the weekdays at the vocational school, Monday is 0.
        has_blocks: whether school comes in blocks.
        bloecke: when these are, as far as they are known, in order.
        freie_tage: weekdays without training in part-time (§ 7a BBiG), Monday is 0.
        freie_tage_ab: from which day on these are free.
        probezeit: months of probation by the contract (§ 20 BBiG); None while unknown.
        angerechnet: months of earlier training that count (§ 7 BBiG).
        aenderungen: what moved the end later on, in the order in which it was agreed.
    """

    name: str = ""
    adresse: str = ""
    beruf: str = ""
    fachrichtung: str = ""
    betrieb: str = ""
    ausbilder: str = ""
    abteilung: str = ""
    beginn: date | None = None
    ende: date | None = None
    form: Nachweisform = Nachweisform.TAEGLICH
    has_hours: bool = True
    has_saturday: bool = False
    schultage: frozenset[int] = frozenset()
    has_blocks: bool = False
    bloecke: tuple[Zeitraum, ...] = ()
    freie_tage: frozenset[int] = frozenset()
    freie_tage_ab: date | None = None
    probezeit: int | None = None
    angerechnet: int = 0
    aenderungen: tuple[Aenderung, ...] = ()

    def is_free(self, day: date) -> bool:
        """Whether a day is one of the free weekdays of part-time."""
        begun = self.freie_tage_ab is None or day >= self.freie_tage_ab
        return begun and day.weekday() in self.freie_tage

    @property
    def zeitraum(self) -> Zeitraum | None:
        """From the first day to the last as things stand now, or None while one of them is unknown."""
        if self.beginn is None or self.ende is None:
            return None
        return Zeitraum(self.beginn, self.aenderungen[-1].ende if self.aenderungen else self.ende)


def monday(day: date) -> date:
    """The Monday of a day's calendar week."""
    return day - timedelta(days=day.weekday())


def weeks(zeitraum: Zeitraum) -> Iterator[date]:
    """The Mondays of all calendar weeks that a training touches, one sheet each."""
    week = monday(zeitraum.von)
    while week <= zeitraum.bis:
        yield week
        week += WEEK


def sheet_number(zeitraum: Zeitraum, day: date) -> int:
    """The number of the sheet for a day's week, from 1; a week without an entry keeps its number.

    Raises:
        ValueError: the week is not one of the training.
    """
    if not monday(zeitraum.von) <= day <= monday(zeitraum.bis) + WEEK - timedelta(days=1):
        raise ValueError(f"{day} is not in the training")
    return (monday(day) - monday(zeitraum.von)) // WEEK + 1


def months_between(first: date, last: date) -> int:
    """Whole months from a day to another; the 31st of a month without one is its last day."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - 1 if last < add_months(first, months) else months


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months on; the last of the month where there is none (§ 188 Abs. 3 BGB)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


def training_year(ausbildung: Ausbildung, week: date) -> int:
    """The training year of a week: that of its first day inside the contract.

    Months that count (§ 7 BBiG) come on top. A training that was extended because it was not finished (§ 8 Abs. 2,
    § 21 Abs. 3 BBiG) stays in its last year; one in part-time runs on into further years (§ 7a BBiG).

    Raises:
        ValueError: the dates of the training are unknown, or the week is not one of it.
    """
    zeitraum = ausbildung.zeitraum
    if zeitraum is None:
        raise ValueError("the training has no dates yet")
    sheet_number(zeitraum, week)
    day = max(monday(week), zeitraum.von)
    elapsed = months_between(zeitraum.von, day) + ausbildung.angerechnet
    regular_end = ausbildung.ende
    for each in ausbildung.aenderungen:
        if each.art is not Aenderungsart.VERLAENGERT:
            regular_end = each.ende
    assert regular_end is not None  # noqa: S101 - for the type checker
    whole = months_between(zeitraum.von, max(regular_end, zeitraum.von)) + ausbildung.angerechnet
    return min(elapsed, whole) // 12 + 1
