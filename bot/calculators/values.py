"""Reads exactly one date, number or amount from what a person typed, and writes values for slots. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from knowledge.text import normalise

CENTURY = 70
"""A year of two digits from here on is of the last century."""
_MONTHS = (
    *("januar", "februar", "maerz", "april", "mai", "juni"),
    *("juli", "august", "september", "oktober", "november", "dezember"),
)
_UNITS = {
    "stunden": "stunden stunde std h wochenstunden",
    "euro": "euro eur €",
    "jahre": "jahre jahr jahren",
    "monate": "monate monat monaten",
    "wochen": "wochen woche",
    "tage": "tage tag tagen arbeitstage",
    "prozent": "prozent %",
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_WORDS = {
    "ein": "1", "eine": "1", "einen": "1", "eins": "1", "zwei": "2", "drei": "3", "vier": "4", "fuenf": "5",
    "sechs": "6", "sieben": "7", "acht": "8", "neun": "9", "zehn": "10", "elf": "11", "zwoelf": "12",
    "anderthalb": "1,5", "eineinhalb": "1,5", "zweieinhalb": "2,5", "dreieinhalb": "3,5", "zwanzig": "20",
    "dreissig": "30", "vierzig": "40", "erste": "1", "ersten": "1", "erstes": "1", "zweite": "2",
    "zweiten": "2", "zweites": "2", "dritte": "3", "dritten": "3", "drittes": "3", "vierte": "4", "vierten": "4",
}  # fmt: skip
_FILLERS = frozenset([
    "ab", "am", "vom", "seit", "zum", "bis", "ca", "ca.", "circa", "etwa", "ungefaehr", "so", "rund", "genau", "ich",
    "habe", "hab", "mache", "mach", "bin", "bekomme", "krieg", "kriege", "es", "sind", "das", "ist", "mit", "im", "in",
    "der", "die", "pro", "je", "alt", "woechentlich", "brutto", "monatlich", "lehrjahr", "ausbildungsjahr", "lang",
    "lange", "dauert", "fange", "fang", "an", "begann", "begonnen", "gestartet", "angefangen", "geboren", "fuer", "nur",
])  # fmt: skip
"""What stands around a value and says nothing of it."""
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d{1,7}(?:[.,]\d{1,2})?")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_FIGURES = re.compile(r"(?P<day>\d{1,2})[./-](?P<month>\d{1,2})[./-](?P<year>\d{4}|\d{2})")
_NAMED = re.compile(r"(?P<day>\d{1,2})\.? ?(?P<month>[a-z]{3,9})\.? ?(?P<year>\d{4}|\d{2})")


class ImpossibleDate(ValueError):
    """The text names a day that no calendar has; `text` is what was typed."""

    def __init__(self, text: str) -> None:
        super().__init__("no such day")
        self.text = text


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with the unit that was typed behind it; an empty unit: none was."""

    number: Decimal
    unit: str = ""


def read_date(text: str) -> date | None:
    """The one day that a text names ("1.9.2026", "ab 1. September 26"); None when it is unclear.

    Raises:
        ImpossibleDate: the text names a day that does not exist.
    """
    words = " ".join(_telling(text))
    for pattern in (_ISO, _FIGURES, _NAMED):
        found = pattern.fullmatch(re.sub(r"(?<=\d\.) (?=\d)", "", words))
        if found and (month := _month(found["month"])):
            try:
                return date(_year(found["year"]), month, int(found["day"]))
            except ValueError as error:
                raise ImpossibleDate(text.strip()) from error
    return None


def read_quantity(text: str) -> Quantity | None:
    """The one number that a text names, with its unit ("30 Stunden", "1.200 €", "drei"); None when unclear."""
    spaced = re.sub(r"(?<=\d)(?=[a-z€%])|(?<=€)(?=\d)|(?<=\d),-+", " ", normalise(text))
    units, numbers = [], []
    for word in _telling(spaced):
        bare = word.rstrip(".")
        if bare in _UNIT_OF:
            units.append(_UNIT_OF[bare])
        else:
            numbers.append(_WORDS.get(bare, bare))
    # The unit of the first kind decides: "30 Stunden die Woche" are hours.
    if len(numbers) != 1 or not _NUMBER.fullmatch(numbers[0]):
        return None
    return Quantity(_decimal(numbers[0]), units[0] if units else "")


def read_amount(text: str) -> Decimal | None:
    """The one amount of money that a text names (euros); None when it is unclear."""
    found = read_quantity(text)
    return found.number if found and found.unit in ("", "euro") else None


def is_value(text: str) -> bool:
    """Whether a text names nothing but a number or a day, be it one that does not exist."""
    try:
        return read_quantity(text) is not None or read_date(text) is not None
    except ImpossibleDate:
        return True


def written(value: date | Decimal | int | str) -> str:
    """A value as a slot keeps it; reading it again gives the same."""
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(value)


def _telling(text: str) -> list[str]:
    """The words of a text without those that only stand around a value."""
    words = normalise(text).strip(" ?!.").split()
    return [word for word in (each.strip("?!") for each in words) if word not in _FILLERS]


def _decimal(figures: str) -> Decimal:
    if "," in figures or re.fullmatch(r"\d{1,3}(?:\.\d{3})+", figures):
        figures = figures.replace(".", "").replace(",", ".")
    return Decimal(figures)


def _year(figures: str) -> int:
    year = int(figures)
    if len(figures) == 4:
        return year
    return year + (1900 if year >= CENTURY else 2000)


def _month(name: str) -> int | None:
    """The number of a month from figures, its name or the beginning of its name."""
    if name.isdecimal():
        return int(name)
    numbers = [place for place, known in enumerate(_MONTHS, 1) if known.startswith(name)]
    return numbers[0] if len(numbers) == 1 else None
