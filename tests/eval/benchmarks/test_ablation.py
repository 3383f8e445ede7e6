import pytest

from app.answering.signals import SIGNALS, Signal
from eval.benchmarks.ablation import Ablation, Variant, ablate, variants
from eval.benchmarks.ablation_report import ablation_section, verdict
from eval.benchmarks.tables import MEASURES
from eval.indexer import ProductIndexer
from eval.retrieval import KitReport
from ingest.settings import Settings
from tests.fakes.letter_embedder import LetterEmbedder
from tests.fakes.tiny_kit import KIT

FIRST: Signal = SIGNALS[0]


def test_each_signal_is_left_out_once_and_alone_once() -> None:
    fitted: dict[Signal, float] = dict.fromkeys(SIGNALS, 0.25)
    everything, *others = variants(fitted)
    assert everything.label == "all"
    assert everything.weights == fitted
    assert len(others) == 2 * len(SIGNALS)
    without, alone = others[0], others[len(SIGNALS)]
    assert without.label == f"without {FIRST}"
    assert without.weights == {**fitted, FIRST: 0.0}
    assert alone.label == f"alone {FIRST}"
    assert {signal for signal, weight in alone.weights.items() if weight} == {FIRST}
    assert alone.weights.keys() == fitted.keys()


@pytest.fixture(scope="module")
def measured() -> Ablation:
    (ablation,) = ablate([KIT], ProductIndexer(Settings(), LetterEmbedder()))
    return ablation


def test_one_index_is_ranked_by_every_choice_of_weights(measured: Ablation) -> None:
    assert (measured.kit, measured.documents) == ("tiny", 3)
    assert len(measured.results) == 1 + 2 * len(SIGNALS)
    reports = {variant.label: report.as_json() for variant, report in measured.results}
    assert reports["all"]["n"] == 3
    assert reports["all"]["hit@1"] == 1.0
    assert reports["alone words"]["hit@1"] == 1.0
    assert measured.together("ndcg@10") == 1.0
    assert measured.worse_than_a_part() == []


def test_the_report_has_a_line_for_each(measured: Ablation) -> None:
    section = ablation_section([measured], "when and where")
    assert section.startswith("## What each signal is worth\n\nwhen and where\n")
    assert "\n| all |  | 1.000 |" in section
    for signal in SIGNALS:
        assert f"\n| without {signal} | " in section
        assert f"\n| alone {signal} | " in section
    assert section.endswith(verdict(measured))
    assert verdict(measured).startswith("Together never worse")


def test_a_part_that_is_better_is_named() -> None:
    def report(value: float) -> KitReport:
        return KitReport(0, {name: [value] for name in MEASURES} | {"hit@1": [1.0]}, [1.0])

    weights: dict[Signal, float] = {FIRST: 1.0}
    parts = (
        (Variant("all", None, weights), report(0.5)),
        (Variant("without", FIRST, weights), report(0.9)),
        (Variant("alone", FIRST, weights), report(0.75)),
        (Variant("alone", SIGNALS[1], weights), report(0.25)),
    )
    ablation = Ablation("k", 1, parts)
    assert ablation.best_part("ndcg@10") == (FIRST, 0.75)
    assert ablation.worse_than_a_part() == ["hit@10", "mrr@10", "ndcg@10", "recall@100"]
    assert f"ndcg@10 .500 < .750 ({FIRST})" in verdict(ablation)
