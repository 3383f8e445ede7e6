"""Vectors of the questions asked last, so that one that comes again, or was made ready, costs nothing."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np

from ingest.embedding.base import Embedder, Vectors

KEPT = 2048  # questions; 3 MB of vectors


class Remembered:
    """An embedder that remembers what it was asked. Safe to share between threads.

    A vector that it hands out is not to be changed.

    Args:
        inner: computes what is not known.
        kept: how many questions; what was asked longest ago goes first.
    """

    def __init__(self, inner: Embedder, *, kept: int = KEPT) -> None:
        self._inner = inner
        self._kept = kept
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    @property
    def name(self) -> str:
        """Identity of the embedder behind."""
        return self._inner.name

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found; none of them is remembered."""
        return self._inner.passages(texts)

    def query(self, text: str) -> Vectors:
        """Vector of one question, shape (dimension,)."""
        known = self._found(text)
        if known is None:
            known = self._inner.query(text)
            self._keep({text: known})
        return known

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of several questions, shape (len(texts), dimension); each text is computed once."""
        found = {text: self._found(text) for text in texts}
        missing = [text for text, vector in found.items() if vector is None]
        fresh: dict[str, Vectors] = (
            dict(zip(missing, self._inner.queries(missing), strict=True)) if missing else {}
        )
        self._keep(fresh)
        whole = {text: vector for text, vector in found.items() if vector is not None} | fresh
        return np.stack([whole[text] for text in texts]) if texts else np.empty((0, 0), np.float32)

    def count_tokens(self, text: str) -> int:
        """Length of `text` in tokens."""
        return self._inner.count_tokens(text)

    def _found(self, text: str) -> Vectors | None:
        with self._lock:
            known = self._known.get(text)
            if known is not None:
                self._known.move_to_end(text)
            return known

    def _keep(self, vectors: dict[str, Vectors]) -> None:
        with self._lock:
            self._known.update(vectors)
            while len(self._known) > self._kept:
                self._known.popitem(last=False)
