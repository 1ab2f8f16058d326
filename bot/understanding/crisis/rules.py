"""Recognises crises by rules over words, read from `rules.yml`.

The rules are data, so that people who know about crises can read and mend them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.errors import ConfigurationError
from bot.understanding.crisis.wordrules import RuleBook
from bot.understanding.lexicon import PatternError, Span
from knowledge.text import normalise
from knowledge.yamls import load_yaml

ACUTE = "acute"
DISTRESS = "distress"
ABOUT = ("self", "friend", "child")
TOPICS = ("abuse", "violence")
SECTIONS = ("harmless", "acute", "distress", "child", "friend")
PART, OVERLAP = 400, 60
"""Words that are assessed at a time, and how many of them twice."""
RULES = Path(__file__).with_name("rules.yml")
LAST = "none"
END = "."
"""The word that stands for the end of a sentence."""
MARKS = ("^", END)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules say of a text.

    Attributes:
        level: `acute` (own life or another's, violence now), `distress`, or None.
        about: who is meant: `self`, `friend`, or `child`: an adult writes about a young person.
        topics: further help that the words call for: `abuse`, `violence`.
        places: the words that the rules of this level met, where they were two or more: one word
            alone may be the topic of a lesson.
    """

    level: str | None
    about: str
    topics: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """Our rules, read; `harmless` places are blotted out before the other sections look.

    Attributes:
        book: the sections `harmless`, `acute`, `distress`, `child`, `friend` and one for each topic.
        spellings: by word of dialect, slang or broken German, how the groups spell it.
    """

    book: RuleBook
    spellings: Mapping[str, str]

    def read(self, text: str) -> Reading:
        """The level, addressee and topics of a text; the most alarming part of a long one counts."""
        found = [self._part(part) for part in parts(spelled(text, self.spellings))]
        return min(found, key=lambda each: each.level or LAST)

    def _part(self, words: list[str]) -> Reading:
        everywhere = self.book.find(words)
        harmless = [
            place
            for place in self.book.matches("harmless", everywhere)
            # What is said in one sentence does not make another one harmless.
            if END not in words[place.start : place.end]
        ]
        seen = self.book.find(_blotted(words, harmless)) if harmless else everywhere
        level = next((name for name in (ACUTE, DISTRESS) if self.book.holds(name, seen)), None)
        about = next((who for who in ("child", "friend") if self.book.holds(who, seen)), "self")
        topics = (name for name in TOPICS if self.book.holds(f"topic_{name}", seen))
        met = self.book.matches(level, seen) if level else []
        said = (
            [word for word in words[place.start : place.end] if word not in MARKS] for place in met
        )
        places = tuple(" ".join(each) for each in said if len(each) > 1)
        return Reading(level, about, frozenset(topics), places)


def spelled(text: str, spellings: Mapping[str, str]) -> list[str]:
    """The words of a text as the groups spell them, `^` before the first and `.` between sentences."""
    for emoji, word in _EMOJI.items():
        text = text.replace(emoji, f" {word} ")
    words = ["^"]
    for sentence in _SENTENCE.split(normalise(text)):
        for word in _WORD.findall(sentence):
            words += spellings.get(word, word).split()
        words.append(END)
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


def load_rules(path: Path = RULES) -> Rules:
    """Read the rules; `bot.understanding.crisis.wordrules` says how they are written.

    Raises:
        ConfigurationError: the file, a group or a rule is broken.
    """
    try:
        raw = load_yaml(path.read_text(encoding="utf-8"))
        spellings = {each: word for word, all_ in raw["spellings"].items() for each in all_}
        names = (*SECTIONS, *(f"topic_{name}" for name in TOPICS))
        sections = {name: [_normal(line) for line in raw[name]] for name in names}
        groups = {
            name: [each if each.isupper() else normalise(each) for each in map(str, patterns)]
            for name, patterns in raw["groups"].items()
        }
        book = RuleBook(groups, sections, spelling=lambda word: spellings.get(word, word))
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, PatternError) as error:
        raise ConfigurationError(f"{path}: {error}") from error
    return Rules(book, spellings)


def _normal(line: str) -> str:
    """A rule whose patterns are written as texts are; names of groups stay."""
    return " ".join(each if each.strip("!").isupper() else normalise(each) for each in line.split())
