"""Find passages for a question: every signal weighed, item numbers exact."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.answering.script import is_kana_only
from app.answering.signals import FIELDS, SIGNALS, Rows, Scores, Signal, Signals
from app.answering.understand import Question
from ingest.embedding.base import Embedder, Vectors
from ingest.errors import ErrorCode, YorozuError
from ingest.index.reader import Index
from ingest.models import Passage
from ingest.text.words import Tokenizer, grams

if TYPE_CHECKING:
    from app.answering.rerank import Reranker

# Fitted by `yorozu eval fit` (eval/fit_fusion.py), see docs/evaluation.md.
WEIGHTS_FILE = Path(__file__).with_name("fusion_weights.json")
# きていのつくりかた: without kanji neither dictionary nor model knows the words; how they sound is left.
KANA_WEIGHTS: dict[Signal, float] = {
    "chars": 0.2,
    "readings": 1.0,
    "text": 0.1,
    "question": 0.1,
    "sentence": 0.1,
}
MODEL_ERRORS = frozenset({ErrorCode.MODEL_UNAVAILABLE, ErrorCode.MODEL_CHECKSUM})
LONG_WORDING = 80  # characters; a whole story, not a question
WHOLE_WEIGHT = 1.0  # of the whole question beside the sentence that asks
NEIGHBOUR_WEIGHT = 0.1  # of the way to a better neighbour: what one part names, the next answers
_SUPPORTED = 50  # best rows whose neighbours are looked at


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with its score and the raw signals behind it.

    Attributes:
        row: number of the passage in the index.
        score: weighted sum of the scaled signals; 0 is an average passage.
        cosine: cosine of the wording with the passage's text, nan without vectors.
        question_cosine: cosine with the question that the passage answers, nan where there is none.
        sentence_cosine: cosine with the nearest sentence of the answer, nan where there is none.
        item_match: whether the passage is about an item number that the question names.
    """

    row: int
    passage: Passage
    score: float
    cosine: float
    question_cosine: float
    sentence_cosine: float
    item_match: bool


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The candidates for one wording, best first."""

    wording: str
    candidates: tuple[Candidate, ...]
    by_words_alone: bool = False


class Retriever:
    """Searches one generation of the index. Holds no state of a request; safe to use from threads."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        embedder: Embedder | None,
        weights: dict[Signal, float] | None = None,
        reranker: "Reranker | None" = None,
    ) -> None:
        self._tokenizer = tokenizer
        self._embedder = embedder
        self._weights = weights or load_weights()
        self._reranker = reranker
        self.model_trouble: str | None = None  # why the model did not embed the last question

    def for_part(
        self, index: Index, question: Question, part: str, k: int, *, whole: Signals | None = None
    ) -> Retrieved:
        """Return at most `k` candidates for one part of `question`.

        The whole counts with WHOLE_WEIGHT beside it: the story around a question says what it is about.
        Who asks for several parts hands over the signals of the whole, which are then computed once.
        """
        whole = whole or self.signals(index, question.text)
        own = whole if part == question.text else self.signals(index, part)
        return self._rank(index, part, own, whole, question.item_nos, k)

    def search(self, index: Index, query: str, item_nos: tuple[int, ...], k: int) -> Retrieved:
        """Return the `k` best passages for a bare query."""
        signals = self.signals(index, query)
        return self._rank(index, query, signals, signals, item_nos, k)

    def signals(self, index: Index, text: str) -> Signals:
        """Return the signals of one wording."""
        words = self._tokenizer.words(text)
        lexical: dict[Signal, Scores] = {
            "words": index.lexical("words", words),
            "chars": index.lexical("chars", grams(text)),
            "concepts": index.lexical("concepts", self._tokenizer.concepts(text)),
            "readings": index.lexical("readings", self._tokenizer.reading_grams(text)),
        }
        return Signals(
            index,
            lexical,
            self._vector(index, text),
            has_words=bool(words),
            long=len(text) >= LONG_WORDING,
            covered=_covered(index, words, lexical["words"]),
        )

    def _vector(self, index: Index, text: str) -> Vectors | None:
        """The vector of the wording; None where words alone must do, also because the model will not load."""
        if self._embedder is None or not index.has_vectors:
            return None
        try:
            vector = self._embedder.query(text)
        except YorozuError as error:
            if error.code not in MODEL_ERRORS:
                raise
            self.model_trouble = error.message
            return None
        self.model_trouble = None
        return vector

    def _rank(
        self,
        index: Index,
        wording: str,
        own: Signals,
        whole: Signals,
        item_nos: tuple[int, ...],
        k: int,
    ) -> Retrieved:
        about = np.asarray(index.rows_for_items(item_nos) if item_nos else [], dtype=np.int64)
        rows: Rows = np.unique(np.concatenate([own.rows, whole.rows, about]))
        weights = KANA_WEIGHTS if is_kana_only(wording) else self._weights

        def weigh(some: Rows) -> Scores:
            if own is whole:
                return own.fused(some, weights)
            both = own.fused(some, weights) + WHOLE_WEIGHT * whole.fused(some, weights)
            return np.asarray(both / (1 + WHOLE_WEIGHT), dtype=np.float32)

        score = weigh(rows)
        if len(wording) < LONG_WORDING:
            score = _supported(index, rows, score, weigh)
        is_about = np.isin(rows, about)
        # A passage about the very item number stands before all that are merely alike: they reach 1 a signal.
        score[is_about] += 1 + sum(weights.values())
        order = np.argsort(-score, kind="stable")[:k]
        best = rows[order]
        cosines = [own.cosines(field, best) for field in FIELDS]
        passages = index.passages([int(row) for row in best])
        candidates = [
            Candidate(
                row=int(row),
                passage=passages[place],
                score=float(score[order[place]]),
                cosine=float(cosines[0][place]),
                question_cosine=float(cosines[1][place]),
                sentence_cosine=float(cosines[2][place]),
                item_match=bool(is_about[order[place]]),
            )
            for place, row in enumerate(best)
        ]
        if self._reranker is not None:
            candidates = list(self._reranker.order(wording, candidates))
        return Retrieved(wording, tuple(candidates), own.by_words_alone or whole.by_words_alone)


