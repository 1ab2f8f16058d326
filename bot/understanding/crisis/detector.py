"""Decides from rules and classifier together whether somebody is in a crisis, and how near it is."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.understanding.crisis.classifier import CrisisClassifier
from bot.understanding.crisis.rules import ACUTE, DISTRESS, Reading, Rules

ACUTE_ALONE, CRISIS_ALONE = 0.6, 0.4
"""From these likelihoods of a text on, the classifier is believed alone."""
ACUTE_WITH_RULES, CRISIS_WITH_RULES = 0.25, 0.3
"""From these likelihoods of a text on, it is believed when a rule says the same."""
ACUTE_EVERYDAY, CRISIS_EVERYDAY = 0.95, 0.8
"""From these likelihoods on, it is believed alone of a message that is surely an everyday one."""
PLAIN = 0.6
"""From this likelihood of the words that a rule met, the rule is believed whatever stands around them.

All were chosen with phrases of writers that neither rules nor classifier had learnt from, to miss few crises
with few false alarms also in the middle of a conversation (`docs/measurements/crisis.md`).
"""


def _never(_text: str) -> bool:
    return False


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
        is_everyday: whether a text is surely an everyday one: it plainly reports a day at work ("heute Blut abgenommen,
            8 h"), or asks what many ask. Then the classifier alone must be surer; rules are believed as ever.
    """

    rules: Rules
    classifier: CrisisClassifier | None = None
    is_everyday: Callable[[str], bool] = _never

    def assess(self, text: str) -> Assessment | None:
        """The crisis in a text, or None."""
        reading = self.rules.read(text)
        level = reading.level
        if self.classifier is not None:
            level = _level(self.classifier, text, reading, self.is_everyday)
        return Assessment(level, reading.about, reading.topics) if level else None


def _level(
    classifier: CrisisClassifier, text: str, reading: Reading, is_everyday: Callable[[str], bool]
) -> str | None:
    whole = classifier.likelihood(text)
    met = classifier.likeliest(reading.places)
    if reading.level == ACUTE and (whole.acute >= ACUTE_WITH_RULES or met.acute >= PLAIN):
        return ACUTE
    by_rules = bool(reading.level) and (whole.crisis >= CRISIS_WITH_RULES or met.crisis >= PLAIN)
    acute, crisis = ACUTE_ALONE, CRISIS_ALONE
    if whole.crisis >= CRISIS_ALONE and is_everyday(text):
        acute, crisis = ACUTE_EVERYDAY, CRISIS_EVERYDAY
    if whole.acute >= acute:
        return ACUTE
    return DISTRESS if by_rules or whole.crisis >= crisis else None
