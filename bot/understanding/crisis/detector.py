"""Decides from rules and classifier together whether somebody is in a crisis, and how near it is."""

from dataclasses import dataclass

from bot.understanding.crisis.classifier import CrisisClassifier
from bot.understanding.crisis.rules import ACUTE, DISTRESS, Reading, Rules

ACUTE_ALONE, CRISIS_ALONE = 0.6, 0.4
"""From these likelihoods of a text on, the classifier is believed alone."""
ACUTE_WITH_RULES, CRISIS_WITH_RULES = 0.25, 0.3
"""From these likelihoods of a text on, it is believed when a rule says the same."""
PLAIN = 0.6
"""From this likelihood of the words that a rule met, the rule is believed whatever stands around them.

All were chosen with phrases of writers that neither rules nor classifier had learnt from, to miss few crises
with few false alarms also in the middle of a conversation (`docs/measurements/crisis.md`).
"""


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
    """

    rules: Rules
    classifier: CrisisClassifier | None = None

    def assess(self, text: str) -> Assessment | None:
        """The crisis in a text, or None."""
        reading = self.rules.read(text)
        level = reading.level
        if self.classifier is not None:
            level = _level(self.classifier, text, reading)
        return Assessment(level, reading.about, reading.topics) if level else None


def _level(classifier: CrisisClassifier, text: str, reading: Reading) -> str | None:
    whole = classifier.likelihood(text)
    met = classifier.likeliest(reading.places)
    by_rules = reading.level == ACUTE and (whole.acute >= ACUTE_WITH_RULES or met.acute >= PLAIN)
    if by_rules or whole.acute >= ACUTE_ALONE:
        return ACUTE
    by_rules = bool(reading.level) and (whole.crisis >= CRISIS_WITH_RULES or met.crisis >= PLAIN)
    return DISTRESS if by_rules or whole.crisis >= CRISIS_ALONE else None
