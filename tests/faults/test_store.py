"""Damaged databases: refused by name, and what can be computed again is."""

from pathlib import Path

import pytest

from app.backup.pack import backup
from app.backup.restore import restore
from app.doctor.examine import examine
from app.settings import ServiceSettings
from app.store.answers import AnswerStore
from app.store.originals import OriginalStore
from ingest.errors import ErrorCode, YorozuError
from ingest.index.layout import index_folder
from ingest.pipeline import ingest
from tests.fakes.hashed_embedder import HashedEmbedder
from tests.fakes.small_corpus import filled
from tests.faults.conftest import spoil


def damage(path: Path) -> None:
    for companion in ("-wal", "-shm"):
        path.with_name(path.name + companion).unlink(missing_ok=True)
    spoil(path, begin=0.0, end=0.9)


def found(settings: ServiceSettings, what: str) -> tuple[ErrorCode | None, str]:
    finding = next(finding for finding in examine(settings) if finding.what == what)
    return finding.code, finding.says


def test_a_damaged_store_is_refused_and_doctor_says_how_to_go_on(settings: ServiceSettings) -> None:
    damage(settings.data_dir / "store.sqlite")
    with pytest.raises(YorozuError) as caught:
        AnswerStore.open(settings.data_dir)
    assert caught.value.code is ErrorCode.STORE_DAMAGED
    code, says = found(settings, "回答と下書きの保存先")
    assert code is ErrorCode.STORE_DAMAGED
    assert "yorozu restore" in says


def test_a_damaged_store_is_put_back_from_a_backup(tmp_path: Path) -> None:
    settings, answer = filled(tmp_path)
    backup(settings, tmp_path / "b.zip")
    damage(settings.data_dir / "store.sqlite")
    restore(settings, tmp_path / "b.zip", force=True)
    store = AnswerStore.open(settings.data_dir)
    assert store.get(answer.id) == answer
    store.close()


def test_a_damaged_store_is_not_backed_up_as_if_it_were_sound(
    settings: ServiceSettings, tmp_path: Path
) -> None:
    damage(settings.data_dir / "store.sqlite")
    with pytest.raises(YorozuError) as caught:
        backup(settings, tmp_path / "b.zip")
    assert caught.value.code is ErrorCode.STORE_DAMAGED
    assert not (tmp_path / "b.zip").exists()


def test_damaged_originals_are_refused_and_found(settings: ServiceSettings) -> None:
    damage(settings.data_dir / "originals.sqlite")
    with pytest.raises(YorozuError) as caught:
        OriginalStore.open(settings.data_dir)
    assert caught.value.code is ErrorCode.STORE_DAMAGED
    assert found(settings, "質問の原文の保存先")[0] is ErrorCode.STORE_DAMAGED


def test_originals_that_others_can_read_are_found(settings: ServiceSettings) -> None:
    (settings.data_dir / "originals.sqlite").chmod(0o644)
    code, says = found(settings, "質問の原文の保存先")
    assert code is ErrorCode.DATA_DIR_UNWRITABLE
    assert "chmod 600" in says


def test_damaged_vectors_are_computed_again(with_vectors: ServiceSettings) -> None:
    damage(with_vectors.data_dir / "embeddings.sqlite")
    assert found(with_vectors, "計算済みのベクトル")[0] is ErrorCode.STORE_DAMAGED
    report = ingest(with_vectors, embedder=HashedEmbedder(), rebuild=True)
    assert report.embedded > 0
    assert found(with_vectors, "計算済みのベクトル")[0] is None


def test_a_restore_that_was_cut_off_is_found_and_no_service_starts(settings: ServiceSettings) -> None:
    (settings.data_dir / ".restoring").mkdir()
    assert found(settings, "復元")[0] is ErrorCode.RESTORE_UNFINISHED
    assert index_folder(settings.data_dir).is_dir()
