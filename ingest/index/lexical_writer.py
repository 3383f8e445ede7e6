"""Write a lexical field in bounded memory: batches of documents are counted, laid aside sorted, and merged.

What is in memory does not depend on how many documents there are, but for four bytes a document and sixteen
a token and batch. Files are written and read plainly, not mapped: a mapped file counts as memory used.
"""

import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib.format import write_array_header_1_0
from numpy.typing import NDArray

from ingest.index.lexical import inverse_frequency, keys

_BATCH = 4_000_000  # tokens counted at a time, and
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


def write_field(folder: Path, documents: Iterable[Sequence[str]], *, k1: float, b: float) -> None:
    """Write the field's files for `documents`, one sequence of tokens a row (an empty one is allowed)."""
    folder.mkdir(parents=True)
    lengths = array("i")
    with tempfile.TemporaryDirectory(dir=folder, prefix="batches-") as aside:
        batches = list(_batches(Path(aside), documents, lengths))
        every = np.frombuffer(lengths, dtype=np.int32) if lengths else np.empty(0, np.int32)
        # Rows without the field (no question) neither shorten the average nor make every word look rare.
        filled = every[every > 0]
        average = float(filled.mean()) if len(filled) else 1.0
        _merge(folder, batches, _Measure(k1, b, every, len(filled), average))


def _batches(aside: Path, documents: Iterable[Sequence[str]], lengths: "array[int]") -> Iterator[_Batch]:
    numbers: dict[str, int] = {}
    tokens, first = array("i"), 0
    for document in documents:
        lengths.append(len(document))
        tokens.extend(numbers.setdefault(token, len(numbers)) for token in document)
        if len(tokens) >= _BATCH:
            yield _laid_aside(aside, numbers, tokens, lengths[first:], first)
            numbers, tokens, first = {}, array("i"), len(lengths)
    if tokens:
        yield _laid_aside(aside, numbers, tokens, lengths[first:], first)


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
