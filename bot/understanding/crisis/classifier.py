"""Says how likely a text speaks of a crisis, and of whose, after phrases it learnt from. Runs on numpy alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.understanding.crisis.rules import ABOUT
from bot.understanding.features import Vocabulary, stored_vocabulary
from bot.understanding.modelfile import ModelFileError, load_model, save_model
from knowledge.text import normalise

WINDOW, STEP = 40, 20
"""A long text is looked at in overlapping windows of so many words, the likeliest of which counts."""
MOST_WORDS = 6
"""A text of so many words is compared whole with what is harmless."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Probabilities from 0 to 1.

    Attributes:
        acute: of an acute crisis.
        crisis: of a crisis at either level; never below `acute`.
    """

    acute: float
    crisis: float


@dataclass(frozen=True, slots=True)
class Regression:
    """A logistic regression over n-grams.

    Attributes:
        weights: n-grams × classes.
        bias: by class.
    """

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def likelihoods(self, row: Mapping[int, float]) -> list[float]:
        """By class, how likely a text is of it; `row` are the weights of the text by n-gram."""
        columns = np.fromiter(row, dtype=np.int64, count=len(row))
        values = np.fromiter(row.values(), dtype=np.float32, count=len(row))
        scores = self.bias + values @ self.weights[columns]
        raised = [float(each) for each in np.exp(scores - scores.max())]
        return [each / sum(raised) for each in raised]


@dataclass(frozen=True, slots=True)
class CrisisClassifier:
    """Logistic regressions over words, word pairs and character n-grams.

    Attributes:
        vocabulary: the n-grams.
        levels: acute, distress, none.
        addressees: of a crisis, whose it is: self, friend, child.
        harmless: short texts, normalised, that were learnt to be harmless just as they are ("weiß nicht mehr").
    """

    vocabulary: Vocabulary
    levels: Regression
    addressees: Regression
    harmless: frozenset[str] = frozenset()

    def likelihood(self, text: str) -> Likelihood:
        """How likely a text speaks of a crisis; its likeliest window counts."""
        if short(text) in self.harmless:
            return Likelihood(0.0, 0.0)
        return self.likeliest(list(windows(text)))

    def likeliest(self, texts: Sequence[str]) -> Likelihood:
        """The highest likelihoods that any of these short texts has."""
        found = [self._likelihood(text) for text in texts]
        return Likelihood(
            max((each.acute for each in found), default=0.0),
            max((each.crisis for each in found), default=0.0),
        )

    def about(self, text: str) -> str:
        """Whose crisis a text speaks of, if it speaks of one; its likeliest window says it."""
        said = max(windows(text), key=lambda each: self._likelihood(each).crisis, default="")
        likely = self.addressees.likelihoods(self.vocabulary.row(said))
        return ABOUT[likely.index(max(likely))]

    def _likelihood(self, text: str) -> Likelihood:
        acute, distress, _ = self.levels.likelihoods(self.vocabulary.row(text))
        return Likelihood(acute, acute + distress)


def short(text: str) -> str | None:
    """A text as it is compared whole; None when it is too long for that."""
    words = normalise(text).strip(" .!,").split()
    return " ".join(words) if 0 < len(words) <= MOST_WORDS else None


def windows(text: str) -> Iterator[str]:
    """The overlapping parts of a text; none of a text without words."""
    words = text.split()
    for start in range(0, max(len(words) - STEP, min(len(words), 1)), STEP):
        yield " ".join(words[start : start + WINDOW])


def save_classifier(classifier: CrisisClassifier, learnt_from: str, path: Path) -> None:
    """Write the model file.

    Args:
        classifier: what was learnt.
        learnt_from: a hash of the phrases.
        path: the file.
    """
    vocabulary = classifier.vocabulary
    save_model(
        path,
        {
            "kind": "crisis",
            "learnt_from": learnt_from,
            "unknown": vocabulary.unknown,
            "grams": sorted(vocabulary.columns, key=vocabulary.columns.__getitem__),
            "harmless": sorted(classifier.harmless),
        },
        {
            "idf": np.array(vocabulary.idf, dtype=np.float32),
            "weights": classifier.levels.weights,
            "bias": classifier.levels.bias,
            "about_weights": classifier.addressees.weights,
            "about_bias": classifier.addressees.bias,
        },
    )


def load_classifier(path: Path) -> tuple[CrisisClassifier, str]:
    """Read the model file.

    Returns:
        The classifier, and the hash of the phrases it was learnt from.

    Raises:
        ModelFileError: there is none, or it cannot be used.
    """
    header, arrays = load_model(path)
    try:
        grams = header["grams"]
        vocabulary = stored_vocabulary(grams, arrays["idf"], header["unknown"])
        levels = Regression(arrays["weights"], arrays["bias"])
        addressees = Regression(arrays["about_weights"], arrays["about_bias"])
        if any(
            each.weights.shape != (len(grams), 3) or each.bias.shape != (3,)
            for each in (levels, addressees)
        ):
            raise ModelFileError(f"{path}: weights and words do not belong together")
        harmless = frozenset(header["harmless"])
        classifier = CrisisClassifier(vocabulary, levels, addressees, harmless)
        return classifier, header["learnt_from"]
    except (KeyError, TypeError) as error:
        raise ModelFileError(f"{path}: {error}") from error
