"""The vectors in Chroma. Importing this module takes a second: import it where vectors are used."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import chromadb
import httpx
import numpy as np
from chromadb.api import ClientAPI
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from ingest.embedding.base import Vectors
from ingest.errors import ErrorCode, YorozuError
from ingest.index.manifest import VectorsFailed
from ingest.index.vector_server import VectorServer
from ingest.models import Passage

_FOLDER = "chroma"
# A denser graph than Chroma's default (16 neighbours, 100 examined): a question's one right passage must not
# be missed for a millisecond. Examining 200 while building finds no more and takes more than twice as long.
_SPACE = {"hnsw": {"space": "cosine", "max_neighbors": 24, "ef_construction": 100, "ef_search": 200}}
# Where its database does not open, the client trips over its own clearing up: that is the AttributeError.
_RAISED = (ChromaError, sqlite3.Error, OSError, ValueError, KeyError, RuntimeError, AttributeError)


class KnownVectors(Embeddings):
    """Hands LangChain vectors that are known already, so that nothing is embedded on the way to Chroma."""

    def __init__(self, vectors: Mapping[str, Vectors]) -> None:
        self._vectors = vectors

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors known under `texts`."""
        return [cast("list[float]", self._vectors[text].tolist()) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """The vector known under `text`."""
        return self.embed_documents([text])[0]


class ChromaVectors:
    """One generation's vectors: a collection a field, the number of the vector as id.

    Args:
        client: of a database of its own, or of a server.
        prefix: what the names of its collections begin with; on a server other generations have theirs.
    """

    def __init__(self, client: ClientAPI, prefix: str = "") -> None:
        self._client = client
        self._prefix = prefix
        self._collections: dict[str, chromadb.Collection] = {}

    @classmethod
    def embedded(cls, folder: Path) -> "ChromaVectors":
        """Those in the folder of a generation."""
        with _failing():
            return cls(chromadb.PersistentClient(path=folder / _FOLDER, settings=_quiet()))

    @classmethod
    def on(cls, server: VectorServer, prefix: str) -> "ChromaVectors":
        """Those on a server, for whoever builds a generation.

        Raises:
            YorozuError: VECTORS_UNAVAILABLE.
        """
        address = urlsplit(server.url)
        secure = address.scheme == "https"
        with named_vector_failures():
            client = chromadb.HttpClient(
                host=address.hostname or "",
                port=address.port or (443 if secure else 80),
                ssl=secure,
                headers=dict(server.headers),
                settings=_quiet(),
            )
        return cls(client, f"{prefix}-")

    @property
    def batch(self) -> int:
        """How many documents may be added at a time."""
        return min(1_000, self._client.get_max_batch_size())

    def add(self, field: str, numbers: Sequence[int], passages: Sequence[Passage], vectors: Vectors) -> None:
        """Add vectors to a field, which is made if it is not there, each with the passage that it is of.

        What Chroma keeps as the document is the passage's id: the text is in passages.sqlite, and Chroma's
        own full-text index of it, which nobody asks, would take three times as long as the vectors.
        """
        keys = [f"{passage.id}/{number}" for number, passage in zip(numbers, passages, strict=True)]
        with _failing():
            store = Chroma(
                client=self._client,
                collection_name=self._prefix + field,
                embedding_function=KnownVectors(dict(zip(keys, vectors, strict=True))),
                collection_configuration=cast("Any", _SPACE),
            )
            if keys:
                store.add_texts(keys, [_metadata(p) for p in passages], [str(number) for number in numbers])

    def nearest(self, field: str, vector: Vectors, k: int) -> tuple[NDArray[np.int64], Vectors]:
        """Numbers of the `k` nearest vectors (fewer where there are fewer) and their cosines, best first.

        Asks the collection directly: LangChain would build a Document of each hit (7 ms, not 3, for 100).
        """
        with _failing():
            if field not in self._collections:
                self._collections[field] = self._client.get_collection(
                    self._prefix + field, embedding_function=None
                )
            found = self._collections[field].query(
                query_embeddings=[cast("Any", vector)], n_results=k, include=["distances"]
            )
        distances = found["distances"]
        if distances is None or len(distances[0]) == 0:
            raise VectorsFailed(f"{field}: nothing found")
        numbers = np.array([int(id_) for id_ in found["ids"][0]], dtype=np.int64)
        return numbers, 1 - np.asarray(distances[0], dtype=np.float32)

    def count(self, field: str) -> int:
        """Number of vectors in a field."""
        with _failing():
            return self._client.get_collection(self._prefix + field, embedding_function=None).count()

    def forget(self, fields: Iterable[str]) -> None:
        """Delete the collections of a generation on a server; those that are not there are passed over."""
        for field in fields:
            with suppress(NotFoundError):
                self._client.delete_collection(self._prefix + field)

    def close(self) -> None:
        """Let go of the database."""
        self._collections.clear()
        cast("Any", self._client).close()  # not declared by the interface


def _quiet() -> Settings:
    """Without telemetry. New each time: a client writes into what it is given."""
    return Settings(anonymized_telemetry=False)


@contextmanager
def named_vector_failures() -> Iterator[None]:
    """Say of whatever a server's client raises that the server could not be written to.

    Raises:
        YorozuError: VECTORS_UNAVAILABLE.
    """
    try:
        yield
    except (VectorsFailed, ChromaError, httpx.HTTPError, ValueError) as error:  # ValueError: no connection
        raise YorozuError(ErrorCode.VECTORS_UNAVAILABLE, reason=type(error).__name__) from error


@contextmanager
def _failing() -> Iterator[None]:
    """Give all that Chroma raises one name.

    Raises:
        VectorsFailed: a damaged database, a full disk, a panic of the part that is written in Rust.
    """
    try:
        yield
    except _RAISED as error:
        raise VectorsFailed(str(error)) from error
    except BaseException as error:  # a panic is no Exception, and its class cannot be imported
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise VectorsFailed(str(error)) from error


def _metadata(passage: Passage) -> dict[str, str | int]:
    given = {"source_id": passage.source_id, "page": passage.page, "question_no": passage.question_no}
    return {name: value for name, value in given.items() if value is not None}
