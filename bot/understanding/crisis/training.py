"""Trains the crisis classifier. Needs scikit-learn (requirements/train.txt); running does not."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.errors import ConfigurationError
from bot.understanding.crisis.classifier import MOST_WORDS, CrisisClassifier, short
from bot.understanding.features import RECIPE, learnt_vocabulary
from bot.understanding.scikit import matrix, scikit_learn

PHRASES = Path(__file__).with_name("phrases")
NONE = "none"
LEVELS = ("acute", "distress", NONE)
STRENGTH = 20.0
"""The inverse of the regularisation; 5 and 20 recognised new writers' phrases alike."""


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


def phrases_hash(phrases: Sequence[tuple[str, str]], plain: Sequence[str]) -> str:
    """A hash that changes when anything changes that is learnt from."""
    learnt = json.dumps([phrases, plain])
    return hashlib.sha256(f"{RECIPE} {MOST_WORDS} {STRENGTH} {learnt}".encode()).hexdigest()


def trained_classifier(
    phrases: Sequence[tuple[str, str]], plain: Sequence[str] = ()
) -> CrisisClassifier:
    """Learn from texts and their levels; each level must be there.

    Args:
        phrases: text and level.
        plain: texts that are harmless just as they are, besides those of the phrases.

    Raises:
        ConfigurationError: scikit-learn is not installed.
    """
    with scikit_learn():
        from sklearn.linear_model import LogisticRegression
    texts = [text for text, _ in phrases]
    vocabulary = learnt_vocabulary(texts)
    machine = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=3000, tol=1e-6)
    machine.fit(matrix(vocabulary, texts), np.array([LEVELS.index(level) for _, level in phrases]))
    return CrisisClassifier(
        vocabulary,
        np.ascontiguousarray(machine.coef_.T, dtype=np.float32),
        machine.intercept_.astype(np.float32),
        _harmless([*phrases, *((text, NONE) for text in plain)]),
    )


def _harmless(phrases: Sequence[tuple[str, str]]) -> frozenset[str]:
    """The short texts that nobody calls anything but harmless."""
    of: dict[bool, set[str]] = {True: set(), False: set()}
    for text, level in phrases:
        of[level == NONE].add(short(text) or "")
    return frozenset(of[True] - of[False])
