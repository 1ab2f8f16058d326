"""Shortening a training, as far as chambers give guidelines (§§ 7, 8, 45 BBiG). Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.calculators.periods import last_day
from bot.calculators.result import Result, Step


class Grund(StrEnum):
    """Why a training may be shortened; chambers know more reasons, but no figures for them."""

    MITTLERER = "mittlerer"
    ABITUR = "abitur"
    AB21 = "ab21"
    KEINER = "keiner"


RICHTWERT = {Grund.MITTLERER: 6, Grund.ABITUR: 12, Grund.AB21: 12, Grund.KEINER: 0}
"""Months by reason, as chambers usually shorten (fact `dual.verkuerzung.umfang`)."""
MINDESTENS = {36: 18, 42: 24}
"""Months that usually remain, by the regular duration; for others nothing is known."""
TEILBAR = 6
"""Months of earlier training count in multiples of so many (§ 7 BBiG)."""
VORZEITIG = 6
"""So many months earlier very good apprentices usually may take the exam (§ 45 Abs. 1 BBiG)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verkuerzung(Result):
    """A shortened training; the chamber decides.

    Attributes:
        kuerzung: the guideline for the reason (months).
        dauer: what remains (months); None when no guideline says.
        ist_begrenzt: whether the usual minimum was reached.
        ende: the last day, when the first one is known.
    """

    kuerzung: int
    dauer: int | None
    ist_begrenzt: bool
    ende: date | None


def verkuerzung(
    dauer: int, grund: Grund, *, angerechnet: int = 0, beginn: date | None = None
) -> Verkuerzung:
    """What usually remains of a training.

    Args:
        dauer: the regular duration (months).
        grund: the reason.
        angerechnet: months of earlier training that count.
        beginn: the first day.

    Raises:
        ValueError: the months that count are negative or no multiple of six.
    """
    if angerechnet < 0 or angerechnet % TEILBAR:
        raise ValueError("earlier training counts in multiples of six months")
    kuerzung = RICHTWERT[grund]
    mindestens = min(MINDESTENS.get(dauer, 0), dauer)
    rest = dauer - angerechnet - kuerzung
    bleibt = max(rest, mindestens)
    monate = bleibt if bleibt > 0 else None
    ende = last_day(beginn, monate) if beginn and monate else None
    ist_begrenzt = rest < mindestens
    umfang = ("IHK Kassel-Marburg", "dual.verkuerzung.umfang")
    found = (
        ("kuerzung", kuerzung or None, *umfang),
        ("keine_kuerzung", None if kuerzung else dauer, *umfang),
        ("angerechnet", angerechnet or None, "§ 7 BBiG", "dual.anrechnung"),
        ("mindestens", mindestens if ist_begrenzt else None, "IHK Bonn", umfang[1]),
        ("dauer", monate, "§ 8 Abs. 1 BBiG", "dual.verkuerzung"),
        ("offen", dauer if monate is None else None, "§ 8 Abs. 1 BBiG", "dual.verkuerzung"),
        ("ende", ende, "§ 8 Abs. 1 BBiG", "dual.verkuerzung"),
        ("vorzeitig", VORZEITIG, "§ 45 Abs. 1 BBiG", "dual.vorzeitige_pruefung"),
    )
    return Verkuerzung(
        steps=tuple(Step(name, value, *rule) for name, value, *rule in found if value is not None),
        kuerzung=kuerzung,
        dauer=monate,
        ist_begrenzt=ist_begrenzt,
        ende=ende,
    )
