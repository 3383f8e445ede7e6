"""A disk that is full, or read-only: it still answers and says so; nothing that was acknowledged is lost."""

from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.backup.pack import backup
from app.backup.restore import restore
from app.doctor.examine import examine
from app.settings import ServiceSettings
from app.store.answers import AnswerStore
from ingest.errors import ErrorCode, YorozuError
from ingest.index.layout import current_generation, index_folder
from ingest.index.reader import open_index
from ingest.pipeline import ingest
from tests.fakes.small_corpus import QUESTION, filled, settings_in
from tests.faults.conftest import Disk, Serve

WAYS = ["fill", "read_only"]


def ask(client: TestClient, **headers: str) -> dict[str, object]:
    response = client.post("/api/v1/answers", json={"question": QUESTION}, headers=headers)
    assert response.status_code == 200, response.text
    answer: dict[str, object] = response.json()
    return answer


def test_it_answers_and_says_that_nothing_is_kept(disk: Disk, serve: Serve) -> None:
    settings, before = filled(disk.path)
    with serve(settings) as (client, _):
        kept = ask(client)
        disk.fill()
        answer = ask(client)
        assert answer["status"] == "answered"
        assert "保存していません" in str(answer["cautions"])
        assert answer["conversation_id"] is None
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["degraded"][0]["part"]) == (200, "store")
        metrics = client.get("/metrics").text
        assert 'yorozu_degraded{part="store"} 1.0' in metrics
        assert "yorozu_answers_unkept_total 1.0" in metrics
        for answer_id in (before.id, kept["id"]):
            assert client.get(f"/api/v1/answers/{answer_id}").status_code == 200
        disk.writable()
        assert "保存していません" not in str(ask(client)["cautions"])
        parts = [trouble["part"] for trouble in client.get("/readyz").json()["degraded"]]
        assert "store" not in parts


def test_what_must_be_kept_is_refused(disk: Disk, serve: Serve) -> None:
    settings, answer = filled(disk.path)
    with serve(settings) as (client, _):
        disk.fill()
        for response in (
            client.post(f"/api/v1/answers/{answer.id}/feedback", json={"verdict": "helpful"}),
            client.post("/api/v1/questions", json={"question": QUESTION}),
            client.post(
                "/api/v1/answers",
                json={"question": QUESTION},
                headers={"Idempotency-Key": "0123456789abcdef"},
            ),
        ):
            assert (response.status_code, response.json()["error"]["code"]) == (500, "data_dir_unwritable")
        disk.writable()


@pytest.mark.parametrize("way", WAYS)
def test_an_ingest_is_refused_and_the_index_stays(disk: Disk, way: str) -> None:
    settings, _ = filled(disk.path)
    before = current_generation(settings.data_dir)
    (settings.corpus / "more.txt").write_text("規程を見直します。\n" * 200, encoding="utf-8")
    getattr(disk, way)()
    with pytest.raises(YorozuError) as caught:
        ingest(settings, embedder=None)
    assert caught.value.code is ErrorCode.DATA_DIR_UNWRITABLE
    assert open_index(settings.data_dir, None).generation == before
    disk.writable()
    assert ingest(settings, embedder=None).generation != before
    names = {path.name for path in index_folder(settings.data_dir).iterdir()}
    assert not any(name.startswith("building") for name in names)


def test_a_backup_that_does_not_fit_is_refused(disk: Disk, settings: ServiceSettings) -> None:
    disk.fill()
    with pytest.raises(YorozuError) as caught:
        backup(settings, disk.path / "b.zip")
    assert caught.value.code is ErrorCode.BACKUP_UNWRITABLE
    assert [path.name for path in disk.path.iterdir()] == ["ballast"]


def test_a_restore_that_does_not_fit_is_refused(
    disk: Disk, settings: ServiceSettings, tmp_path: Path
) -> None:
    backup(settings, tmp_path / "b.zip")
    disk.fill()
    there = settings_in(tmp_path / "there").model_copy(update={"data_dir": disk.path})
    with pytest.raises(YorozuError) as caught:
        restore(there, tmp_path / "b.zip")
    assert caught.value.code is ErrorCode.RESTORE_NO_SPACE


@pytest.mark.parametrize("way", WAYS)
def test_doctor_says_what_the_disk_needs(disk: Disk, way: str) -> None:
    settings, _ = filled(disk.path)
    getattr(disk, way)()
    found = {finding.what: finding for finding in examine(settings)}
    assert found["ディスク"].code is ErrorCode.DATA_DIR_UNWRITABLE
    assert "空き容量" in found["ディスク"].says
    assert found["索引"].fine


def test_a_start_on_a_read_only_disk_is_refused_with_the_reason(disk: Disk) -> None:
    settings, _ = filled(disk.path)
    disk.read_only()
    with pytest.raises(YorozuError) as caught:
        AnswerStore.open(settings.data_dir)
    assert caught.value.code is ErrorCode.DATA_DIR_UNWRITABLE
    disk.writable()
    with closing(AnswerStore.open(settings.data_dir)):
        pass


def test_a_disk_that_is_nearly_full_is_an_alarm_before_it_is_full(disk: Disk, serve: Serve) -> None:
    settings, _ = filled(disk.path)
    with serve(settings) as (client, _):
        assert [t["part"] for t in client.get("/readyz").json()["degraded"]] == ["disk"]  # 12 MB in all
