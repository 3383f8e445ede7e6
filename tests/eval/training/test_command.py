"""`python -m eval.training`: what it reads, and where it writes."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.training import __main__ as command
from eval.training import embedder as embedder_training
from eval.training import judge as judge_training
from eval.training import judge_pairs
from ingest.embedding import load
from ingest.embedding.adapter import EMBEDDER_ADAPTER, JUDGE_ADAPTER, read_adapter, read_head
from ingest.index.build import build_index
from ingest.models import Passage, Source
from tests.fakes.letter_embedder import LetterEmbedder
from tests.fakes.tiny_kit import write_tiny_kit

QUESTION = '{"id": "a", "kind": "k", "question": "名札はどこで返すの", "gold": [1]}\n'


@pytest.fixture(autouse=True)
def _tiny(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_base", lambda: base)
    monkeypatch.setattr(embedder_training, "_BATCH", 3)
    monkeypatch.setattr(judge_training, "_BATCH", 4)
    monkeypatch.setattr(judge_training, "_TOKENS", 100)


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    folder = tmp_path / "kit"
    folder.mkdir()
    return write_tiny_kit(folder)


def test_the_embedder_is_trained_on_kits(kit: Path, tmp_path: Path) -> None:
    shipped, out = EMBEDDER_ADAPTER.read_bytes(), tmp_path / "out.npz"
    done = CliRunner().invoke(
        command.cli, ["embedder", "--kit", str(kit), "--epochs", "2", "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    assert all(b.any() for _, b in read_adapter(out).pairs.values())
    assert EMBEDDER_ADAPTER.read_bytes() == shipped


def test_the_judge_is_trained_on_kits_and_questions(
    kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passages = [
        Passage("q1", "m", "m", "受付で返します。", 0, question="名札はどこで返しますか", question_no=1),
        Passage("q2", "m", "m", "毎朝合わせます。", 1, question="名札の時計は", question_no=2),
    ]
    build_index(tmp_path / "var", [Source("m", "相談会")], passages, LetterEmbedder())
    for module in (load, judge_pairs):
        monkeypatch.setattr(module, "load_embedder", lambda _: LetterEmbedder())
    (tmp_path / "set.jsonl").write_text(QUESTION, encoding="utf-8")
    shipped, out = JUDGE_ADAPTER.read_bytes(), tmp_path / "out.npz"
    given = ["judge", "--kit", str(kit), "--questions", str(tmp_path / "set.jsonl"), "--epochs", "1"]
    done = CliRunner().invoke(command.cli, [*given, "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert read_head(out).weights.any()
    assert JUDGE_ADAPTER.read_bytes() == shipped


def test_the_judge_needs_an_embedder(kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOROZU_EMBEDDER", "none")
    (tmp_path / "set.jsonl").write_text(QUESTION, encoding="utf-8")
    done = CliRunner().invoke(
        command.cli, ["judge", "--kit", str(kit), "--questions", str(tmp_path / "set.jsonl")]
    )
    assert done.exit_code == 2
