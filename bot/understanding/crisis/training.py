"""Trains the crisis classifier. Needs scikit-learn (requirements/train.txt); running does not."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np

from bot.errors import ConfigurationError
from bot.understanding.crisis.classifier import MOST_WORDS, CrisisClassifier, Regression, short
from bot.understanding.crisis.rules import ABOUT
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


class Phrase(NamedTuple):
    """One text to learn from.

    Attributes:
        text: as a person types it.
        level: `acute`, `distress` or `none`.
        about: whose crisis it is: `self`, `friend` or `child`; None of level `none`.
    """

    text: str
    level: str
    about: str | None = None


def read_phrases(path: Path) -> list[Phrase]:
    """The phrases of a file.

    Raises:
        ConfigurationError: a line is no phrase, with file and line.
    """
    phrases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            text, level = str(row["text"]), row["level"]
            about = row["about"] if level != NONE else None
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigurationError(f"{path}:{number}: {error}") from error
        if level not in LEVELS:
            raise ConfigurationError(f"{path}:{number}: {level!r} is no level")
        if level != NONE and about not in ABOUT:
            raise ConfigurationError(f"{path}:{number}: {about!r} is nobody")
        phrases.append(Phrase(text, level, about))
    return phrases


def all_phrases(without: Collection[str] = ()) -> list[Phrase]:
    """The phrases of all writers.

    Args:
        without: names of files to leave out, to be measured with what the others taught.

    Raises:
        ConfigurationError: a line is no phrase, with file and line.
    """
    paths = (path for path in sorted(PHRASES.glob("*.jsonl")) if path.stem not in without)
    return [phrase for path in paths for phrase in read_phrases(path)]


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is learnt from.

    Attributes:
        phrases: each level and each addressee must be there.
        everyday: texts that teach what is no crisis, but each only a part of what is learnt.
        plain: texts that are harmless just as they are, besides the harmless phrases.
    """

    phrases: Sequence[Phrase]
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
    texts = [each.text for each in lessons.phrases]
    vocabulary = learnt_vocabulary([*texts, *lessons.everyday])
    levels = [(each.text, LEVELS.index(each.level)) for each in lessons.phrases]
    whose = [(each.text, ABOUT.index(each.about)) for each in lessons.phrases if each.about]
    harmless = LEVELS.index(NONE)
    return CrisisClassifier(
        vocabulary,
        _mean(
            [
                _fitted(vocabulary, [*levels, *((text, harmless) for text in share)])
                for share in _dealt(lessons.everyday)
            ]
        ),
        _fitted(vocabulary, whose),
        _harmless([*lessons.phrases, *(Phrase(text, NONE) for text in lessons.plain)]),
    )


def _mean(machines: Sequence[Regression]) -> Regression:
    return Regression(
        np.mean([each.weights for each in machines], axis=0),
        np.mean([each.bias for each in machines], axis=0),
    )


def _dealt(everyday: Sequence[str]) -> list[list[str]]:
    """The shares; a text is always in the same one, so that a new one moves no other."""
    shares: list[list[str]] = [[] for _ in range(SHARES)]
    for text in everyday:
        shares[crc32(text.encode()) % SHARES].append(text)
    return [share for share in shares if share] or [[]]


def _fitted(vocabulary: Vocabulary, texts: Sequence[tuple[str, int]]) -> Regression:
    """Learnt from texts and the number of their class."""
    with scikit_learn():
        from sklearn.linear_model import LogisticRegression
    machine = LogisticRegression(
        C=STRENGTH, class_weight="balanced", max_iter=3000, tol=SMALLEST_GRADIENT
    )
    classes = np.array([each for _, each in texts])
    machine.fit(matrix(vocabulary, [text for text, _ in texts]), classes)
    weights = np.ascontiguousarray(machine.coef_.T, dtype=np.float32)
    return Regression(weights, machine.intercept_.astype(np.float32))


def _harmless(phrases: Sequence[Phrase]) -> frozenset[str]:
    """The short texts that nobody calls anything but harmless."""
    of: dict[bool, set[str]] = {True: set(), False: set()}
    for each in phrases:
        of[each.level == NONE].add(short(each.text) or "")
    return frozenset(of[True] - of[False])
