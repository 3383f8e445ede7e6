"""Fit the decision "is this answered?" on labelled questions and write app/answering/evidence_model.json."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.answering.evidence import MODEL_FILE, Features, answer_text, features_of
from app.answering.judge import Judge
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
_KEEP_BY_VECTORS, _KEEP_BY_WORDS = 0.93, 0.9  # shares of the answerable that are answered without a judge


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
    calibration: int
    judged_auc: float
    vectors_auc: float
    words_auc: float
    threshold: float


def samples(
    index: Index,
    retriever: Retriever,
    tokenizer: Tokenizer,
    questions: Sequence[Question],
    judge: Judge | None = None,
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
            if features is None or (question.expect == "answer" and not right):
                continue
            if judge is not None:
                passage = answer_text(index, retrieved.candidates[0])
                features = replace(features, judged=float(judge.scores(part.text, [passage])[0]))
            found.append(Sample(features, right, is_kana_only(part.text)))
    return found


def fit_evidence(
    given: Sequence[Sample], calibration: Sequence[Sample], *, keep: float, path: Path = MODEL_FILE
) -> Fit:
    """Fit the three regressions, choose the threshold and write the model file.

    Args:
        given: samples of answerable and unanswerable questions, for vectors and for words alone.
        calibration: samples with the judge's verdict, of questions that the judge was not trained on.
        keep: share of the answerable that must be answered; the threshold is the highest that does so on
            questions left out of the fit.
        path: where the model is written.
    """
    readable = [sample for sample in calibration if not sample.kana_only]
    plain = [sample for sample in given if not sample.kana_only]
    everything = [field.name for field in fields(Features)]
    unjudged = [name for name in everything if name != "judged"]
    wordy = [name for name in unjudged if name not in (*_VECTOR_FEATURES, "margin")]
    judged, vectors, words = _Data(readable, everything), _Data(plain, unjudged), _Data(given, wordy)
    threshold = judged.kept(keep)
    # What tells less must be surer: each of the other two is moved to where the threshold of the first is.
    model = {
        "judged": judged.weights(0.0),
        "vectors": vectors.weights(_logit(threshold) - _logit(vectors.kept(_KEEP_BY_VECTORS))),
        "words": words.weights(_logit(threshold) - _logit(words.kept(_KEEP_BY_WORDS))),
        "threshold": round(threshold, 4),
    }
    path.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    return Fit(len(given), len(readable), judged.auc, vectors.auc, words.auc, threshold)


class _Data:
    """Samples as a table, with the probabilities that each gets when its fold is left out."""

    def __init__(self, given: Sequence[Sample], names: Sequence[str]) -> None:
        self._names = names
        self._answerable = np.array([sample.answerable for sample in given])
        self._table = np.array([[asdict(sample.features)[name] for name in names] for sample in given])
        self._left_out = _left_out(self._table, self._answerable)

    @property
    def auc(self) -> float:
        return _auc(self._left_out, self._answerable)

    def kept(self, share: float) -> float:
        """The highest probability that `share` of the answerable reach."""
        return float(np.quantile(self._left_out[self._answerable], 1 - share))

    def weights(self, moved: float) -> dict[str, Any]:
        """Weights for the raw features: the scaling is folded in, so that using them needs no library."""
        scaler, regression = (step for _, step in _regression().fit(self._table, self._answerable).steps)
        weights = regression.coef_[0] / scaler.scale_
        intercept = float(regression.intercept_[0] - weights @ scaler.mean_) + moved
        named = zip(self._names, weights, strict=True)
        return {
            "intercept": round(intercept, 4),
            "weights": {name: round(float(weight), 4) for name, weight in named},
        }


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


def _logit(probability: float) -> float:
    return float(np.log(probability / (1 - probability)))


def _auc(probabilities: NDArray[Any], answerable: NDArray[Any]) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(answerable, probabilities))
