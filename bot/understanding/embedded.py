"""Understands by what a project teaches: its intents and its entities."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.events import NLU_FALLBACK, Parse
from bot.understanding.entities import EntityExtractor
from bot.understanding.intents import IntentClassifier


@dataclass(frozen=True, slots=True)
class Understanding:
    """A classifier and an extractor over the same project."""

    classifier: IntentClassifier
    extractor: EntityExtractor

    def understood(self, text: str) -> Parse:
        """Intent, confidence, alternatives and entities of a text."""
        parse = self.classifier.understood(text) or Parse(text, NLU_FALLBACK, 0.0)
        return replace(parse, entities=self.extractor.found(text))


def extractor_of(
    annotated: Iterable[tuple[str, str]],
    lookups: Mapping[str, Sequence[str]],
    regexes: Mapping[str, Sequence[str]],
    synonyms: Mapping[str, str],
) -> EntityExtractor:
    """An extractor.

    Args:
        annotated: entity and what stands for it in an example.
        lookups: by entity, its values.
        regexes: by entity, patterns.
        synonyms: by what is typed (lower case), the value that is meant.
    """
    values: dict[str, list[str]] = {name: list(known) for name, known in lookups.items()}
    for name, text in annotated:
        values.setdefault(name, []).append(text)
    return EntityExtractor(values, regexes, synonyms)
