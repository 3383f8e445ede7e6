import json
from pathlib import Path

import pytest

from app.answering.verification.verdict import Reason, Verdict
from eval.corruptions import corrupted
from eval.verifier import run_cases
from eval.verifier_set import Case, as_line, read_cases
from ingest.errors import YorozuError


def case(name: str, sentence: str, expect: str = "supported", kind: str = "short") -> Case:
    return Case(
        name, kind, sentence, ("引用です。",), "supported" if expect == "supported" else "unsupported"
    )


def check(text: str, quotes: object) -> Verdict:
    assert quotes
    if "偽" in text:
        return Verdict("unsupported", (Reason("fact_missing", "90日"),))
    return Verdict("partial", (Reason("word_missing", "x"),)) if "半" in text else Verdict("verified")


def test_both_figures_by_the_same_cut() -> None:
    cases = [
        case("a", "真"),
        case("b", "半"),
        case("c", "偽", "unsupported", "number"),
        case("d", "半", "unsupported", "number"),
        case("e", "真", "unsupported", "url"),
    ]
    result = run_cases(cases, check).as_json()
    assert (result["n"], result["true"], result["corrupted"]) == (5, 2, 3)
    assert result["rejected"] == 0.5
    assert result["kept"] == 0.5
    assert result["support_of_true"] == {"verified": 1, "partial": 1}
    assert result["support_of_corrupted"] == {"unsupported": 1, "partial": 1, "verified": 1}
    assert result["caught"] == pytest.approx(2 / 3, abs=1e-5)
    assert 0 < result["caught_95"][0] < result["caught"] < result["caught_95"][1] <= 1
    assert result["by_kind"]["unsupported/number"]["right"] == 1.0
    assert result["by_kind"]["unsupported/url"] == {
        "n": 1,
        "right": 0.0,
        "right_95": pytest.approx([0, 0.793], abs=1e-2),
    }
    assert [f["id"] for f in result["failures"]] == ["b", "e"]


def test_a_share_of_nothing_is_null() -> None:
    report = run_cases([case("a", "真")], check)
    assert report.as_json()["caught"] is None
    assert "-" in report.as_table()


def test_the_table_names_each_failure() -> None:
    table = run_cases([case("a", "偽")], check).as_table()
    assert "「90日」は引用元に見当たりません。" in table
    assert "1.000" in table


LINE: dict[str, object] = {
    "id": "1",
    "quotes": ["引用"],
    "supported": [["k", "文"]],
    "unsupported": [["m", "偽の文"], ["n", "嘘"]],
}


def test_a_set_is_read(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text(json.dumps(LINE) + "\n", encoding="utf-8")
    cases = read_cases(path)
    assert [(c.id, c.kind, c.sentence, c.expect) for c in cases] == [
        ("1.1", "k", "文", "supported"),
        ("1.2", "m", "偽の文", "unsupported"),
        ("1.3", "n", "嘘", "unsupported"),
    ]
    assert {c.quotes for c in cases} == {("引用",)}
    assert as_line("1", cases) == LINE


@pytest.mark.parametrize(
    "change",
    [
        {"supported": "x"},
        {"supported": [["k"]]},
        {"unsupported": [["k", ""]]},
        {"unsupported": [["k", 1]]},
        {"supported": [], "unsupported": []},
        {"quotes": []},
        {"quotes": [" "]},
        {"quotes": "x"},
        {"id": None},
    ],
)
def test_a_fault_is_named(change: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text(json.dumps(LINE | change) + "\n", encoding="utf-8")
    with pytest.raises(YorozuError, match="1行目"):
        read_cases(path)


@pytest.mark.parametrize("text", ["", "{}\n{}"])
def test_an_empty_or_broken_set_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(YorozuError):
        read_cases(path)


def test_ids_are_unique(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    line = json.dumps(LINE)
    path.write_text(line + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(YorozuError, match="重複"):
        read_cases(path)


@pytest.mark.parametrize(
    ("sentence", "kind", "expected"),
    [
        ("90日以内に報告します。", "number", "92日以内に報告します。"),
        ("90日以内に報告します。", "unit", "90か月以内に報告します。"),
        ("90日以内に報告します。", "bound", "90日以降に報告します。"),
        ("90日以内に報告します。", "negation", "90日以内に報告しません。"),
        ("23年度中に達成する。", "year", "24年度中に達成する。"),
        ("レベル1です。", "level", "レベル2です。"),
        ("P54です。", "page", "P59です。"),
        ("No17です。", "item", "No20です。"),
        ("付録7です。", "appendix", "付録8です。"),
        ("https://www.example.org/a です。", "url", "https://www2.example.org/a です。"),
        ("社外に送ります。", "opposite", "社内に送ります。"),
        ("確認する必要があります。", "modality", "確認する必要はありません。"),
        ("禁止です。", "modality", "任意です。"),
    ],
)
def test_corruptions(sentence: str, kind: str, expected: str) -> None:
    made = {c.kind: c.sentence for c in corrupted(case("a", sentence))}
    assert made[kind] == expected


def test_what_the_source_says_is_no_corruption() -> None:
    true = Case("a", "k", "90日以内に報告します。", ("90日以内に報告しません。",), "supported")
    made = list(corrupted(true))
    assert "negation" not in {c.kind for c in made}
    assert all(c.expect == "unsupported" and c.id == f"a~{c.kind}" for c in made)


def test_the_passages_own_words_are_left_out_of_the_paraphrases() -> None:
    cases = [case("a", "真", kind="verbatim"), case("b", "半")]
    result = run_cases(cases, check).as_json()
    assert (result["rejected"], result["true_paraphrases_rejected"]) == (0.5, 1.0)
