"""Rules over words: named groups of words, and which of them must stand near each other.

A *group* is a list of patterns (`bot.understanding.lexicon`) and, in capitals, other groups.

A *rule* is one line: groups in capitals and patterns in lower case (neighbours joined by `_`) that must
stand near each other:

    WUNSCH TOT ~6          both, in any order, within six words
    TAETER > SCHLAG ~8     in this order
    SUIZID                 alone
    ANGST CHEF ~5 !KEIN    unless a word of KEIN stands there or within five words before or after

Pure, and linear in the length of the text but for the windows.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.understanding.lexicon import Found, Lexicon, PatternError, Phrase, Span

ANYWHERE = 40
"""The width of a rule that names one thing only."""
VETO_REACH = 5
"""So many words before and after a match a veto still counts."""
_RULE = re.compile(r"^(?P<items>[^~!]+?)(?:\s+~(?P<within>\d+))?(?P<vetoes>(?:\s+!\S+)*)$")


class RuleError(PatternError):
    """A group or a rule cannot be read; the message quotes it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Names that must stand near each other.

    Attributes:
        items: names of groups; what was a pattern is a group of its own.
        within: how many words the whole match may span.
        is_ordered: whether the items must come in their order.
        vetoes: names that must not stand in the match or near it.
    """

    items: tuple[str, ...]
    within: int
    is_ordered: bool = False
    vetoes: tuple[str, ...] = ()

    def matches(self, found: Found) -> Iterator[Span]:
        """The places where the rule holds, from left to right."""
        places = [found.get(item, ()) for item in self.items]
        if not all(places):
            return
        for first in self._starts(places):
            match = self._match(first, places)
            if match is not None and not self._is_vetoed(match, found):
                yield match

    def _starts(self, places: Sequence[Sequence[Span]]) -> list[int]:
        leading = places[:1] if self.is_ordered else places
        return sorted({span.start for spans in leading for span in spans})

    def _match(self, first: int, places: Sequence[Sequence[Span]]) -> Span | None:
        """The match that begins with the word `first`, if there is one."""
        chosen: list[Span] = []
        limit = first + self.within
        for spans in places:
            earliest = chosen[-1].end if self.is_ordered and chosen else first
            span = next(
                (
                    span
                    for span in _from(spans, earliest, limit)
                    if not any(span.overlaps(other) for other in chosen)
                ),
                None,
            )
            if span is None:
                return None
            chosen.append(span)
        return Span(min(chosen).start, max(span.end for span in chosen))

    def _is_vetoed(self, match: Span, found: Found) -> bool:
        near = Span(match.start - VETO_REACH, match.end + VETO_REACH)
        return any(near.overlaps(span) for veto in self.vetoes for span in found.get(veto, ()))


def _from(spans: Sequence[Span], earliest: int, limit: int) -> Iterator[Span]:
    """The spans that begin at `earliest` or later and end by `limit`."""
    for position in range(bisect_left(spans, Span(earliest, 0)), len(spans)):
        if spans[position].start >= limit:
            return
        if spans[position].end <= limit:
            yield spans[position]


class RuleBook:
    """Sections of rules over one lexicon.

    Args:
        groups: by name in capitals, patterns and names of other groups.
        sections: by name, rules as lines.
        spelling: how the texts spell a word; whole words of patterns are brought to that spelling.

    Raises:
        RuleError: a line cannot be read, or names a group that does not exist.
    """

    def __init__(
        self,
        groups: Mapping[str, Sequence[str]],
        sections: Mapping[str, Sequence[str]],
        spelling: Callable[[str], str] = str,
    ) -> None:
        self._spelling = spelling
        self._groups = {name: self._expanded(name, groups) for name in groups}
        self.lines = sections
        self._sections = {
            name: tuple(self._read(line) for line in lines) for name, lines in sections.items()
        }
        self._lexicon = Lexicon(self._groups)

    def find(self, words: Sequence[str]) -> Found:
        """Where the groups of this book stand."""
        return self._lexicon.find(words)

    def holds(self, section: str, found: Found) -> bool:
        """Whether any rule of a section holds."""
        return any(True for rule in self._sections[section] for _ in rule.matches(found))

    def matches(self, section: str, found: Found) -> list[Span]:
        """All matches of all rules of a section."""
        return [span for rule in self._sections[section] for span in rule.matches(found)]

    def _read(self, line: str) -> Rule:
        read = _RULE.match(line.strip())
        if read is None:
            raise RuleError(f"this is no rule: {line}")
        items = read["items"].split()
        is_ordered = ">" in items
        names = tuple(self._named(item, line) for item in items if item != ">")
        if len(names) > 1 and read["within"] is None:
            raise RuleError(f"how near (`~6`) is missing: {line}")
        vetoes = tuple(self._named(veto[1:], line) for veto in read["vetoes"].split())
        return Rule(names, int(read["within"] or ANYWHERE), is_ordered, vetoes)

    def _named(self, item: str, line: str) -> str:
        """The group of an item; a pattern becomes a group of its own."""
        if item.isupper():
            if item not in self._groups:
                raise RuleError(f"there is no group {item}: {line}")
            return item
        self._groups.setdefault(item, {self._phrase(item.split("_"))})
        return item

    def _phrase(self, words: Sequence[str]) -> Phrase:
        return tuple(
            spelt
            for word in words
            for spelt in ([word] if "*" in word else self._spelling(word).split())
        )

    def _expanded(
        self, name: str, groups: Mapping[str, Sequence[str]], within: tuple[str, ...] = ()
    ) -> set[Phrase]:
        if name in within:
            raise RuleError(f"the group {name} contains itself")
        if name not in groups:
            raise RuleError(f"there is no group {name}")
        phrases: set[Phrase] = set()
        for pattern in map(str, groups[name]):
            if pattern.isupper():
                phrases |= self._expanded(pattern, groups, (*within, name))
            else:
                phrases.add(self._phrase(pattern.split()))
        return phrases
