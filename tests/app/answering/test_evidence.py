import math
from dataclasses import fields, replace

import pytest

from app.answering.evidence import EvidenceModel, Features, Weights, compared_by_vectors, load_model

ALIKE = Features(
    question_cosine=0.9,
    cosine=0.9,
    sentence_cosine=0.9,
    coverage=0.5,
    known=0.5,
    readings=0.5,
    margin=0.1,
    length=2.0,
    kind_missing=0.0,
    unknown_name=0.0,
    item_match=0.0,
)
MODEL = EvidenceModel(
    judged=Weights(0.0, {"judged": 1.0}), vectors=Weights(1.0, {}), words=Weights(-1.0, {}), threshold=0.5
)
KANJI, KANA = "規程の作り方", "きていのつくりかた"


def logistic(z: float) -> float:
    return 1 / (1 + math.exp(-z))


@pytest.mark.parametrize(
    ("features", "wording", "z"),
    [
        (ALIKE, KANJI, 1.0),
        (replace(ALIKE, judged=3.0), KANJI, 3.0),
        (replace(ALIKE, judged=0.0), KANJI, 0.0),
        (ALIKE, KANA, -1.0),
        (replace(ALIKE, judged=3.0), KANA, -1.0),
        (replace(ALIKE, cosine=0.0), KANJI, -1.0),
        (replace(ALIKE, cosine=0.0, judged=3.0), KANJI, -1.0),
    ],
)
def test_one_of_three_regressions_decides(features: Features, wording: str, z: float) -> None:
    assert MODEL.probability(features, wording) == pytest.approx(logistic(z))


def test_compared_by_vectors() -> None:
    without = replace(ALIKE, cosine=0.0)
    given = ((ALIKE, KANJI), (without, KANJI), (ALIKE, KANA), (without, KANA))
    assert [compared_by_vectors(*each) for each in given] == [True, False, False, False]


def test_weights_are_a_logistic_regression_that_never_overflows() -> None:
    weights = Weights(-1.0, {"coverage": 4.0, "kind_missing": -2.0})
    assert weights.probability(ALIKE) == pytest.approx(logistic(1.0))
    assert weights.probability(replace(ALIKE, kind_missing=1.0)) == pytest.approx(logistic(-1.0))
    assert 0 < Weights(-1e9, {}).probability(ALIKE) < 1e-20
    assert 1 - 1e-9 < Weights(1e9, {}).probability(ALIKE) <= 1


def test_the_shipped_model_knows_its_features() -> None:
    model = load_model()
    names = {field.name for field in fields(Features)}
    vectors = {"question_cosine", "cosine", "sentence_cosine"}
    assert set(model.judged.weights) <= names
    assert set(model.vectors.weights) <= names - {"judged"}
    assert set(model.words.weights) <= names - {"judged", "margin"} - vectors
    assert 0 < model.threshold < 1
    for features, wording in ((ALIKE, KANJI), (replace(ALIKE, judged=2.0), KANJI), (ALIKE, KANA)):
        assert 0 <= model.probability(features, wording) <= 1
