from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.benchmarks.guideline_pdf import write_guidelines
from eval.benchmarks.throughput import (
    IngestIncompleteError,
    Throughput,
    ingest_section,
    langchain_ingest,
    measure_ingest,
    product_ingest,
)
from ingest.settings import Settings
from tests.fakes.letter_embedder import LetterEmbedder


class Counting:
    """Counts files, and remembers that each run got an empty folder of its own."""

    def __init__(self) -> None:
        self.targets: list[Path] = []

    def __call__(self, files: Sequence[Path], target: Path) -> int:
        assert all(file.is_file() for file in files)
        assert list(target.iterdir()) == []
        assert target not in self.targets
        self.targets.append(target)
        return len(files)


def test_the_ways_take_turns() -> None:
    said: list[str] = []
    ways = [("ours", Counting()), ("theirs", Counting())]
    results = measure_ingest(ways, pages=2, runs=2, say=said.append)
    assert said == ["ours: 1/2", "theirs: 1/2", "ours: 2/2", "theirs: 2/2"]
    assert [(r.name, r.pages, r.chunks, len(r.seconds)) for r in results] == [
        ("ours", 2, 1, 2),
        ("theirs", 2, 1, 2),
    ]
    assert not ways[0][1].targets[0].exists()


def test_the_report_takes_the_median_run() -> None:
    results = [Throughput("ours", 100, 300, (1.0, 9.0, 2.0)), Throughput("LangChain", 100, 1200, (4.0,))]
    assert results[0].pages_per_second == 50
    section = ingest_section(results, "when and where")
    assert section.startswith("## Ingest\n\nwhen and where\n")
    assert "| ours | 300 | 1.0 / 9.0 / 2.0 | 50.0 | 1.00 |" in section
    assert "| LangChain | 1,200 | 4.0 | 25.0 | 0.50 |" in section


def test_the_product_ingests_files_into_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    files = write_guidelines(tmp_path / "corpus", 1)
    settings = Settings(data_dir=tmp_path / "user")
    assert product_ingest(settings, None)(files, tmp_path / "target") > 1
    assert (tmp_path / "target").is_dir()
    assert not settings.data_dir.exists()


def test_a_file_that_is_left_out_spoils_the_measurement(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "broken.pdf").write_bytes(b"no PDF")
    with pytest.raises(IngestIncompleteError, match=r"1 of 1 files.*broken\.pdf"):
        product_ingest(Settings(), None)([tmp_path / "corpus" / "broken.pdf"], tmp_path / "target")


def test_the_plain_recipe_reads_splits_and_embeds(tmp_path: Path) -> None:
    pytest.importorskip("langchain_text_splitters", reason="the peers are installed by `make bench`")
    (tmp_path / "corpus").mkdir()
    files = write_guidelines(tmp_path / "corpus", 2)
    embedder = LetterEmbedder()
    chunks = langchain_ingest(embedder)(files, tmp_path / "target")
    assert chunks == len(embedder.embedded) >= 2
    assert "の取扱い" in embedder.embedded[0]
