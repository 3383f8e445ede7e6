"""An embedder without a model: a text's vector is drawn from its hash. Counts what it is asked for."""

import hashlib
from collections.abc import Sequence

import numpy as np

from ingest.embedding.base import Vectors

DIMENSION = 32


class HashedEmbedder:
    """Same text, same unit vector; different texts are about orthogonal."""

    def __init__(self, name: str = "hashed@1") -> None:
        self._name = name
        self.embedded: list[str] = []

    @property
    def name(self) -> str:
        return self._name

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return np.stack([self._vector(text) for text in texts])

    def query(self, text: str) -> Vectors:
        return self._vector(text)

    def queries(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.query(text) for text in texts])

    def count_tokens(self, text: str) -> int:
        return len(text)

    def _vector(self, text: str) -> Vectors:
        seed = int.from_bytes(hashlib.sha256(f"{self._name}{text}".encode()).digest()[:8], "big")
        vector = np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)
