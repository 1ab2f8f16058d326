"""What the calculators ask for: how each answer is read, and what it may be. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from math import ceil

from bot.calculators.ausland import MONATE, WOCHEN
from bot.calculators.values import Quantity, read_amount, read_date, read_quantity
from knowledge.text import normalise

Answer = date | Decimal | int | StrEnum | None
"""One answer; None: passed over."""

SKIPPED = "keine"
"""How a slot says that its question was passed over."""
_SKIPS = frozenset(
    {
        *(SKIPPED, "nein", "nee", "noe", "ueberspringen", "weiter", "egal", "weiss nicht", "kein"),
        *("weiss ich nicht", "weiss ich noch nicht", "noch nicht", "keine ahnung", "ka"),
        *("vorher", "schon vorher", "frueher", "schon laenger", "schon lange"),
    }
)
MOST_YEARS = 10
"""Dates further from today than this are typing mistakes."""
SHORTEST, LONGEST = 12, 48
"""Months that a training lasts; others are typing mistakes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known when an answer is read: the answers before it by slot, and the day."""

    answers: Mapping[str, Answer]
    today: date


class Unclear(ValueError):
    """The text does not say one such value; `response` asks again with an example."""

    def __init__(self, response: str, **values: str) -> None:
        super().__init__(response)
        self.response = response
        self.values = values


Read = Callable[[str, Asked], Answer]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a calculator.

    Attributes:
        slot: where the answer is kept.
        read: reads an answer; raises `Unclear` or `ImpossibleDate`.
        may_skip: whether it may be passed over.
        known: the slots of known dates that are offered, such as `ausbildung_beginn`.
    """

    slot: str
    read: Read
    may_skip: bool = False
    known: tuple[str, ...] = field(default=())

    def answer(self, text: str, asked: Asked) -> Answer:
        """The answer that a text gives.

        Raises:
            Unclear: it gives none, or one that cannot be.
            ImpossibleDate: it names a day that does not exist.
        """
        if self.may_skip and normalise(text).strip(" .!") in _SKIPS:
            return None
        return self.read(text, asked)


def a_date(text: str, asked: Asked) -> date:
    """A day within ten years."""
    day = read_date(text)
    if day is None:
        raise Unclear("utter_calculator_unclear_date")
    if abs(day.year - asked.today.year) > MOST_YEARS:
        raise Unclear("utter_calculator_far_date")
    return day


def a_duration(text: str, asked: Asked) -> int:
    """The regular duration of a training (months): "3 Jahre", "42 Monate", "dreieinhalb"."""
    found = read_quantity(text)
    months = _months(found) if found else None
    if months is None or months % 1:
        raise Unclear("utter_calculator_unclear_duration")
    if not SHORTEST <= months <= LONGEST:
        raise Unclear("utter_calculator_far_duration")
    return int(months)


def _months(found: Quantity) -> Decimal | None:
    if found.unit == "monate" or (not found.unit and found.number >= SHORTEST):
        return found.number
    return found.number * MONATE if found.unit in ("jahre", "") else None


def an_amount(text: str, asked: Asked) -> Decimal:
    """Euros a month."""
    amount = read_amount(text)
    if amount is None or amount <= 0:
        raise Unclear("utter_calculator_unclear_amount")
    return amount


def weeks(text: str, asked: Asked) -> int:
    """Whole weeks; months become as many weeks, a begun one counts."""
    found = read_quantity(text)
    if found is None or found.unit not in ("wochen", "monate", "") or found.number <= 0:
        raise Unclear("utter_calculator_unclear_weeks")
    number = found.number * WOCHEN / MONATE if found.unit == "monate" else found.number
    return ceil(number)


def number(units: tuple[str, ...], low: Decimal | int, high: Decimal | int, otherwise: str) -> Read:
    """Reads a number with one of these units or none, within bounds; else `otherwise` is said."""

    def read(text: str, asked: Asked) -> Decimal:
        found = read_quantity(text)
        if found is None or found.unit not in (*units, "") or not low <= found.number <= high:
            raise Unclear(otherwise)
        return found.number

    return read


def whole(units: tuple[str, ...], low: int, high: int, otherwise: str) -> Read:
    """Reads a whole number with one of these units or none, within bounds; else `otherwise` is said."""
    any_number = number(units, low, high, otherwise)

    def read(text: str, asked: Asked) -> int:
        found = any_number(text, asked)
        if not isinstance(found, Decimal) or found % 1:
            raise Unclear(otherwise)
        return int(found)

    return read


def choice(words: Mapping[StrEnum, str], otherwise: str) -> Read:
    """Reads one of several choices by the words that stand for it (comma between them)."""
    meant = {word.strip(): each for each, listed in words.items() for word in listed.split(",")}

    def read(text: str, asked: Asked) -> StrEnum:
        typed = normalise(text).strip(" .!")
        if typed not in meant:
            raise Unclear(otherwise)
        return meant[typed]

    return read
