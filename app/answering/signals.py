"""The signals of one wording over one index: words, characters, vectors; each on one scale."""

import math
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ingest.embedding.base import Vectors
from ingest.index.reader import Index
from ingest.index.remote_vectors import VectorsAway

Scores = NDArray[np.float32]
Rows = NDArray[np.int64]
Signal = Literal["words", "chars", "concepts", "readings", "literal", "text", "question", "sentence"]
WordsLost = Literal["no_words", "unknown_words"]
Field = Literal["text", "question", "sentence"]
SIGNALS: tuple[Signal, ...] = get_args(Signal)
FIELDS: tuple[Field, ...] = ("text", "question", "sentence")

DEPTH = 200  # best rows taken from each signal


class Signals:
    """Raw signals of one wording. A signal is scaled to 0 at its mean over all passages, 1 at the best one.

    The mean is over the whole index, not over the candidates: among near neighbours alone the differences
    that matter are stretched away.
    """

    def __init__(
        self,
        index: Index,
        lexical: dict[Signal, Scores],
        vector: Vectors | None,
        *,
        has_words: bool = True,
        long: bool = False,
        covered: float = 0.0,
    ) -> None:
        self._index = index
        self._lexical = lexical
        # Over all rows, once: several signals are made of the same scores.
        self._spread = {
            signal: (float(scores.mean()), float(scores.max(initial=0.0)))
            for signal, scores in lexical.items()
        }
        self._has_words = has_words
        self._covered = np.float32(covered)
        self._fields: list[Field] = []  # those that hold any vector
        near: list[Rows] = []
        if vector is not None:
            try:
                near = [self._nearest(field, vector) for field in FIELDS]
            except VectorsAway:  # all of them or none: half of the signals would be another ranking
                vector, self._fields = None, []
        self._vector = vector
        self._white = long and vector is not None and index.whitened
        self._cosines: dict[Field, Scores] = {}  # of `rows`: every signal and every weighing asks for them
        self._best: dict[Field, float] = {}
        self._best_white = math.nan
        found = [_top_rows(scores) for scores in lexical.values()] + near
        self.rows: Rows = np.unique(np.concatenate(found)).astype(np.int64)
        if vector is not None:
            self._cosines = {field: index.cosines(field, vector, self.rows) for field in self._fields}
        for field, cosines in self._cosines.items():
            self._best[field] = float(np.nanmax(cosines))

    @property
    def words_lost(self) -> WordsLost | None:
        """Why the search by words could do nothing: the wording has none, or all of them occur nowhere."""
        if self._lexical["words"].any():
            return None
        return "unknown_words" if self._has_words else "no_words"

    @property
    def by_words_alone(self) -> bool:
        """Whether no vectors were compared."""
        return self._vector is None

    def fused(self, rows: Rows, weights: dict[Signal, float]) -> Scores:
        """Weighted sum of the scaled signals for `rows`, float32, in their order."""
        total = np.zeros(len(rows), dtype=np.float32)
        for signal, weight in weights.items():
            total += np.float32(weight) * self.scaled(signal, rows)
        return total

    def scaled(self, signal: Signal, rows: Rows) -> Scores:
        """One signal for `rows`: 0 is the mean of all passages, 1 the best.

        A passage without a question or heading, or without sentences of its own, has no such vector; its
        text's stands in, so that consultations and guidelines can be compared.
        """
        if signal == "literal":
            # Where one passage holds nearly all words of the question, it was asked in the words of the text,
            # and words and characters tell more than they do of a question in other words.
            both = self.scaled("words", rows) + self.scaled("chars", rows)
            return np.asarray(self._covered * both / 2, dtype=np.float32)
        if signal in self._lexical:
            mean, best = self._spread[signal]
            raw = self._lexical[signal][rows]
        elif self._vector is not None and signal in self._best:
            mean, best = self._index.statistics(signal, self._vector)[0], self._best[signal]
            raw = self.cosines(signal, rows)
        elif signal != "text":
            return self.scaled("text", rows)
        else:
            return np.zeros(len(rows), dtype=np.float32)
        scaled = _scaled(raw, mean, best)
        if signal == "text" and self._white:
            scaled = np.asarray((scaled + self._whitened(rows)) / 2, dtype=np.float32)
        lacking = np.isnan(scaled)
        if lacking.any():
            scaled[lacking] = 0.0 if signal == "text" else self.scaled("text", rows[lacking])
        return scaled

    def _whitened(self, rows: Rows) -> Scores:
        """The text's cosine adapted to the corpus (ingest.index.whitening), on the same scale."""
        assert self._vector is not None
        if math.isnan(self._best_white):
            self._best_white = float(self._index.white_cosines(self._vector, self.rows)[0].max(initial=0.0))
        cosines, mean = self._index.white_cosines(self._vector, rows)
        return _scaled(cosines, mean, self._best_white)

    def cosines(self, field: Field, rows: Rows) -> Scores:
        """Cosine of the wording with the rows' vectors, nan where a row has none."""
        known = self._cosines.get(field)
        if self._vector is None or known is None:
            return np.full(len(rows), np.nan, dtype=np.float32)
        at = np.searchsorted(self.rows, rows)
        at[at == len(self.rows)] = 0
        cosines = known[at]
        others = np.flatnonzero(self.rows[at] != rows)
        if len(others):
            cosines[others] = self._index.cosines(field, self._vector, rows[others])
        return cosines

    def _nearest(self, field: Field, vector: Vectors) -> Rows:
        rows, _ = self._index.nearest(field, vector, DEPTH)
        if len(rows):
            self._fields.append(field)
        return rows.astype(np.int64)


def _scaled(raw: Scores, mean: float, best: float) -> Scores:
    """0 at the mean of all passages, 1 at the best; all 0 where nothing stands out."""
    if best <= mean:
        return np.zeros(len(raw), dtype=np.float32)
    return ((raw - mean) / (best - mean)).astype(np.float32)


def _top_rows(scores: Scores) -> Rows:
    """Rows of the DEPTH highest scores that are above zero."""
    top = np.argpartition(-scores, DEPTH)[:DEPTH] if len(scores) > DEPTH else np.arange(len(scores))
    return top[scores[top] > 0].astype(np.int64)
