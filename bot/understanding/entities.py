"""Finds entities: what examples, lookups and regexes name, with synonyms brought to one value."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.events import Entity


@dataclass(frozen=True, slots=True)
class _Found:
    """An entity in a text: where it stands, and what it is."""

    begin: int
    end: int
    name: str
    text: str


class EntityExtractor:
    """Finds what it was told, longest first, each part of a text once.

    Args:
        values: by entity, what examples and lookups name.
        regexes: by entity, patterns.
        synonyms: by what is typed (lower case), the value that is meant.
    """

    def __init__(
        self,
        values: Mapping[str, Iterable[str]],
        regexes: Mapping[str, Sequence[str]],
        synonyms: Mapping[str, str],
    ) -> None:
        self._names: dict[str, str] = {}
        for name, known in values.items():
            for value in known:
                self._names.setdefault(value.lower(), name)
        listed = sorted(self._names, key=len, reverse=True)
        self._values = (
            re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, listed)) + r")(?!\w)", re.IGNORECASE)
            if listed
            else None
        )
        self._regexes = [
            (name, re.compile(pattern, re.IGNORECASE))
            for name, patterns in regexes.items()
            for pattern in patterns
        ]
        self._synonyms = synonyms

    def found(self, text: str) -> tuple[Entity, ...]:
        """The entities of a text, in their order."""
        places = [
            _Found(place.start(), place.end(), self._name(place[0]), place[0])
            for place in (self._values.finditer(text) if self._values else ())
        ]
        for name, pattern in self._regexes:
            places += [
                _Found(place.start(), place.end(), name, place[0])
                for place in pattern.finditer(text)
                if place[0]
            ]
        kept: list[_Found] = []
        for place in sorted(places, key=lambda each: (each.begin - each.end, each.begin)):
            if all(place.end <= other.begin or other.end <= place.begin for other in kept):
                kept.append(place)
        kept.sort(key=lambda each: each.begin)
        return tuple(Entity(each.name, self._meant(each.text)) for each in kept)

    def _name(self, value: str) -> str:
        return _alike(self._names, value) or ""

    def _meant(self, text: str) -> str:
        return _alike(self._synonyms, text) or text


def _alike(known: Mapping[str, str], text: str) -> str | None:
    """What is known of a text in any case; `lower` alone does not know that `ı` and `i` are one letter to `re`."""
    if found := known.get(text.lower()):
        return found
    if text.isascii():
        return None
    likes = (each for each in known if re.fullmatch(re.escape(each), text, re.IGNORECASE))
    return known.get(next(likes, ""))
