"""From a backup to another machine; what is refused; and nothing is ever half restored."""

import json
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.answering.models import Answer
from app.assemble import answer_service
from app.backup import restore as restoring
from app.backup.archive import open_archive
from app.backup.manifest import MANIFEST, safe
from app.backup.pack import backup
from app.backup.place import Place
from app.backup.restore import restore
from app.backup.undo import RESTORING, unfinished
from app.settings import ServiceSettings
from app.store.answers import AnswerStore
from app.store.originals import OriginalStore
from ingest.errors import ErrorCode, YorozuError
from ingest.index.reader import open_index
from ingest.pipeline import ingest
from tests.fakes.answer_service import answered
from tests.fakes.hashed_embedder import HashedEmbedder
from tests.fakes.small_corpus import QUESTION, filled, settings_in

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def machine(tmp_path: Path) -> tuple[ServiceSettings, Answer]:
    (tmp_path / "old").mkdir()
    return filled(tmp_path / "old", HashedEmbedder())


@pytest.fixture
def packed(machine: tuple[ServiceSettings, Answer], tmp_path: Path) -> Path:
    backup(machine[0], tmp_path / "b.zip")
    return tmp_path / "b.zip"


def code_of(call: object) -> ErrorCode:
    assert callable(call)
    with pytest.raises(YorozuError) as caught:
        call()
    return caught.value.code


