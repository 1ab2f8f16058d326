"""A stay abroad during the training: how long it may be, and from when on a plan is needed (§§ 2, 76 BBiG). Pure."""

from dataclasses import dataclass
from decimal import Decimal

from bot.calculators.result import Result, Step

VIERTEL = 4
"""A stay shall be no longer than one of so many parts of the training (§ 2 Abs. 3 BBiG)."""
OHNE_PLAN = 8
"""Weeks that need no plan agreed with the chamber (§ 76 Abs. 3 BBiG)."""
WOCHEN, MONATE = 52, 12
"""A year's, to compare weeks with months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ausland(Result):
    """A stay abroad.

    Attributes:
        hoechstens: all stays together should be no longer (months; the law says "soll").
        hoechstens_wochen: the same in whole weeks.
        passt: whether the planned stay is within that; None when none was named.
        braucht_plan: whether it needs a plan agreed with the chamber; None when none was named.
    """

    hoechstens: Decimal
    hoechstens_wochen: int
    passt: bool | None
    braucht_plan: bool | None


def ausland(dauer: int, *, wochen: int | None = None) -> Ausland:
    """What holds for a stay abroad.

    Args:
        dauer: the regular duration of the training (months).
        wochen: how long the stay is planned.
    """
    monate = Decimal(dauer) / VIERTEL
    hoechstens = dauer * WOCHEN // (MONATE * VIERTEL)
    found = [
        Step("hoechstens", monate, "§ 2 Abs. 3 BBiG", "ausland.ausbildung"),
        Step("wochen", hoechstens, "§ 2 Abs. 3 BBiG", "ausland.ausbildung"),
    ]
    if wochen is None:
        found.append(Step("ab_wann_plan", OHNE_PLAN, "§ 76 Abs. 3 BBiG", "ausland.plan"))
        return Ausland(
            steps=tuple(found),
            hoechstens=monate,
            hoechstens_wochen=hoechstens,
            passt=None,
            braucht_plan=None,
        )
    passt, braucht_plan = wochen <= hoechstens, wochen > OHNE_PLAN
    found += [
        Step("passt" if passt else "zu_lang", wochen, "§ 2 Abs. 3 BBiG", "ausland.ausbildung"),
        Step(
            "plan" if braucht_plan else "kein_plan", OHNE_PLAN, "§ 76 Abs. 3 BBiG", "ausland.plan"
        ),
    ]
    return Ausland(
        steps=tuple(found),
        hoechstens=monate,
        hoechstens_wochen=hoechstens,
        passt=passt,
        braucht_plan=braucht_plan,
    )
