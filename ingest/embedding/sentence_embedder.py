"""The embedder: a sentence-transformers folder behind our protocol and LangChain's."""

import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings

from ingest.embedding.base import Vectors
from ingest.embedding.once import Once
from ingest.embedding.open_folder import open_folder, open_tokenizer
from ingest.embedding.prefixes import Prefixes
from ingest.errors import ErrorCode, YorozuError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

_BATCH = 16
_CHUNK = 32  # texts between two reports of progress, and between two chances for a waiting question

Progress = Callable[[int], None]


class SentenceEmbedder(Embeddings):
    """Turns text into unit vectors with a local sentence-transformers folder; loads it on first use.

    Safe to share between threads: transformers' tokenizers keep their padding in shared state, so encoding
    takes a lock, chunk by chunk, and a long ingest lets a question pass in between.
    """

    def __init__(self, folder: Path, *, name: str, prefixes: Prefixes) -> None:
        self.folder = folder
        self._name = name
        self._prefixes = prefixes
        self._lock = threading.Lock()
        self._once = Once(self._open)

    @property
    def name(self) -> str:
        """Identity recorded in the index: model and checksum. Known without loading the model."""
        return self._name

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors of texts to be found, shape (len(texts), dimension), float32, L2-normalised.

        Args:
            texts: any lengths; what exceeds the model's window is cut off.
            progress: told how many more texts are done.

        Raises:
            YorozuError: MODEL_UNAVAILABLE when the folder cannot be loaded.
        """
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(order), _CHUNK):
            part = order[start : start + _CHUNK]
            vectors[part] = self._encode([texts[i] for i in part], query=False)
            if progress:
                progress(len(part))
        return vectors

    def query(self, text: str) -> Vectors:
        """Vector of one question, shape (dimension,), float32, L2-normalised."""
        vector: Vectors = self._encode([text], query=True)[0]
        return vector

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of several questions, shape (len(texts), dimension), float32, L2-normalised."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), _CHUNK):
            vectors[start : start + _CHUNK] = self._encode(list(texts[start : start + _CHUNK]), query=True)
        return vectors

    def count_tokens(self, text: str) -> int:
        """Length of `text` in the model's tokens, without the special ones. Does not load the model."""
        return len(self._tokenizer.encode(text, add_special_tokens=False))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's name for `passages`."""
        return [[float(x) for x in vector] for vector in self.passages(texts)]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's name for `query`."""
        return [float(x) for x in self.query(text)]

    def warm(self) -> None:
        """Load everything and run once, so that the first question does not wait."""
        self.count_tokens("準備")
        self.query("準備")

    @property
    def dimension(self) -> int:
        """Length of a vector. Loads the model."""
        size = self._model.get_embedding_dimension()
        if size is None:
            raise YorozuError(ErrorCode.MODEL_UNAVAILABLE, reason=f"{self.folder}: no fixed dimension")
        return size

    def _encode(self, texts: list[str], *, query: bool) -> Vectors:
        model = self._model
        encode = model.encode_query if query else model.encode_document
        prompt = self._prefixes.query if query else self._prefixes.passage
        with self._lock:
            vectors = encode(
                texts, prompt=prompt, batch_size=_BATCH, show_progress_bar=False, normalize_embeddings=True
            )
        return np.asarray(vectors, np.float32)

    @property
    def _model(self) -> "SentenceTransformer":
        return self._once.get()

    def _open(self) -> "SentenceTransformer":
        has_tokenizer = (self.folder / "tokenizer.json").is_file()
        return open_folder(self.folder, self._tokenizer if has_tokenizer else None)

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        return open_tokenizer(self.folder)
