"""BM25 over several fields, kept as plain numpy arrays that are mapped into memory.

Own arrays and not a BM25 package: a package wants every document as a Python list of tokens (gigabytes for
the character grams of a large corpus) and stumbles over an empty field; here a field is built from one flat
array of token numbers and answers with zeros where it knows nothing. lexical_writer.py writes it.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
FIELDS = ("words", "chars", "concepts", "readings")

# Postings summed for one call, rarest tokens first; about a nanosecond each. Below some 100,000 rows nothing
# is ever left out. Of a million the grams of a usual question have 17 million, those of a page-long one 90:
# what is then left out stands nearly everywhere and weighs next to nothing. Measured on kits with as many
# postings a row (16): of long questions .97 of the first ten stay the same, MRR .817 for .818; of short ones
# everything.
MOST_POSTINGS = 16_000_000


class LexicalField:
    """One field of the index: for each token the rows that hold it and their BM25 weight (CSC layout).

    Nothing is read but the pages that a question touches: tokens are found by their hashes, in a sorted
    array that is mapped too. A dictionary of the grams of a million passages would take half a gigabyte.
    """

    def __init__(self, folder: Path) -> None:
        self._keys = _mapped(folder / "keys.npy")
        starts = _mapped(folder / "starts.npy")
        self._n = int(starts[-1])
        self._starts = starts[:-1]
        self._rows = _mapped(folder / "rows.npy")
        self._weights = _mapped(folder / "weights.npy")

    def scores(self, tokens: Sequence[str]) -> Scores:
        """BM25 of every row for `tokens`, shape (rows,); a token that stands twice counts twice."""
        summed = np.zeros(self._n, dtype=np.float32)
        counted = Counter(tokens)
        begin, end = self._spans(list(counted))
        times = np.fromiter(counted.values(), dtype=np.float32, count=len(counted))
        df = end - begin
        known = np.flatnonzero(df)
        rarest_first = known[np.argsort(df[known], kind="stable")]
        enough = int(np.searchsorted(np.cumsum(df[rarest_first]), MOST_POSTINGS, side="right"))
        for place in rarest_first[: max(enough, 1)]:
            span = slice(begin[place], end[place])
            weights = self._weights[span] * times[place] if times[place] > 1 else self._weights[span]
            np.add.at(summed, self._rows[span], weights)  # twice as fast as summed[rows] += weights
        return summed

    def df(self, token: str) -> int:
        """In how many rows `token` occurs."""
        begin, end = self._spans([token])
        return int(end[0] - begin[0])

    def idf(self, token: str) -> float:
        """Rarity of `token`: ln(1 + (n - df + .5) / (df + .5)); largest for a word that nowhere occurs."""
        return float(inverse_frequency(np.array([self.df(token)]), self._n)[0])

    def _spans(self, tokens: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the postings of each token begin and end; nowhere for an unknown one."""
        wanted = keys(tokens)
        if not len(self._keys):
            return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.int64)
        places = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        known = self._keys[places] == wanted
        begin = self._starts[places]
        return begin, np.where(known, self._starts[places + 1], begin)


def keys(tokens: Sequence[str]) -> NDArray[np.uint64]:
    """A number of 64 bits for each token. That two of ten million share one has a chance of 1 in 400,000."""
    digests = (hashlib.blake2b(t.encode("utf-8", "surrogatepass"), digest_size=8).digest() for t in tokens)
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def inverse_frequency(df: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    """BM25's idf, which is never negative."""
    result: NDArray[np.float64] = np.log1p((n - df + 0.5) / (df + 0.5))
    return result


def _mapped(path: Path) -> NDArray[Any]:
    return np.asarray(np.load(path, mmap_mode="r"))  # a plain view: memmap's own class slows each slice
