"""What goes into a backup, held still while others go on serving and ingesting.

Databases are copied by SQLite's own online backup, or read from their server in one transaction: one moment
of each, whoever writes meanwhile. A generation never changes once it has its name, but the next ingest may
remove it: its files are linked first, which takes no time and no space, and what is linked stays. Chroma
alone writes into its database when it is opened, so that is copied as a database too.

The databases come first. An ingest, or a publishing, that happens after that is in the corpus and perhaps in
the index but not in the store: the state of a machine that was cut off in the middle, from which publishing
again goes on.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.backup.manifest import CORPUS, DATA, MODELS
from app.backup.server import hold_server
from app.store.parts import PARTS, STORE
from app.store.place import Place
from ingest.errors import ErrorCode, YorozuError
from ingest.index import layout
from ingest.index.embeddings import NAME as EMBEDDINGS
from ingest.index.manifest import Manifest, check_files, read_manifest

_PUBLISHED = "published.jsonl"
_USAGE = "llm_usage.sqlite"
_BUSY_SECONDS = 30.0
_TRIES = 5  # an ingest that swaps generations twice while one is linked is started over
_HALF_WRITTEN = (".part", ".new", ".before", ".check.yaml")  # of a fetch or a publishing under way


@dataclass(frozen=True, slots=True)
class Entry:
    """A file to pack: its name in the archive and where it stands still."""

    name: str
    path: Path


def hold_generation(data_dir: Path, still: Path) -> tuple[Path, Manifest]:
    """Link the current generation below `still` and check it thoroughly; return its folder and manifest.

    Raises:
        YorozuError: INDEX_MISSING, INDEX_DAMAGED.
    """
    for attempt in range(_TRIES):
        name = layout.current_generation(data_dir)
        if name is None:
            raise YorozuError(ErrorCode.INDEX_MISSING)
        source, target = layout.index_folder(data_dir) / name, still / name
        try:
            _link_tree(source, target)
        except FileNotFoundError:
            if attempt + 1 == _TRIES or layout.current_generation(data_dir) == name:
                raise YorozuError(ErrorCode.INDEX_DAMAGED, reason=name) from None
            shutil.rmtree(target, ignore_errors=True)
            continue
        manifest = read_manifest(target)
        check_files(target, manifest, thorough=True)
        return target, manifest
    raise AssertionError  # the last attempt returns or raises


def _link_tree(source: Path, target: Path) -> None:
    """Link every file; copy databases, which change, and what the file system does not link."""
    for place, _, names in os.walk(source, onerror=_raise):
        folder = target / Path(place).relative_to(source)
        folder.mkdir(parents=True)
        for name in names:
            path = Path(place, name)
            if name.endswith(".sqlite3"):
                copy_database(path, folder / name)
            elif not name.endswith(("-wal", "-shm", "-journal")):
                _link(path, folder / name)


def _link(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except FileNotFoundError:
        raise
    except OSError:  # another file system, or one without links
        shutil.copyfile(path, target)


def _raise(error: OSError) -> None:
    raise error


def copy_database(path: Path, target: Path) -> None:
    """Copy one moment of a database that others may be writing to.

    Raises:
        FileNotFoundError: it is not there.
        YorozuError: STORE_DAMAGED.
    """
    if not path.is_file():
        raise FileNotFoundError(path)
    try:
        with (
            closing(_reading(path)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without companions
            (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        raise YorozuError(ErrorCode.STORE_DAMAGED, path=str(path), reason=str(error)) from error
    if verdict != "ok":
        raise YorozuError(ErrorCode.STORE_DAMAGED, path=str(path), reason=str(verdict))


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)


def hold_databases(place: Place, still: Path, *, originals: bool) -> list[Entry]:
    """Copy the databases of people's work, and the vectors that need not be computed again."""
    parts = PARTS if originals else (STORE,)
    files = [EMBEDDINGS, _USAGE]
    if place.url is not None:
        held = [hold_server(place, part, still) for part in parts]
    else:
        held = []
        files += [part.file for part in parts]
    for name in files:
        if (place.data_dir / name).is_file():
            copy_database(place.data_dir / name, still / name)
            held.append(still / name)
    return [Entry(f"{DATA}/{path.name}", path) for path in held]


def generation_entries(folder: Path) -> list[Entry]:
    """The files of a generation that is held."""
    return [Entry(f"{DATA}/index/{folder.name}/{name}", path) for name, path in _files(folder)]


def other_entries(data_dir: Path, corpus: Path, models: Path | None) -> list[Entry]:
    """The corpus with its catalogue, the cases of what was published, and the models where wanted."""
    entries = [Entry(f"{CORPUS}/{name}", path) for name, path in _files(corpus)]
    if (data_dir / _PUBLISHED).is_file():
        entries.append(Entry(f"{DATA}/{_PUBLISHED}", data_dir / _PUBLISHED))
    if models is not None:
        entries += [Entry(f"{MODELS}/{name}", path) for name, path in _files(models)]
    return entries


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Files below a folder by their names, as an ingest meets them; nothing hidden, nothing half-written."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if name.startswith(".") or name.endswith(_HALF_WRITTEN):
                continue
            if path.is_file():
                yield path.relative_to(folder).as_posix(), path
