"""German text, prepared for comparing: normalising, tokens, stems, n-grams, figures. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Lower case without umlauts, invisible characters, and letters repeated more than twice."""
    lowered = unicodedata.normalize("NFKC", text).lower()
    # Twice: "üüü" is one letter before folding, and "sß" three of one after it.
    folded = _twice_at_most(_twice_at_most(lowered).translate(_FOLD))
    folded = "".join(
        " " if char.isspace() else char
        for char in folded
        if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    return _SPACE.sub(" ", folded).strip()


def _twice_at_most(text: str) -> str:
    return _REPEATED.sub(r"\1\1", text)


def tokens(text: str) -> list[str]:
    """The words and numbers of a text, normalised."""
    return _WORD.findall(normalise(text))


@lru_cache(maxsize=20_000)
def stem(token: str) -> str:
    """A token's stem, by the Snowball stemmer for German (it reads ae as ä)."""
    # A stemmer keeps state while it works, so each call has its own; the cache pays for it.
    return str(snowballstemmer.stemmer("german").stemWord(token))


def stems(text: str) -> list[str]:
    """The stems of a text's tokens, in order."""
    return [stem(token) for token in tokens(text)]


def ngrams(token: str, low: int, high: int) -> Iterator[str]:
    """The character n-grams of a token with its borders marked, from `low` to `high` characters."""
    marked = f"<{token}>"
    for size in range(low, high + 1):
        for start in range(len(marked) - size + 1):
            yield marked[start : start + size]


# --- figures -----------------------------------------------------------------------------------

_NUMBER_WORDS = {
    "zwei": "2", "zwo": "2", "drei": "3", "vier": "4", "fuenf": "5", "sechs": "6", "sieben": "7",
    "acht": "8", "neun": "9", "zehn": "10", "elf": "11", "zwoelf": "12", "dreizehn": "13",
    "vierzehn": "14", "fuenfzehn": "15", "sechzehn": "16", "siebzehn": "17", "achtzehn": "18",
    "neunzehn": "19", "zwanzig": "20", "dreissig": "30", "vierzig": "40", "fuenfzig": "50",
    "hundert": "100", "tausend": "1000",
    "halb": "1/2", "halbe": "1/2", "halber": "1/2", "halbes": "1/2", "halben": "1/2",
    "haelfte": "1/2", "drittel": "1/3", "viertel": "1/4", "zwoelftel": "1/12",
    "eineinhalb": "1,5", "anderthalb": "1,5", "eineinhalbfache": "1,5", "anderthalbfache": "1,5",
    "doppelt": "2", "doppelte": "2", "zweite": "2", "dritte": "3", "vierte": "4",
}  # fmt: skip
_COMPOUND = re.compile(
    r"^(zwei|drei|vier|fuenf|sechs|sieben|acht|neun|zehn|elf|zwoelf|achtzehn|zwanzig)"
    r"(mal|fach|fache|jaehrig\w*|monatig\w*|woechig\w*|taegig\w*|stuendig\w*|te|ten|ter|tes|tel|einhalb)$"
)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_NAMES = frozenset({"achte", "achten"})
"""Forms of the verb and ordinals that say no number."""


def figures(text: str) -> frozenset[str]:
    """Every figure in a text in one spelling: digits, and German number words as digits.

    Thousands lose their point (`1.014` is `1014`), dates and times come apart into their numbers,
    fractions are written `1/4`. The articles ein, eine, einer are no figures.
    """
    found = {_canonical(match) for match in _DIGITS.findall(_unspaced_phones(text))}
    for token in _WORD.findall(normalise(text)):
        if token in _NUMBER_WORDS and token not in _NAMES:
            found.add(_NUMBER_WORDS[token])
        elif compound := _COMPOUND.match(token):
            found.add(_NUMBER_WORDS[compound[1]])
    return frozenset(figure for part in found for figure in part.split(";"))


def _unspaced_phones(text: str) -> str:
    """Telephone numbers as one figure each: `0800 111 0 111`, `116 111`, `030 1815-1111`."""
    return re.sub(r"\b(?:0\d{2,4}|116)(?:[ -]\d+)+\b", lambda m: re.sub(r"[ -]", "", m[0]), text)


def _canonical(number: str) -> str:
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", number):
        return number.replace(".", "")
    if "." in number:
        return ";".join(str(int(part)) if part.isdigit() else part for part in number.split("."))
    return number.lstrip("0") or "0" if number.startswith("0") and len(number) <= 2 else number
