from collections.abc import Sequence
from pathlib import Path

import pytest

from app.settings import ServiceSettings
from eval import fitting
from eval.fit_evidence import Fit, Sample
from eval.fit_fusion import Fusion, Table
from eval.question_set import Question
from ingest.errors import ErrorCode, YorozuError
from ingest.index.build import build_index
from ingest.models import Passage, Source
from tests.fakes.evidence_judge import FakeJudge
from tests.fakes.letter_embedder import LetterEmbedder
from tests.fakes.tiny_kit import KIT

ASKED, HELD = "名札はどこで返すの", "時計はいつ合わせるの"
FUSION = Fusion(0, 0.0, 0.0, {})
FIT = Fit(0, 0, 0.0, 0.0, 0.0, 0.0)


def question(text: str, *gold: int) -> Question:
    return Question(text, "paraphrase", text, gold, (), (), "answer", ())


def test_signals_are_weighed_first_and_the_judge_reads_only_what_it_was_not_trained_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passages = [
        Passage("q1", "m", "m", "受付で返します。", 0, question="名札はどこで返しますか", question_no=1),
        Passage("q2", "m", "m", "毎朝合わせます。", 1, question="時計はいつ合わせますか", question_no=2),
    ]
    build_index(tmp_path, [Source("m", "相談会")], passages, LetterEmbedder())
    judge = FakeJudge(1.5)
    weighed: list[Sequence[Sequence[Table]]] = []
    decided: list[tuple[Sequence[Sample], Sequence[Sample], float]] = []

    def fusion(tables: Sequence[Sequence[Table]]) -> Fusion:
        weighed.append(tables)
        return FUSION

    def evidence(given: Sequence[Sample], calibration: Sequence[Sample], *, keep: float) -> Fit:
        decided.append((given, calibration, keep))
        return FIT

    monkeypatch.setattr(fitting, "load_embedder", lambda _: LetterEmbedder())
    monkeypatch.setattr(fitting, "load_judge", lambda _: judge)
    monkeypatch.setattr(fitting, "fit_fusion", fusion)
    monkeypatch.setattr(fitting, "fit_evidence", evidence)
    settings = ServiceSettings(data_dir=tmp_path)
    steps = fitting.fit_all(settings, [question(ASKED, 1)], [question(HELD, 2)], [KIT], [KIT], keep=0.9)
    assert next(steps) is FUSION
    assert decided == [], "evidence waits for the new weights"
    assert list(steps) == [FIT]
    (sources,) = weighed
    # The question; among the kit's documents; the kit's queries, the same without titles; its titles.
    assert [len(tables) for tables in sources] == [1, 1, 3, 3, 2]  # one document has no title
    assert len(sources[0][0].right) == 2
    assert len(sources[1][0].right) > 2 + len(KIT.documents)  # one is long
    assert sources[1][0].right.sum() == 1
    ((given, calibration, keep),) = decided
    assert [sample.features.judged == 1.5 for sample in (*given, *calibration)] == [False, True]
    assert [asked for asked, _ in judge.asked] == [HELD]
    assert keep == 0.9


def test_without_an_embedder_nothing_is_fitted(tmp_path: Path) -> None:
    settings = ServiceSettings(data_dir=tmp_path, embedder="none")
    with pytest.raises(YorozuError) as caught:
        next(fitting.fit_all(settings, [], [], [], [], keep=0.9))
    assert caught.value.code is ErrorCode.MODEL_UNAVAILABLE
