"""Cross-encoders without a model: one passes the trials, one knows Latin words alone, one counts letters."""

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from app.answering.rerank_trials import TRIALS

_KNOWN = {(question, right): 100.0 for question, right, _ in TRIALS}
_LATIN = re.compile(r"[A-Za-z]{2,}")

Pairs = Sequence[tuple[str, str]]
Scores = NDArray[np.float32]


class FakeCrossEncoder:
    """Knows the trials by heart; of other passages the earlier named in `best` the better.

    `after` is called with the number of pairs after each reading: a test lets its clock run there.
    """

    def __init__(self, *best: str, after: Callable[[int], object] = lambda _: None) -> None:
        self._best = best
        self._after = after
        self.read: list[list[tuple[str, str]]] = []  # what was read beside the trials, call by call

    def predict(self, inputs: Pairs, *, show_progress_bar: bool) -> Scores:
        assert not show_progress_bar
        trials = {question for question, _, _ in TRIALS}
        if not any(question in trials for question, _ in inputs):
            self.read.append(list(inputs))
            self._after(len(inputs))
        return np.array([self._score(*pair) for pair in inputs], np.float32)

    def _score(self, question: str, passage: str) -> float:
        found = [-float(place) for place, part in enumerate(self._best) if part in passage]
        return max(found, default=_KNOWN.get((question, passage), -50.0))


class EnglishCrossEncoder:
    """Counts the Latin words that two texts share, as a model does to whom Japanese is one unknown token."""

    def predict(self, inputs: Pairs, *, show_progress_bar: bool) -> Scores:
        assert not show_progress_bar
        shared = [set(_LATIN.findall(a)) & set(_LATIN.findall(b)) for a, b in inputs]
        return np.array([len(words) for words in shared], np.float32)


class LetterCrossEncoder:
    """The share of a question's letters that stand in the passage: alike in words is best."""

    def predict(self, inputs: Pairs, *, show_progress_bar: bool) -> Scores:
        assert not show_progress_bar
        return np.array([len(set(a) & set(b)) / len(set(a)) for a, b in inputs], np.float32)
