"""Decides from rules and classifier together whether somebody is in a crisis, and how near it is."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.understanding.crisis.classifier import CrisisClassifier
from bot.understanding.crisis.rules import ACUTE, DISTRESS, Reading, Rules

_END = re.compile(r"[.!?\n]+")

ACUTE_ALONE, CRISIS_ALONE = 0.7, 0.4
"""From these likelihoods of a text on, the classifier is believed alone."""
ACUTE_WITH_RULES, CRISIS_WITH_RULES = 0.3, 0.1
"""From these likelihoods of a text on, it is believed when a rule says the same."""
REPORT, QUESTION = "report", "question"
CRISIS_EVERYDAY: Mapping[str, float] = {REPORT: 0.8, QUESTION: 0.5}
ACUTE_EVERYDAY = 0.95
"""From these likelihoods on, it is believed alone of a text that is surely an everyday one: one that plainly reports a day
at work ("heute Blut abgenommen, 8 h"), or asks or wishes what many do."""
PLAIN = 0.6
"""From this likelihood of the words that a rule met, the rule is believed whatever stands around them.

All were chosen with phrases of writers that neither rules nor classifier had learnt from, to miss few crises
with few false alarms also in the middle of a conversation (`docs/measurements/crisis.md`).
"""


def _sentences(text: str) -> list[str]:
    return [each for each in _END.split(text) if each.strip()]


def _never(_text: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was recognised.

    Attributes:
        level: `acute` (own life or another's, violence now) or `distress`.
        about: `self`, `friend`, or `child`: an adult writes about a young person.
        topics: further help that the words call for: `abuse`, `violence`.
    """

    level: str
    about: str
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CrisisDetector:
    """Rules, and the classifier if there is one; pure.

    Attributes:
        rules: what is always there.
        classifier: None: the rules decide alone.
        everyday: which everyday kind a text surely is, `report` or `question`, or None. Of such a text the classifier
            alone must be surer; rules are believed as ever.
    """

    rules: Rules
    classifier: CrisisClassifier | None = None
    everyday: Callable[[str], str | None] = _never

    def assess(self, text: str) -> Assessment | None:
        """The crisis in a text, or None."""
        reading = self.rules.read(text)
        if self.classifier is None:
            level, about = reading.level, reading.about
        else:
            level = _level(self.classifier, text, reading, self.everyday)
            about = self.classifier.about(text) if level else reading.about
        return Assessment(level, about, reading.topics) if level else None


def _level(
    classifier: CrisisClassifier,
    text: str,
    reading: Reading,
    everyday: Callable[[str], str | None],
) -> str | None:
    whole = classifier.likelihood(text)
    # An everyday sentence beside it must not drown the one that a rule met.
    met = classifier.likeliest([*reading.places, *(_sentences(text) if reading.level else ())])
    if reading.level == ACUTE and (whole.acute >= ACUTE_WITH_RULES or met.acute >= PLAIN):
        return ACUTE
    by_rules = bool(reading.level) and (whole.crisis >= CRISIS_WITH_RULES or met.crisis >= PLAIN)
    acute, crisis = ACUTE_ALONE, CRISIS_ALONE
    if reading.level is None and whole.crisis >= CRISIS_ALONE and (kind := everyday(text)):
        acute, crisis = ACUTE_EVERYDAY, CRISIS_EVERYDAY[kind]
    if whole.acute >= acute:
        return ACUTE
    return DISTRESS if by_rules or whole.crisis >= crisis else None
