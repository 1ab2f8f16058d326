"""Trains the crisis classifier. Needs scikit-learn (requirements/train.txt); running does not."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from bot.errors import ConfigurationError
from bot.understanding.crisis.classifier import MOST_WORDS, CrisisClassifier, short
from bot.understanding.features import RECIPE, Vocabulary, learnt_vocabulary
from bot.understanding.scikit import matrix, scikit_learn

PHRASES = Path(__file__).with_name("phrases")
NONE = "none"
LEVELS = ("acute", "distress", NONE)
STRENGTH = 20.0
"""The inverse of the regularisation; 5 and 20 recognised new writers' phrases alike."""
SHARES = 3
"""Everyday texts outnumber the phrases of crises so much that all at once make them be missed. Each share of them teaches
a classifier of its own; the mean of their weights is used (bagging; Breiman, 1996; docs/measurements/crisis.md)."""
SMALLEST_GRADIENT = 1e-6
"""Where learning ends: so small that two machines decide a text at the border alike."""


def read_phrases(folder: Path = PHRASES) -> list[tuple[str, str]]:
    """The phrases to learn from: text and level (`acute`, `distress`, `none`).

    Raises:
        ConfigurationError: a line is no phrase, with file and line.
    """
    phrases = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                row = json.loads(line)
                text, level = str(row["text"]), row["level"]
            except (ValueError, KeyError, TypeError) as error:
                raise ConfigurationError(f"{path}:{number}: {error}") from error
            if level not in LEVELS:
                raise ConfigurationError(f"{path}:{number}: {level!r} is no level")
            phrases.append((text, level))
    return phrases


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is learnt from.

    Attributes:
        phrases: text and level; each level must be there.
        everyday: texts that teach what is no crisis, but each only a part of what is learnt.
        plain: texts that are harmless just as they are, besides the harmless phrases.
    """

    phrases: Sequence[tuple[str, str]]
    everyday: Sequence[str] = ()
    plain: Sequence[str] = ()

    def hash(self) -> str:
        """A hash that changes when anything changes that is learnt from, or how."""
        learnt = json.dumps([self.phrases, self.everyday, self.plain])
        how = f"{RECIPE} {MOST_WORDS} {STRENGTH} {SHARES}"
        return hashlib.sha256(f"{how} {learnt}".encode()).hexdigest()


def trained_classifier(lessons: Lessons) -> CrisisClassifier:
    """Learn from texts and their levels.

    Raises:
        ConfigurationError: scikit-learn is not installed.
    """
    texts = [text for text, _ in lessons.phrases]
    vocabulary = learnt_vocabulary([*texts, *lessons.everyday])
    machines = [
        _fitted(vocabulary, [*lessons.phrases, *((text, NONE) for text in share)])
        for share in _dealt(lessons.everyday)
    ]
    return CrisisClassifier(
        vocabulary,
        np.ascontiguousarray(np.mean([each.coef_.T for each in machines], axis=0), np.float32),
        np.mean([each.intercept_ for each in machines], axis=0).astype(np.float32),
        _harmless([*lessons.phrases, *((text, NONE) for text in lessons.plain)]),
    )


def _dealt(everyday: Sequence[str]) -> list[list[str]]:
    """The shares; a text is always in the same one, so that a new one moves no other."""
    shares: list[list[str]] = [[] for _ in range(SHARES)]
    for text in everyday:
        shares[crc32(text.encode()) % SHARES].append(text)
    return [share for share in shares if share] or [[]]


def _fitted(vocabulary: Vocabulary, phrases: Sequence[tuple[str, str]]) -> Any:
    with scikit_learn():
        from sklearn.linear_model import LogisticRegression
    machine = LogisticRegression(
        C=STRENGTH, class_weight="balanced", max_iter=3000, tol=SMALLEST_GRADIENT
    )
    levels = np.array([LEVELS.index(level) for _, level in phrases])
    return machine.fit(matrix(vocabulary, [text for text, _ in phrases]), levels)


def _harmless(phrases: Sequence[tuple[str, str]]) -> frozenset[str]:
    """The short texts that nobody calls anything but harmless."""
    of: dict[bool, set[str]] = {True: set(), False: set()}
    for text, level in phrases:
        of[level == NONE].add(short(text) or "")
    return frozenset(of[True] - of[False])
