from pathlib import Path

from app.settings import ServiceSettings
from eval.benchmarks.ours import Ours
from eval.retrieval import run_kit
from tests.fakes.tiny_kit import DOCUMENTS, KIT


def test_the_product_finds_its_documents(tmp_path: Path) -> None:
    settings = ServiceSettings(data_dir=tmp_path / "user", embedder="none")
    (tmp_path / "index").mkdir()
    system = Ours(settings, None, tmp_path / "index")
    system.index(DOCUMENTS)
    assert run_kit(KIT, system.search).as_json()["hit@1"] == 1.0
    assert len(system.search(KIT.queries["q1"], 2)) == 2
    assert system.search("長い手紙です。" * 400 + "定期券の額", 1) == ["commute"]  # no limit of length
    assert not settings.data_dir.exists()
