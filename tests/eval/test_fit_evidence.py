from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from app.answering.evidence import MODEL_FILE, EvidenceModel, Features, load_model
from app.answering.retrieve import Retriever
from eval import fit_evidence as fit_evidence_module
from eval.fit_evidence import Fit, Sample, _Data, fit_evidence, samples
from eval.question_set import Question
from ingest.index.build import build_index
from ingest.index.reader import open_index
from ingest.models import Passage, Source
from ingest.text.words import Tokenizer
from tests.fakes.evidence_judge import FakeJudge
from tests.fakes.letter_embedder import LetterEmbedder

KANJI, KANA = "規程の作り方", "きていのつくりかた"


def made_up(count: int, *, judged: bool, kana: int = 0) -> list[Sample]:
    """Half are answerable. `coverage` and `judged` tell which, `cosine` a little; the rest is noise."""
    random = np.random.default_rng(count)
    found = []
    for n in range(count):
        answerable = n % 2 == 0
        sign = 1 if answerable else -1
        features = Features(
            question_cosine=random.normal(0.8, 0.1),
            cosine=random.normal(0.8 + sign * 0.05, 0.1),
            sentence_cosine=random.normal(0.8, 0.1),
            coverage=random.normal(0.5 + sign * 0.15, 0.15),
            known=random.normal(0.5, 0.2),
            readings=random.normal(0.5, 0.2),
            margin=random.normal(0.2, 0.1),
            length=random.normal(2, 0.5),
            kind_missing=float(random.random() < 0.1),
            unknown_name=float(random.random() < 0.1),
            item_match=0.0,
            **({"judged": random.normal(sign * 3, 1.5)} if judged else {}),
        )
        found.append(Sample(features, answerable, kana_only=n < kana))
    return found


GIVEN, CALIBRATION = made_up(100, judged=False, kana=20), made_up(80, judged=True, kana=10)


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    """Fewer folds, and no threads that wait for each other over tables of a hundred rows."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1), pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit_evidence_module, "_FOLDS", 4)
        yield


@dataclass(frozen=True)
class Fitted:
    """What one fit said and wrote."""

    fit: Fit
    path: Path
    shipped: bytes  # the shipped file as it was before

    @property
    def model(self) -> EvidenceModel:
        return load_model(self.path)


@pytest.fixture(scope="module")
def fitted(_quick: None, tmp_path_factory: pytest.TempPathFactory) -> Fitted:
    path, shipped = tmp_path_factory.mktemp("fit") / "model.json", MODEL_FILE.read_bytes()
    return Fitted(fit_evidence(GIVEN, CALIBRATION, keep=0.9, path=path), path, shipped)


def test_what_tells_gets_the_weight(fitted: Fitted) -> None:
    model, fit = fitted.model, fitted.fit
    assert model.judged.weights["judged"] > 0.3
    assert model.vectors.weights["coverage"] > 1
    assert model.words.weights["coverage"] > 1
    assert fit.judged_auc > 0.95
    assert 0.75 < fit.words_auc < fit.judged_auc
    assert 0.75 < fit.vectors_auc < fit.judged_auc
    assert (fit.samples, fit.calibration) == (100, 70)  # kana alone is nothing for the judge
    assert fit.threshold == pytest.approx(model.threshold, abs=1e-4)


def test_each_regression_has_its_own_features(fitted: Fitted) -> None:
    everything = set(Features.__dataclass_fields__)
    vectors = {"question_cosine", "cosine", "sentence_cosine"}
    assert set(fitted.model.judged.weights) == everything
    assert set(fitted.model.vectors.weights) == everything - {"judged"}
    assert set(fitted.model.words.weights) == everything - {"judged", "margin"} - vectors


def test_folded_in_scaling_gives_what_the_regression_says(fitted: Fitted) -> None:
    readable = [sample for sample in CALIBRATION if not sample.kana_only]
    probabilities = [fitted.model.probability(sample.features, KANJI) for sample in readable]
    right = [(p > 0.5) == sample.answerable for p, sample in zip(probabilities, readable, strict=True)]
    assert np.mean(right) > 0.9
    # Fitted on as many of each, the mean probability is one half.
    assert np.mean(probabilities) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("given", "wording", "share"), [(CALIBRATION, KANJI, 0.9), (GIVEN, KANJI, 0.93), (GIVEN, KANA, 0.9)]
)
def test_one_threshold_keeps_the_share_of_each(
    fitted: Fitted, given: list[Sample], wording: str, share: float
) -> None:
    answerable = [s for s in given if s.answerable and (wording == KANA or not s.kana_only)]
    model = fitted.model
    kept = np.mean([model.probability(s.features, wording) >= model.threshold for s in answerable])
    assert kept == pytest.approx(share, abs=0.08)


def test_who_keeps_more_has_a_lower_threshold() -> None:
    data = _Data([s for s in CALIBRATION if not s.kana_only], ["judged"])
    limits = [data.kept(share) for share in (0.99, 0.9, 0.7, 0.5)]
    assert limits == sorted(limits)
    assert len(set(limits)) == 4


def test_the_same_samples_give_the_same_file_and_the_shipped_one_stays(
    fitted: Fitted, tmp_path: Path
) -> None:
    again = fit_evidence(GIVEN, CALIBRATION, keep=0.9, path=tmp_path / "again.json")
    assert again == fitted.fit
    assert (tmp_path / "again.json").read_bytes() == fitted.path.read_bytes()
    assert MODEL_FILE.read_bytes() == fitted.shipped


def question(text: str, *gold: int, expect: str = "answer") -> Question:
    return Question(text, "paraphrase", text, gold, (), (), expect, ())  # type: ignore[arg-type]


def test_samples_are_parts_with_their_best_passage(tmp_path: Path) -> None:
    passages = [
        Passage("q1", "m", "m", "受付で返します。", 0, question="名札はどこで返しますか", question_no=1),
        Passage("q2", "m", "m", "毎朝合わせます。", 1, question="時計はいつ合わせますか", question_no=2),
    ]
    embedder, tokenizer, judge = LetterEmbedder(), Tokenizer(), FakeJudge(1.25)
    build_index(tmp_path, [Source("m", "相談会", kind="consultation")], passages, embedder)
    index, retriever = open_index(tmp_path, embedder.name), Retriever(tokenizer, embedder)
    questions = [
        question("名札はどこで返しますか。時計はいつ合わせますか。", 1, 2),
        question("名札はどこで返すの", 2),  # its best passage is a wrong one: it teaches nothing
        question("時計は何色ですか", expect="abstain"),
        question("", expect="error"),
        question("？", expect="abstain"),
        question("とけいはいつあわせますか", 2),
    ]
    found = samples(index, retriever, tokenizer, questions, judge)
    assert [(s.answerable, s.kana_only) for s in found] == [
        (True, False),
        (True, False),
        (False, False),
        (True, True),
    ]
    assert {s.features.judged for s in found} == {1.25}
    assert judge.asked[0] == ("名札はどこで返しますか。", ("名札はどこで返しますか\n受付で返します。",))
    assert len(judge.asked) == len(found)
    plain = samples(index, retriever, tokenizer, questions)
    assert np.isnan([s.features.judged for s in plain]).all()
