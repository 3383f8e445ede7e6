"""Fixtures that every test may use; user data is redirected before any test runs."""

import os
from pathlib import Path

import pytest

from ingest.embedding.load import load_embedder
from ingest.embedding.sentence_embedder import SentenceEmbedder
from ingest.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
MODEL_DIR_VARIABLE = "YOROZU_TEST_MODEL_DIR"


@pytest.fixture
def shared() -> Path:
    """The folder of real samples beside the checkout; the test is skipped where it is absent."""
    folder = ROOT.parent / "shared"
    if not (folder / "DESIGN.md").is_file():
        pytest.skip("the folder of real samples is not here")
    return folder


@pytest.fixture(scope="session")
def model_dir() -> Path:
    """The folder of converted models (`Settings.model_dir`); the test is skipped where it is absent."""
    folder = Path(os.environ.get(MODEL_DIR_VARIABLE) or ROOT / "var" / "models")
    if not (folder / "multilingual-e5-small" / "manifest.json").is_file():
        pytest.skip("the converted model is not here; `make setup` makes it")
    return folder


@pytest.fixture(scope="session")
def embedder(model_dir: Path) -> SentenceEmbedder:
    """The real embedder, loaded once for all tests."""
    loaded = load_embedder(Settings(model_dir=model_dir, embedder="package", query_prefix=None))
    assert loaded is not None
    return loaded


@pytest.fixture(autouse=True)
def _own_data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOROZU_DATA_DIR", str(tmp_path / "var"))
    # Ours, not a setting of the product, which refuses names it does not know.
    monkeypatch.delenv(MODEL_DIR_VARIABLE, raising=False)