def tree(folder: Path) -> dict[str, bytes]:
    """Everything below a folder but what a lock or an open database leaves beside it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm", "LOCK")) and "chroma" not in path.parts
    }


def test_another_machine_answers_from_it(
    machine: tuple[ServiceSettings, Answer], packed: Path, tmp_path: Path
) -> None:
    there = settings_in(tmp_path / "new")
    report = restore(there, packed)
    assert (report.before, report.originals, report.passages) == (None, False, 2)
    with closing(AnswerStore.open(there.data_dir)) as store:
        assert store.get(machine[1].id) == machine[1]
    answer = answer_service(there).answer(QUESTION)
    assert (answer.status, answer.generation) == ("answered", report.generation)
    assert open_index(there.data_dir, "hashed@1").vector_counts()["text"] == 2
    assert not (there.data_dir / "originals.sqlite").exists()
    assert not unfinished(there.data_dir)
    again = ingest(there, embedder=HashedEmbedder())
    assert again.embedded == 0  # the vectors came along


def test_the_archive_is_its_owners_alone_and_no_trace_stays(
    machine: tuple[ServiceSettings, Answer], packed: Path
) -> None:
    assert stat.S_IMODE(packed.stat().st_mode) == 0o600
    assert [path.name for path in packed.parent.iterdir() if path.name.startswith(".")] == []
    assert [path.name for path in machine[0].data_dir.iterdir() if path.name.startswith(".")] == []


def test_originals_only_where_they_are_asked_for(
    machine: tuple[ServiceSettings, Answer], packed: Path, tmp_path: Path
) -> None:
    assert "見本".encode() not in b"".join(_members(packed).values())
    backup(machine[0], tmp_path / "all.zip", originals=True)
    there = settings_in(tmp_path / "new")
    assert restore(there, tmp_path / "all.zip").originals
    assert stat.S_IMODE((there.data_dir / "originals.sqlite").stat().st_mode) == 0o600
    with closing(OriginalStore.open(there.data_dir)) as originals:
        assert originals.sent("sent_1") == ("株式会社見本の名札はどう管理しますか", None)


def test_taken_while_others_write_and_ingest(machine: tuple[ServiceSettings, Answer], tmp_path: Path) -> None:
    settings, stop = machine[0], threading.Event()
    acknowledged: list[str] = []

    def write() -> None:
        with closing(AnswerStore.open(settings.data_dir)) as store:
            while not stop.is_set():
                answer = answered()
                store.save(answer)
                acknowledged.append(answer.id)

    def swap() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            (settings.corpus / "more.txt").write_text(f"第{number}版の規程です。", encoding="utf-8")
            ingest(settings, embedder=HashedEmbedder())

    threads = [threading.Thread(target=write), threading.Thread(target=swap)]
    for thread in threads:
        thread.start()
    try:
        for number in range(4):
            before = len(acknowledged)
            backup(settings, tmp_path / f"{number}.zip")
            there = settings_in(tmp_path / f"new{number}")
            restore(there, tmp_path / f"{number}.zip")
            with closing(AnswerStore.open(there.data_dir)) as store:
                for answer_id in acknowledged[:before]:
                    store.get(answer_id)
            assert len(open_index(there.data_dir, "hashed@1")) >= 2
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert len(acknowledged) > 4


def test_what_is_there_is_not_overwritten(packed: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    there, _ = filled(tmp_path / "there")
    before = tree(tmp_path / "there")
    assert code_of(lambda: restore(there, packed)) is ErrorCode.RESTORE_OCCUPIED
    assert tree(tmp_path / "there") == before


def test_a_file_of_the_corpus_that_differs_is_not_overwritten(packed: Path, tmp_path: Path) -> None:
    there = settings_in(tmp_path / "new")
    file = there.corpus / "consultations" / "tokei_gidai.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("mine", encoding="utf-8")
    assert code_of(lambda: restore(there, packed)) is ErrorCode.RESTORE_OCCUPIED
    assert file.read_text(encoding="utf-8") == "mine"
    report = restore(there, packed, force=True)
    assert report.before is not None
    kept = Path(report.before, "corpus", "consultations", "tokei_gidai.yaml")
    assert kept.read_text(encoding="utf-8") == "mine"


def test_with_force_what_was_there_is_kept_aside(packed: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    there, mine = filled(tmp_path / "there")
    report = restore(there, packed, force=True)
    assert report.before is not None
    with closing(AnswerStore.open(Path(report.before, "data"))) as store:
        assert store.get(mine.id) == mine
    with closing(OriginalStore.open(there.data_dir)) as originals:  # not in the archive: it stays
        assert originals.sent("sent_1") is not None


def test_not_under_a_running_service(packed: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    there, mine = filled(tmp_path / "there")
    with closing(AnswerStore.open(there.data_dir)) as store:
        store.get(mine.id)
        assert code_of(lambda: restore(there, packed, force=True)) is ErrorCode.RESTORE_BUSY
        assert store.get(mine.id) == mine


@pytest.mark.parametrize("where", [0.02, 0.3, 0.6, 0.9])
def test_a_damaged_archive_changes_nothing(packed: Path, tmp_path: Path, where: float) -> None:
    content = bytearray(packed.read_bytes())
    place = int(len(content) * where)
    content[place : place + 64] = bytes(byte ^ 0x55 for byte in content[place : place + 64])
    packed.write_bytes(content)
    there = settings_in(tmp_path / "new")
    assert code_of(lambda: restore(there, packed)) in {ErrorCode.BACKUP_DAMAGED, ErrorCode.BACKUP_FOREIGN}
    assert tree(tmp_path / "new") == {}


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.99])
def test_a_truncated_archive_changes_nothing(packed: Path, tmp_path: Path, kept: float) -> None:
    packed.write_bytes(packed.read_bytes()[: int(packed.stat().st_size * kept)])
    there = settings_in(tmp_path / "new")
    assert code_of(lambda: restore(there, packed)) is ErrorCode.BACKUP_DAMAGED
    assert tree(tmp_path / "new") == {}


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _repacked(path: Path, members: dict[str, bytes], **changed: object) -> None:
    about = json.loads(members[MANIFEST]) | changed
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, json.dumps(about) if name == MANIFEST else content)


@pytest.mark.parametrize(
    "name",
    ["../evil", "data/../../evil", "/etc/evil", "data//x", "data/a\\..\\b", "data", "other/x", "data/C:x"],
)
def test_names_that_lead_elsewhere_are_refused(packed: Path, tmp_path: Path, name: str) -> None:
    assert not safe(name)
    members = _members(packed) | {name: b"x"}
    files = json.loads(members[MANIFEST])["files"] | {name: {"size": 1, "sha256": "0" * 64}}
    _repacked(packed, members, files=files)
    there = settings_in(tmp_path / "new")
    assert code_of(lambda: restore(there, packed)) is ErrorCode.BACKUP_DAMAGED
    assert not list(tmp_path.rglob("evil*"))


def test_more_than_announced_is_not_unpacked(packed: Path, tmp_path: Path) -> None:
    members = _members(packed)
    name = next(name for name in members if name.endswith("passages.sqlite"))
    members[name] += bytes(10_000_000)
    _repacked(packed, members)
    assert code_of(lambda: restore(settings_in(tmp_path / "new"), packed)) is ErrorCode.BACKUP_DAMAGED


def test_a_file_that_the_description_does_not_name_is_refused(packed: Path, tmp_path: Path) -> None:
    _repacked(packed, _members(packed) | {"data/extra": b"x"})
    assert code_of(lambda: restore(settings_in(tmp_path / "new"), packed)) is ErrorCode.BACKUP_DAMAGED


@pytest.mark.parametrize("changed", [{"kind": "other"}, {"format": 2}, {"unknown": 1}])
def test_another_kind_or_a_newer_format_is_foreign(
    packed: Path, tmp_path: Path, changed: dict[str, object]
) -> None:
    _repacked(packed, _members(packed), **changed)
    assert code_of(lambda: restore(settings_in(tmp_path / "new"), packed)) is ErrorCode.BACKUP_FOREIGN


def test_any_other_file_is_foreign(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"no zip at all")
    there = settings_in(tmp_path / "new")
    assert code_of(lambda: restore(there, tmp_path / "x.zip")) is ErrorCode.BACKUP_FOREIGN
    with zipfile.ZipFile(tmp_path / "y.zip", "w") as archive:
        archive.writestr("a", "b")
    assert code_of(lambda: restore(there, tmp_path / "y.zip")) is ErrorCode.BACKUP_FOREIGN
    assert code_of(lambda: restore(there, tmp_path / "none.zip")) is ErrorCode.FILE_UNREADABLE


def test_too_little_room_is_said_before_anything_is_unpacked(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Path) -> shutil._ntuple_diskusage:
        return shutil._ntuple_diskusage(1, 1, 0)

    monkeypatch.setattr(restoring.shutil, "disk_usage", full)  # type: ignore[attr-defined]
    assert code_of(lambda: restore(settings_in(tmp_path / "new"), packed)) is ErrorCode.RESTORE_NO_SPACE


@pytest.mark.parametrize("step", ["replace", "corpus", "index"])
def test_a_failure_on_the_way_puts_everything_back(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    (tmp_path / "there").mkdir()
    there, mine = filled(tmp_path / "there")
    (there.corpus / "consultations" / "tokei_gidai.yaml").write_text("id: mine\n", encoding="utf-8")
    before = tree(tmp_path / "there")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Place, step, fail)
    assert code_of(lambda: restore(there, packed, force=True)) is ErrorCode.DATA_DIR_UNWRITABLE
    assert tree(tmp_path / "there") == before
    with closing(AnswerStore.open(there.data_dir)) as store:
        assert store.get(mine.id) == mine


CHILD = """
import sys
from pathlib import Path
from app.backup.restore import restore
from tests.fakes.small_corpus import settings_in
print("go", flush=True)
restore(settings_in(Path(sys.argv[1])), Path(sys.argv[2]), force=True)
"""


def _killed(there: Path, packed: Path, seconds: float) -> Iterator[None]:
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", CHILD, str(there), str(packed)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env=environment) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"go\n"
        time.sleep(seconds)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    yield


@pytest.mark.slow
def test_killed_at_random_moments_it_is_the_old_or_the_new_after_the_next(
    machine: tuple[ServiceSettings, Answer], packed: Path, tmp_path: Path
) -> None:
    chance = random.Random(20261125)
    (tmp_path / "there").mkdir()
    there, mine = filled(tmp_path / "there")
    for _ in range(12):
        list(_killed(tmp_path / "there", packed, chance.uniform(0, 0.4)))
        cut_off = (there.data_dir / RESTORING).exists()
        if not cut_off:
            assert open_index(there.data_dir, None).generation
        restore(there, packed, force=True)
        with closing(AnswerStore.open(there.data_dir)) as store:
            assert store.get(machine[1].id) == machine[1]
        assert not unfinished(there.data_dir)
    first = min(there.data_dir.glob("before-restore-*"))
    with closing(AnswerStore.open(first / "data")) as store:
        assert store.get(mine.id) == mine


def test_an_archive_is_verified_without_restoring(packed: Path) -> None:
    with open_archive(packed) as archive:
        archive.verify()
    content = bytearray(packed.read_bytes())
    content[len(content) // 2] ^= 1
    packed.write_bytes(content)

    def verify() -> None:
        with open_archive(packed) as archive:
            archive.verify()

    assert code_of(verify) is ErrorCode.BACKUP_DAMAGED
