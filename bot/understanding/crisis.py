"""Recognises crises by pure rules, before anything is read or written.

Two levels: *acute* (own life or another's, violence now) and *distress*; three addressees: the person
writes about themself, about a friend, or as an adult about a young person. The rules are data
(`crisis_rules.yml`), so that people who know about crises can read and mend them. How well they
work is measured in `docs/measurements/crisis.md`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ConfigurationError
from bot.understanding.wordrules import RuleBook, RuleError, Span
from knowledge.text import normalise

ACUTE = "acute"
DISTRESS = "distress"
ABOUT = ("self", "friend", "child")
TOPICS = ("abuse", "violence")
SECTIONS = ("harmless", "acute", "distress", "child", "friend")
PART, OVERLAP = 400, 60
"""Words that are assessed at a time, and how many of them twice."""
RULES = Path(__file__).with_name("crisis_rules.yml")


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rules found.

    Attributes:
        level: `acute` or `distress`.
        about: `self`, `friend` or `child`.
        topics: further help that the words call for: `abuse`, `violence`.
    """

    level: str
    about: str
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rules:
    """Our rules, read; `harmless` places are blotted out before the other sections look.

    Attributes:
        book: the sections `harmless`, `acute`, `distress`, `child`, `friend` and one for each topic.
        spellings: by word of dialect, slang or broken German, how the groups spell it.
    """

    book: RuleBook
    spellings: Mapping[str, str]

    def assess(self, text: str) -> Assessment | None:
        """The level and addressee of a text, or None when nothing alarming is in it."""
        found = [
            found for part in parts(spelled(text, self.spellings)) if (found := self._part(part))
        ]
        return min(found, key=lambda each: each.level) if found else None

    def _part(self, words: list[str]) -> Assessment | None:
        everywhere = self.book.find(words)
        harmless = self.book.matches("harmless", everywhere)
        seen = self.book.find(_blotted(words, harmless)) if harmless else everywhere
        if self.book.holds("acute", seen):
            level = ACUTE
        elif self.book.holds("distress", seen):
            level = DISTRESS
        else:
            return None
        about = next((who for who in ("child", "friend") if self.book.holds(who, seen)), "self")
        topics = (name for name in TOPICS if self.book.holds(f"topic_{name}", seen))
        return Assessment(level, about, frozenset(topics))


@dataclass(frozen=True, slots=True)
class CrisisTexts:
    """The fixed answers by level and addressee, and further help by topic."""

    acute: Mapping[str, str]
    distress: Mapping[str, str]
    topics: Mapping[str, str]

    @classmethod
    def from_texts(cls, texts: Mapping[str, Any]) -> "CrisisTexts":
        """Check and take the loaded file.

        Raises:
            ConfigurationError: an answer is missing; without them the assistant must not start.
        """
        for level in (ACUTE, DISTRESS):
            if set(texts.get(level, ())) != set(ABOUT):
                raise ConfigurationError(f"crisis.yml needs {level} texts for {', '.join(ABOUT)}")
        return cls(texts[ACUTE], texts[DISTRESS], texts["topics"])

    def answer(self, found: Assessment) -> str:
        """The answer alone (acute) or the sentence above the normal answer (distress)."""
        if found.level == DISTRESS:
            return self.distress[found.about].strip()
        more = [self.topics[name].strip() for name in sorted(found.topics & set(self.topics))]
        return "\n\n".join([self.acute[found.about].strip(), *more])


def assess(text: str) -> Assessment | None:
    """Assess a text by our rules; see `Rules.assess`."""
    return _our_rules().assess(text)


def spelled(text: str, spellings: Mapping[str, str]) -> list[str]:
    """The words of a text as the groups spell them, `^` before the first and `.` between sentences."""
    for emoji, word in _EMOJI.items():
        text = text.replace(emoji, f" {word} ")
    words = ["^"]
    for sentence in _SENTENCE.split(normalise(text)):
        for word in _WORD.findall(sentence):
            words += spellings.get(word, word).split()
        words.append(".")
    return words


def parts(words: list[str]) -> list[list[str]]:
    """The words in overlapping parts, so that the time to assess them grows with their number only."""
    starts = range(0, max(len(words) - OVERLAP, 1), PART - OVERLAP)
    return [words[start : start + PART] for start in starts]


def _blotted(words: list[str], places: Sequence[Span]) -> list[str]:
    kept = list(words)
    for place in places:
        kept[place.start : place.end] = ["#"] * (place.end - place.start)
    return kept


_SENTENCE = re.compile(r"[.!?\n;]+(?:\s|$)")
_WORD = re.compile(r"\w+")
_EMOJI = {"😭": "heult", "🔪": "messer", "⚰": "sarg", "😂": "haha", "🤣": "haha"}


@lru_cache(maxsize=1)
def _our_rules() -> Rules:
    return load_rules(RULES)


def load_rules(path: Path) -> Rules:
    """Read the rules; `bot.understanding.wordrules` says how they are written.

    Raises:
        ConfigurationError: the file, a group or a rule is broken.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        spellings = {each: word for word, all_ in raw["spellings"].items() for each in all_}
        names = (*SECTIONS, *(f"topic_{name}" for name in TOPICS))
        sections = {name: [_normal(line) for line in raw[name]] for name in names}
        groups = {
            name: [each if each.isupper() else normalise(each) for each in map(str, patterns)]
            for name, patterns in raw["groups"].items()
        }
        book = RuleBook(groups, sections, spelling=lambda word: spellings.get(word, word))
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, RuleError) as error:
        raise ConfigurationError(f"{path}: {error}") from error
    return Rules(book, spellings)


def _normal(line: str) -> str:
    """A rule whose patterns are written as texts are; names of groups stay."""
    return " ".join(each if each.strip("!").isupper() else normalise(each) for each in line.split())
