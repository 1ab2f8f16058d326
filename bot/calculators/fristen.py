"""The end of the probation and the notice periods of a dual training (§§ 20, 22 BBiG). Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.calculators.periods import last_day
from bot.calculators.result import Result, Step

PROBEZEIT = (1, 4)
"""Months at least and at most (§ 20 BBiG)."""
VIER_WOCHEN = timedelta(weeks=4)
"""The notice of an apprentice who gives up or changes the occupation (§ 22 Abs. 2 Nr. 2 BBiG)."""
ZWEI_WOCHEN = timedelta(weeks=2)
"""A serious reason may be known no longer than this (§ 22 Abs. 4 BBiG)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fristen(Result):
    """Probation and notice.

    Attributes:
        probezeit_ende: its last day.
        in_probezeit: whether the notice arrives in it; None when none was named.
        letzter_tag: the last day of the training after the apprentice's notice; None when none was named.
    """

    probezeit_ende: date
    in_probezeit: bool | None
    letzter_tag: date | None


def fristen(beginn: date, probezeit: int, *, kuendigung: date | None = None) -> Fristen:
    """When the probation ends, and when a training that the apprentice gives up.

    Args:
        beginn: the first day of the training.
        probezeit: its probation as agreed (months).
        kuendigung: the day on which the apprentice's notice arrives.

    Raises:
        ValueError: the probation is shorter than one month or longer than four, or the notice is before the beginning.
    """
    if not PROBEZEIT[0] <= probezeit <= PROBEZEIT[1]:
        raise ValueError("the probation lasts one to four months")
    if kuendigung is not None and kuendigung < beginn:
        raise ValueError("a notice before the beginning is another case")
    probezeit_ende = last_day(beginn, probezeit)
    in_probezeit = None if kuendigung is None else kuendigung <= probezeit_ende
    letzter = kuendigung
    if kuendigung is not None and not in_probezeit:
        letzter = kuendigung + VIER_WOCHEN
    danach = ("§ 22 Abs. 2 BBiG", "dual.kuendigung.nach_probezeit")
    probe = ("§ 22 Abs. 1 BBiG", "dual.probezeit")
    found = (
        ("probezeit_ende", probezeit_ende, "§ 20 BBiG", "dual.probezeit"),
        ("allgemein", VIER_WOCHEN.days // 7 if kuendigung is None else None, *danach),
        ("in_probezeit", letzter if in_probezeit else None, *probe),
        ("nach_probezeit", letzter if in_probezeit is False else None, *danach),
        (
            "wichtiger_grund",
            ZWEI_WOCHEN.days // 7,
            "§ 22 Abs. 4 BBiG",
            "dual.kuendigung.frist_wichtiger_grund",
        ),
    )
    return Fristen(
        steps=tuple(Step(name, value, *rule) for name, value, *rule in found if value is not None),
        probezeit_ende=probezeit_ende,
        in_probezeit=in_probezeit,
        letzter_tag=letzter,
    )