def _supported(index: Index, rows: Rows, score: Scores, weigh: Callable[[Rows], Scores]) -> Scores:
    """`score`, with the best rows lifted a share of the way to the better neighbour in their section.

    A passage is what a section was cut into: the words of a heading may stand in one, the answer in the next.
    The best part of a section stays where it is: a long text is not right more often than a short one.
    """
    top = np.argsort(-score, kind="stable")[:_SUPPORTED]
    sides = index.neighbours(rows[top])
    near = np.unique(np.concatenate(sides))
    near = near[near >= 0]
    if not len(near):
        return score
    # One place more than `near` has: what the -1 of a missing neighbour looks up.
    scores = np.append(weigh(near), np.float32(-np.inf))
    before, after = (scores[np.where(side >= 0, np.searchsorted(near, side), -1)] for side in sides)
    supported = score.copy()
    lead = np.maximum(before, after) - score[top]
    supported[top] += np.float32(NEIGHBOUR_WEIGHT) * np.maximum(lead, 0)
    return supported


def _covered(index: Index, words: list[str], scores: Scores) -> float:
    """How much of the wording the best passage holds, rare words counting more, 0..1.

    A passage of average length that holds each word once scores the sum of their rarities in BM25.
    """
    all_of_them = sum(index.idf(word) for word in words)
    return min(1.0, float(scores.max(initial=0.0)) / all_of_them) if all_of_them else 0.0


def load_weights(path: Path = WEIGHTS_FILE) -> dict[Signal, float]:
    """Read the fitted weights that ship with the code."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    return {signal: float(stored[signal]) for signal in SIGNALS}
