"""Carry a generation to other machines: through a folder that they share, checked by hashes on arrival.

The shared folder is laid out as a data directory is. Nobody reads an index in it: whoever wants to answer
takes a copy, for Chroma writes into its own files when it is merely opened.
"""

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ingest.errors import ErrorCode, YorozuError
from ingest.index import layout
from ingest.index.lock import writer_lock
from ingest.index.manifest import NAME as MANIFEST
from ingest.index.manifest import check_files, read_manifest

_HASHES = "transfer.json"  # every file of the copy, with its hash; written last


def export_generation(data_dir: Path, shared: Path) -> str:
    """Put the current generation into a shared folder and make it current there; return its name there.

    One that is there already is not copied again. The one before it stays: others may be copying it.

    Raises:
        YorozuError: INDEX_MISSING, INDEX_DAMAGED, INDEX_LOCKED, DATA_DIR_UNWRITABLE.
    """
    with writer_lock(data_dir), writer_lock(shared), _failures(shared):
        source = _current(data_dir)
        check_files(source, read_manifest(source))
        name = _same(shared, source)
        if name is None:
            name = _free_name(shared, source.name)
            with _workplace(shared) as copy:
                _copied(source, copy)
                hashes = {path.relative_to(copy).as_posix(): _hash(path) for path in _files(copy)}
                (copy / _HASHES).write_text(json.dumps(hashes, indent=1), encoding="utf-8")
                layout.sync_tree(copy)
                copy.rename(copy.with_name(name))
        _switch(shared, name)
        return name


def import_generation(shared: Path, data_dir: Path) -> str | None:
    """Take over the shared folder's current generation; return its name here, None where it is current.

    Raises:
        YorozuError: INDEX_MISSING where the folder holds none; GENERATION_DAMAGED where it is not what was
            exported, or went away meanwhile; INDEX_LOCKED, DATA_DIR_UNWRITABLE.
    """
    source = _current(shared)
    if is_current(shared, data_dir):
        return None
    with writer_lock(data_dir), _failures(data_dir):
        name = _same(data_dir, source)
        if name is None:
            with _workplace(data_dir) as copy:
                _arrived(source, copy)
                layout.sync_tree(copy)
                name = _free_name(data_dir, source.name)
                copy.rename(copy.with_name(name))
        _switch(data_dir, name)
        return name


def is_current(shared: Path, data_dir: Path) -> bool:
    """Whether both have the same current generation. True where the shared folder has none."""
    theirs, ours = layout.current_generation(shared), layout.current_generation(data_dir)
    if theirs is None or ours is None:
        return theirs is None
    return _identity(layout.index_folder(shared) / theirs) == _identity(layout.index_folder(data_dir) / ours)


def _current(data_dir: Path) -> Path:
    name = layout.current_generation(data_dir)
    if name is None:
        raise YorozuError(ErrorCode.INDEX_MISSING)
    return layout.index_folder(data_dir) / name


def _identity(folder: Path) -> str | None:
    """What a generation is, whatever its name: its manifest holds the hashes of all that makes it up."""
    try:
        return _hash(folder / MANIFEST)
    except OSError:
        return None


def _same(data_dir: Path, source: Path) -> str | None:
    """The name under which a generation is there already."""
    wanted = _identity(source)
    if wanted is None:
        raise YorozuError(ErrorCode.GENERATION_DAMAGED, name=source.name)
    folder = layout.index_folder(data_dir)
    return next((n for n in layout.generations(data_dir) if _identity(folder / n) == wanted), None)


def _free_name(data_dir: Path, name: str) -> str:
    """Its own name, unless that is another one's here."""
    return name if name not in layout.generations(data_dir) else layout.next_generation(data_dir)


def _switch(data_dir: Path, name: str) -> None:
    before = layout.current_generation(data_dir)
    if before != name:
        layout.make_current(data_dir, name)
        layout.keep_only(data_dir, {name, before or name})


def _copied(source: Path, copy: Path) -> None:
    """Copy every file; a SQLite database as it is between two writes."""
    for path in _files(source):
        if path.name == _HASHES or path.name.endswith(("-wal", "-shm", "-journal")):
            continue
        target = copy / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".sqlite3":
            with (
                closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as given,
                closing(sqlite3.connect(target)) as made,
            ):
                given.backup(made)
        else:
            shutil.copyfile(path, target)


def _arrived(source: Path, copy: Path) -> None:
    """Copy a generation out of the shared folder, and accept it if it is whole."""
    try:
        hashes = json.loads((source / _HASHES).read_text(encoding="utf-8"))
        for name, expected in hashes.items():
            _take(source / name, copy / name, expected, within=copy)
        check_files(copy, read_manifest(copy), thorough=True)
    except (FileNotFoundError, ValueError, AttributeError, TypeError) as error:
        raise YorozuError(ErrorCode.GENERATION_DAMAGED, name=source.name) from error


def _take(source: Path, target: Path, expected: str, *, within: Path) -> None:
    """Copy one file; ValueError where it is another one, or would lie elsewhere."""
    if within.resolve() not in target.resolve().parents:
        raise ValueError(target.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    if _hash(target) != expected:
        raise ValueError(target.name)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _hash(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


@contextmanager
def _workplace(data_dir: Path) -> Iterator[Path]:
    """An empty folder to copy into; nothing of it stays, unless it was renamed or we are killed."""
    layout.clear_leftovers(data_dir)
    folder = layout.index_folder(data_dir) / f"building-{os.getpid()}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _failures(data_dir: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.DatabaseError) as error:
        raise YorozuError(ErrorCode.DATA_DIR_UNWRITABLE, path=str(data_dir)) from error
