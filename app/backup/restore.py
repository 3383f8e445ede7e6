"""Put a backup back: checked whole before anything is touched, undone whole where it does not succeed.

Everything is unpacked into a folder of its own inside the data folder, which may be a mounted volume, and
compared there. Then it is moved into place, the index last: until then a service finds no index and refuses
to start, so nobody ever answers from half of a backup. Killed on the way, the next restore first puts back
what was there before. Rows of a server are exchanged in a transaction around all of this.
"""

import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from app.backup.archive import Archive, open_archive
from app.backup.manifest import CORPUS, DATA, MODELS, BackupManifest
from app.backup.place import Place, in_use, occupied
from app.backup.server import Exchange, check_server, parts_within
from app.backup.undo import BEFORE, DONE, OLD_ROWS, RESTORING, recover
from app.settings import ServiceSettings
from app.store.parts import PARTS
from ingest.errors import ErrorCode, YorozuError
from ingest.index import layout
from ingest.index.manifest import check_files, read_manifest
from ingest.index.reader import Index

_ROOM: Final = 1.05  # of the unpacked size: folders and what others write meanwhile
_MB: Final = 1_000_000
_ROWS: Final = "rows"  # of the staging folder: databases whose rows go to a server


class RestoreReport(BaseModel):
    """What was put back, and where what was there before lies now."""

    generation: str
    passages: int
    files: int
    originals: bool
    models: bool
    database: str  # what people's work was put into
    before: str | None  # the folder with what was replaced
    seconds: float


def restore(
    settings: ServiceSettings,
    source: Path,
    *,
    force: bool = False,
    say: Callable[[str], object] = lambda _: None,
) -> RestoreReport:
    """Put the backup `source` into the data folder and the corpus folder of `settings`.

    Raises:
        YorozuError: BACKUP_DAMAGED, BACKUP_FOREIGN, FILE_UNREADABLE, RESTORE_OCCUPIED, RESTORE_BUSY,
            RESTORE_NO_SPACE, DATA_DIR_UNWRITABLE; of a server DATABASE_OCCUPIED, DATABASE_UNAVAILABLE,
            DATABASE_OUTDATED, DATABASE_NEWER. In each of them nothing has changed.
    """
    started = time.perf_counter()
    data_dir = settings.data_dir
    with open_archive(source) as archive:
        manifest = archive.manifest
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
            recover(data_dir, settings.corpus)
            _check_place(settings, manifest, force=force)
            staging = data_dir / RESTORING
            staging.mkdir(mode=0o700)
            with ExitStack() as undo:
                undo.callback(shutil.rmtree, staging, ignore_errors=True)
                say("バックアップを確認しながら取り出しています…")
                _unpack(archive, staging, source)
                say("置き換えています…")
                before = _install(settings, staging, archive, force=force)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise YorozuError(ErrorCode.DATA_DIR_UNWRITABLE, path=str(data_dir), reason=reason) from error
    return RestoreReport(
        generation=manifest.generation, passages=manifest.passages, files=len(manifest.files),
        originals=manifest.originals, models=manifest.models, database=settings.place.kind, before=before,
        seconds=round(time.perf_counter() - started, 2),
    )  # fmt: skip


def _check_place(settings: ServiceSettings, manifest: BackupManifest, *, force: bool) -> None:
    taken = occupied(settings, manifest)
    if taken is not None and not force:
        raise YorozuError(ErrorCode.RESTORE_OCCUPIED, path=str(taken))
    if in_use(settings.data_dir):
        raise YorozuError(ErrorCode.RESTORE_BUSY, path=str(settings.data_dir))
    if settings.place.url is not None:
        check_server(settings.place, parts_within(manifest), force=force)
    needed, free = int(manifest.size * _ROOM), shutil.disk_usage(settings.data_dir).free
    if free < needed:
        raise YorozuError(
            ErrorCode.RESTORE_NO_SPACE,
            path=str(settings.data_dir), needed_mb=needed // _MB + 1, free_mb=free // _MB,
        )  # fmt: skip


def _unpack(archive: Archive, staging: Path, source: Path) -> None:
    """Unpack and look at the index as a reader will, before anything is moved."""
    archive.unpack(staging)
    generation = archive.manifest.generation
    folder = layout.index_folder(staging / DATA) / generation
    try:
        manifest = read_manifest(folder)
        check_files(folder, manifest, thorough=True)
        with closing(Index(folder, manifest)) as index:
            sound = len(index) == archive.manifest.passages
    except YorozuError as error:
        sound = False
        reason = str(error.detail.get("reason", generation))
    else:
        reason = f"{generation}: 件数が合いません"
    if not sound:
        raise YorozuError(ErrorCode.BACKUP_DAMAGED, path=str(source), reason=reason)
    layout.make_current(staging / DATA, generation)
    layout.sync_tree(staging)


def _install(settings: ServiceSettings, staging: Path, archive: Archive, *, force: bool) -> str | None:
    """Move everything into place, the index last; whatever goes wrong, put it all back."""
    kept = settings.data_dir / f"{BEFORE}{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    place = Place(settings.data_dir, kept)
    rows = _rows_apart(settings, staging)
    exchange = Exchange(settings.place, archive.path, rows, kept / OLD_ROWS, force)
    with ExitStack() as undo:
        undo.callback(recover, settings.data_dir, settings.corpus)
        place.begin(staging)
        undo.callback((staging / DONE).unlink, missing_ok=True)  # not yet, where the server does not commit
        with exchange.made():
            _move(settings, staging, place, models=archive.manifest.models)
        undo.pop_all()
    return place.end()


def _move(settings: ServiceSettings, staging: Path, place: Place, *, models: bool) -> None:
    place.set_aside_index()
    for path in sorted((staging / DATA).iterdir()):
        if path.name != "index":
            place.replace(path)
    place.corpus(staging / CORPUS, settings.corpus)
    if models:
        place.models(staging / MODELS, settings.models)
    place.index(staging / DATA / "index")  # from here on the restored data is what is served


def _rows_apart(settings: ServiceSettings, staging: Path) -> Path:
    """Take the databases that go to a server out of what is moved into the data folder."""
    rows = staging / _ROWS
    rows.mkdir()
    for part in PARTS if settings.place.url is not None else ():
        if (staging / DATA / part.file).is_file():
            (staging / DATA / part.file).rename(rows / part.file)
    return rows
