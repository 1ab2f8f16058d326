"""Trains the intent classifier. Needs scikit-learn (requirements/train.txt); running does not."""

from collections.abc import Sequence

import numpy as np

from bot.errors import ConfigurationError
from bot.understanding.features import learnt_vocabulary, sparse
from bot.understanding.intents import IntentClassifier, Rows


def trained(examples: Sequence[tuple[str, str]]) -> IntentClassifier:
    """Learn from texts and their intents.

    Args:
        examples: text and intent.

    Raises:
        ConfigurationError: scikit-learn is not installed.
    """
    try:
        from scipy.sparse import csr_matrix
        from sklearn.svm import LinearSVC
    except ImportError as error:
        raise ConfigurationError(
            "training needs scikit-learn: pip install --require-hashes -r requirements/train.txt"
        ) from error
    intents = sorted({intent for _, intent in examples})
    places = {intent: place for place, intent in enumerate(intents)}
    vocabulary = learnt_vocabulary(text for text, _ in examples)
    starts, columns, values = sparse(vocabulary, [text for text, _ in examples])
    labels = np.array([places[intent] for _, intent in examples], dtype=np.int32)
    weights = np.zeros((len(vocabulary.idf), len(intents)), dtype=np.float32)
    bias = np.zeros(len(intents), dtype=np.float32)
    if len(intents) > 1:
        matrix = csr_matrix((values, columns, starts), shape=(len(examples), len(vocabulary.idf)))
        machine = LinearSVC(C=1.0, random_state=0).fit(matrix, labels)
        if len(intents) == 2:
            weights[:, 1], weights[:, 0] = machine.coef_[0], -machine.coef_[0]
            bias[1], bias[0] = machine.intercept_[0], -machine.intercept_[0]
        else:
            weights[:], bias[:] = machine.coef_.T, machine.intercept_
    return IntentClassifier(
        intents, vocabulary, weights, bias, Rows(starts, columns, values, labels)
    )
