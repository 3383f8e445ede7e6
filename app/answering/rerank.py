"""Reranking by a cross-encoder, where the settings name one: it reads the best candidates with the question.

Off by default: on a processor a good one costs more than everything else together. It has a budget of time
and looks at as many candidates as fit into it; and it must know Japanese, which is tried before it is used.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from app.answering.rerank_trials import TRIALS
from app.answering.retrieve import Candidate
from ingest.embedding.hub_model import fetch_from_hub
from ingest.embedding.open_folder import opening
from ingest.errors import ErrorCode, YorozuError
from ingest.passages import indexed_text

_RIGHT = 0.75  # share of the trials that must come out right; guessing gives one half
_BATCH = 4  # pairs between two looks at the clock


class CrossEncoder(Protocol):
    """What is used of sentence-transformers' CrossEncoder."""

    def predict(self, inputs: Sequence[tuple[str, str]], *, show_progress_bar: bool) -> Any:
        """One score a pair, the higher the better."""


class Reranker:
    """Puts candidates in the order that a cross-encoder gives them. Safe to share between threads.

    Args:
        load: opens the model; called once, before the first use.
        depth: how many candidates at most.
        budget_ms: time for one question; candidates beyond it keep their place behind the others.
        clock: seconds, for tests.
    """

    def __init__(
        self,
        load: Callable[[], CrossEncoder],
        *,
        depth: int,
        budget_ms: float,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._load = load
        self._depth = depth
        self._budget = budget_ms / 1000
        self._clock = clock
        self._lock = threading.Lock()
        self._model: CrossEncoder | None = None

    def warm(self) -> None:
        """Load the model and try its Japanese.

        Raises:
            YorozuError: MODEL_UNAVAILABLE, RERANKER_NOT_JAPANESE.
        """
        with self._lock:
            if self._model is None:
                model = self._load()
                check_japanese(model)
                self._model = model

    def order(self, wording: str, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """Return the candidates, the reread ones first, best first; those about an item number stay in front.

        Raises:
            YorozuError: MODEL_UNAVAILABLE, RERANKER_NOT_JAPANESE.
        """
        self.warm()
        assert self._model is not None
        exact = [candidate for candidate in candidates if candidate.item_match]
        others = [candidate for candidate in candidates if not candidate.item_match]
        until = self._clock() + self._budget
        scores: list[float] = []
        while len(scores) < min(self._depth, len(others)) and self._clock() < until:
            batch = others[len(scores) : min(len(scores) + _BATCH, self._depth)]
            scores += self._scores(self._model, [(wording, indexed_text(c.passage)) for c in batch])
        reread = sorted(range(len(scores)), key=lambda i: (-scores[i], i))
        # Scores stay those of the search, handed out anew: what follows compares them with each other.
        placed = [replace(others[i], score=others[rank].score) for rank, i in enumerate(reread)]
        return (*exact, *placed, *others[len(scores) :])

    def _scores(self, model: CrossEncoder, pairs: list[tuple[str, str]]) -> list[float]:
        with self._lock:  # transformers' tokenizers keep their padding in shared state
            return [float(score) for score in model.predict(pairs, show_progress_bar=False)]


def check_japanese(model: CrossEncoder) -> None:
    """Raise RERANKER_NOT_JAPANESE for a model that cannot tell an answer from words that are merely alike."""
    pairs = [(question, text) for question, right, wrong in TRIALS for text in (right, wrong)]
    scores = [float(score) for score in model.predict(pairs, show_progress_bar=False)]
    right = sum(scores[i] > scores[i + 1] for i in range(0, len(scores), 2))
    if right < _RIGHT * len(TRIALS):
        raise YorozuError(ErrorCode.RERANKER_NOT_JAPANESE, right=right, of=len(TRIALS))


def open_cross_encoder(name: str) -> CrossEncoder:
    """Open a local folder or a model of the hub's cache with sentence-transformers.

    Raises:
        YorozuError: MODEL_UNAVAILABLE.
    """
    folder = Path(name) if Path(name).is_dir() else fetch_from_hub(name, refresh=False)
    from sentence_transformers import CrossEncoder as Model

    with opening(folder):
        model: CrossEncoder = Model(str(folder), device="cpu", local_files_only=True, num_labels=1)
    return model
