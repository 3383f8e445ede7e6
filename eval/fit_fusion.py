"""Fit the weights of the retrieval signals on labelled questions and write app/answering/fusion_weights.json.

Softmax ranking: the probability of a passage is exp(w·s) over the sum for all passages of the index, and
the weights w ≥ 0 maximise the probability of the right ones, less an L2 penalty. Meant for small indexes:
all of their passages are scored. Question sets are asked of the index of the corpus, the queries of each kit
of an index of their own; each set and each kit counts the same in all.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.answering.retrieve import WEIGHTS_FILE, WHOLE_WEIGHT, Retriever
from app.answering.script import is_kana_only
from app.answering.signals import SIGNALS
from app.answering.understand import Question as Understood
from app.answering.understand import understand
from eval.kit import Kit
from eval.question_set import Question
from ingest.errors import YorozuError
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


@dataclass(frozen=True, slots=True)
class Table:
    """One question over one index: signals (passages, signals), which passages are right, which count."""

    signals: NDArray[Any]
    right: NDArray[np.bool_]
    counted: NDArray[np.bool_]
    weight: float = 1.0


def fit_fusion(sources: Sequence[Sequence[Table]], path: Path = WEIGHTS_FILE) -> Fusion:
    """Fit on the tables of several sources, which count the same in all, and write the weights."""
    longest = max(len(source) for source in sources)
    tables = [replace(table, weight=longest / len(source)) for source in sources for table in source]
    left_out = [_left_out(tables, seed) for seed in range(_SEEDS)]
    weights = _fit(tables)
    weights = weights / max(weights.max(), 1e-9)
    named: dict[str, float] = {
        name: round(float(weight), 3) for name, weight in zip(SIGNALS, weights, strict=True)
    }
    path.write_text(json.dumps(named, indent=1) + "\n", encoding="utf-8")
    hits, ranks = (float(np.mean([scores[i] for scores in left_out])) for i in (0, 1))
    return Fusion(len(tables), hits, ranks, named)


def tables_of_questions(
    index: Index, retriever: Retriever, tokenizer: Tokenizer, questions: Sequence[Question]
) -> list[Table]:
    """The questions with one right answer that name no item number, over the index of the corpus."""
    rows = np.arange(len(index))
    numbers = [passage.question_no for passage in index.passages(rows)]
    counted = np.ones(len(index), dtype=np.bool_)
    tables = []
    for question in questions:
        if question.expect != "answer" or question.kind not in _KINDS:
            continue
        signals = _signals(index, retriever, understand(question.question, tokenizer, limit=10_000))
        if signals is not None:
            right = np.array([number in question.gold for number in numbers])
            tables.append(Table(signals, right, counted))
    return [table for table in tables if table.right.any()]


def tables_of_kit(index: Index, retriever: Retriever, tokenizer: Tokenizer, kit: Kit) -> list[Table]:
    """The queries of a kit over an index of its documents; those of a lower grade count neither way."""
    rows = np.arange(len(index))
    documents = [passage.source_id for passage in index.passages(rows)]
    tables = []
    for query, text in kit.queries.items():
        grades = kit.qrels.get(query, {})
        best = max(grades.values(), default=0)
        try:
            asked = understand(text, tokenizer, limit=10_000)
        except YorozuError:
            continue
        signals = _signals(index, retriever, asked) if best > 0 else None
        if signals is not None:
            grade = np.array([grades.get(document, 0) for document in documents])
            tables.append(Table(signals, grade == best, (grade == best) | (grade == 0)))
    return tables


def _signals(index: Index, retriever: Retriever, asked: Understood) -> NDArray[Any] | None:
    """All signals of all passages for the last part; None for a question in kana alone, weighed by hand."""
    part = asked.parts[-1].text
    if is_kana_only(part):
        return None
    rows = np.arange(len(index))
    whole = retriever.signals(index, asked.text)
    if part == asked.text:
        return np.stack([whole.scaled(s, rows) for s in SIGNALS], axis=-1)
    own = retriever.signals(index, part)
    columns = [own.scaled(s, rows) + WHOLE_WEIGHT * whole.scaled(s, rows) for s in SIGNALS]
    return np.stack(columns, axis=-1) / (1 + WHOLE_WEIGHT)


def _fit(tables: Sequence[Table]) -> NDArray[Any]:
    from scipy.optimize import minimize

    total = sum(table.weight for table in tables)

    def loss(weights: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        value, gradient = 0.0, np.zeros_like(weights)
        for table in tables:
            scores = table.signals @ weights
            everything, correct = _softmax(scores, table.counted), _softmax(scores, table.right)
            value += table.weight * (everything[0] - correct[0])
            gradient += table.weight * ((everything[1] - correct[1]) @ table.signals)
        mean = value / total + _PENALTY * float((weights**2).sum())
        return mean, gradient / total + 2 * _PENALTY * weights

    start = np.ones(len(SIGNALS))
    bounds = [(0.0, None)] * len(start)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x)


def _softmax(scores: NDArray[Any], among: NDArray[np.bool_]) -> tuple[float, NDArray[Any]]:
    """Log of the sum of exp(scores) among the given passages, and each one's share."""
    masked = np.where(among, scores, -np.inf)
    top = masked.max()
    powers = np.exp(masked - top)
    total = powers.sum()
    return float(np.log(total) + top), powers / total


def _left_out(tables: Sequence[Table], seed: int) -> tuple[float, float]:
    order = np.random.default_rng(seed).permutation(len(tables))
    hits, ranks = [], []
    for fold in range(_FOLDS):
        test = set(order[fold::_FOLDS].tolist())
        weights = _fit([table for place, table in enumerate(tables) if place not in test])
        for place in test:
            scores = tables[place].signals @ weights
            best_right = scores[tables[place].right].max()
            rank = 1 + int((scores[tables[place].counted] > best_right).sum())
            hits.append(rank == 1)
            ranks.append(1 / rank)
    return float(np.mean(hits)), float(np.mean(ranks))
