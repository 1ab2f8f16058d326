"""The time zone of a place as people name it. Pure; the names lie in `bot/texts/zones.yml`."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.clock import HOME
from bot.texts import load_texts

_WORD = re.compile(r"\w+")
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "a"})
_BARE = str.maketrans("äöüø", "aouo")
"""How umlauts are typed on a keyboard that has none."""


@dataclass(frozen=True, slots=True)
class _Names:
    """What is known of zones; names are words in lower case without umlauts, one blank between them.

    Attributes:
        labels: by zone, how it is shown.
        countries: the zone of a country or a part of it.
        places: the zone of a city or an island.
        home: what says that somebody is at home.
        left: what stands before a place where somebody is no longer.
        longest: so many words has the longest name.
    """

    labels: Mapping[str, str]
    countries: Mapping[str, str]
    places: Mapping[str, str]
    home: frozenset[str]
    left: frozenset[str]
    longest: int

    @classmethod
    def from_texts(cls, texts: Mapping[str, Any]) -> "_Names":
        zones = texts["zones"]
        countries, places = (
            {
                spelling: zone
                for zone, said in zones.items()
                for name in said.get(kind, ())
                for spelling in (_plain(name), _plain(name.translate(_BARE)))
            }
            for kind in ("countries", "places")
        )
        home = frozenset(map(_plain, texts["home"]))
        return cls(
            labels={zone: said["label"] for zone, said in zones.items()},
            countries=countries,
            places=places,
            home=home,
            left=frozenset(map(_plain, texts["left"])),
            longest=max(len(name.split()) for name in (*countries, *places, *home)),
        )

    def said_in(self, words: list[str]) -> list[str]:
        """The names in a text, the longest at each word; those that somebody left are not among them."""
        known = {*self.countries, *self.places, *self.home}
        said: list[str] = []
        begin = 0
        while begin < len(words):
            name = _longest(words[begin : begin + self.longest], known)
            if name and not self._is_left(words[max(0, begin - self.longest) : begin]):
                said.append(name)
            begin += len(name.split()) or 1
        return said

    def _is_left(self, before: list[str]) -> bool:
        return any(" ".join(before[first:]) in self.left for first in range(len(before)))


def zone_named(text: str) -> str | None:
    """The IANA name of the zone of a country or a city in a text.

    A city counts more than its country (`USA New York`), and a place that somebody left does not count (`zurück aus
    Spanien`). None when no place is known, or several in different zones, or a country that has several.
    """
    names = _names()
    said = names.said_in(_plain(text).split())
    for known in (names.places, names.countries):
        zones = {known[name] for name in said if name in known}
        if zones:
            return zones.pop() if len(zones) == 1 else None
    return HOME if names.home.intersection(said) else None


def zone_label(zone: str) -> str:
    """What a zone is called in German; the last part of its IANA name where it is none of ours."""
    return _names().labels.get(zone) or zone.rpartition("/")[2].replace("_", " ")


@cache
def _names() -> _Names:
    return _Names.from_texts(load_texts("zones"))


def _plain(text: str) -> str:
    spelled = unicodedata.normalize("NFC", text).lower().translate(_LETTERS)
    bare = unicodedata.normalize("NFKD", spelled)
    letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return " ".join(_WORD.findall(letters))


def _longest(words: list[str], known: Collection[str]) -> str:
    """The longest known name with which words begin; empty when there is none."""
    beginnings = (" ".join(words[:count]) for count in range(len(words), 0, -1))
    return next((name for name in beginnings if name in known), "")
