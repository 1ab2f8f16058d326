"""Understands what people type: the product's `Parser`, from what training has learnt."""

from collections.abc import Callable, Collection
from dataclasses import replace

from bot.events import NLU_FALLBACK, Parse, Ranked, is_question
from bot.understanding.embedded import Understanding

SURE_OF_TALK = 0.15
"""From this confidence on a wish to the assistant itself ("mehr dazu") is believed before any article."""


class LearntParser:
    """The classifier's readings without unsure wishes.

    Args:
        understanding: gives what was learnt last.
    """

    def __init__(self, understanding: Callable[[], Understanding]) -> None:
        self._understanding = understanding

    async def parse(self, text: str) -> Parse:
        """See `bot.ports.Parser`."""
        return self.understand(text)

    def understand(self, text: str) -> Parse:
        """The readings of a text, best first; an unsure wish is left out."""
        found = self._understanding().understood(text)
        best, *others = found.ranking
        if is_question(best.intent) or best.confidence >= SURE_OF_TALK:
            return found
        asked = [each for each in others if is_question(each.intent)]
        return _ranked(found, asked or [Ranked(NLU_FALLBACK, 0.0)])


def _ranked(found: Parse, ranking: Collection[Ranked]) -> Parse:
    best, *others = ranking
    return replace(
        found, intent=best.intent, confidence=best.confidence, alternatives=tuple(others)
    )
