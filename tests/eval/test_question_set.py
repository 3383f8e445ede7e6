import json
from pathlib import Path
from typing import Any

import pytest

from eval.question_set import Question, read_questions
from ingest.errors import ErrorCode, YorozuError

GOOD = {
    "id": "a",
    "kind": "paraphrase",
    "question": "問い",
    "gold": [1, 4],
    "all_of": [],
    "facts": [["P55", "55頁"]],
    "expect": "answer",
    "never": ["だめ"],
}


def write(folder: Path, *records: dict[str, Any]) -> Path:
    path = folder / "set.jsonl"
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def reason(path: Path) -> str:
    with pytest.raises(YorozuError) as caught:
        read_questions(path)
    assert caught.value.code is ErrorCode.QUESTION_SET_INVALID
    return str(caught.value.detail["reason"])


def test_a_question_is_read_whole(tmp_path: Path) -> None:
    assert read_questions(write(tmp_path, GOOD)) == [
        Question("a", "paraphrase", "問い", (1, 4), (), (("P55", "55頁"),), "answer", ("だめ",))
    ]


def test_lists_may_be_absent_and_the_question_may_be_empty(tmp_path: Path) -> None:
    path = write(tmp_path, {"id": "a", "kind": "attack", "question": "", "expect": "error"})
    assert read_questions(path) == [Question("a", "attack", "", (), (), (), "error", ())]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"id": ""}, "id が空です"),
        ({"kind": 3}, "kind が文字列ではありません"),
        ({"question": None}, "question が文字列ではありません"),
        ({"expect": "refuse"}, "expect が"),
        ({"expect": ["answer"]}, "expect が"),
        ({"gold": ["1"]}, "gold が質問番号"),
        ({"gold": [True]}, "gold が質問番号"),
        ({"all_of": [0]}, "all_of が質問番号"),
        ({"facts": ["P55"]}, "facts の要素"),
        ({"facts": [[]]}, "facts に空の並び"),
        ({"facts": [[" "]]}, "facts の要素"),
        ({"never": "だめ"}, "never"),
        ({"expect": "abstain"}, "空にします"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(tmp_path: Path, change: dict[str, Any], expected: str) -> None:
    said = reason(write(tmp_path, GOOD, {**GOOD, "id": "b", **change}))
    assert "set.jsonl 2行目" in said
    assert expected in said


def test_a_repeated_id_is_refused(tmp_path: Path) -> None:
    assert reason(write(tmp_path, GOOD, GOOD)) == "set.jsonl 2行目: id a が重複しています"


def test_bad_json_and_missing_and_empty_files_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    path.write_text("{}}\n", encoding="utf-8")
    assert "1行目: JSON" in reason(path)
    path.write_text("\n\n", encoding="utf-8")
    assert "質問がありません" in reason(path)
    assert "ありません" in reason(tmp_path / "none.jsonl")
    assert "開けません" in reason(tmp_path)


def test_deeply_nested_json_is_a_named_fault_too(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text("[" * 200_000 + "\n", encoding="utf-8")
    assert "1行目: JSON" in reason(path)
