"""Write a backup: one zip file, complete and checked before it has its name.

Zip because it is in the standard library, names its files at the end, keeps a checksum of each, and opens
everywhere when one file is wanted out of it.
"""

import hashlib
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from app.backup.contents import (
    Entry,
    generation_entries,
    hold_databases,
    hold_generation,
    other_entries,
)
from app.backup.manifest import MANIFEST, BackupManifest, Packed, safe
from app.settings import ServiceSettings
from app.version import own_version
from ingest.errors import ErrorCode, YorozuError

_PIECE: Final = 1 << 20
# What does not get smaller: arrays of numbers, weights, pictures, packed documents.
_STORED: Final = (".npy", ".npz", ".onnx", ".safetensors", ".bin", ".pdf", ".docx", ".xlsx", ".pptx", ".png")


class BackupReport(BaseModel):
    """What was backed up."""

    file: str
    bytes: int
    files: int
    generation: str
    originals: bool
    models: bool
    database: str  # what people's work was read from
    skipped: list[str]  # files whose names cannot be in an archive, or that went away meanwhile
    seconds: float


def backup(
    settings: ServiceSettings,
    target: Path,
    *,
    originals: bool = False,
    models: bool = False,
    say: Callable[[str], object] = lambda _: None,
) -> BackupReport:
    """Write a backup of the data folder and the corpus to `target`, while others serve and ingest.

    Raises:
        YorozuError: INDEX_MISSING, INDEX_DAMAGED, STORE_DAMAGED; BACKUP_UNWRITABLE; of a server
            DATABASE_UNAVAILABLE, DATABASE_OUTDATED, DATABASE_NEWER.
    """
    started = time.perf_counter()
    with _named(target), _place(target, settings.data_dir) as (still, part):
        say("データベースと索引を写し取っています…")
        entries = hold_databases(settings.place, still, originals=originals)
        folder, index = hold_generation(settings.data_dir, still)
        entries += generation_entries(folder)
        entries += other_entries(settings.data_dir, settings.corpus, settings.models if models else None)
        odd = [entry.name for entry in entries if not safe(entry.name)]
        say("一つのファイルにまとめています…")
        packed, gone = _write(part, [entry for entry in entries if safe(entry.name)], BackupManifest(
            version=own_version(), created=datetime.now(UTC).isoformat(timespec="seconds"),
            generation=folder.name, embedder=index.embedder, passages=index.passages,
            originals=originals, models=models, files={},
        ))  # fmt: skip
        size = part.stat().st_size
        part.replace(target)
        _sync(target.parent)
    return BackupReport(
        file=str(target), bytes=size, files=len(packed.files), generation=packed.generation,
        originals=originals, models=models, database=settings.place.kind, skipped=[*odd, *gone],
        seconds=round(time.perf_counter() - started, 2),
    )  # fmt: skip


@contextmanager
def _named(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise YorozuError(ErrorCode.BACKUP_UNWRITABLE, path=str(target), reason=reason) from error


@contextmanager
def _place(target: Path, data_dir: Path) -> Iterator[tuple[Path, Path]]:
    """A folder for what must stand still, in the data folder so that it can be linked, and the file to write.

    Both are their owner's alone: the store holds questions and hashes of keys.
    """
    still = Path(tempfile.mkdtemp(prefix=".backup-", dir=data_dir if data_dir.is_dir() else target.parent))
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", suffix=".part", dir=target.parent)
        os.close(handle)
        try:
            yield still, Path(name)
        finally:
            Path(name).unlink(missing_ok=True)
    finally:
        shutil.rmtree(still, ignore_errors=True)


def _write(part: Path, entries: Sequence[Entry], about: BackupManifest) -> tuple[BackupManifest, list[str]]:
    """Write the archive; the manifest is last, for it names what the others turned out to be."""
    files: dict[str, Packed] = {}
    gone = []
    with part.open("wb") as handle:
        with zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for entry in entries:
                try:
                    files[entry.name] = _add(archive, entry)
                except FileNotFoundError:
                    gone.append(entry.name)  # somebody took a document out of the corpus meanwhile
            whole = about.model_copy(update={"files": files})
            archive.writestr(MANIFEST, whole.model_dump_json(indent=1))
        handle.flush()
        os.fsync(handle.fileno())
    return whole, gone


def _add(archive: zipfile.ZipFile, entry: Entry) -> Packed:
    """Pack one file and return what was packed, not what the file system says of it."""
    with entry.path.open("rb") as source:
        info = zipfile.ZipInfo(entry.name)
        info.compress_type = zipfile.ZIP_STORED if entry.name.endswith(_STORED) else zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        digest, size = hashlib.sha256(), 0
        with archive.open(info, "w", force_zip64=True) as packed:
            while piece := source.read(_PIECE):
                digest.update(piece)
                size += len(piece)
                packed.write(piece)
    return Packed(size=size, sha256=digest.hexdigest())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
