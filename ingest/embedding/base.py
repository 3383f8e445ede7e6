"""What the index needs of an embedder; kept apart so that nothing heavy is imported to name it."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns text into unit vectors."""

    @property
    def name(self) -> str:
        """Identity recorded in the index: model and checksum. Known without loading the model."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found, shape (len(texts), dimension), float32, L2-normalised."""

    def query(self, text: str) -> Vectors:
        """Vector of one question, shape (dimension,), float32, L2-normalised."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """What `query` returns for each of them, shape (len(texts), dimension); at once, so quicker."""

    def count_tokens(self, text: str) -> int:
        """Length of `text` in the model's tokens, without the special ones."""
