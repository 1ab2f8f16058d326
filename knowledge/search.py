"""Finds the documents that a question means. Pure; ties are broken by key, so order is fixed."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge.article import split_front_matter
from knowledge.index import Document, Index, features, weights
from knowledge.text import tokens
from knowledge.yamls import load_yaml

WORDS, CHARACTERS = 0.5, 0.5
"""How the two similarities are mixed."""
LONG = 14
"""From so many words on, a question is also searched sentence by sentence."""
SENTENCE_WORTH = 0.95
_SENTENCE = re.compile(r"[.!?;:\n]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A found document; `score` says from 0 to 1 how much of the question it covers."""

    key: str
    score: float


def search(index: Index, query: str, limit: int = 10) -> list[Hit]:
    """The best documents for a query, best first; those without any match are left out."""
    scores = _scores(index, query)
    if len(tokens(query)) >= LONG:
        for sentence in _SENTENCE.split(query):
            for key, score in _scores(index, sentence).items():
                scores[key] = max(scores.get(key, 0.0), score * SENTENCE_WORTH)
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return [Hit(key, round(min(score, 1.0), 4)) for key, score in ranked[:limit] if score > 0]


def _scores(index: Index, query: str) -> dict[str, float]:
    words, characters = features(query)
    by_entry: defaultdict[int, float] = defaultdict(float)
    for share, counts in ((WORDS, words), (CHARACTERS, characters)):
        _add(index, counts, share, by_entry)
    best: dict[str, float] = {}
    for entry, score in by_entry.items():
        key = index.keys[index.owners[entry]]
        worth = score * index.worth[entry]
        if worth > best.get(key, 0.0):
            best[key] = worth
    return best


def _add(
    index: Index, counts: Counter[str], share: float, by_entry: defaultdict[int, float]
) -> None:
    for feature, weight in weights(counts, index.idf, index.unknown).items():
        for entry, entry_weight in index.postings.get(feature, ()):
            by_entry[entry] += share * weight * entry_weight


def folder_documents(folder: Path) -> list[Document]:
    """Every Markdown file below a folder as a document, with or without front matter.

    The key is the front matter's `key`, else the path below the folder without its suffix.
    """
    return [_page(folder, path) for path in sorted(folder.rglob("*.md"))]


def _page(folder: Path, path: Path) -> Document:
    text = path.read_text(encoding="utf-8", errors="replace").lstrip("\ufeff")
    front, body = split_front_matter(text.replace("\r\n", "\n"))
    try:
        fields = load_yaml(front) if front else {}
    except yaml.YAMLError:
        fields = {}
    fields = fields if isinstance(fields, dict) else {}
    heading = re.search(r"^#+\s*(.+)$", body, re.MULTILINE)
    title = str(fields.get("title") or (heading[1] if heading else path.stem))
    questions = fields.get("questions")
    texts = [str(fields[name]) for name in ("answer", "more") if fields.get(name)]
    return Document(
        key=str(fields.get("key") or path.relative_to(folder).with_suffix("").as_posix()),
        title=title,
        questions=tuple(map(str, questions)) if isinstance(questions, list) else (),
        texts=(*texts, *(part for part in re.split(r"\n\s*\n", body) if part.strip())),
    )
