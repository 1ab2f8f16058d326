"""The minimum leave of a calendar year, by age and by how much of the year one is employed. Pure.

§ 19 JArbSchG; §§ 3 to 5 BUrlG, which hold for the young too (§ 19 Abs. 4 JArbSchG).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from bot.calculators.periods import full_months, last_day
from bot.calculators.result import Result, Step

JUGENDLICHE = ((16, 30), (17, 27), (18, 25))
"""Working days of leave (Monday to Saturday) below an age on 1 January (§ 19 Abs. 2 JArbSchG)."""
ERWACHSENE = 24
"""Working days of leave from 18 on (§ 3 BUrlG)."""
WERKTAGE = 6
"""A week's, Monday to Saturday (§ 3 Abs. 2 BUrlG)."""
WARTEZEIT = 6
"""Months until the full leave is due (§ 4 BUrlG)."""
ZWOELFTEL = 12
JUNI_ENDE = (6, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Urlaub(Result):
    """The leave of one calendar year.

    Attributes:
        werktage: Monday to Saturday.
        arbeitstage: by the days that one works a week.
        monate: the full months that count; None: the whole leave is due.
    """

    werktage: Decimal
    arbeitstage: Decimal
    monate: int | None


def age_on_new_year(geburtstag: date, jahr: int) -> int:
    """The age on 1 January; who is born on that day is a year older already (§ 187 Abs. 2 S. 2 BGB)."""
    return jahr - geburtstag.year - ((geburtstag.month, geburtstag.day) > (1, 1))


def werktage(alter: int) -> int:
    """The working days of leave of a whole year, by the age on 1 January."""
    return next((days for below, days in JUGENDLICHE if alter < below), ERWACHSENE)


def share(tage: Fraction, monate: int) -> Fraction:
    """A twelfth for each full month; half a day and more is rounded up, less stays (§ 5 Abs. 1 and 2 BUrlG)."""
    genau = tage * monate / ZWOELFTEL
    rest = genau % 1
    return genau - rest + 1 if rest >= Fraction(1, 2) else genau


def urlaub(
    jahr: int,
    *,
    alter: int,
    beginn: date | None = None,
    ende: date | None = None,
    wochentage: int = 5,
) -> Urlaub:
    """The minimum leave in a calendar year.

    Args:
        jahr: the year.
        alter: the age on its 1 January.
        beginn: the first day of the employment; None: so long ago that the waiting time is over.
        ende: its last day; None: not in this year.
        wochentage: days of work a week, 1 to 6.

    Raises:
        ValueError: there is no employment in this year.
    """
    von, bis = _in_year(jahr, beginn, ende)
    monate = _months(jahr, von, bis, beginn, ende)
    ganze = werktage(alter)
    je_woche = Fraction(ganze * wochentage, WERKTAGE)
    in_werktagen = Fraction(ganze) if monate is None else share(Fraction(ganze), monate)
    in_arbeitstagen = je_woche if monate is None else share(je_woche, monate)
    gesetz = (
        ("§ 3 BUrlG", "urlaub.ab18")
        if alter >= JUGENDLICHE[-1][0]
        else ("§ 19 Abs. 2 JArbSchG", "urlaub.u18")
    )
    teil = ("§§ 4, 5 BUrlG", "urlaub.teilurlaub")
    found = [
        Step("jahr", jahr, *gesetz),
        Step("ganzes_jahr", ganze, *gesetz),
        *([Step("monate", monate, *teil)] if monate is not None else []),
        *([Step("teil", _decimal(in_werktagen), *teil)] if monate is not None else []),
        Step("arbeitstage", _decimal(in_arbeitstagen), *(teil if monate is not None else gesetz)),
        Step("wochentage", wochentage, *gesetz),
    ]
    return Urlaub(
        steps=tuple(found),
        werktage=_decimal(in_werktagen),
        arbeitstage=_decimal(in_arbeitstagen),
        monate=monate,
    )


def _in_year(jahr: int, beginn: date | None, ende: date | None) -> tuple[date, date]:
    von = max(beginn or date(jahr, 1, 1), date(jahr, 1, 1))
    bis = min(ende or date(jahr, 12, 31), date(jahr, 12, 31))
    if von > bis:
        raise ValueError(f"no employment in {jahr}")
    return von, bis


def _months(jahr: int, von: date, bis: date, beginn: date | None, ende: date | None) -> int | None:
    """The full months that count, or None when the whole leave is due.

    The full leave is due only after the waiting time: who begins on 1 July has it not yet on 31 December.
    """
    is_waiting = beginn is not None and last_day(beginn, WARTEZEIT) >= bis
    leaves_early = ende is not None and ende <= date(jahr, *JUNI_ENDE)
    return full_months(von, bis) if is_waiting or leaves_early else None


def _decimal(tage: Fraction) -> Decimal:
    return (Decimal(tage.numerator) / tage.denominator).quantize(Decimal("0.01"))
