"""A restore that ends without warning, at any line: the old data or the new, never less."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.backup.pack import backup
from app.backup.place import Place
from app.backup.undo import BEFORE, DONE, KEPT, NEW_CORPUS, NEW_DATA, RESTORING, recover
from app.settings import ServiceSettings
from tests.fakes.small_corpus import filled, settings_in

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def begun(tmp_path: Path) -> tuple[ServiceSettings, Path, Path]:
    """Settings, the folder of a restore that was begun, and the folder that it keeps the old data in."""
    settings = settings_in(tmp_path)
    settings.data_dir.mkdir()
    (settings.data_dir / "answers.sqlite").write_bytes(b"mine")
    settings.corpus.mkdir()
    (settings.corpus / "a.yaml").write_bytes(b"mine")
    staging = settings.data_dir / RESTORING
    staging.mkdir()
    kept = settings.data_dir / f"{BEFORE}1"
    Place(settings.data_dir, kept).begin(staging)
    return settings, staging, kept


@pytest.mark.parametrize("written", ["", "before", f"{BEFORE}1", "\n", ".\n", "../elsewhere\n"])
def test_a_name_that_was_not_written_whole_costs_nothing(
    begun: tuple[ServiceSettings, Path, Path], written: str
) -> None:
    settings, staging, _ = begun
    (staging / KEPT).write_text(written, encoding="utf-8")
    recover(settings.data_dir, settings.corpus)
    assert (settings.data_dir / "answers.sqlite").read_bytes() == b"mine"
    assert (settings.corpus / "a.yaml").read_bytes() == b"mine"
    assert not staging.exists()


@pytest.mark.parametrize("name", [NEW_DATA, NEW_CORPUS])
@pytest.mark.parametrize("torn", ["", "+", "a", "answers.sqlite"])
def test_a_step_that_was_not_written_whole_was_not_taken(
    begun: tuple[ServiceSettings, Path, Path], name: str, torn: str
) -> None:
    settings, _, kept = begun
    (kept / name).write_text(f"+other\n{torn}", encoding="utf-8")
    recover(settings.data_dir, settings.corpus)
    assert (settings.data_dir / "answers.sqlite").read_bytes() == b"mine"
    assert (settings.corpus / "a.yaml").read_bytes() == b"mine"


def test_once_everything_is_in_place_nothing_is_put_back(begun: tuple[ServiceSettings, Path, Path]) -> None:
    settings, staging, kept = begun
    shutil.move(settings.data_dir / "answers.sqlite", kept / "data" / "answers.sqlite")
    (settings.data_dir / "answers.sqlite").write_bytes(b"new")
    (staging / DONE).touch()
    recover(settings.data_dir, settings.corpus)
    assert (settings.data_dir / "answers.sqlite").read_bytes() == b"new"
    assert (kept / "data" / "answers.sqlite").read_bytes() == b"mine"


@pytest.mark.slow
def test_gone_at_any_line_it_is_the_old_or_the_new(tmp_path: Path) -> None:
    for name in ("theirs", "mine"):
        (tmp_path / name).mkdir()
        filled(tmp_path / name)
    packed = tmp_path / "b.zip"
    backup(settings_in(tmp_path / "theirs"), packed)
    run = subprocess.run(
        [sys.executable, "-m", "tests.app.backup.kill_at_each_line", str(tmp_path / "mine"), str(packed)],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=500,
    )  # fmt: skip
    *wrong, tried = run.stdout.splitlines()
    assert not wrong
    assert int(tried) > 150
