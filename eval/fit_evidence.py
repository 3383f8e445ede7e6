"""Fit the decision "is this answered?" on labelled questions and write app/answering/evidence_model.json."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.answering.evidence import MODEL_FILE, Features, features_of
from app.answering.retrieve import Retriever
from app.answering.script import is_kana_only
from app.answering.understand import understand
from eval.question_set import Question
from ingest.errors import YorozuError
from ingest.index.reader import Index
from ingest.text.words import Tokenizer

_VECTOR_FEATURES = ("question_cosine", "cosine", "sentence_cosine")
_FOLDS = 10
_STRENGTH = 0.3  # inverse of the L2 penalty: 260 questions carry no more
_DEPTH = 20
_KEEP_BY_WORDS = 0.9  # share of the answerable that words alone must answer


@dataclass(frozen=True, slots=True)
class Sample:
    """One part of a labelled question with the features of its best passage."""

    features: Features
    answerable: bool
    kana_only: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """What was fitted, and how well it tells the answerable on questions left out (10 folds)."""

    samples: int
    auc: float
    accuracy: float
    words_auc: float
    threshold: float


def samples(
    index: Index, retriever: Retriever, tokenizer: Tokenizer, questions: Sequence[Question]
) -> list[Sample]:
    """Features of every part of every question; a right question whose best passage is wrong is left out."""
    found = []
    for question in questions:
        if question.expect == "error":
            continue
        try:
            asked = understand(question.question, tokenizer, limit=10_000)
        except YorozuError:
            continue
        gold = {*question.gold, *question.all_of}
        for part in asked.parts:
            retrieved = retriever.for_part(index, asked, part.text, _DEPTH)
            features = features_of(index, tokenizer, retrieved)
            right = bool(features) and retrieved.candidates[0].passage.question_no in gold
            if features is not None and (right or question.expect == "abstain"):
                found.append(Sample(features, right, is_kana_only(part.text)))
    return found


def fit_evidence(given: Sequence[Sample], *, keep: float, path: Path = MODEL_FILE) -> Fit:
    """Fit both regressions, choose the threshold and write the model file.

    Args:
        given: samples of answerable and unanswerable questions.
        keep: share of the answerable that must be answered; the threshold is the highest that does so on
            questions left out of the fit.
        path: where the model is written.
    """
    names = [field.name for field in fields(Features)]
    answerable = np.array([sample.answerable for sample in given])
    table = np.array([[asdict(sample.features)[name] for name in names] for sample in given])
    words = [i for i, name in enumerate(names) if name not in (*_VECTOR_FEATURES, "margin")]
    kana = np.array([sample.kana_only for sample in given])
    left_out = _left_out(table[~kana], answerable[~kana])
    left_out_words = _left_out(table[:, words], answerable)
    threshold = float(np.quantile(left_out[answerable[~kana]], 1 - keep))
    by_words = _weights(table[:, words], answerable, [names[i] for i in words])
    # Words alone tell less, so they must be surer: their own threshold, moved to where the other one is.
    by_words["intercept"] += round(
        _logit(threshold) - _logit(float(np.quantile(left_out_words[answerable], 1 - _KEEP_BY_WORDS))), 4
    )
    model = {
        "vectors": _weights(table[~kana], answerable[~kana], names),
        "words": by_words,
        "threshold": round(threshold, 4),
    }
    path.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    return Fit(
        samples=len(given),
        auc=_auc(left_out, answerable[~kana]),
        accuracy=float(((left_out >= threshold) == answerable[~kana]).mean()),
        words_auc=_auc(left_out_words, answerable),
        threshold=threshold,
    )


def _regression() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=_STRENGTH, max_iter=1000))


def _left_out(table: NDArray[Any], answerable: NDArray[Any]) -> NDArray[Any]:
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
    probabilities = cross_val_predict(_regression(), table, answerable, cv=folds, method="predict_proba")
    return np.asarray(probabilities)[:, 1]


def _weights(table: NDArray[Any], answerable: NDArray[Any], names: Sequence[str]) -> dict[str, Any]:
    """Weights for the raw features: the scaling is folded in, so that using the model needs no library."""
    scaler, regression = (step for _, step in _regression().fit(table, answerable).steps)
    weights = regression.coef_[0] / scaler.scale_
    intercept = float(regression.intercept_[0] - weights @ scaler.mean_)
    return {
        "intercept": round(intercept, 4),
        "weights": {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)},
    }


def _logit(probability: float) -> float:
    return float(np.log(probability / (1 - probability)))


def _auc(probabilities: NDArray[Any], answerable: NDArray[Any]) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(answerable, probabilities))
