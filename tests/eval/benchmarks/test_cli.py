from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from eval.benchmarks import peers
from eval.benchmarks.cli import benchmarks
from eval.benchmarks.system import Entrant
from ingest.embedding import load
from tests.fakes.letter_embedder import LetterEmbedder
from tests.fakes.tiny_kit import DOCUMENTS, write_tiny_kit


class Finding:
    """Finds documents in a fixed order."""

    def __init__(self, *found: str) -> None:
        self.found = found

    def index(self, documents: object) -> None:
        assert documents == DOCUMENTS

    def search(self, query: str, k: int) -> list[str]:
        return list(self.found[:k]) if query else []


@pytest.fixture(autouse=True)
def _without_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "load_embedder", lambda _: LetterEmbedder())
    monkeypatch.setattr(peers, "missing_modules", list)


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    (tmp_path / "tiny").mkdir()
    return write_tiny_kit(tmp_path / "tiny")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(benchmarks, [str(argument) for argument in arguments])


def test_peers_writes_its_section_and_judges(
    kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    systems = [
        Entrant("ours", "", ("numpy",), lambda _: Finding("clinic")),
        Entrant("other", "", ("numpy",), lambda _: Finding("commute", "clinic")),
    ]
    monkeypatch.setattr(peers, "entrants", lambda *_: systems)
    out = tmp_path / "benchmarks.md"
    result = run("peers", "--kit", kit, "--out", out)
    assert result.exit_code == 0
    text = out.read_text(encoding="utf-8")
    assert "`peers --kit tiny` on" in text
    assert str(tmp_path) not in text
    assert "tiny: other ndcg@10 .544 > .333" in result.stderr
    assert run("peers", "--kit", kit, "--check").exit_code == 1


def test_ablation_writes_its_section(kit: Path, tmp_path: Path) -> None:
    out = tmp_path / "benchmarks.md"
    result = run("ablation", "--kit", kit, "--documents", 2, "--out", out, "--check")
    assert result.exit_code == 0, result.output
    text = out.read_text(encoding="utf-8")
    assert "`ablation --kit tiny --documents 2`" in text
    assert "### tiny: 2 documents, 2 queries" in text


def test_without_the_peers_their_installation_is_told(kit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "missing_modules", lambda: ["haystack"])
    for command in (("peers", "--kit", kit), ("ingest",)):
        result = run(*command)
        assert result.exit_code == 2
        assert "haystack" in result.stderr
        assert "make bench" in result.stderr


def test_without_an_embedder_nothing_is_compared(kit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "load_embedder", lambda _: None)
    result = run("ablation", "--kit", kit)
    assert result.exit_code == 2
    assert "YOROZU_EMBEDDER" in result.stderr
