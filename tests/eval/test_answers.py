import json
from pathlib import Path

import pytest

from app.answering.models import Answer, Citation, Missing, Statement
from eval.answers import run_questions
from eval.question_set import Question
from ingest.errors import ErrorCode, YorozuError

Q = {
    "right": Question("right", "paraphrase", "一", (1,), (), (("あ",), ("い",)), "answer", ()),
    "second": Question("second", "paraphrase", "二", (2,), (), (("う",),), "answer", ()),
    "refused": Question("refused", "typo", "三", (3,), (), (), "answer", ()),
    "kept": Question("kept", "near_miss", "四", (), (), (), "abstain", ()),
    "invented": Question("invented", "near_miss", "五", (), (), (), "abstain", ()),
    "empty": Question("empty", "attack", "", (), (), (), "error", ()),
}


def answered(text: str, numbers: list[int], statements: int = 1, supported: int = 1) -> Answer:
    return Answer(
        id="ans",
        status="answered",
        question="?",
        text=text,
        statements=[
            Statement(text="引用。" if i < supported else "作文。", citations=[1], support="verified")
            for i in range(statements)
        ],
        citations=[
            Citation(n=i, source_id="s", kind="consultation", title="t", question_no=number, quote="引用。")
            for i, number in enumerate(numbers, start=1)
        ],
    )


def ask(text: str) -> Answer:
    if not text:
        raise YorozuError(ErrorCode.QUESTION_EMPTY)
    refusal = Answer(
        id="ans",
        status="insufficient_evidence",
        question=text,
        text="ありません",
        missing=Missing(message="", ask=""),
    )
    return {
        "一": answered("あ", [1, 2], statements=2),
        "二": answered("う", [1, 2], statements=2, supported=0),
        "三": refusal,
        "四": refusal,
        "五": answered("作り話", [9], statements=0),
    }[text]


def test_every_measure_is_counted_by_hand() -> None:
    report = run_questions(list(Q.values()), ask).as_json()
    assert report["n"] == 6
    assert report["accuracy"] == 0.5  # second, kept, empty
    assert report["citation_hit"] == pytest.approx(2 / 3, abs=1e-6)
    assert report["first_citation_hit"] == pytest.approx(1 / 3, abs=1e-6)
    assert report["fact_recall"] == pytest.approx(2 / 3, abs=1e-6)
    assert report["abstention_precision"] == 0.5
    assert report["abstention_recall"] == 0.5
    assert report["support"] == 0.25  # of 1, of 0 … of four statements one stands in its quote
    assert report["by_kind"] == {
        "paraphrase": {"n": 2, "accuracy": 0.5},
        "typo": {"n": 1, "accuracy": 0.0},
        "near_miss": {"n": 2, "accuracy": 0.5},
        "attack": {"n": 1, "accuracy": 1.0},
    }
    assert [failure["id"] for failure in report["failures"]] == ["right", "refused", "invented"]
    assert report["failures"][0]["why"] == "fact: い"


def test_json_holds_the_keys_of_the_contract() -> None:
    report = run_questions([Q["right"]], ask).as_json()
    contract = ["n", "accuracy", "citation_hit", "fact_recall", "abstention_precision", "abstention_recall"]
    assert [key for key in report if key != "first_citation_hit"] == [
        *contract,
        "support",
        "fact_first",
        "calibration_error",
        "by_kind",
        "failures",
    ]
    json.dumps(report)


def test_what_was_not_there_to_be_counted_is_null() -> None:
    report = run_questions([Q["empty"]], ask).as_json()
    assert report["accuracy"] == 1.0
    assert report["citation_hit"] is None
    assert report["abstention_recall"] is None
    assert report["support"] is None


def test_the_table_names_measures_kinds_and_failures() -> None:
    table = run_questions(list(Q.values()), ask).as_table()
    (accuracy,) = (line for line in table.splitlines() if line.startswith("accuracy"))
    assert accuracy.split() == ["accuracy", "0.500", "6", "0.188–0.812"]  # Wilson for 3 of 6
    assert "near_miss" in table
    assert "不正解 3 件" in table
    assert "  invented: expect: abstain, got answered" in table


def test_the_table_shows_a_dash_where_nothing_was_counted() -> None:
    table = run_questions([Q["empty"]], ask).as_table()
    (support,) = (line for line in table.splitlines() if line.startswith("support"))
    assert support.split() == ["support", "-", "0"]


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text('{"id": "a", "kind": "k", "question": "四", "expect": "abstain"}\n', encoding="utf-8")
    assert run_questions(path, ask).as_json()["accuracy"] == 1.0


def test_a_fault_of_the_program_is_not_counted_as_an_expected_error() -> None:
    def broken(_question: str) -> Answer:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_questions([Q["empty"]], broken)


def test_an_error_of_the_service_is_not_counted_as_an_expected_error() -> None:
    def without_index(_question: str) -> Answer:
        raise YorozuError(ErrorCode.INDEX_MISSING)

    with pytest.raises(YorozuError):
        run_questions([Q["empty"]], without_index)


def confident(confidence: float) -> Answer:
    return answered("あ", [1]).model_copy(update={"confidence": confidence})


def test_confidence_is_held_against_what_is_answerable() -> None:
    told = {"一": 0.92, "二": 0.96, "三": 0.31, "四": 0.05, "五": 0.98, "": 0.5}
    report = run_questions(list(Q.values()), lambda text: confident(told[text]))
    # The error that was expected says nothing about confidence, whatever came of it.
    assert [(b.low, b.n) for b in report.reliability()] == [(0.0, 1), (0.3, 1), (0.9, 3)]
    expected = (0.05 + abs(0.31 - 1) + 3 * abs((0.92 + 0.96 + 0.98) / 3 - 2 / 3)) / 5
    assert report.as_json()["calibration_error"] == pytest.approx(expected, abs=1e-6)
    table = report.as_table().splitlines()
    begin = table.index(f"確信度の較正誤差 {expected:.3f}（確信度 → 答えのある割合）")
    assert [line.split() for line in table[begin + 1 : begin + 4]] == [
        ["0.0–0.1", "0.05", "→", "0.00", "1"],
        ["0.3–0.4", "0.31", "→", "1.00", "1", "█" * 20],
        ["0.9–1.0", "0.95", "→", "0.67", "3", "█" * 13],
    ]


def test_without_confidences_there_is_no_calibration_error() -> None:
    report = run_questions([Q["empty"]], ask)
    assert report.as_json()["calibration_error"] is None
    assert "確信度の較正誤差 -（" in report.as_table()
