"""Build a generation beside the others, check it, and make it the current one."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingest.embedding.base import Embedder
from ingest.errors import ErrorCode, YorozuError
from ingest.index import layout
from ingest.index.embeddings import EmbeddingCache
from ingest.index.lexical_fields import lexical_beside
from ingest.index.lock import writer_lock
from ingest.index.manifest import (
    NO_EMBEDDER,
    Manifest,
    VectorsFailed,
    check_files,
    damaged,
    read_manifest,
    write_manifest,
)
from ingest.index.reader import Index
from ingest.index.records import Contents
from ingest.index.sections import write_sections
from ingest.index.shelf import Shelf, vectors_of
from ingest.index.store import Store, write_store
from ingest.index.vector_server import VectorServer
from ingest.index.vectors import field_texts, write_vectors
from ingest.models import Passage, Source

# How many times a stage reports, and how far it has come: (stage, done so far, of how many).
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Built:
    """A generation that is now current."""

    generation: str
    embedded: int  # texts that had to be embedded


def build_index(
    data_dir: Path,
    sources: Sequence[Source],
    passages: Sequence[Passage],
    embedder: Embedder | None,
    *,
    progress: Progress | None = None,
    server: VectorServer | None = None,
) -> str:
    """Index ready-made passages (an evaluation kit) as the current generation of `data_dir`.

    Returns:
        The name of the generation.

    Raises:
        YorozuError: INDEX_LOCKED, DATA_DIR_UNWRITABLE.
    """
    contents = Contents({source.id: source for source in sources}, list(passages))
    with writer_lock(data_dir):
        return build_generation(data_dir, contents, embedder, progress or silent, server).generation


def build_generation(
    data_dir: Path,
    contents: Contents,
    embedder: Embedder | None,
    progress: Progress,
    server: VectorServer | None = None,
) -> Built:
    """Build, check and swap. The writer lock must be held."""
    with _writing(data_dir), _workplace(data_dir) as folder, vectors_of(data_dir, server) as shelf:
        words = _counter("words", len(contents.passages), progress)
        with lexical_beside(folder / "lexical", contents.passages, words):
            embedded = _embed(data_dir, contents, embedder, progress)
            vectors = _write(folder, data_dir, contents, embedder, shelf)
        write_manifest(
            folder, _manifest(contents, embedder, vectors, shelf.prefix)
        )  # last: it names every other file
        _check(folder, contents, shelf)
        layout.sync_tree(folder)
        before = _last_sound(data_dir)
        name = layout.next_generation(data_dir)
        folder.rename(folder.with_name(name))
        layout.make_current(data_dir, name)
        shelf.keep_only({name, before or name})
        layout.keep_only(data_dir, {name, before or name})
        if embedder is not None:
            _prune(data_dir, embedder)
        return Built(name, embedded)


@contextmanager
def _writing(data_dir: Path) -> Iterator[None]:
    """Turn a full disk or missing rights below `data_dir` into the error that names it."""
    try:
        yield
    except (OSError, sqlite3.OperationalError, VectorsFailed) as error:
        raise YorozuError(ErrorCode.DATA_DIR_UNWRITABLE, path=str(data_dir), reason=str(error)) from error


@contextmanager
def _workplace(data_dir: Path) -> Iterator[Path]:
    """An empty folder to build in. Nothing of it stays behind, unless it was renamed or we are killed."""
    layout.clear_leftovers(data_dir)
    folder = layout.index_folder(data_dir) / f"building-{os.getpid()}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _last_sound(data_dir: Path) -> str | None:
    """The generation to go back to: the current one, or the newest one where that is damaged."""
    current = layout.current_generation(data_dir)
    names = [*reversed(layout.generations(data_dir))]
    for name in sorted(names, key=lambda name: name != current):
        folder = layout.index_folder(data_dir) / name
        try:
            check_files(folder, read_manifest(folder))
        except YorozuError:
            continue
        return name
    return None


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""


def _embed(data_dir: Path, contents: Contents, embedder: Embedder | None, progress: Progress) -> int:
    if embedder is None:
        return 0
    texts = {text for given in field_texts(contents.passages).values() for text in given.texts}
    with EmbeddingCache(data_dir, embedder) as cache:
        return cache.ensure(sorted(texts, key=len), _counter("embed", len(texts), progress))


def _write(
    folder: Path, data_dir: Path, contents: Contents, embedder: Embedder | None, shelf: Shelf
) -> dict[str, int]:
    """Write vectors and records; return the number of vectors of each field."""
    keys: list[bytes] = []
    vectors: dict[str, int] = {}
    if embedder is not None:
        with EmbeddingCache(data_dir, embedder) as cache:
            with shelf.writing(folder) as chroma:
                vectors = write_vectors(folder, contents.passages, cache, chroma)
            fields = field_texts(contents.passages).values()
            keys = [cache.key(text) for given in fields for text in given.texts]
    write_store(folder, contents, keys)
    write_sections(folder, contents.passages)
    return vectors


def _manifest(
    contents: Contents, embedder: Embedder | None, vectors: dict[str, int], prefix: str | None
) -> Manifest:
    questions = {(p.source_id, p.question_no, p.question) for p in contents.passages if p.question}
    return Manifest(
        embedder=embedder.name if embedder else NO_EMBEDDER,
        passages=len(contents.passages),
        qas=len(questions),
        vectors=vectors,
        state=contents.state,
        vectors_at=prefix if embedder else None,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _counter(stage: str, total: int, progress: Progress) -> Callable[[int], None]:
    done = 0

    def count(step: int) -> None:
        nonlocal done
        done += step
        progress(stage, done, total)

    return count


def _check(folder: Path, contents: Contents, shelf: Shelf) -> None:
    """Open what was written as a reader will, before anyone can be sent there."""
    manifest = read_manifest(folder)
    check_files(folder, manifest, thorough=True)
    index = Index(folder, manifest, shelf.search)
    if len(index) != len(contents.passages) or index.vector_counts() != manifest.vectors:
        raise damaged(f"{folder.name}: 件数が合いません")
    index.close()


def _prune(data_dir: Path, embedder: Embedder) -> None:
    used: set[bytes] = set()
    for name in layout.generations(data_dir):
        try:
            used.update(Store(layout.index_folder(data_dir) / name).embedded())
        except sqlite3.DatabaseError:
            continue  # a damaged older generation keeps nothing alive
    with EmbeddingCache(data_dir, embedder) as cache:
        cache.prune(used)
