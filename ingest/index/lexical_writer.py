"""Write a lexical field in bounded memory: batches of documents are counted, laid aside sorted, and merged.

What is in memory does not depend on how many documents there are, but for four bytes a document and sixteen
a token and batch. Several fields can be written side by side, so that a text is analysed once for all of
them. Files are written and read plainly, not mapped: a mapped file counts as memory used.
"""

import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.lib.format import write_array_header_1_0
from numpy.typing import NDArray

from ingest.index.lexical import inverse_frequency, keys

_BATCH = 4_000_000  # tokens of a field counted at a time (50 MB while they gather), and
_MERGED = 4_000_000  # postings merged at a time: some 200 MB each
_MOST_TIMES = np.iinfo(np.uint16).max  # a token more frequent in one document weighs no more


@dataclass(frozen=True, slots=True)
class _Batch:
    """The postings of some documents, sorted by key and then row. Rows and frequencies lie on disk."""

    keys: NDArray[np.uint64]
    starts: NDArray[np.int64]
    rows: Path
    times: Path

    def part(self, found: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[Any], NDArray[Any]]:
        """Token (its place in the run of keys `found`), row and frequency of the postings of `found`."""
        low = int(np.searchsorted(self.keys, found[0], side="left"))
        high = int(np.searchsorted(self.keys, found[-1], side="right"))
        token = np.searchsorted(found, self.keys[low:high])
        first, count = int(self.starts[low]), int(self.starts[high] - self.starts[low])
        rows = np.fromfile(self.rows, np.int32, count, offset=first * 4)
        times = np.fromfile(self.times, np.uint16, count, offset=first * 2)
        return np.repeat(token, np.diff(self.starts[low : high + 1])), rows, times


@dataclass(frozen=True, slots=True)
class _Measure:
    """What BM25 needs to know of the whole field."""

    k1: float
    b: float
    lengths: NDArray[np.int32]
    filled: int  # documents that hold any token
    average: float  # their mean length

    def weights(
        self, idf: NDArray[np.float64], rows: NDArray[np.int32], times: NDArray[np.uint16]
    ) -> NDArray[np.float64]:
        """BM25 of postings, `idf` being that of each one's token."""
        saturation = times + self.k1 * (1 - self.b + self.b * self.lengths[rows] / self.average)
        result: NDArray[np.float64] = idf * times * (self.k1 + 1) / saturation
        return result


class FieldWriter:
    """Takes the documents of one field, a sequence of tokens a row; `finish` writes its files to `folder`.

    Leave it (it is a context) and what was laid aside is gone.
    """

    def __init__(self, folder: Path, *, k1: float, b: float) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._k1, self._b = k1, b
        self._aside = tempfile.TemporaryDirectory(dir=folder, prefix="batches-")
        self._batches: list[_Batch] = []
        self._numbers: dict[str, int] = {}
        self._tokens = array("i")
        self._lengths = array("i")
        self._first = 0  # row that the batch in the making begins with

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._aside.cleanup()

    def add(self, document: Sequence[str]) -> None:
        """Take the next row; an empty one is allowed."""
        numbers = self._numbers
        self._lengths.append(len(document))
        self._tokens.extend([numbers.setdefault(token, len(numbers)) for token in document])
        if len(self._tokens) >= _BATCH:
            self._lay_aside()

    def finish(self) -> None:
        """Write the field's files; nothing can be added after that."""
        if self._tokens:
            self._lay_aside()
        every = np.frombuffer(self._lengths, dtype=np.int32) if self._lengths else np.empty(0, np.int32)
        # Rows without the field (no question) neither shorten the average nor make every word look rare.
        filled = every[every > 0]
        average = float(filled.mean()) if len(filled) else 1.0
        _merge(self._folder, self._batches, _Measure(self._k1, self._b, every, len(filled), average))

    def _lay_aside(self) -> None:
        aside, lengths = Path(self._aside.name), self._lengths[self._first :]
        self._batches.append(_laid_aside(aside, self._numbers, self._tokens, lengths, self._first))
        self._numbers, self._tokens, self._first = {}, array("i"), len(self._lengths)


def write_field(folder: Path, documents: Iterable[Sequence[str]], *, k1: float, b: float) -> None:
    """Write the field's files for `documents`, one sequence of tokens a row (an empty one is allowed)."""
    with FieldWriter(folder, k1=k1, b=b) as writer:
        for document in documents:
            writer.add(document)
        writer.finish()


def _laid_aside(
    aside: Path, numbers: dict[str, int], tokens: "array[int]", lengths: "array[int]", first: int
) -> _Batch:
    """Count each token in each document and write that down, sorted by the token's key."""
    found, rank = np.unique(keys(list(numbers)), return_inverse=True)
    row = np.repeat(np.arange(len(lengths)), np.frombuffer(lengths, dtype=np.int32))
    pairs = rank[np.frombuffer(tokens, dtype=np.int32)] * len(lengths) + row
    pairs, times = np.unique(pairs, return_counts=True)
    token, row = np.divmod(pairs, len(lengths))
    starts = np.concatenate([[0], np.cumsum(np.bincount(token, minlength=len(found)))])
    batch = _Batch(found, starts, aside / f"rows-{first}", aside / f"times-{first}")
    (row + first).astype(np.int32).tofile(batch.rows)
    np.minimum(times, _MOST_TIMES).astype(np.uint16).tofile(batch.times)
    return batch


def _merge(folder: Path, batches: list[_Batch], measure: _Measure) -> None:
    """Write the field: tokens in the order of their keys, the rows of each ascending."""
    found, df = _document_frequencies(batches)
    starts = np.concatenate([[0], np.cumsum(df)]).astype(np.int64)
    np.save(folder / "keys.npy", found)
    np.save(folder / "starts.npy", np.append(starts, len(measure.lengths)))  # the last is the count of rows
    with (
        _array(folder / "rows.npy", np.int32, starts) as rows,
        _array(folder / "weights.npy", np.float32, starts) as weights,
    ):
        for low, high in pairwise(_cuts(starts)):
            parts = [batch.part(found[low:high]) for batch in batches]
            token, row, times = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
            order = np.argsort(token, kind="stable")  # batches come in row order, so rows stay sorted
            token, row, times = token[order], row[order], times[order]
            row.tofile(rows)
            idf = inverse_frequency(df[low:high], measure.filled)
            measure.weights(idf[token], row, times).astype(np.float32).tofile(weights)


@contextmanager
def _array(path: Path, dtype: type[np.generic], starts: NDArray[np.int64]) -> Iterator[BinaryIO]:
    """An .npy file with a place for each posting, written piece by piece."""
    with path.open("wb") as handle:
        header = {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": (int(starts[-1]),)}
        write_array_header_1_0(handle, header)
        yield handle


def _document_frequencies(batches: list[_Batch]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """All keys, sorted, and in how many documents each occurs."""
    found, df = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
    for batch in batches:
        every = np.union1d(found, batch.keys)
        total = np.zeros(len(every), dtype=np.int64)
        total[np.searchsorted(every, found)] = df
        total[np.searchsorted(every, batch.keys)] += np.diff(batch.starts)
        found, df = every, total
    return found, df


def _cuts(starts: NDArray[np.int64]) -> list[int]:
    """Numbers of tokens to cut at, so that about _MERGED postings lie between two cuts."""
    cuts = [0]
    while cuts[-1] < len(starts) - 1:
        end = int(np.searchsorted(starts, starts[cuts[-1]] + _MERGED, side="right")) - 1
        cuts.append(max(end, cuts[-1] + 1))
    return cuts
