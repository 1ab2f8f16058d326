"""The minimum pay of apprentices, and what a collective agreement changes (§ 17 Abs. 2–4, § 18 Abs. 1 BBiG). Pure."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from enum import StrEnum
from pathlib import Path

import yaml

from bot.calculators.result import NotKnown, Result, Step
from bot.errors import ConfigurationError
from knowledge.yamls import load_yaml

FILE = Path(__file__).with_name("mindestverguetung.yml")
AUFSCHLAG = (0, 18, 35, 40)
"""Per cent on the first year's amount, in the 1st to 4th year (§ 17 Abs. 2 BBiG)."""
MOST_BELOW = 20
"""A company without an agreement may pay so many per cent less than that of its branch (§ 17 Abs. 4 BBiG)."""
DAYS_OF_MONTH = 30
"""A month has so many days when the pay of single days is counted (§ 18 Abs. 1 S. 2 BBiG)."""
EURO, CENT = Decimal(1), Decimal("0.01")


class Tarif(StrEnum):
    """Whether a collective agreement binds the company."""

    GILT = "gilt"
    KEINER = "keiner"
    UNBEKANNT = "unbekannt"


@dataclass(frozen=True, slots=True)
class Row:
    """One start year: euros a month in the 1st to 4th year, the fact, and whose page it is."""

    amounts: tuple[int, ...]
    fact: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mindestverguetung(Result):
    """What must be paid at least.

    Attributes:
        gesetzlich: the statutory minimum (euros a month).
        mindestens: what holds here (euros a month); None when an agreement of the company decides.
        erster_monat: the pay of a first month that is no whole one (euros); None when it is whole or not asked.
    """

    gesetzlich: Decimal
    mindestens: Decimal | None
    erster_monat: Decimal | None


def load_table(path: Path = FILE) -> Mapping[int, Row]:
    """The announced amounts by start year.

    Raises:
        ConfigurationError: the file cannot be read, or a row is none.
    """
    try:
        rows = load_yaml(path.read_text(encoding="utf-8"))
        return {
            int(year): Row(tuple(row["amounts"]), row["fact"], row["source"])
            for year, row in rows.items()
        }
    except (OSError, yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"{path}: {error}") from error


def of_year(first: int, ausbildungsjahr: int) -> Decimal:
    """The amount of a training year from that of the first; half a euro and more is rounded up (§ 17 Abs. 2 BBiG)."""
    percent = Decimal(100 + AUFSCHLAG[ausbildungsjahr - 1])
    return (first * percent / 100).quantize(EURO, ROUND_HALF_UP)


def for_days(monatlich: Decimal, tage: int) -> Decimal:
    """The pay of single days: a thirtieth of the month each, no more than the month's (§ 18 Abs. 1 BBiG)."""
    return (monatlich * min(tage, DAYS_OF_MONTH) / DAYS_OF_MONTH).quantize(CENT, ROUND_HALF_UP)


def mindestverguetung(
    table: Mapping[int, Row],
    jahr: int,
    ausbildungsjahr: int,
    *,
    tarif: Tarif = Tarif.UNBEKANNT,
    branche: Decimal | None = None,
    beginn: date | None = None,
) -> Mindestverguetung:
    """What must be paid at least.

    Args:
        table: the announced amounts.
        jahr: the year in which the training begins.
        ausbildungsjahr: 1 to 4.
        tarif: whether an agreement binds the company.
        branche: what the agreement of the branch gives in that training year (euros a month), if the company has none.
        beginn: the first day, for the pay of a first month that is no whole one.

    Raises:
        NotKnown: no checked fact has the year.
    """
    if jahr not in table:
        raise NotKnown(jahr)
    row = table[jahr]
    gesetzlich = Decimal(row.amounts[ausbildungsjahr - 1])
    mindestens = _at_least(gesetzlich, tarif, branche)
    erster = _first_month(mindestens, beginn) if mindestens and ausbildungsjahr == 1 else None
    steps = [
        Step("jahr", jahr, "§ 17 Abs. 2 BBiG", "verguetung.minimum.regel"),
        Step("gesetzlich", gesetzlich, row.source, row.fact),
        _tariff_step(tarif, branche, mindestens),
    ]
    if erster is not None:
        steps.append(Step("erster_monat", erster, "§ 18 Abs. 1 BBiG", "verguetung.anspruch"))
    return Mindestverguetung(
        steps=tuple(steps), gesetzlich=gesetzlich, mindestens=mindestens, erster_monat=erster
    )


def _tariff_step(tarif: Tarif, branche: Decimal | None, mindestens: Decimal | None) -> Step:
    if tarif is Tarif.GILT:
        return Step("tarif_gilt", MOST_BELOW, "§ 17 Abs. 3 BBiG", "verguetung.tarif")
    if branche is not None and mindestens is not None:
        return Step("branche", mindestens, "§ 17 Abs. 4 BBiG", "verguetung.tarif")
    name = "kein_tarif" if tarif is Tarif.KEINER else "tarif_unbekannt"
    return Step(name, MOST_BELOW, "§ 17 Abs. 4 BBiG", "verguetung.tarif")


def _at_least(gesetzlich: Decimal, tarif: Tarif, branche: Decimal | None) -> Decimal | None:
    if tarif is Tarif.GILT:
        return None
    if branche is None:
        return gesetzlich
    return max(gesetzlich, (branche * (100 - MOST_BELOW) / 100).quantize(CENT, ROUND_CEILING))


def _first_month(monatlich: Decimal, beginn: date | None) -> Decimal | None:
    if beginn is None or beginn.day == 1:
        return None
    tage = monthrange(beginn.year, beginn.month)[1] - beginn.day + 1
    return for_days(monatlich, tage)
