import math
from pathlib import Path

import pytest

from eval.kit import Kit, KitDocument
from eval.retrieval import DEPTH, run_kit
from ingest.errors import ErrorCode, YorozuError

DOCS = tuple(KitDocument(name, "", name) for name in "abc")
QUERIES = {"q1": "一", "q2": "二", "q3": "三", "q4": "四"}
# q3 has only a judged-irrelevant document, q4 none at all: both are left out.
QRELS = {"q1": {"a": 1}, "q2": {"b": 2, "c": 1}, "q3": {"a": 0}}
KIT = Kit(Path("kit"), DOCS, (), QUERIES, QRELS)
RANKINGS = {"一": ["b", "b", "a", "c"], "二": ["b", "a"]}


def search(query: str, k: int) -> list[str]:
    assert k == DEPTH == 100
    return RANKINGS[query]  # a skipped query would raise KeyError


def test_measures_are_means_over_the_scored_queries() -> None:
    report = run_kit(KIT, search).as_json()
    assert report["n"] == 2
    assert report["hit@1"] == 0.5
    assert report["hit@10"] == 1.0
    assert report["mrr@10"] == 0.75  # the repeated id counts once: a stands at rank 2
    assert report["recall@100"] == 0.75
    ndcg = (1 / math.log2(3) + 2 / (2 + 1 / math.log2(3))) / 2
    assert report["ndcg@10"] == pytest.approx(ndcg, abs=1e-6)


def test_json_holds_exactly_the_contract() -> None:
    report = run_kit(KIT, search).as_json()
    assert list(report) == ["n", "hit@1", "hit@10", "mrr@10", "ndcg@10", "recall@100", "ms_p50", "ms_p95"]
    assert 0 <= report["ms_p50"] <= report["ms_p95"]


def test_the_table_has_an_interval_for_each_measure_and_says_what_was_left_out() -> None:
    table = run_kit(KIT, search).as_table()
    assert "正解のない質問 2 件" in table
    for name in ("hit@1", "hit@10", "mrr@10", "ndcg@10", "recall@100"):
        (line,) = (line for line in table.splitlines() if line.split(" ")[0] == name)
        assert "–" in line


def test_a_folder_is_read_first(tmp_path: Path) -> None:
    with pytest.raises(YorozuError) as caught:
        run_kit(tmp_path, search)
    assert caught.value.code is ErrorCode.KIT_INVALID


def test_a_query_that_is_refused_has_found_nothing() -> None:
    def refuses(query: str, k: int) -> list[str]:
        if query == "一":
            raise YorozuError(ErrorCode.QUESTION_TOO_LONG, length=9, limit=1)
        return search(query, k)

    report = run_kit(KIT, refuses).as_json()
    assert report["n"] == 2
    assert report["hit@10"] == 0.5


def test_an_error_of_the_search_is_not_swallowed() -> None:
    def broken(_query: str, _k: int) -> list[str]:
        raise YorozuError(ErrorCode.INDEX_MISSING)

    with pytest.raises(YorozuError):
        run_kit(KIT, broken)
