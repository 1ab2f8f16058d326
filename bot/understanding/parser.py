"""The first `Parser`: lexical search over the articles' questions and the dialogues' examples.

A trainable parser takes its place behind the same port.
"""

from collections.abc import Collection

from bot.events import Parse, Ranked
from knowledge.index import Document, Index
from knowledge.search import search

FALLBACK = "nlu_fallback"
FAQ = "faq/"
SURE_OF_TALK = 0.60
"""From this score on small talk and wishes are believed; below, a question is more likely."""
MOST = 10


class SearchParser:
    """Understands a text by the most similar example.

    Args:
        index: over articles and intents together.
        intents: the keys in the index that are intents of the dialogues.
    """

    def __init__(self, index: Index, intents: Collection[str]) -> None:
        self._index = index
        self._intents = frozenset(intents)

    async def parse(self, text: str) -> Parse:
        """See `bot.ports.Parser`."""
        return self.understand(text)

    def understand(self, text: str) -> Parse:
        """The readings of a text, best first; an unsure wish ranks behind every article."""
        hits = search(self._index, text, MOST)
        ranked = [Ranked(self._name(hit.key), hit.score) for hit in hits]
        talk = [each for each in ranked if each.intent in self._intents]
        articles = [each for each in ranked if each.intent not in self._intents]
        best = max(ranked, key=lambda each: each.confidence, default=None)
        if best is None:
            return Parse(text=text, intent=FALLBACK, confidence=0.0)
        if best in talk and best.confidence >= SURE_OF_TALK:
            return _parse(text, [best, *(each for each in ranked if each is not best)])
        if not articles:
            return Parse(text=text, intent=FALLBACK, confidence=0.0)
        return _parse(text, articles)

    def _name(self, key: str) -> str:
        return key if key in self._intents else FAQ + key


def intent_documents(examples: dict[str, tuple[str, ...]]) -> list[Document]:
    """The dialogues' intents as documents of the index."""
    return [
        Document(key=intent, title=lines[0], questions=lines) for intent, lines in examples.items()
    ]


def _parse(text: str, ranking: list[Ranked]) -> Parse:
    best, *others = ranking
    return Parse(
        text=text, intent=best.intent, confidence=best.confidence, alternatives=tuple(others)
    )
