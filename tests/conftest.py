"""Fixtures that every test may use; user data is redirected before any test runs."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from app.store.migrating import upgrade
from app.store.opening import connect
from app.store.parts import PARTS
from app.store.place import Place
from ingest.embedding.load import load_embedder
from ingest.embedding.sentence_embedder import SentenceEmbedder
from ingest.settings import Settings
from tests import postgres

ROOT = Path(__file__).resolve().parents[1]
MODEL_DIR_VARIABLE = "YOROZU_TEST_MODEL_DIR"

# Thousands of files are synced to the disk and thrown away again; in memory that takes half the time.
MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 2 << 30  # bytes; the tests use a fraction, and a small /dev/shm is needed by others

# The same examples each time: a failure is of the change at hand, not of the day. No time limit for one
# example: machines are busy.
settings.register_profile("yorozu", derandomize=True, database=None, deadline=None, max_examples=60)
if settings.get_current_profile_name() in {"default", "ci"}:
    settings.load_profile("yorozu")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make screenshots` say where the pictures of the documentation go."""
    parser.addoption("--screenshots", type=Path, help="folder for the screenshots that the tests make")


def pytest_configure(config: pytest.Config) -> None:
    """Put temporary folders into memory, where there is enough and nobody has said otherwise."""
    told = config.getoption("basetemp") or {"TMPDIR", "PYTEST_DEBUG_TEMPROOT"} & set(os.environ)
    if not told and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_NEEDED:
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(MEMORY)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for garbage only in what the tests themselves make.

    Modules and collected tests are a million objects that stay to the end: searching them again and again
    takes a third of the collection, and a quarter of a second each time later on.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


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


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server; the test is skipped where none is installed."""
    found = postgres.programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres.server(found) as address:
        yield address


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of an empty database."""
    with postgres.database(postgres_server) as address:
        yield address


@pytest.fixture(scope="session")
def postgres_schema(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database with the newest schema, to be copied: migrating takes a second each time."""
    with postgres.database(postgres_server) as address:
        for part in PARTS:
            engine, _ = connect(Place(tmp_path_factory.mktemp("var"), address), part)
            upgrade(engine, part)
            engine.dispose()
        yield address


@pytest.fixture
def postgres_place(postgres_schema: str, tmp_path: Path) -> Iterator[Place]:
    """A database of the test's own with the newest schema."""
    with postgres.database(postgres_schema, like=postgres_schema.rsplit("/", 1)[1]) as address:
        yield Place(tmp_path / "var", address)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where people's work is kept, in a file and on a server, with the newest schema."""
    if request.param == "sqlite":
        return Place(tmp_path / "var")
    given: Place = request.getfixturevalue("postgres_place")
    return given
