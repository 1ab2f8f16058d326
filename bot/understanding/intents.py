"""Says which intent a text means, and how sure that is. Runs on numpy alone.

One linear score for each intent; probability is the softmax of five times the scores; confidence is
probability times the root of the cosine to the nearest example of that intent (recipe R).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.events import Parse, Ranked
from bot.understanding.features import Vocabulary

SHARPNESS = 5.0
MOST = 10


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse rows: the examples, so that the nearest one can be found.

    Attributes:
        starts: where each row begins in the others; one longer than there are rows.
        columns, weights: of all rows, one after the other.
        labels: the intent of each row, as a position in the intents.
    """

    starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    weights: NDArray[np.float32]
    labels: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class IntentClassifier:
    """What training gives.

    Attributes:
        intents: names, in the order of the columns of `weights`.
        vocabulary: the n-grams.
        weights: n-grams × intents.
        bias: by intent.
        rows: the examples.
    """

    intents: Sequence[str]
    vocabulary: Vocabulary
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    rows: Rows

    def ranked(self, text: str) -> list[Ranked]:
        """All intents, the likeliest first; none when nothing was learnt."""
        if not self.intents:
            return []
        row = self.vocabulary.row(text)
        columns = np.fromiter(row, dtype=np.int64, count=len(row))
        values = np.fromiter(row.values(), dtype=np.float32, count=len(row))
        scores = self.bias + values @ self.weights[columns]
        sharp = np.exp(SHARPNESS * (scores - scores.max()))
        likely = sharp / sharp.sum()
        confidence = likely * np.sqrt(self._nearest(columns, values))
        order = np.argsort(-likely, kind="stable")
        return [Ranked(self.intents[place], float(confidence[place])) for place in order]

    def understood(self, text: str) -> Parse | None:
        """The likeliest intent with the next ones, or None when nothing was learnt."""
        ranking = self.ranked(text)[:MOST]
        if not ranking:
            return None
        return Parse(text, ranking[0].intent, ranking[0].confidence, tuple(ranking[1:]))

    def _nearest(
        self, columns: NDArray[np.int64], values: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        """By intent, the cosine to its nearest example; both groups of n-grams count alike."""
        dense = np.zeros(len(self.vocabulary.idf), dtype=np.float32)
        dense[columns] = values
        products = dense[self.rows.columns] * self.rows.weights
        cosines = np.add.reduceat(products, self.rows.starts[:-1]) / 2
        nearest = np.zeros(len(self.intents))
        np.maximum.at(nearest, self.rows.labels, cosines)
        return np.clip(nearest, 0.0, 1.0)
