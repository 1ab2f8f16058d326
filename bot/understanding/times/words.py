"""The words for days, numbers and units that the grammar knows; and slips of the finger in them. Pure."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain

WEEKDAYS = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
WEEKDAY_SHORT: Mapping[str, str] = {
    "mo": "montag",
    "di": "dienstag",
    "mi": "mittwoch",
    "do": "donnerstag",
    "fr": "freitag",
    "sa": "samstag",
    "mittw": "mittwoch",
    "donn": "donnerstag",
    "sonnabend": "samstag",
}
"""`so` is not among them: it is a weekday only beside another day or before a noun (`dates`)."""

LONGEST_SHORT = 2
"""Two letters are no word (characters)."""

MONTHS: Mapping[str, int] = {
    "januar": 1, "jaenner": 1, "jan": 1, "februar": 2, "feb": 2, "maerz": 3, "mrz": 3, "april": 4,
    "apr": 4, "mai": 5, "juni": 6, "jun": 6, "juli": 7, "jul": 7, "august": 8, "aug": 8,
    "september": 9, "sept": 9, "sep": 9, "oktober": 10, "okt": 10, "november": 11, "nov": 11,
    "dezember": 12, "dez": 12,
}  # fmt: skip

RELATIVE: Mapping[str, int] = {
    "vorvorgestern": -3,
    "vorgestern": -2,
    "gestern": -1,
    "heute": 0,
    "morgen": 1,
    "uebermorgen": 2,
}
"""Days from today."""

SPELLINGS: Mapping[str, str] = {
    "heut": "heute",
    "heude": "heute",
    "heit": "heute",
    "heid": "heute",
    "hait": "heute",
    "huet": "heute",
    "gestan": "gestern",
    "gschtern": "gestern",
    "gestean": "gestern",
    "mondog": "montag",
    "montog": "montag",
    "deanstog": "dienstag",
    "dienstog": "dienstag",
    "donnerstog": "donnerstag",
    "freidog": "freitag",
    "freitog": "freitag",
    "samstog": "samstag",
    "sonntog": "sonntag",
    "sunntog": "sonntag",
    "vo": "von",
    "morgn": "morgen",
    "uebamorgen": "uebermorgen",
    "dreiviertl": "dreiviertel",
    "viertl": "viertel",
    "halber": "halb",
    "hoib": "halb",
    "hoiwa": "halb",
    "om": "um",
    "hoibe": "halbe",
    "hoibn": "halben",
    "hoiwe": "halbe",
    "mondach": "montag",
    "dienstach": "dienstag",
    "middwoch": "mittwoch",
    "midwoch": "mittwoch",
    "jedn": "jeden",
    "fria": "frueh",
    "donnerstach": "donnerstag",
    "freitach": "freitag",
    "samstach": "samstag",
    "sonntach": "sonntag",
    "gesdern": "gestern",
    "today": "heute",
    "oans": "1",
    "zwoa": "2",
    "dreie": "3",
    "viere": "4",
    "fuenfe": "5",
    "fimfe": "5",
    "sechse": "6",
    "siebene": "7",
    "sieme": "7",
    "neune": "9",
    "neine": "9",
    "zehne": "10",
    "elfe": "11",
    "zwoelfe": "12",
}

_UNITS = ("null", "eins", "zwei", "drei", "vier", "fuenf", "sechs", "sieben", "acht", "neun")
_TEENS = (
    "zehn", "elf", "zwoelf", "dreizehn", "vierzehn", "fuenfzehn", "sechzehn", "siebzehn",
    "achtzehn", "neunzehn",
)  # fmt: skip
_TENS = ("zwanzig", "dreissig", "vierzig", "fuenfzig", "sechzig", "siebzig", "achtzig", "neunzig")
_IRREGULAR = {"erst": 1, "dritt": 3, "siebt": 7, "acht": 8}
LONGEST_MONTH = 31


def _cardinals() -> dict[str, int]:
    words = {word: number for number, word in enumerate(chain(_UNITS, _TEENS))}
    for tens, word in enumerate(_TENS, start=2):
        words[word] = 10 * tens
        for unit, small in enumerate(_UNITS[1:], start=1):
            words[("ein" if unit == 1 else small) + "und" + word] = 10 * tens + unit
    return words | {"zwo": 2}


@lru_cache(maxsize=1)
def cardinals() -> Mapping[str, int]:
    """Number words from 0 to 99, folded. Not `ein`: it is an article more often."""
    return _cardinals()


@lru_cache(maxsize=1)
def ordinals() -> Mapping[str, int]:
    """Words such as `dritten` and `einunddreissigsten` up to 31, in their weak forms."""
    twenty = 20
    stems = {
        word + ("st" if number >= twenty else "t"): number
        for word, number in _cardinals().items()
        if 0 < number <= LONGEST_MONTH
    }
    for wrong in ("einst", "dreit", "siebent", "achtt"):
        stems.pop(wrong, None)
    stems |= _IRREGULAR
    return {stem + ending: number for stem, number in stems.items() for ending in ("en", "er", "e")}


SHORTEST_SLIP = 6
"""Shorter words have too many neighbours (characters)."""


def is_slip(typed: str, known: str) -> bool:
    """Whether one word is another with one letter wrong, missing, added or swapped.

    The first letter stands, and a letter added at the end is an ending, not a slip (`Montage`).
    """
    if len(known) < SHORTEST_SLIP or typed[:1] != known[:1] or typed.startswith(known):
        return False
    if abs(len(typed) - len(known)) > 1:
        return False
    same = next(
        (i for i, (a, b) in enumerate(zip(typed, known, strict=False)) if a != b), len(typed)
    )
    left, right = typed[same:], known[same:]
    return (
        left[1:] == right[1:]
        or left[1:] == right
        or left == right[1:]
        or (left[:2] == right[1::-1] and left[2:] == right[2:])
    )


def meant(typed: str, known: Iterable[str]) -> str | None:
    """The known word that a typed one is, or is by one slip."""
    words = tuple(known)
    if typed in words:
        return typed
    return next((word for word in words if is_slip(typed, word)), None)


_EACH_WEEK = tuple(f"{day}s" for day in WEEKDAYS)
_SLIPS = (
    *WEEKDAYS,
    *_EACH_WEEK,
    "gestern",
    "vorgestern",
    "september",
    "oktober",
    "november",
    "dezember",
)


@lru_cache(maxsize=20_000)
def canonical(word: str) -> str:
    """The form in which the grammar reads a folded word; numbers become figures."""
    if word in cardinals():
        return str(cardinals()[word])
    if word in ordinals():
        return f"{ordinals()[word]}te"
    known = WEEKDAY_SHORT.get(word) or SPELLINGS.get(word) or meant(word, _SLIPS)
    if known is None and word.endswith("s"):
        known = _each_week(word[:-1])
    return known or word


def _each_week(word: str) -> str | None:
    """`sonnabends` and `freidogs` are said as `freitags` is."""
    day = WEEKDAY_SHORT.get(word) if len(word) > LONGEST_SHORT else SPELLINGS.get(word)
    return f"{day}s" if day in WEEKDAYS else None
