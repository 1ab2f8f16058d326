"""Matrix."""

from connectors.matrix.account import MatrixPlace
from connectors.matrix.connector import MatrixConnector
from connectors.matrix.texts import matrix_texts

__all__ = ["MatrixConnector", "MatrixPlace", "matrix_texts"]
