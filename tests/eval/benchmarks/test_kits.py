from pathlib import Path

import pytest

from eval.benchmarks.kits import beginning, read_kits
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.tiny_kit import KIT, write_tiny_kit


def test_kits_are_read_whole(tmp_path: Path) -> None:
    kit, again = read_kits([write_tiny_kit(tmp_path), tmp_path])
    assert kit == again
    assert kit.documents == KIT.documents
    assert kit.qrels == KIT.qrels


def test_the_beginning_keeps_the_queries_that_can_be_answered_from_it(tmp_path: Path) -> None:
    (kit,) = read_kits([write_tiny_kit(tmp_path)], documents=2)
    assert [d.id for d in kit.documents] == ["commute", "clinic"]
    assert kit.qrels == {"q1": {"commute": 1}, "q2": {"clinic": 2, "commute": 0}}
    assert list(kit.queries) == ["q1", "q2"]
    assert beginning(KIT, 1).qrels == {"q1": {"commute": 1}}


def test_a_beginning_without_any_answer_is_refused() -> None:
    with pytest.raises(YorozuError) as caught:
        beginning(KIT, 0)
    assert caught.value.code is ErrorCode.KIT_INVALID


def test_a_kit_of_files_is_refused(tmp_path: Path) -> None:
    write_tiny_kit(tmp_path)
    (tmp_path / "corpus.jsonl").unlink()
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.pdf").write_bytes(b"")
    (tmp_path / "qrels.tsv").write_text("query_id\tdoc_id\trelevance\nq1\ta.pdf#p1\t1\n")
    with pytest.raises(YorozuError) as caught:
        read_kits([tmp_path])
    assert caught.value.code is ErrorCode.KIT_INVALID
    assert "files/" in caught.value.message
