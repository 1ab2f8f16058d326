"""The lexical index: what a search looks things up in. Values only; it can be saved and loaded.

An *entry* is one example question, one title or one body text. Words are stems, characters are
n-grams inside word borders; both get tf × idf weights and unit length, so that a query is compared
with each single example and not with a bag of all of them.
"""

import hashlib
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.text import ngrams, stem, tokens

FORMAT = 1
NGRAMS = (3, 5)
QUESTION, TITLE, BODY = 1.0, 1.0, 0.7
"""How much a match with an entry of each kind is worth."""


class IndexFileError(Exception):
    """The model file is missing, broken or of another kind. Run `lernallianz train`."""


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
        documents: a hash of the documents.
    """

    keys: tuple[str, ...]
    owners: tuple[int, ...]
    worth: tuple[float, ...]
    idf: dict[str, float]
    postings: dict[str, tuple[tuple[int, float], ...]]
    unknown: float
    documents: str


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


def documents_hash(documents: Iterable[Document]) -> str:
    """A hash that changes when any document changes."""
    digest = hashlib.sha256()
    for each in sorted(documents, key=lambda document: document.key):
        row = [each.key, each.title, *each.questions, "", *each.texts]
        digest.update(json.dumps(row, ensure_ascii=False).encode())
    return digest.hexdigest()


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
        documents=documents_hash(ordered),
    )


def _entries(document: Document) -> Iterable[tuple[float, str]]:
    yield TITLE, document.title
    for question in document.questions:
        yield QUESTION, question
    for text in document.texts:
        yield BODY, text


def save_index(index: Index, path: Path) -> None:
    """Write an index as JSON with a header; the file appears whole or not at all."""
    content = {
        "format": FORMAT,
        "documents": index.documents,
        "keys": index.keys,
        "owners": index.owners,
        "worth": index.worth,
        "unknown": index.unknown,
        "idf": {feature: round(idf, 5) for feature, idf in index.idf.items()},
        "postings": {
            feature: [value for row in rows for value in row]
            for feature, rows in index.postings.items()
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    draft.replace(path)


def load_index(path: Path) -> Index:
    """Read an index.

    Raises:
        IndexFileError: there is none, or it cannot be used.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise IndexFileError(f"{path}: format {content['format']} instead of {FORMAT}")
        return Index(
            keys=tuple(content["keys"]),
            owners=tuple(content["owners"]),
            worth=tuple(content["worth"]),
            idf=content["idf"],
            postings={
                feature: tuple(zip(rows[::2], rows[1::2], strict=True))
                for feature, rows in content["postings"].items()
            },
            unknown=content["unknown"],
            documents=content["documents"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexFileError(f"{path}: {error}") from error
