"""The door to scikit-learn and SciPy, which only training needs (requirements/train.txt)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bot.errors import ConfigurationError
from bot.understanding.features import Vocabulary, sparse


@contextmanager
def scikit_learn() -> Iterator[None]:
    """Import from scikit-learn or SciPy inside.

    Raises:
        ConfigurationError: they are not installed; says how to.
    """
    try:
        yield
    except ImportError as error:
        raise ConfigurationError(
            "training needs scikit-learn: pip install --require-hashes -r requirements/train.txt"
        ) from error


def matrix(vocabulary: Vocabulary, texts: Sequence[str]) -> Any:
    """The features of texts as a sparse matrix of shape (texts, features).

    Raises:
        ConfigurationError: SciPy is not installed.
    """
    with scikit_learn():
        from scipy.sparse import csr_matrix
    starts, columns, values = sparse(vocabulary, texts)
    return csr_matrix((values, columns, starts), shape=(len(texts), len(vocabulary.idf)))
