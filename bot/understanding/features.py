"""What a classifier sees of a text: words, word pairs and character n-grams, weighed by rarity.

Recipe R: two groups (words and pairs with the edges of the text; n-grams of 1 to 4 characters inside
words), each weighed by sublinear tf and smoothed idf and brought to length 1 over *all* its n-grams,
unknown ones included, so that unknown words make a text less like anything that was learnt. Where a
project lists concepts, they are a third group. Slips of the finger are corrected before.
"""

import itertools
import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from sys import intern

import numpy as np
from numpy.typing import NDArray

from bot.understanding.concepts import NO_CONCEPTS, Concepts
from bot.understanding.spelling import Spelling
from knowledge.text import ngrams, normalise

_TOKEN = re.compile(r"\w+|[^\w\s]")
RECIPE = "swapped letters, rows and weights in steps, commonest n-grams"
"""Another name for each change of what a classifier sees; models of another recipe are built anew."""
FEW_EXAMPLES = 3000
"""With fewer examples than this every n-gram counts; with more, those that occur twice."""
MOST_GRAMS = 65_536
"""So many n-grams are learnt at most, the commonest: two bytes hold the number of each, and the examples are half of a model."""
LONGEST = 2000
"""So many characters of a text are looked at."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The n-grams that were learnt.

    Attributes:
        columns: by n-gram, its column; those of words are marked `w `, of characters `c `, concepts `k `.
        idf: by column, how rare it is.
        unknown: what an unknown n-gram weighs.
        concepts: what people call one thing.
    """

    columns: Mapping[str, int]
    idf: Sequence[float]
    unknown: float
    concepts: Concepts = NO_CONCEPTS
    spelling: Spelling = field(init=False)

    def __post_init__(self) -> None:
        """Know the words that a slip may have been meant for."""
        object.__setattr__(self, "spelling", Spelling(self._rarity))

    def _rarity(self, word: str) -> float | None:
        column = self.columns.get(f"w {word}")
        return None if column is None else self.idf[column]

    @property
    def groups(self) -> int:
        """How many groups of n-grams there are."""
        return 3 if self.concepts.patterns else 2

    def row(self, text: str) -> dict[int, float]:
        """The weights of a text by column."""
        found: dict[int, float] = {}
        for group in _grams(self.spelling.corrected(_tokens(text)), self.concepts):
            weights = {
                gram: (1 + math.log(count)) * self._idf(gram) for gram, count in group.items()
            }
            length = math.sqrt(sum(weight * weight for weight in weights.values()))
            for gram, weight in weights.items():
                column = self.columns.get(gram)
                if column is not None:
                    found[column] = weight / length
        return found

    def _idf(self, gram: str) -> float:
        column = self.columns.get(gram)
        return self.unknown if column is None else self.idf[column]


def grams(text: str, concepts: Concepts = NO_CONCEPTS) -> tuple[Counter[str], ...]:
    """The n-grams of a text: words and pairs, characters, concepts."""
    return _grams(_tokens(text), concepts)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(normalise(text[:LONGEST]))


def _grams(tokens: Sequence[str], concepts: Concepts) -> tuple[Counter[str], ...]:
    edged = ["<", *tokens, ">"]
    words = Counter(f"w {token}" for token in tokens)
    words.update(f"w {first} {second}" for first, second in itertools.pairwise(edged))
    characters = Counter(f"c {gram}" for token in tokens for gram in ngrams(token, 1, 4))
    named = Counter(f"k {concept}" for concept in concepts.found(tokens))
    return words, characters, named


def learnt_vocabulary(texts: Iterable[str], concepts: Concepts = NO_CONCEPTS) -> Vocabulary:
    """The vocabulary of these texts."""
    rows = [frozenset().union(*grams(text, concepts)) for text in texts]
    seen: Counter[str] = Counter(gram for row in rows for gram in row)
    least = 1 if len(rows) < FEW_EXAMPLES else 2
    known = [gram for gram, count in seen.items() if count >= least]
    # Of those that are as common, words come before pieces of words.
    known.sort(key=lambda gram: (seen[gram], gram), reverse=True)
    kept = sorted(known[:MOST_GRAMS])
    idf = array("f", (math.log((1 + len(rows)) / (1 + seen[gram])) + 1 for gram in kept))
    return Vocabulary(
        columns={gram: column for column, gram in enumerate(kept)},
        idf=idf,
        unknown=math.log(1 + len(rows)) + 1,
        concepts=concepts,
    )


def stored_vocabulary(
    grams: Sequence[str],
    idf: NDArray[np.float32],
    unknown: float,
    concepts: Concepts = NO_CONCEPTS,
) -> Vocabulary:
    """The vocabulary that a model file holds.

    Args:
        grams: the n-grams in the order of their columns; models share most of them, so each is kept once.
        idf: by column, how rare it is.
        unknown: what an unknown n-gram weighs.
        concepts: what people call one thing.
    """
    return Vocabulary(
        columns={intern(gram): column for column, gram in enumerate(grams)},
        idf=array("f", idf.tobytes()),
        unknown=unknown,
        concepts=concepts,
    )


def sparse(
    vocabulary: Vocabulary, texts: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """The rows of texts, one after the other.

    Returns:
        Where each row begins (one longer than there are texts), the columns, the weights.
    """
    # A text without any letter has no n-grams; a row must hold something to be summed up.
    rows = [vocabulary.row(text) or {0: 0.0} for text in texts]
    starts = np.cumsum([0, *(len(row) for row in rows)], dtype=np.int64)
    columns = np.array([column for row in rows for column in row], dtype=np.int32)
    weights = np.array([weight for row in rows for weight in row.values()], dtype=np.float32)
    return starts, columns, weights
