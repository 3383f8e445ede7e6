"""Where a backup is put back: what is there already, and how it is exchanged step by step."""

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from app.backup.manifest import CORPUS, DATA, BackupManifest
from app.backup.undo import DONE, KEPT, NEW_CORPUS, NEW_DATA, OLD_CORPUS, OLD_DATA, OLD_ROWS
from app.settings import ServiceSettings
from app.store.answers import FILE_NAME
from app.store.parts import PARTS
from ingest.index import layout
from ingest.index.embeddings import NAME as EMBEDDINGS

_COMPANIONS: Final = ("", "-wal", "-shm", "-journal")
_OWNER_ONLY: Final = 0o600


def occupied(settings: ServiceSettings, manifest: BackupManifest) -> Path | None:
    """The folder where something else than the backup lies already; None where nothing would be replaced."""
    data_dir = settings.data_dir
    names = {FILE_NAME, EMBEDDINGS, *(Path(n).name for n in manifest.files if n.startswith(f"{DATA}/"))}
    if settings.place.url is not None:
        names -= {part.file for part in PARTS}  # they go to the server
    if layout.generations(data_dir) or any((data_dir / name).is_file() for name in names):
        return data_dir
    for name, packed in manifest.files.items():
        folder, _, rest = name.partition("/")
        if folder == CORPUS and _differs(settings.corpus / rest, packed.size, packed.sha256):
            return settings.corpus
    return None


def _differs(path: Path, size: int, sha256: str) -> bool:
    if not path.exists():
        return False
    return not path.is_file() or path.stat().st_size != size or _sha256(path) != sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def in_use(data_dir: Path) -> bool:
    """Whether a service has the store open: in WAL mode every open connection shares a lock on the file."""
    path = data_dir / FILE_NAME
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(path, timeout=0.2, isolation_level=None)) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    except sqlite3.DatabaseError:
        return False  # damaged: that is why there is a restore
    return False


class Place:
    """Exchanges what lies in a data folder and a corpus; each step is written down before it is taken."""

    def __init__(self, data_dir: Path, kept: Path) -> None:
        self._data_dir = data_dir
        self._kept = kept
        self._staging = data_dir

    def begin(self, staging: Path) -> None:
        """Say where what is replaced will lie; from here on a restore that is cut off is undone."""
        self._staging = staging
        (self._kept / OLD_DATA).mkdir(parents=True, mode=0o700)
        _write_down(staging / KEPT, self._kept.name)

    def set_aside_index(self) -> None:
        """Take the old index away, first of all: nobody may start to serve what is half exchanged."""
        self._set_aside(self._data_dir / "index")

    def replace(self, path: Path) -> None:
        """Put one file of the data folder into its place, the old one with its companions aside."""
        path.chmod(_OWNER_ONLY)
        target = self._data_dir / path.name
        for companion in _COMPANIONS:
            self._set_aside(target.with_name(target.name + companion))
        self._note_new(path.name)
        path.rename(target)

    def index(self, path: Path) -> None:
        """Put the index into its place: the step after which everything is restored."""
        self._note_new("index")
        path.rename(self._data_dir / "index")
        layout.sync(self._data_dir)
        _write_down(self._staging / DONE, "")

    def corpus(self, staging: Path, corpus: Path) -> None:
        """Put the corpus's files into their places; old ones that differ are kept, others stay."""
        for path in sorted(staging.rglob("*")) if staging.is_dir() else []:
            if not path.is_file():
                continue
            name = path.relative_to(staging)
            target = corpus / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.is_file() and _sha256(target) == _sha256(path):
                continue
            if target.exists():
                saved = self._kept / OLD_CORPUS / name
                saved.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(target, saved)
                layout.sync(saved)
            else:
                _write_down(self._kept / NEW_CORPUS, name.as_posix(), more=True)
            scratch = target.with_name(f".{target.name}.restoring.part")
            shutil.copyfile(path, scratch)  # the corpus may lie on another file system
            layout.sync(scratch)
            scratch.replace(target)

    def models(self, staging: Path, models: Path) -> None:
        """Put models into their places where none lies there yet; one that is there stays."""
        models.mkdir(parents=True, exist_ok=True)
        for path in sorted(staging.iterdir()):
            if not (models / path.name).exists():
                shutil.move(path, models / path.name)

    def end(self) -> str | None:
        """Clear up; return the folder with what was replaced, None where nothing was."""
        if (
            any(path.is_file() for path in (self._kept / OLD_DATA).rglob("*"))
            or (self._kept / OLD_CORPUS).is_dir()
            or (self._kept / OLD_ROWS).is_dir()
        ):
            return str(self._kept)
        shutil.rmtree(self._kept, ignore_errors=True)
        return None

    def _set_aside(self, path: Path) -> None:
        if path.exists():
            path.rename(self._kept / OLD_DATA / path.name)

    def _note_new(self, name: str) -> None:
        fresh = not (self._kept / OLD_DATA / name).exists()
        _write_down(self._kept / NEW_DATA, f"+{name}" if fresh else name, more=True)


def _write_down(path: Path, text: str, *, more: bool = False) -> None:
    with path.open("a" if more else "w", encoding="utf-8") as handle:
        handle.write(text + "\n")
        handle.flush()
        os.fsync(handle.fileno())
