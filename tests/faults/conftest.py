"""A small service that things are done to, and disks that really are full or read-only."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.api.application import create_app
from app.assemble import service_state
from app.settings import ServiceSettings
from app.state import ServiceState
from ingest.index.layout import current_generation, index_folder
from tests.fakes.hashed_embedder import HashedEmbedder
from tests.fakes.small_corpus import filled

Serve = Callable[[ServiceSettings], AbstractContextManager[tuple[TestClient, ServiceState]]]


@contextmanager
def _serving(settings: ServiceSettings) -> Iterator[tuple[TestClient, ServiceState]]:
    state = service_state(settings)
    try:
        with TestClient(create_app(state)) as client:
            until = time.monotonic() + 20
            while client.get("/readyz").json().get("error", {}).get("code") == "warming_up":
                assert time.monotonic() < until
                time.sleep(0.02)
            yield client, state
    finally:
        state.store.close()


@pytest.fixture
def serve() -> Serve:
    """Run the whole service, in this process, until the block ends."""
    return _serving


@pytest.fixture
def settings(tmp_path: Path) -> ServiceSettings:
    """A filled data folder: words alone."""
    return filled(tmp_path)[0]


@pytest.fixture
def with_vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ServiceSettings:
    """The same with vectors, of an embedder that needs no model."""
    embedder = HashedEmbedder()
    monkeypatch.setattr("app.assemble.shared_embedder", lambda _: embedder)
    return filled(tmp_path, embedder)[0]


def generation(settings: ServiceSettings) -> Path:
    """Folder of the current generation."""
    name = current_generation(settings.data_dir)
    assert name is not None
    return index_folder(settings.data_dir) / name


def spoil(path: Path, *, begin: float = 0.3, end: float = 0.7) -> None:
    """Overwrite the middle of a file."""
    content = bytearray(path.read_bytes())
    first, last = int(len(content) * begin), max(int(len(content) * end), 1)
    content[first:last] = bytes(byte ^ 0xA5 for byte in content[first:last])
    path.write_bytes(content)


class Disk:
    """A file system of its own in memory, so small that it can be filled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fill(self) -> None:
        """Use up every byte that is left."""
        for size in (65_536, 4096, 1):
            with suppress(OSError), (self.path / "ballast").open("ab", buffering=0) as ballast:
                while True:
                    ballast.write(bytes(size))

    def read_only(self) -> None:
        """Let nothing be written any more, as after an error of the disk."""
        _mount("-o", "remount,ro", str(self.path))

    def writable(self) -> None:
        """Make room, and let everything be written again."""
        _mount("-o", "remount,rw", str(self.path))
        (self.path / "ballast").unlink(missing_ok=True)


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True, capture_output=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A real disk of 12 MB; the test is skipped where nothing may be mounted."""
    path = tmp_path / "disk"
    path.mkdir()
    try:
        _mount("-t", "tmpfs", "-o", "size=12m", "tmpfs", str(path))
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("nothing can be mounted here")
    yield Disk(path)
    subprocess.run(["umount", "-l", str(path)], check=True)
