"""Open an index and read it: one immutable generation, or always the current one."""

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embedding.base import Vectors
from ingest.errors import ErrorCode, YorozuError
from ingest.index import layout
from ingest.index.lexical import FIELDS as LEXICAL_FIELDS
from ingest.index.lexical import LexicalField, Scores
from ingest.index.lock import writer_lock
from ingest.index.manifest import NO_EMBEDDER, Manifest, VectorsFailed, check_files, damaged, read_manifest
from ingest.index.records import FileRecord
from ingest.index.remote_vectors import VectorsAway, VectorSearch
from ingest.index.sections import Sections
from ingest.index.store import Store
from ingest.index.vectors import FIELDS, VectorIndex
from ingest.models import Passage, Source

Rows = Sequence[int] | NDArray[np.int64]

_SERVER_SILENT = "ベクトルのサーバーを確認できません"


class Index:
    """One generation. Nothing in it changes; all methods may be called from several threads."""

    def __init__(self, folder: Path, manifest: Manifest, search: VectorSearch | None = None) -> None:
        self.generation = folder.name
        self.manifest = manifest
        try:
            self._store = Store(folder)
            self._sources = self._store.sources()
            self._items = frozenset(self._store.item_nos())
            self._lexical = {name: LexicalField(folder / "lexical" / name) for name in LEXICAL_FIELDS}
            self._sections = Sections(folder)
            remote = None
            if manifest.vectors_at is not None:
                remote = (search or VectorSearch(None)).of(manifest.vectors_at)
            self._vectors = VectorIndex(folder, remote) if self.has_vectors else None
        except (OSError, ValueError, sqlite3.DatabaseError) as error:
            raise damaged(f"{folder.name}: {error}") from error

    @property
    def has_vectors(self) -> bool:
        """Whether it was built with an embedder."""
        return self.manifest.embedder != NO_EMBEDDER

    def __len__(self) -> int:
        return self.manifest.passages

    def passage(self, row: int) -> Passage:
        """The passage of a row. KeyError where there is none."""
        return self.passages([row])[0]

    def passages(self, rows: Rows) -> list[Passage]:
        """The passages of `rows`, in that order. KeyError for a row that does not exist."""
        return self._store.passages([int(row) for row in rows])

    def passages_of_file(self, file: str) -> list[Passage]:
        """The passages of one file, in reading order."""
        return self._store.passages_of_file(file)

    def passage_ids(self) -> set[str]:
        """The ids of all passages."""
        return self._store.passage_ids()

    def source(self, source_id: str) -> Source:
        """A source by its id. SOURCE_NOT_FOUND where there is none."""
        if source_id not in self._sources:
            raise YorozuError(ErrorCode.SOURCE_NOT_FOUND, id=source_id)
        return self._sources[source_id]

    def sources(self) -> list[Source]:
        """All sources, also those of the catalogue whose file is not here."""
        return list(self._sources.values())

    def page_text(self, file: str, page: int) -> str | None:
        """The whole text of a page (from 1); None where the file has no such page."""
        return self._store.page_text(file, page)

    def pages_of_file(self, file: str) -> dict[int, str]:
        """The texts of all pages of a file."""
        return self._store.pages_of_file(file)

    def files(self) -> list[FileRecord]:
        """All files that were met, those that could not be read with the reason."""
        return self._store.files()

    def rows_for_items(self, item_nos: Iterable[int]) -> list[int]:
        """Rows that carry one of `item_nos`, ascending."""
        return self._store.rows_for_items(self._items.intersection(item_nos))

    def rows_for_qa(self, source_id: str, question_no: int) -> list[int]:
        """Rows of one Q&A, in order."""
        return self._store.rows_for_qa(source_id, question_no)

    def neighbours(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each row the one before and the one after it, -1 where that is no part of the same section."""
        return self._sections.neighbours(rows)

    def item_nos(self) -> set[int]:
        """All item numbers that some passage carries."""
        return set(self._items)

    def lexical(self, field: str, tokens: Sequence[str]) -> Scores:
        """BM25 of all rows in one of the lexical fields, shape (len(self),)."""
        return self._lexical[field].scores(tokens)

    def df(self, word: str) -> int:
        """In how many passages `word` (as Tokenizer.words gives it) occurs."""
        return self._lexical["words"].df(word)

    def idf(self, word: str) -> float:
        """Rarity of `word` among the passages; largest where it does not occur."""
        return self._lexical["words"].idf(word)

    def nearest(self, field: str, vector: Vectors, k: int) -> tuple[NDArray[np.int64], Vectors]:
        """Rows and cosines of the `k` nearest vectors of field "text", "question" or "sentence", best first.

        A question that several passages answer counts once, with the first of their rows; a row counts once,
        with the nearest of its sentences. Raises VectorsAway where a server does not answer.
        """
        return self._with_vectors().nearest(field, vector, k)

    def cosines(self, field: str, vector: Vectors, rows: Rows) -> Vectors:
        """Cosine of `vector` with each of `rows`, float32; nan where the row has no such field."""
        return self._with_vectors().cosines(field, vector, rows)

    def statistics(self, field: str, vector: Vectors) -> tuple[float, float]:
        """Mean and standard deviation of the cosine of `vector` over all vectors of a field."""
        return self._with_vectors().statistics(field, vector)

    @property
    def whitened(self) -> bool:
        """Whether this corpus said, when it was indexed, that whitening helps long questions."""
        return self._vectors is not None and self._vectors.whitened

    def white_cosines(self, vector: Vectors, rows: Rows) -> tuple[Vectors, float]:
        """Whitened cosine of `vector` with the texts of `rows`, float32, and its mean over all rows."""
        return self._with_vectors().white_cosines(vector, np.asarray(rows, dtype=np.int64))

    def vector_counts(self) -> dict[str, int]:
        """Vectors in Chroma per field, empty without an embedder. Opens Chroma.

        Raises:
            YorozuError: INDEX_DAMAGED where Chroma and the array beside it disagree.
        """
        if self._vectors is None:
            return {}
        try:
            counts = {field: self._vectors.kept(field) for field in FIELDS}
        except VectorsAway as error:
            raise damaged(f"{self.generation}: {_SERVER_SILENT}") from error
        except VectorsFailed as error:
            raise damaged(f"{self.generation}: chroma: {error}") from error
        if any(self._vectors.count(field) != count for field, count in counts.items()):
            raise damaged(f"{self.generation}: ベクトルの件数が合いません")
        return counts

    def missed_by_chroma(self, samples: int) -> int:
        """How many of `samples` vectors Chroma does not find when it is asked for them.

        Raises:
            YorozuError: INDEX_DAMAGED where a server does not answer.
        """
        try:
            return 0 if self._vectors is None else self._vectors.missed_by_chroma(samples)
        except VectorsAway as error:
            raise damaged(f"{self.generation}: {_SERVER_SILENT}") from error

    @property
    def trouble(self) -> str | None:
        """Why nearest vectors are found without Chroma since it was opened; None where all is well."""
        return None if self._vectors is None else self._vectors.trouble

    def close(self) -> None:
        """Let go of the files. For the writer, before the folder is renamed; readers leave it to the end."""
        if self._vectors is not None:
            self._vectors.close()

    def _with_vectors(self) -> VectorIndex:
        if self._vectors is None:
            raise ValueError("this index was built without an embedder; ask has_vectors first")
        return self._vectors


def open_index(data_dir: Path, embedder_name: str | None, search: VectorSearch | None = None) -> Index:
    """Open the current generation.

    Args:
        data_dir: where the index lies.
        embedder_name: the embedder in use; None where questions are compared by words alone, which works
            with any index.
        search: asks the server that holds the vectors, where one does.

    Raises:
        YorozuError: INDEX_MISSING, INDEX_DAMAGED, EMBEDDER_MISMATCH.
    """
    index = _open(data_dir, search)
    built_with = index.manifest.embedder
    if embedder_name is not None and built_with != embedder_name:
        raise YorozuError(ErrorCode.EMBEDDER_MISMATCH, index=built_with, configured=embedder_name)
    return index


def _open(data_dir: Path, search: VectorSearch | None) -> Index:
    while True:
        name = layout.current_generation(data_dir)
        if name is None:
            if layout.current_file(data_dir).exists():
                raise damaged("CURRENT")
            raise YorozuError(ErrorCode.INDEX_MISSING)
        folder = layout.index_folder(data_dir) / name
        try:
            manifest = read_manifest(folder)
            check_files(folder, manifest)
            return Index(folder, manifest, search)
        except YorozuError:
            # A writer may have swapped twice meanwhile and taken this generation away.
            if layout.current_generation(data_dir) == name:
                raise


class IndexHolder:
    """Hands out the current generation, also after another process has swapped it."""

    def __init__(self, data_dir: Path, embedder_name: str | None, search: VectorSearch | None = None) -> None:
        self._search = search
        self._data_dir = data_dir
        self._embedder_name = embedder_name
        self._lock = threading.Lock()
        self._held: tuple[tuple[int, int], Index] | None = None

    def current(self) -> Index:
        """The current generation. Keep the result for the whole of a request: it stays usable after a swap.

        Raises:
            YorozuError: INDEX_MISSING, INDEX_DAMAGED, EMBEDDER_MISMATCH.
        """
        stamp, held = self._stamp(), self._held
        if held is not None and held[0] == stamp:
            return held[1]
        with self._lock:
            stamp = self._stamp()  # before opening: a swap meanwhile is noticed at the next call
            if self._held is None or self._held[0] != stamp:
                self._held = (stamp, open_index(self._data_dir, self._embedder_name, self._search))
            return self._held[1]

    @property
    def trouble(self) -> str | None:
        """What the generation in use does without; nothing is opened to say so."""
        held = self._held
        return None if held is None else held[1].trouble

    def close(self) -> None:
        """Let go of the connections to a vector server; no question is answered afterwards."""
        if self._search is not None:
            self._search.close()

    def _stamp(self) -> tuple[int, int]:
        try:
            found = layout.current_file(self._data_dir).stat()
        except FileNotFoundError as error:
            raise YorozuError(ErrorCode.INDEX_MISSING) from error
        return found.st_mtime_ns, found.st_ino


def rollback(data_dir: Path) -> str:
    """Make the generation before the current one current again and return its name.

    The next ingest builds from the corpus as it is then: a rollback lasts until that.

    Raises:
        YorozuError: GENERATION_MISSING, INDEX_LOCKED, DATA_DIR_UNWRITABLE.
    """
    with writer_lock(data_dir):
        names = layout.generations(data_dir)
        current = layout.current_generation(data_dir)
        older = [name for name in names if current is None or layout.number(name) < layout.number(current)]
        if not older:
            raise YorozuError(ErrorCode.GENERATION_MISSING)
        layout.make_current(data_dir, older[-1])
        return older[-1]
