"""Fit the weights of the retrieval signals on labelled questions and write app/answering/fusion_weights.json.

Softmax ranking: the probability of a passage is exp(w·s) over the sum for all passages of the index, and
the weights w ≥ 0 maximise the probability of the right ones, less an L2 penalty. Meant for a small index:
all of its passages are scored.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.answering.retrieve import WEIGHTS_FILE, WHOLE_WEIGHT, Retriever
from app.answering.script import is_kana_only
from app.answering.signals import SIGNALS
from app.answering.understand import understand
from eval.question_set import Question
from ingest.index.reader import Index
from ingest.text.words import Tokenizer

_KINDS = frozenset({"paraphrase", "page_url", "deadline", "typo", "long_story", "kana"})
_PENALTY = 0.003
_FOLDS = 5
_SEEDS = 3


@dataclass(frozen=True, slots=True)
class Fusion:
    """What was fitted, and how often the right passage comes first on questions left out (3 × 5 folds)."""

    questions: int
    hit_at_1: float
    mrr: float
    weights: dict[str, float]


def fit_fusion(
    index: Index,
    retriever: Retriever,
    tokenizer: Tokenizer,
    questions: Sequence[Question],
    path: Path = WEIGHTS_FILE,
) -> Fusion:
    """Fit on the questions with one right answer that name no item number, and write the weights."""
    tables, right = _tables(index, retriever, tokenizer, questions)
    left_out = [_left_out(tables, right, seed) for seed in range(_SEEDS)]
    weights = _fit(tables, right)
    weights = weights / max(weights.max(), 1e-9)
    named: dict[str, float] = {
        name: round(float(weight), 3) for name, weight in zip(SIGNALS, weights, strict=True)
    }
    path.write_text(json.dumps(named, indent=1) + "\n", encoding="utf-8")
    hits, ranks = (float(np.mean([scores[i] for scores in left_out])) for i in (0, 1))
    return Fusion(len(tables), hits, ranks, named)


def _tables(
    index: Index, retriever: Retriever, tokenizer: Tokenizer, questions: Sequence[Question]
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Signals (questions, passages, signals) and which passages are right (questions, passages)."""
    rows = np.arange(len(index))
    numbers = [passage.question_no for passage in index.passages(rows)]
    tables, right = [], []
    for question in questions:
        if question.expect != "answer" or question.kind not in _KINDS:
            continue
        asked = understand(question.question, tokenizer, limit=10_000)
        part = asked.parts[-1].text
        if is_kana_only(part):
            continue
        own, whole = retriever.signals(index, part), retriever.signals(index, asked.text)
        columns = [own.scaled(s, rows) + WHOLE_WEIGHT * whole.scaled(s, rows) for s in SIGNALS]
        tables.append(np.stack(columns, axis=-1))
        right.append([number in question.gold for number in numbers])
    return np.stack(tables), np.array(right)


def _fit(tables: NDArray[Any], right: NDArray[np.bool_]) -> NDArray[Any]:
    from scipy.optimize import minimize

    def loss(weights: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        scores = tables @ weights
        everything, correct = _softmax(scores, np.ones_like(right)), _softmax(scores, right)
        gradient = np.einsum("qp,qps->s", everything[1] - correct[1], tables) / len(tables)
        value = float((everything[0] - correct[0]).mean() + _PENALTY * (weights**2).sum())
        return value, gradient + 2 * _PENALTY * weights

    start = np.full(tables.shape[-1], 0.5)
    bounds = [(0.0, None)] * len(start)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x)


def _softmax(scores: NDArray[Any], among: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Log of the sum of exp(scores) among the given passages, and each one's share."""
    masked = np.where(among, scores, -np.inf)
    top = masked.max(axis=1, keepdims=True)
    powers = np.exp(masked - top)
    total = powers.sum(axis=1, keepdims=True)
    return (np.log(total) + top)[:, 0], powers / total


def _left_out(tables: NDArray[Any], right: NDArray[np.bool_], seed: int) -> tuple[float, float]:
    order = np.random.default_rng(seed).permutation(len(tables))
    hits, ranks = [], []
    for fold in range(_FOLDS):
        test = order[fold::_FOLDS]
        train = np.setdiff1d(order, test)
        scores = tables[test] @ _fit(tables[train], right[train])
        best_right = np.where(right[test], scores, -np.inf).max(axis=1, keepdims=True)
        rank = 1 + (scores > best_right).sum(axis=1)
        hits += list(rank == 1)
        ranks += list(1 / rank)
    return float(np.mean(hits)), float(np.mean(ranks))
