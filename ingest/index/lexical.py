"""BM25 over several fields, kept as plain numpy arrays that are mapped into memory.

Own arrays and not a BM25 package: a package wants every document as a Python list of tokens (gigabytes for
the character grams of a large corpus) and stumbles over an empty field; here a field is built from one flat
array of token numbers and answers with zeros where it knows nothing.
"""

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
FIELDS = ("words", "chars", "question", "readings")

_BATCH = 20_000  # documents counted at a time; bounds the memory that sorting takes


class LexicalField:
    """One field of the index: for each word the rows that hold it and their BM25 weight (CSC layout)."""

    def __init__(self, folder: Path) -> None:
        self._words: dict[str, int] = {
            word: i for i, word in enumerate(json.loads((folder / "words.json").read_text(encoding="utf-8")))
        }
        self._starts = np.load(folder / "starts.npy")
        self._rows = _mapped(folder / "rows.npy")
        self._weights = _mapped(folder / "weights.npy")
        self._n = int(self._starts[-1])
        self._starts = self._starts[:-1]

    def scores(self, tokens: Sequence[str]) -> Scores:
        """BM25 of every row for `tokens`, shape (rows,); a token that stands twice counts twice."""
        rows, weights = [], []
        for token, times in Counter(tokens).items():
            number = self._words.get(token)
            if number is not None:
                span = slice(self._starts[number], self._starts[number + 1])
                rows.append(self._rows[span])
                weights.append(self._weights[span] * np.float32(times) if times > 1 else self._weights[span])
        if not rows:
            return np.zeros(self._n, dtype=np.float32)
        summed = np.bincount(np.concatenate(rows), np.concatenate(weights), minlength=self._n)
        return summed.astype(np.float32)

    def df(self, token: str) -> int:
        """In how many rows `token` occurs."""
        number = self._words.get(token)
        return 0 if number is None else int(self._starts[number + 1] - self._starts[number])

    def idf(self, token: str) -> float:
        """Rarity of `token`: ln(1 + (n - df + .5) / (df + .5)); largest for a word that nowhere occurs."""
        return float(_idf(np.array([self.df(token)]), self._n)[0])


def write_field(folder: Path, documents: Iterable[Sequence[str]], *, k1: float, b: float) -> None:
    """Write the field's files for `documents`, one sequence of tokens a row (an empty one is allowed)."""
    numbers: dict[str, int] = {}
    parts: list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]] = []
    lengths = array("i")
    batch, first = array("i"), 0
    for tokens in documents:
        lengths.append(len(tokens))
        batch.extend(numbers.setdefault(token, len(numbers)) for token in tokens)
        if len(lengths) - first == _BATCH:
            parts.append(_count(batch, lengths, first))
            batch, first = array("i"), len(lengths)
    parts.append(_count(batch, lengths, first))
    _save(folder, list(numbers), parts, np.frombuffer(lengths, dtype=np.int32), k1=k1, b=b)


def _count(
    batch: "array[int]", lengths: "array[int]", first: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    """Token, row and frequency of each distinct pair in a batch of documents."""
    tokens = np.frombuffer(batch, dtype=np.int32) if batch else np.empty(0, np.int32)
    own = np.frombuffer(lengths, dtype=np.int32)[first:] if lengths else np.empty(0, np.int32)
    rows = np.repeat(np.arange(len(own), dtype=np.int64), own)
    pairs, counts = np.unique(tokens.astype(np.int64) * max(len(own), 1) + rows, return_counts=True)
    token, row = np.divmod(pairs, max(len(own), 1))
    return token.astype(np.int32), (row + first).astype(np.int32), counts.astype(np.float32)


def _save(
    folder: Path,
    words: list[str],
    parts: list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]],
    lengths: NDArray[np.int32],
    *,
    k1: float,
    b: float,
) -> None:
    token, row, frequency = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    order = np.argsort(token, kind="stable")  # batches come in row order, so rows stay sorted within a word
    token, row, frequency = token[order], row[order], frequency[order]
    df = np.bincount(token, minlength=len(words))
    # Rows without the field (no question) neither shorten the average nor make every word look rare.
    filled = lengths[lengths > 0]
    average = float(filled.mean()) if len(filled) else 1.0
    saturation = frequency + k1 * (1 - b + b * lengths[row] / average)
    weights = _idf(df, len(filled))[token] * frequency * (k1 + 1) / saturation
    folder.mkdir(parents=True)
    (folder / "words.json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
    starts = np.concatenate([[0], np.cumsum(df), [len(lengths)]]).astype(np.int64)
    np.save(folder / "starts.npy", starts)  # the last number is the count of rows
    np.save(folder / "rows.npy", row)
    np.save(folder / "weights.npy", weights.astype(np.float32))


def _idf(df: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    result: NDArray[np.float64] = np.log1p((n - df + 0.5) / (df + 0.5))
    return result


def _mapped(path: Path) -> NDArray[Any]:
    return np.asarray(np.load(path, mmap_mode="r"))  # a plain view: memmap's own class slows each slice
