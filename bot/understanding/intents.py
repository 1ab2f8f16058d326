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
from bot.understanding.features import Vocabulary, stored_vocabulary
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
class Weights:
    """What each n-gram says for each intent; sparse, because most n-grams say something of few.

    Attributes:
        starts: where each n-gram begins in the others; one longer than there are n-grams.
        places: of which intents, one n-gram after the other.
        steps: what it says of them, in whole steps of `scales`.
        scales: by n-gram, what one step is worth.
    """

    starts: NDArray[np.int32]
    places: NDArray[np.unsignedinteger[Any]]
    steps: NDArray[np.int8]
    scales: NDArray[np.float32]

    def belong_to(self, grams: int) -> bool:
        """Whether these are the weights of so many n-grams."""
        entries = len(self.places) == len(self.steps) == self.starts[-1]
        return entries and len(self.starts) == len(self.scales) + 1 == grams + 1

    def scores(
        self, columns: NDArray[np.int64], values: NDArray[np.float32], intents: int
    ) -> NDArray[np.float64]:
        """What the n-grams of a text say together, by intent.

        Args:
            columns: its n-grams.
            values: how much each of them counts.
            intents: how many there are.
        """
        begins = self.starts[columns]
        lengths = self.starts[columns + 1] - begins
        ends = np.cumsum(lengths)
        # The numbers of all their entries, those of one n-gram after those of the other.
        entries = np.arange(lengths.sum()) + np.repeat(begins - (ends - lengths), lengths)
        said = self.steps[entries] * np.repeat(values * self.scales[columns], lengths)
        scores = np.bincount(self.places[entries], weights=said, minlength=intents)
        return scores.astype(np.float64)


@dataclass(frozen=True, slots=True)
class IntentClassifier:
    """What training gives.

    Attributes:
        intents: their names; their places are those of `weights`, `bias` and `rows.firsts`.
        vocabulary: the n-grams.
        weights: what each n-gram says for each intent.
        bias: by intent.
        rows: the examples.
    """

    intents: Sequence[str]
    vocabulary: Vocabulary
    weights: Weights
    bias: NDArray[np.float32]
    rows: Rows

    def ranked(self, text: str, most: int = MOST) -> list[Ranked]:
        """The likeliest intents, the likeliest first; none when nothing was learnt."""
        if not self.intents:
            return []
        row = self.vocabulary.row(text)
        columns = np.fromiter(row, dtype=np.int64, count=len(row))
        values = np.fromiter(row.values(), dtype=np.float32, count=len(row))
        scores = self.bias + self.weights.scores(columns, values, len(self.intents))
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


def stepped_weights(weights: NDArray[np.float32]) -> Weights:
    """Weights (n-grams × intents) in 127 steps each way, without those that are no step; a tenth of the memory."""
    scales = (np.abs(weights).max(axis=1) / 127).astype(np.float32)
    divisor = np.where(scales > 0, scales, 1.0)[:, None]
    steps = np.round(weights / divisor).astype(np.int8)
    columns, places = np.nonzero(steps)
    return Weights(
        starts=np.searchsorted(columns, np.arange(len(steps) + 1)).astype(np.int32),
        places=places.astype(np.uint16),
        steps=steps[columns, places],
        scales=scales,
    )


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
            "weight_starts": classifier.weights.starts,
            "weight_places": classifier.weights.places,
            "weight_steps": classifier.weights.steps,
            "weight_scales": classifier.weights.scales,
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
        vocabulary = stored_vocabulary(
            header["grams"], arrays["idf"], header["unknown"], Concepts(header["concepts"])
        )
        classifier = IntentClassifier(
            intents=header["intents"],
            vocabulary=vocabulary,
            weights=Weights(
                starts=arrays["weight_starts"],
                places=arrays["weight_places"],
                steps=arrays["weight_steps"],
                scales=arrays["weight_scales"],
            ),
            bias=arrays["bias"],
            rows=Rows(
                starts=arrays["starts"],
                columns=arrays["columns"],
                weights=arrays["row_weights"],
                scales=arrays["row_scales"],
                firsts=arrays["firsts"],
            ),
        )
        if not classifier.weights.belong_to(len(header["grams"])):
            raise ModelFileError(f"{path}: weights and words do not belong together")
        return classifier, header["learnt_from"]
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelFileError(f"{path}: {error}") from error
