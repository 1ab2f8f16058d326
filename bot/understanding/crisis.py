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
from knowledge.text import normalise

ACUTE = "acute"
DISTRESS = "distress"
ABOUT = ("self", "friend", "child")
PART, OVERLAP = 2000, 300
"""Characters that are assessed at a time, and how many of them twice."""
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
    """Compiled rules; `harmless` phrases are blotted out before the others look."""

    harmless: re.Pattern[str]
    acute: re.Pattern[str]
    distress: re.Pattern[str]
    child: re.Pattern[str]
    friend: re.Pattern[str]
    topics: Mapping[str, re.Pattern[str]]
    spellings: Mapping[str, str]

    def assess(self, text: str) -> Assessment | None:
        """The level and addressee of a text, or None when nothing alarming is in it."""
        found = [
            found for part in parts(self._spelled(simplified(text))) if (found := self._part(part))
        ]
        return min(found, key=lambda each: each.level) if found else None

    def _spelled(self, simple: str) -> str:
        """Dialect, slang and broken German as the rules spell them."""
        words = (self.spellings.get(word, word) for word in simple.split())
        return f" {' '.join(words)} "

    def _part(self, simple: str) -> Assessment | None:
        words = self.harmless.sub(" # ", simple)
        level = ACUTE if self.acute.search(words) else DISTRESS
        if level == DISTRESS and not self.distress.search(words):
            return None
        about = "self"
        if self.child.search(words):
            about = "child"
        elif self.friend.search(words):
            about = "friend"
        found = (name for name, pattern in self.topics.items() if pattern.search(words))
        return Assessment(level, about, frozenset(found))


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


def parts(simple: str) -> list[str]:
    """A text in overlapping parts, so that the time to assess it grows with its length only."""
    starts = range(0, max(len(simple) - OVERLAP, 1), PART - OVERLAP)
    return [simple[start : start + PART] for start in starts]


def simplified(text: str) -> str:
    """Normalised text with single spaces, without punctuation; emoji that speak become words."""
    for emoji, word in _EMOJI.items():
        text = text.replace(emoji, f" {word} ")
    return " " + re.sub(r"[^\w#]+", " ", normalise(text)).strip() + " "


_EMOJI = {"😭": "heul", "🔪": "messeremoji", "⚰": "sargemoji"}


@lru_cache(maxsize=1)
def _our_rules() -> Rules:
    return load_rules(RULES)


def load_rules(path: Path) -> Rules:
    """Read and compile rules: lists of regular expressions over simplified text.

    `{name}` in a rule stands for the alternatives of that name under `words`.

    Raises:
        ConfigurationError: the file or an expression is broken.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        words = {name: "(?:" + "|".join(each) + ")" for name, each in raw["words"].items()}

        def compiled(lines: Sequence[str]) -> re.Pattern[str]:
            filled = (re.sub(r"\{([a-z_]+)\}", lambda m: words[m[1]], line) for line in lines)
            return re.compile("|".join(f"(?:{line})" for line in filled))

        return Rules(
            harmless=compiled(raw["harmless"]),
            acute=compiled(raw["acute"]),
            distress=compiled(raw["distress"]),
            child=compiled(raw["child"]),
            friend=compiled(raw["friend"]),
            topics={name: compiled(lines) for name, lines in raw["topics"].items()},
            spellings={each: word for word, all_ in raw["spellings"].items() for each in all_},
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, re.error) as error:
        raise ConfigurationError(f"{path}: {error}") from error
