"""Vectors that were computed before, by embedder and text: what has not changed is never embedded again."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from ingest.embedding.base import Embedder, Vectors
from ingest.errors import ErrorCode, YorozuError

NAME = "embeddings.sqlite"
_BATCH = 64  # texts embedded between two commits: what a killed ingest loses at most
_SCHEMA = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"

# Embedders read a few hundred tokens; the limit also keeps a document within Chroma's 16 KB.
_LONGEST = 5_000


def embedded_form(text: str) -> str:
    """The part of `text` that is handed to the embedder; unpaired surrogates become question marks."""
    return text[:_LONGEST].encode("utf-8", "replace").decode("utf-8")


class EmbeddingCache:
    """One embedder's vectors in `embeddings.sqlite`. Only for the holder of the writer lock."""

    def __init__(self, data_dir: Path, embedder: Embedder) -> None:
        self._embedder = embedder
        self._connection = _open(data_dir / NAME)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def key(self, text: str) -> bytes:
        """Key of a text: SHA-256 over the embedder's name and the text."""
        return hashlib.sha256(f"{self._embedder.name}\n{text}".encode()).digest()

    def ensure(self, texts: Iterable[str], done: Callable[[int], object]) -> int:
        """Embed the texts that have no vector yet and return how many those were.

        `done` is told after each batch how many texts it covered.
        """
        missing = self._missing(dict.fromkeys(texts), done)
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            vectors = self._embed(batch)
            rows = [(self.key(t), v.tobytes()) for t, v in zip(batch, vectors, strict=True)]
            with self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
            done(len(batch))
        return len(missing)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts that `ensure` has seen, shape (len(texts), dimension). KeyError for others."""
        one = "SELECT vector FROM vectors WHERE key = ?"
        found = []
        for text in texts:
            row = self._connection.execute(one, (self.key(text),)).fetchone()
            if row is None:
                raise KeyError(text)
            found.append(np.frombuffer(row[0], dtype=np.float32))
        return np.stack(found) if found else np.empty((0, 0), dtype=np.float32)

    def prune(self, used: Iterable[bytes]) -> None:
        """Forget all vectors whose key is not in `used`."""
        with self._connection:
            self._connection.execute("CREATE TEMP TABLE used (key BLOB PRIMARY KEY) WITHOUT ROWID")
            self._connection.executemany("INSERT OR IGNORE INTO used VALUES (?)", ((key,) for key in used))
            self._connection.execute("DELETE FROM vectors WHERE key NOT IN (SELECT key FROM used)")
        self._connection.execute("DROP TABLE used")

    def _embed(self, batch: list[str]) -> Vectors:
        try:
            return np.asarray(self._embedder.passages(batch), dtype=np.float32)
        except OSError as error:
            # Not to be taken for a data directory that cannot be written.
            raise YorozuError(ErrorCode.MODEL_UNAVAILABLE, reason=str(error)) from error

    def _missing(self, texts: Iterable[str], done: Callable[[int], object]) -> list[str]:
        one = "SELECT 1 FROM vectors WHERE key = ?"
        missing = []
        for text in texts:
            if self._connection.execute(one, (self.key(text),)).fetchone() is None:
                missing.append(text)
            else:
                done(1)
        return missing


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.DatabaseError:
        # A damaged cache holds nothing that cannot be computed again.
        for name in (path, *path.parent.glob(f"{path.name}-*")):
            name.unlink(missing_ok=True)
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(_SCHEMA)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection
