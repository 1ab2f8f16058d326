"""The lexical index: what `lernallianz knowledge search` looks things up in. Values only.

An *entry* is one example question, one title or one body text. Words are stems, characters are
n-grams inside word borders; both get tf × idf weights and unit length, so that a query is compared
with each single example and not with a bag of all of them.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.text import ngrams, stem, tokens

NGRAMS = (3, 5)
QUESTION, TITLE, BODY = 1.0, 1.0, 0.7
"""How much a match with an entry of each kind is worth."""


@dataclass(frozen=True, slots=True)
class Document:
    """Something to be found: its key, title, example questions and body texts."""

    key: str
    title: str
    questions: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Index:
    """What `build_index` made.

    Attributes:
        keys: the documents' keys.
        owners: by entry, the position of its document in `keys`.
        worth: by entry, what a match with it is worth.
        idf: by feature, its inverse document frequency.
        postings: by feature, entries and weights.
        unknown: the idf of a feature that no document has.
    """

    keys: tuple[str, ...]
    owners: tuple[int, ...]
    worth: tuple[float, ...]
    idf: dict[str, float]
    postings: dict[str, tuple[tuple[int, float], ...]]
    unknown: float


def features(text: str) -> tuple[Counter[str], Counter[str]]:
    """The word features and the character features of a text with their counts."""
    words: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for token in tokens(text):
        words["w" + stem(token)] += 1
        characters.update("c" + gram for gram in ngrams(token, *NGRAMS))
    return words, characters


def weights(counts: Counter[str], idf: dict[str, float], unknown: float) -> dict[str, float]:
    """Unit-length tf × idf weights; unknown features count at their full idf and so lower the rest."""
    raw = {
        feature: (1 + math.log(count)) * idf.get(feature, unknown)
        for feature, count in counts.items()
    }
    length = math.sqrt(sum(weight * weight for weight in raw.values()))
    return {feature: weight / length for feature, weight in raw.items()} if length else {}


def build_index(documents: Sequence[Document]) -> Index:
    """Build the index of these documents; their order does not matter."""
    ordered = sorted(documents, key=lambda document: document.key)
    entries = [
        (owner, worth, features(text))
        for owner, document in enumerate(ordered)
        for worth, text in _entries(document)
    ]
    frequency: Counter[str] = Counter()
    by_owner: defaultdict[int, set[str]] = defaultdict(set)
    for owner, _, (words, characters) in entries:
        by_owner[owner].update(words, characters)
    for seen in by_owner.values():
        frequency.update(seen)
    total = len(ordered)
    idf = {feature: math.log((1 + total) / (1 + df)) + 1 for feature, df in frequency.items()}
    unknown = math.log(1 + total) + 1
    postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, (_, _, counts) in enumerate(entries):
        for group in counts:
            for feature, weight in weights(group, idf, unknown).items():
                postings[feature].append((number, round(weight, 5)))
    return Index(
        keys=tuple(document.key for document in ordered),
        owners=tuple(owner for owner, _, _ in entries),
        worth=tuple(worth for _, worth, _ in entries),
        idf=idf,
        postings={feature: tuple(rows) for feature, rows in postings.items()},
        unknown=unknown,
    )


def _entries(document: Document) -> Iterable[tuple[float, str]]:
    yield TITLE, document.title
    for question in document.questions:
        yield QUESTION, question
    for text in document.texts:
        yield BODY, text
