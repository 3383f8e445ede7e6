from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.answering.models import SearchHit, SearchResult
from eval.kit import Kit, KitDocument
from eval.kit_index import document_search, indexed, kit_parts
from eval.retrieval import run_kit
from ingest.errors import ErrorCode, YorozuError
from ingest.models import Passage, Source

LONG = "\n".join(f"{n}番目の段落です。{'同じ長さの文が続きます。' * 12}" for n in range(30))
KIT = Kit(
    Path("kit"),
    (KitDocument("d1", "題名", LONG), KitDocument("d2", "", "短い本文です。")),
    (),
    {"q": "問"},
    {"q": {"d1": 1}},
)
FILES_KIT = Kit(Path("kit"), (), ("sub/a.pdf",), {"q": "問"}, {"q": {"sub/a.pdf#p2": 1}})


@dataclass
class RecordingIndexer:
    """Remembers what it was asked to index."""

    built: list[tuple[Path, Sequence[Source], Sequence[Passage]]] = field(default_factory=list)
    ingested: list[tuple[Path, Path]] = field(default_factory=list)

    def build(self, data_dir: Path, sources: Sequence[Source], passages: Sequence[Passage]) -> None:
        assert data_dir.is_dir()
        (data_dir / "index").write_text("x")
        self.built.append((data_dir, sources, passages))

    def ingest(self, data_dir: Path, corpus: Path) -> None:
        self.ingested.append((data_dir, corpus))

    def count_tokens(self, text: str) -> int:
        return len(text)


def hit(source_id: str, file: str = "", page: int | None = None) -> SearchHit:
    return SearchHit(rank=1, score=1.0, source_id=source_id, file=file, title="", page=page, text="")


def test_a_document_is_split_and_all_its_words_are_kept() -> None:
    long, short = kit_parts(KIT, len)
    assert long.source.id == "d1"
    assert long.source.title == "題名"
    assert len(long.passages) > 3
    assert {p.source_id for p in long.passages} == {"d1"}
    together = "".join(p.text for p in long.passages)
    assert all(f"{n}番目の段落です" in together for n in range(30))
    assert [p.text for p in short.passages] == ["短い本文です。"]
    assert short.source.title == "d2"


def test_a_kit_of_documents_is_indexed_in_a_folder_that_goes_away() -> None:
    indexer = RecordingIndexer()
    with indexed(KIT, indexer) as data_dir:
        assert (data_dir / "index").is_file()
    assert not data_dir.exists()
    ((built_in, sources, passages),) = indexer.built
    assert built_in == data_dir
    assert [s.id for s in sources] == ["d1", "d2"]
    assert {p.source_id for p in passages} == {"d1", "d2"}
    assert indexer.ingested == []


def test_a_kit_of_files_goes_through_the_whole_ingest() -> None:
    indexer = RecordingIndexer()
    with indexed(FILES_KIT, indexer) as data_dir:
        assert indexer.ingested == [(data_dir, Path("kit/files"))]
    assert indexer.built == []


def test_the_folder_goes_away_after_a_failure_too() -> None:
    class BrokenIndexer(RecordingIndexer):
        def build(self, data_dir: Path, sources: Sequence[Source], passages: Sequence[Passage]) -> None:
            super().build(data_dir, sources, passages)
            raise YorozuError(ErrorCode.MODEL_UNAVAILABLE)

    indexer = BrokenIndexer()
    with pytest.raises(YorozuError), indexed(KIT, indexer):
        pass
    assert not indexer.built[0][0].exists()


def test_documents_rank_where_their_best_passage_does() -> None:
    hits = [hit("d2"), hit("d1"), hit("d2"), hit("d1")]
    search = document_search(KIT, lambda q, _k: SearchResult(query=q, results=hits))
    assert search("問", 10) == ["d2", "d1"]
    assert search("問", 1) == ["d2"]
    assert run_kit(KIT, search).as_json()["mrr@10"] == 0.5


def test_more_passages_are_asked_for_until_there_are_enough_documents() -> None:
    asked: list[int] = []

    def passages(query: str, k: int) -> SearchResult:
        asked.append(k)
        everything = [hit("d1")] * 50 + [hit("d2")]
        return SearchResult(query=query, results=everything[:k])

    assert document_search(KIT, passages)("問", 2) == ["d1", "d2"]
    assert asked == [4, 16, 64]


def test_pages_of_files_are_the_documents() -> None:
    hits = [
        hit("s", "sub/a.pdf", 2),
        hit("s", "sub/a.pdf", None),
        hit("s", "sub/a.pdf", 2),
        hit("s", "sub/a.pdf", 7),
    ]
    search = document_search(FILES_KIT, lambda q, _k: SearchResult(query=q, results=hits))
    assert search("問", 5) == ["sub/a.pdf#p2", "sub/a.pdf#p7"]
    assert run_kit(FILES_KIT, search).as_json()["hit@1"] == 1.0
