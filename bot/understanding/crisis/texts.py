"""The fixed answers to a crisis."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import ConfigurationError
from bot.understanding.crisis.detector import Assessment
from bot.understanding.crisis.rules import ABOUT, ACUTE, DISTRESS


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
