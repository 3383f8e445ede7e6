"""Vectors of a generation: Chroma finds the nearest, an array beside it gives the cosine of any row.

The array is there because a search compares its candidates from all signals: Chroma takes 8 ms to hand over
300 vectors, a mapped file 1 ms. Mean and covariance make the spread of the cosine over ALL rows exact without
looking at them: for a question q it has mean q·m and variance qᵀCq.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from ingest.embedding.base import Vectors
from ingest.index.embeddings import EmbeddingCache, embedded_form
from ingest.index.manifest import VectorsFailed
from ingest.index.remote_vectors import RemoteVectors
from ingest.index.sections import section_numbers
from ingest.index.whitening import fit_whitening, load_whitening
from ingest.models import Passage
from ingest.passages import asked_text, indexed_text
from ingest.text.sentences import split_sentences

if TYPE_CHECKING:
    from ingest.index.chroma import ChromaVectors

FIELDS = ("text", "question", "sentence")
_FOLDER = "vectors"


@dataclass(slots=True)
class FieldTexts:
    """What is embedded for one field, and which rows each vector speaks for."""

    texts: list[str] = field(default_factory=list)
    first: list[int] = field(default_factory=list)  # per text: the row that `nearest` answers with
    rows: list[int] = field(default_factory=list)  # all rows that have the field, ascending
    places: list[int] = field(default_factory=list)  # per entry of `rows`: the number of its text

    def add(self, text: str, row: int) -> None:
        """Let `row` have a text of its own."""
        self.first.append(row)
        self.texts.append(text)
        self.share(len(self.texts) - 1, row)

    def share(self, place: int, row: int) -> None:
        """Let `row` have the text number `place` too."""
        self.rows.append(row)
        self.places.append(place)


def field_texts(passages: Sequence[Passage]) -> dict[str, FieldTexts]:
    """The texts to embed, per field.

    The passages that answer one question share its vectors, and so do those that stand under one heading: a
    heading says what is asked about.
    The sentences of a consultation have vectors of their own: a question about one detail of a long answer
    is far from the answer as a whole.
    """
    text, question, sentence = FieldTexts(), FieldTexts(), FieldTexts()
    seen: dict[tuple[str, int | None, str], list[int]] = {}
    for row, passage in enumerate(passages):
        text.add(embedded_form(indexed_text(passage)), row)
        asked = asked_text(passage)
        if not asked:
            continue
        place_asked = (passage.source_id, passage.question_no, asked)
        if place_asked in seen:
            for place in seen[place_asked]:
                question.share(place, row)
        else:
            begin = len(question.texts)
            for wording in dict.fromkeys((asked, *passage.wordings)):
                question.add(embedded_form(wording), row)
            seen[place_asked] = list(range(begin, len(question.texts)))
        for line in _details(passage) if passage.question else ():
            sentence.add(embedded_form(line), row)
    return {"text": text, "question": question, "sentence": sentence}


def _details(passage: Passage) -> list[str]:
    """Each sentence of the question, and each two neighbours of the answer and the titles it refers to."""
    units = [*split_sentences(passage.text), *(r.label for r in passage.references if r.label)]
    windows = ["".join(pair) for pair in pairwise(units)] or units
    return list(dict.fromkeys((*split_sentences(passage.question or ""), *windows)))


def write_vectors(
    folder: Path, passages: Sequence[Passage], cache: EmbeddingCache, chroma: "ChromaVectors"
) -> dict[str, int]:
    """Write all fields of `passages`, whose texts `cache` has embedded; return the number of vectors."""
    fields = field_texts(passages)
    for name, given in fields.items():
        chroma.add(name, [], [], np.empty((0, 0), dtype=np.float32))
        parts = _Parts(folder / _FOLDER / name, given)
        for span in _spans(len(given.texts), chroma.batch):
            vectors = cache.vectors(given.texts[span])
            parts.add(span, vectors)
            numbers = range(span.start, span.stop)
            chroma.add(name, numbers, [passages[row] for row in given.first[span]], vectors)
        parts.close()
        if name == "text":
            _adapt(folder / _FOLDER / name, passages)
    return {name: len(given.texts) for name, given in fields.items()}


def _adapt(folder: Path, passages: Sequence[Passage]) -> None:
    """Fit the whitening where the corpus says that it helps."""
    if not passages:
        return
    matrix = np.load(folder / "matrix.npy", mmap_mode="r")
    mean, covariance = np.load(folder / "mean.npy"), np.load(folder / "covariance.npy")
    whitening = fit_whitening(np.asarray(matrix), mean, covariance, section_numbers(passages))
    if whitening is not None:
        whitening.save(folder)


class VectorIndex:
    """Reads all fields; safe to use from several threads. Chroma is opened at the first `nearest`.

    Args:
        folder: of the generation.
        remote: where its vectors lie on a server; None where they lie in the folder.
    """

    def __init__(self, folder: Path, remote: RemoteVectors | None = None) -> None:
        self._folder = folder
        self._remote = remote
        self._fields = {field: _Field(folder / _FOLDER / field) for field in FIELDS}
        self._whitening = load_whitening(folder / _FOLDER / "text")
        self._chroma: ChromaVectors | None = None
        self._lock = threading.Lock()
        self.trouble: str | None = None  # why Chroma is not asked any more

    def nearest(self, field: str, vector: Vectors, k: int) -> tuple[NDArray[np.int64], Vectors]:
        """Rows of the `k` nearest vectors and their cosines, best first; both empty for an empty field."""
        k = min(k, len(self._fields[field]))
        if k <= 0:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        numbers, cosines = self._nearest(field, vector, k)
        rows, first = np.unique(self._fields[field].first[numbers], return_index=True)
        order = np.argsort(first)  # cosines come best first: the first of a row is its best
        return rows[order], cosines[first[order]]

    def _nearest(self, field: str, vector: Vectors, k: int) -> tuple[NDArray[np.int64], Vectors]:
        """Ask Chroma; where the one in the folder fails, compare all vectors: exact, but slower with many.

        Raises:
            VectorsAway: where a server holds them and does not answer.
        """
        if self._remote is not None:
            return self._remote.nearest(field, vector, k, len(self._fields[field]))
        if self.trouble is None:
            try:
                numbers, cosines = self.chroma().nearest(field, vector, k)
            except VectorsFailed as failure:
                self.trouble = str(failure) or "Chroma"
            else:
                if int(numbers.max()) < len(self._fields[field]):
                    return numbers, cosines
                self.trouble = f"{field}: {int(numbers.max())}"  # of another generation
        return self._fields[field].nearest(vector, k)

    def missed_by_chroma(self, samples: int) -> int:
        """How many of some vectors of each field Chroma does not find as near as they are to themselves."""
        missed = 0
        for name, given in self._fields.items():
            for number in np.linspace(0, len(given) - 1, min(samples, len(given)), dtype=np.int64):
                vector = given.vectors[number]
                _, cosines = self._nearest(name, vector, 1)
                missed += not np.isclose(cosines[0], float(vector @ vector), atol=1e-3)
        return missed

    def cosines(self, field: str, vector: Vectors, rows: Sequence[int] | NDArray[np.int64]) -> Vectors:
        """Cosine of `vector` with each of `rows`, float32; nan where the row has no such field.

        Of a row with several vectors (sentences, wordings) the mean of the nearest two: one alone may be near
        by its form.
        """
        return self._fields[field].cosines(vector, np.asarray(rows, dtype=np.int64))

    @property
    def whitened(self) -> bool:
        """Whether the corpus said that whitening helps."""
        return self._whitening is not None

    def white_cosines(self, vector: Vectors, rows: NDArray[np.int64]) -> tuple[Vectors, float]:
        """Whitened cosines with the texts of `rows`, and their mean over all rows; ValueError without it."""
        if self._whitening is None:
            raise ValueError("this corpus does without whitening; ask `whitened` first")
        cosines = self._whitening.cosines(self._fields["text"].vectors, vector, rows)
        return cosines, self._whitening.average(vector)

    def statistics(self, field: str, vector: Vectors) -> tuple[float, float]:
        """Mean and standard deviation of the cosine over all vectors of a field; zeros for an empty one."""
        return self._fields[field].statistics(vector)

    def chroma(self) -> "ChromaVectors":
        """The open Chroma database."""
        with self._lock:
            if self._chroma is None:
                from ingest.index.chroma import ChromaVectors

                self._chroma = ChromaVectors.embedded(self._folder)
            return self._chroma

    def kept(self, field: str) -> int:
        """Number of vectors of a field in Chroma. Raises VectorsAway where a server does not say."""
        return self._remote.count(field) if self._remote is not None else self.chroma().count(field)

    def count(self, field: str) -> int:
        """Number of vectors in the array of a field."""
        return len(self._fields[field])

    def close(self) -> None:
        """Let go of Chroma, if it is open."""
        with self._lock:
            if self._chroma is not None:
                self._chroma.close()
                self._chroma = None


class _Field:
    """The array of one field with its statistics."""

    def __init__(self, folder: Path) -> None:
        self._rows = np.load(folder / "rows.npy")
        self._places = np.load(folder / "places.npy")
        self.first = np.load(folder / "first.npy")  # per vector: the row that `nearest` answers with
        self._matrix = np.asarray(np.load(folder / "matrix.npy", mmap_mode="r")) if len(self._rows) else None
        self._mean = np.load(folder / "mean.npy")
        self._covariance = np.load(folder / "covariance.npy")

    def __len__(self) -> int:
        return 0 if self._matrix is None else len(self._matrix)

    @property
    def vectors(self) -> Vectors:
        """All vectors of the field, (count, dimension). ValueError where it is empty."""
        if self._matrix is None:
            raise ValueError("an empty field has no vectors")
        return self._matrix

    def cosines(self, vector: Vectors, rows: NDArray[np.int64]) -> Vectors:
        result = np.full(len(rows), np.nan, dtype=np.float32)
        if self._matrix is None:
            return result
        begin = np.searchsorted(self._rows, rows, side="left")
        count = np.searchsorted(self._rows, rows, side="right") - begin
        known = np.flatnonzero(count)
        if not len(known):
            return result
        # All vectors of the known rows in one product, then the best two of each row.
        starts = np.concatenate(([0], np.cumsum(count[known])[:-1]))
        entries = np.arange(count[known].sum()) - np.repeat(starts - begin[known], count[known])
        similar = self._matrix[self._places[entries]] @ vector
        result[known] = _mean_of_best_two(similar, starts, count[known])
        return result

    def nearest(self, vector: Vectors, k: int) -> tuple[NDArray[np.int64], Vectors]:
        assert self._matrix is not None
        similar = np.asarray(self._matrix @ vector, dtype=np.float32)
        best = np.argsort(-similar, kind="stable")[:k].astype(np.int64)
        return best, similar[best]

    def statistics(self, vector: Vectors) -> tuple[float, float]:
        if self._matrix is None:
            return 0.0, 0.0
        spread = float(vector @ self._covariance @ vector)
        return float(self._mean @ vector), max(spread, 0.0) ** 0.5


def _mean_of_best_two(values: Vectors, starts: NDArray[np.int64], count: NDArray[np.int64]) -> Vectors:
    """Per run of `values` (given by `starts` and lengths) the mean of its two largest, or its only one."""
    best = np.maximum.reduceat(values, starts)
    if (count == 1).all():
        return best
    owner = np.repeat(np.arange(len(starts)), count)
    at_best = np.flatnonzero(values == best[owner])
    rest = values.copy()
    rest[at_best[np.unique(owner[at_best], return_index=True)[1]]] = -np.inf
    second = np.maximum.reduceat(rest, starts)
    return np.where(np.isinf(second), best, (best + second) / 2).astype(np.float32)


class _Parts:
    """Takes a field's vectors batch by batch, so that they are never all in memory."""

    def __init__(self, folder: Path, given: FieldTexts) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._given = given
        self._matrix: np.memmap[tuple[int, ...], np.dtype[np.float32]] | None = None
        self._sum = np.zeros(1)
        self._products = np.zeros((1, 1))

    def add(self, span: slice, vectors: Vectors) -> None:
        if self._matrix is None:
            dimension = vectors.shape[1]
            shape = (len(self._given.texts), dimension)
            self._matrix = open_memmap(self._folder / "matrix.npy", "w+", np.float32, shape)
            self._sum, self._products = np.zeros(dimension), np.zeros((dimension, dimension))
        exact = vectors.astype(np.float64)
        self._matrix[span] = vectors
        self._sum += exact.sum(axis=0)
        self._products += exact.T @ exact

    def close(self) -> None:
        count = max(len(self._given.texts), 1)
        mean = self._sum / count
        np.save(self._folder / "rows.npy", np.array(self._given.rows, dtype=np.int64))
        np.save(self._folder / "places.npy", np.array(self._given.places, dtype=np.int64))
        np.save(self._folder / "first.npy", np.array(self._given.first, dtype=np.int64))
        np.save(self._folder / "mean.npy", mean)
        np.save(self._folder / "covariance.npy", self._products / count - np.outer(mean, mean))
        if self._matrix is not None:
            self._matrix.flush()


def _spans(total: int, size: int) -> Iterator[slice]:
    for start in range(0, total, size):
        yield slice(start, min(start + size, total))
