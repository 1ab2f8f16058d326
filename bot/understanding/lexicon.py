"""Finds groups of words in a text.

A *pattern* is one or more words: `sterben`, `sterb*` (begins so), `*geschlagen` (ends so), `*` (any word),
`das leben nehm*` (neighbours). A group is a name with patterns. Pure, and linear in the length of the text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 40
"""Longer words are looked at as far as this (characters)."""

Phrase = tuple[str, ...]


class PatternError(ValueError):
    """A pattern cannot be read; the message quotes it."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Where something stands: word positions from `start` to before `end`."""

    start: int
    end: int

    def overlaps(self, other: "Span") -> bool:
        """Whether both share a word."""
        return self.start < other.end and other.start < self.end


Found = Mapping[str, Sequence[Span]]
"""By group, the places in a text in their order."""


class Lexicon:
    """Finds the patterns of all groups in a list of words."""

    def __init__(self, groups: Mapping[str, Iterable[Phrase]]) -> None:
        self._exact: dict[str, list[tuple[str, Phrase]]] = {}
        self._prefix: dict[str, list[tuple[str, Phrase]]] = {}
        self._suffix: dict[str, list[tuple[str, Phrase]]] = {}
        for name, phrases in groups.items():
            for phrase in phrases:
                self._add(name, phrase)
        self._led_by = lru_cache(maxsize=20_000)(self._candidates)

    def find(self, words: Sequence[str]) -> dict[str, list[Span]]:
        """All places of all groups, each group's from left to right."""
        found: dict[str, list[Span]] = {}
        for position, word in enumerate(words):
            for name, phrase in self._led_by(word[:LONGEST]):
                end = position + len(phrase)
                if end <= len(words) and all(
                    fits(pattern, words[position + step])
                    for step, pattern in enumerate(phrase[1:], start=1)
                ):
                    found.setdefault(name, []).append(Span(position, end))
        return found

    def _add(self, name: str, phrase: Phrase) -> None:
        first = phrase[0]
        if first == "*":
            raise PatternError(f"{' '.join(phrase)}: a pattern must not begin with any word")
        if first.startswith("*"):
            self._suffix.setdefault(first[1:], []).append((name, phrase))
        elif first.endswith("*"):
            self._prefix.setdefault(first[:-1], []).append((name, phrase))
        else:
            self._exact.setdefault(first, []).append((name, phrase))

    def _candidates(self, word: str) -> tuple[tuple[str, Phrase], ...]:
        rows = [*self._exact.get(word, ())]
        for length in range(1, len(word) + 1):
            rows += self._prefix.get(word[:length], ())
            rows += self._suffix.get(word[-length:], ())
        return tuple(rows)


@lru_cache(maxsize=20_000)
def fits(pattern: str, word: str) -> bool:
    """Whether a word fits a pattern of one word."""
    if pattern.startswith("*"):
        return word.endswith(pattern[1:])
    if pattern.endswith("*"):
        return word.startswith(pattern[:-1])
    return word == pattern
