"""An embedder without a model, for peers: texts are alike that share letters."""

from collections.abc import Sequence

import numpy as np
from langchain_core.embeddings import Embeddings

from ingest.embedding.base import Vectors

DIMENSION = 256


class LetterEmbedder(Embeddings):
    """Counts letters; behind LangChain's interface and our own."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.embedded: list[str] = []

    @property
    def name(self) -> str:
        return "letters@1"

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded += texts
        return [self._vector(text).tolist() for text in texts]

    def embed_query(self, text: str) -> list[float]:
        self.asked.append(text)
        return [float(x) for x in self._vector(text)]

    def passages(self, texts: Sequence[str]) -> Vectors:
        return np.asarray(self.embed_documents(list(texts)), np.float32)

    def query(self, text: str) -> Vectors:
        return np.asarray(self.embed_query(text), np.float32)

    def queries(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.query(text) for text in texts])

    def count_tokens(self, text: str) -> int:
        return len(text)

    def warm(self) -> None:
        """Nothing to load."""

    def _vector(self, text: str) -> Vectors:
        vector = np.bincount([ord(letter) % DIMENSION for letter in text], minlength=DIMENSION)
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)
