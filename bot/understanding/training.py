"""Trains the intent classifier. Needs scikit-learn (requirements/train.txt); running does not."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from bot.understanding.concepts import NO_CONCEPTS, Concepts
from bot.understanding.features import RECIPE, learnt_vocabulary
from bot.understanding.intents import IntentClassifier, Rows, stepped_rows, stepped_weights
from bot.understanding.scikit import matrix, scikit_learn


@dataclass(frozen=True, slots=True)
class Lesson:
    """One text to learn from.

    Attributes:
        text: as a person types it, or a sentence of an answer.
        intent: what it means.
        worth: how much it counts beside an example, which counts 1.
    """

    text: str
    intent: str
    worth: float = 1.0


def lessons_hash(lessons: Sequence[Lesson], concepts: Concepts) -> str:
    """A hash that changes when anything that is learnt from changes."""
    told = json.dumps([asdict(each) for each in lessons])
    return hashlib.sha256(f"{RECIPE} {told} {concepts.fingerprint}".encode()).hexdigest()


def trained(lessons: Sequence[Lesson], concepts: Concepts = NO_CONCEPTS) -> IntentClassifier:
    """Learn from texts and their intents.

    Args:
        lessons: what to learn from.
        concepts: what people call one thing.

    Raises:
        ConfigurationError: scikit-learn is not installed.
    """
    with scikit_learn():
        from sklearn.svm import LinearSVC
    # Those of an intent stand together, so that its nearest example is found fast.
    lessons = sorted(lessons, key=lambda each: each.intent)
    intents = sorted({each.intent for each in lessons})
    places = {intent: place for place, intent in enumerate(intents)}
    texts = [each.text for each in lessons]
    vocabulary = learnt_vocabulary(texts, concepts)
    features = matrix(vocabulary, texts)
    labels = np.array([places[each.intent] for each in lessons], dtype=np.int32)
    weights = np.zeros((len(vocabulary.idf), len(intents)), dtype=np.float32)
    bias = np.zeros(len(intents), dtype=np.float32)
    if len(intents) > 1:
        worth = [each.worth for each in lessons]
        machine = LinearSVC(C=1.0, random_state=0).fit(features, labels, sample_weight=worth)
        if len(intents) == 2:
            weights[:, 1], weights[:, 0] = machine.coef_[0], -machine.coef_[0]
            bias[1], bias[0] = machine.intercept_[0], -machine.intercept_[0]
        else:
            weights[:], bias[:] = machine.coef_.T, machine.intercept_
    firsts = np.searchsorted(labels, np.arange(len(intents) + 1)).astype(np.int64)
    starts = features.indptr.astype(np.int64)
    row_weights, row_scales = stepped_rows(starts, features.data.astype(np.float32))
    rows = Rows(
        starts=starts,
        columns=features.indices.astype(np.uint16),
        weights=row_weights,
        scales=row_scales,
        firsts=firsts,
    )
    return IntentClassifier(intents, vocabulary, stepped_weights(weights), bias, rows)
