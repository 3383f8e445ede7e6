from pathlib import Path

import pytest

from app.answering.models import SearchHit, SearchResult
from eval.indexer import ProductIndexer
from eval.kit import Kit, KitDocument
from eval.kit_index import document_search, indexed
from eval.retrieval import run_kit
from ingest.index.reader import open_index
from ingest.settings import Settings

DOCUMENTS = (
    KitDocument("d1", "通勤手当", "通勤手当は、定期券の額を限度として支給します。"),
    KitDocument("d2", "", "住宅を借りている職員には住居手当を支給します。"),
)
KIT = Kit(Path("kit"), DOCUMENTS, (), {"q": "定期券"}, {"q": {"d1": 1}})


@pytest.fixture
def indexer(tmp_path: Path) -> ProductIndexer:
    return ProductIndexer(Settings(data_dir=tmp_path / "user"), embedder=None)


def test_documents_are_indexed_apart_from_the_users_data(indexer: ProductIndexer) -> None:
    with indexed(KIT, indexer) as data_dir:
        index = open_index(data_dir, None)

        def passages(query: str, k: int) -> SearchResult:
            hits = [
                SearchHit(rank=1, score=0.0, source_id=p.source_id, file=p.file, title="", text=p.text)
                for p in index.passages([0, 1])[:k]
                if query in p.text
            ]
            return SearchResult(query=query, results=hits)

        assert run_kit(KIT, document_search(KIT, passages)).as_json()["hit@1"] == 1.0
        assert {source.id for source in index.sources()} == {"d1", "d2"}
    assert not indexer.settings.data_dir.exists()
    assert not data_dir.exists()


def test_files_go_through_the_whole_ingest(indexer: ProductIndexer, tmp_path: Path) -> None:
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfgen.canvas import Canvas

    (tmp_path / "files").mkdir()
    registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    canvas = Canvas(str(tmp_path / "files" / "a.pdf"))
    for text in (
        "通勤手当は、定期券の額を限度として支給します。",
        "住宅を借りている職員には住居手当を支給します。",
    ):
        canvas.setFont("HeiseiMin-W3", 12)
        canvas.drawString(72, 700, text)
        canvas.showPage()
    canvas.save()
    kit = Kit(tmp_path, (), ("a.pdf",), {"q": "住居手当"}, {"q": {"a.pdf#p2": 1}})
    with indexed(kit, indexer) as data_dir:
        found = open_index(data_dir, None).passages([0, 1])
    assert [(p.file, p.page) for p in found] == [("a.pdf", 1), ("a.pdf", 2)]
    assert "住居手当" in found[1].text
