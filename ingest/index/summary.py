"""What there is of an index, for whoever looks after it: read from the disk, without loading what answers."""

from dataclasses import dataclass
from pathlib import Path

from ingest.errors import ErrorCode, YorozuError
from ingest.index import layout
from ingest.index.manifest import NO_EMBEDDER, read_manifest
from ingest.index.records import FileRecord
from ingest.index.store import Store
from ingest.models import Source


@dataclass(frozen=True, slots=True)
class GenerationSummary:
    """One generation. `embedder` is None where words alone are compared."""

    name: str
    created: str
    passages: int
    qas: int
    embedder: str | None
    current: bool


def generation_summaries(data_dir: Path) -> list[GenerationSummary]:
    """Return what can be gone back to and what is in use, the newest first; damaged ones are left out."""
    current = layout.current_generation(data_dir)
    found = []
    for name in reversed(layout.generations(data_dir)):
        try:
            manifest = read_manifest(layout.index_folder(data_dir) / name)
        except YorozuError:
            continue
        embedder = None if manifest.embedder == NO_EMBEDDER else manifest.embedder
        found.append(
            GenerationSummary(
                name, manifest.created, manifest.passages, manifest.qas, embedder, name == current
            )
        )
    return found


def sources_and_files(data_dir: Path) -> tuple[list[Source], list[FileRecord]]:
    """Return all sources of the current generation, and all files that were met when it was built.

    Raises:
        YorozuError: INDEX_MISSING.
    """
    name = layout.current_generation(data_dir)
    if name is None:
        raise YorozuError(ErrorCode.INDEX_MISSING)
    store = Store(layout.index_folder(data_dir) / name)
    return list(store.sources().values()), store.files()
