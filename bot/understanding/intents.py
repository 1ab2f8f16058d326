"""Says which intent a text means, and how sure that is. Runs on numpy alone.

One linear score for each intent; probability is the softmax of five times the scores; confidence is
probability times the root of the cosine to the nearest example of that intent (recipe R).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.events import Parse, Ranked
from bot.understanding.concepts import Concepts
from bot.understanding.features import Vocabulary
from bot.understanding.modelfile import ModelFileError, load_model, save_model

SHARPNESS = 5.0
MOST = 10
"""So many readings are given."""
NEGLIGIBLE = 0.002
"""A likelihood below it counts as none."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse rows: the examples, those of an intent together, so that the nearest one can be found.

    Attributes:
        starts: where each row begins in the others; one longer than there are rows.
        columns, weights: of all rows, one after the other, in the smallest types that hold them: they are much of
            what the model needs of memory. Weights are whole steps of `scales`.
        scales: by row, what one step is worth.
        firsts: by intent, its first row; one longer than there are intents.
    """

    starts: NDArray[np.int64]
    columns: NDArray[np.unsignedinteger[Any]]
    weights: NDArray[np.uint8]
    scales: NDArray[np.float32]
    firsts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class IntentClassifier:
    """What training gives.

    Attributes:
        intents: names, in the order of the columns of `weights`.
        vocabulary: the n-grams.
        weights: n-grams × intents, in whole steps of `scales`.
        scales: by n-gram, what one step is worth.
        bias: by intent.
        rows: the examples.
    """

    intents: Sequence[str]
    vocabulary: Vocabulary
    weights: NDArray[np.int8]
    scales: NDArray[np.float32]
    bias: NDArray[np.float32]
    rows: Rows

    def ranked(self, text: str, most: int = MOST) -> list[Ranked]:
        """The likeliest intents, the likeliest first; none when nothing was learnt."""
        if not self.intents:
            return []
        row = self.vocabulary.row(text)
        columns = np.fromiter(row, dtype=np.int64, count=len(row))
        values = np.fromiter(row.values(), dtype=np.float32, count=len(row))
        steps = self.weights[columns].astype(np.float32)
        scores = self.bias + (values * self.scales[columns]) @ steps
        sharp = np.exp(SHARPNESS * (scores - scores.max()))
        likely = sharp / sharp.sum()
        order = np.argsort(-likely, kind="stable")[:most]
        dense = np.zeros(len(self.vocabulary.idf), dtype=np.float32)
        dense[columns] = values
        return [
            Ranked(self.intents[place], self._confidence(float(likely[place]), dense, place))
            for place in order
        ]

    def understood(self, text: str) -> Parse | None:
        """The likeliest intent with the next ones, or None when nothing was learnt."""
        ranking = self.ranked(text)
        if not ranking:
            return None
        return Parse(text, ranking[0].intent, ranking[0].confidence, tuple(ranking[1:]))

    def _confidence(self, likely: float, dense: NDArray[np.float32], place: int) -> float:
        """How likely an intent is, less by how far its nearest example is; looked up where it matters."""
        return likely * self._nearest(dense, place) ** 0.5 if likely >= NEGLIGIBLE else 0.0

    def _nearest(self, dense: NDArray[np.float32], place: int) -> float:
        """The cosine to the nearest example of an intent; all groups of n-grams count alike."""
        first, last = self.rows.firsts[place], self.rows.firsts[place + 1]
        begin, end = self.rows.starts[first], self.rows.starts[last]
        # "clip" leaves out a check of each number; the model's own columns need none.
        present = dense.take(self.rows.columns[begin:end], mode="clip")
        products = present * self.rows.weights[begin:end]
        sums = np.add.reduceat(products, self.rows.starts[first:last] - begin)
        cosines = sums * self.rows.scales[first:last]
        return float(np.clip(cosines.max() / self.vocabulary.groups, 0.0, 1.0))


def smallest_type(columns: int) -> type[np.uint16] | type[np.uint32]:
    """The type that holds the numbers of so many columns."""
    return np.uint16 if columns <= np.iinfo(np.uint16).max + 1 else np.uint32


def steps(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Weights in 127 steps each way, and by n-gram what one step is worth; a quarter of the memory."""
    scales = (np.abs(weights).max(axis=1) / 127).astype(np.float32)
    divisor = np.where(scales > 0, scales, 1.0)[:, None]
    return np.round(weights / divisor).astype(np.int8), scales


def stepped_rows(
    starts: NDArray[np.int64], weights: NDArray[np.float32]
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Weights of sparse rows, none below zero, in 255 steps, and by row what one step is worth."""
    lengths = np.diff(starts)
    highest = np.zeros(len(lengths), dtype=np.float32)
    filled = lengths > 0
    highest[filled] = np.maximum.reduceat(weights, starts[:-1][filled])
    scales = np.where(highest > 0, highest / 255, 1.0).astype(np.float32)
    return np.round(weights / np.repeat(scales, lengths)).astype(np.uint8), scales


def save_intents(classifier: IntentClassifier, learnt_from: str, path: Path) -> None:
    """Write the model file.

    Args:
        classifier: what was learnt.
        learnt_from: a hash of what it learnt from.
        path: the file.
    """
    vocabulary, rows = classifier.vocabulary, classifier.rows
    save_model(
        path,
        {
            "kind": "intents",
            "learnt_from": learnt_from,
            "intents": list(classifier.intents),
            "unknown": vocabulary.unknown,
            "concepts": vocabulary.concepts.patterns,
            "grams": sorted(vocabulary.columns, key=vocabulary.columns.__getitem__),
        },
        {
            "idf": np.array(vocabulary.idf, dtype=np.float32),
            "weights": classifier.weights,
            "scales": classifier.scales,
            "bias": classifier.bias,
            "starts": rows.starts,
            "columns": rows.columns,
            "row_weights": rows.weights,
            "row_scales": rows.scales,
            "firsts": rows.firsts,
        },
    )


def load_intents(path: Path) -> tuple[IntentClassifier, str]:
    """Read the model file.

    Returns:
        The classifier, and the hash of what it learnt from.

    Raises:
        ModelFileError: there is none, or it cannot be used.
    """
    header, arrays = load_model(path)
    try:
        vocabulary = Vocabulary(
            columns={gram: column for column, gram in enumerate(header["grams"])},
            idf=tuple(arrays["idf"].tolist()),
            unknown=header["unknown"],
            concepts=Concepts(header["concepts"]),
        )
        classifier = IntentClassifier(
            intents=header["intents"],
            vocabulary=vocabulary,
            weights=arrays["weights"],
            scales=arrays["scales"],
            bias=arrays["bias"],
            rows=Rows(
                starts=arrays["starts"],
                columns=arrays["columns"],
                weights=arrays["row_weights"],
                scales=arrays["row_scales"],
                firsts=arrays["firsts"],
            ),
        )
        if classifier.weights.shape != (len(header["grams"]), len(header["intents"])):
            raise ModelFileError(f"{path}: weights and words do not belong together")
        return classifier, header["learnt_from"]
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelFileError(f"{path}: {error}") from error
