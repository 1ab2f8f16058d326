"""Training in part-time: how long it lasts, when it ends, what is paid at least (§§ 7a, 8, 17 Abs. 5 BBiG). Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from fractions import Fraction

from bot.calculators.periods import last_day
from bot.calculators.result import Result, Step

MINDESTANTEIL = Fraction(1, 2)
"""The hours may be cut by half at most (§ 7a Abs. 1 S. 3 BBiG)."""
HOECHSTENS = Fraction(3, 2)
"""So many times the regular duration at most (§ 7a Abs. 2 S. 1 BBiG)."""
NAHE_VOLLZEIT = 6
"""Months above the regular duration that a joint request takes away (§ 8 Abs. 1 S. 2 BBiG)."""
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Teilzeit(Result):
    """Training in part-time.

    Attributes:
        dauer: whole months.
        ist_begrenzt: whether the cap of one and a half times the regular duration was reached.
        kann_wie_vollzeit: whether a joint request would bring it down to the regular duration.
        ende: the last day, when the first one is known.
        verguetung: at least so much a month (euros), when the full-time pay is known.
    """

    dauer: int
    ist_begrenzt: bool
    kann_wie_vollzeit: bool
    ende: date | None
    verguetung: Decimal | None


def teilzeit(
    dauer: int,
    *,
    vollzeit: Decimal,
    stunden: Decimal,
    beginn: date | None = None,
    verguetung: Decimal | None = None,
    kuerzung: int | None = None,
) -> Teilzeit:
    """Duration, end and pay of a training that is in part-time from its first day to its last.

    Args:
        dauer: the regular duration in full-time (months).
        vollzeit: hours a week in full-time.
        stunden: hours a week in part-time.
        beginn: the first day.
        verguetung: the pay in full-time (euros a month).
        kuerzung: the months that a joint request takes away (§ 8 Abs. 1); None: there is no request.

    Raises:
        ValueError: the hours are more than in full-time, or less than half of them.
    """
    anteil = Fraction(stunden) / Fraction(vollzeit)
    if not MINDESTANTEIL <= anteil <= 1:
        raise ValueError("part-time is half of the hours at least and all of them at most")
    verlaengert, hoechstens = int(dauer / anteil), int(dauer * HOECHSTENS)
    allein = min(verlaengert, hoechstens)
    monate = allein if kuerzung is None else gekuerzt(allein, dauer, kuerzung)
    kann = kuerzung is None and gekuerzt(allein, dauer, 0) < allein
    ende = last_day(beginn, monate) if beginn else None
    lohn = _mindestens(verguetung, anteil) if verguetung is not None else None
    prozent = (Decimal(100) * stunden / vollzeit).quantize(Decimal("0.1"), ROUND_HALF_UP)
    found = (
        ("anteil", prozent, "§ 7a Abs. 1 BBiG", "teilzeit.umfang"),
        ("verlaengert", verlaengert, "§ 7a Abs. 2 BBiG", "teilzeit.dauer"),
        (
            "hoechstens",
            hoechstens if verlaengert > hoechstens else None,
            "§ 7a Abs. 2 BBiG",
            "teilzeit.dauer",
        ),
        (
            "gekuerzt",
            monate if kuerzung is not None else None,
            "§ 8 Abs. 1 BBiG",
            "teilzeit.dauer",
        ),
        ("ende", ende, "§ 7a Abs. 2 BBiG", "teilzeit.dauer"),
        ("wie_vollzeit", dauer if kann else None, "§ 8 Abs. 1 BBiG", "teilzeit.dauer"),
        ("verguetung", lohn, "§ 17 Abs. 5 BBiG", "teilzeit.verguetung"),
    )
    return Teilzeit(
        steps=tuple(Step(name, value, *rest) for name, value, *rest in found if value is not None),
        dauer=monate,
        ist_begrenzt=verlaengert > hoechstens,
        kann_wie_vollzeit=kann,
        ende=ende,
        verguetung=lohn,
    )


def gekuerzt(monate: int, regulaer: int, kuerzung: int) -> int:
    """Months that are left after a joint request; near the regular duration it is that (§ 8 Abs. 1 S. 2 BBiG)."""
    rest = monate - kuerzung
    return regulaer if regulaer <= rest <= regulaer + NAHE_VOLLZEIT else rest


def _mindestens(verguetung: Decimal, anteil: Fraction) -> Decimal:
    """Rounded up to the cent: below it the cut would be larger than that of the hours."""
    genau = verguetung * anteil.numerator / anteil.denominator
    return genau.quantize(CENT, ROUND_CEILING)
