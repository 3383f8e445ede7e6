"""What the index keeps of files, sources and passages, and how it is written down as JSON."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from ingest.models import Passage, Reference, Source

# Raise it when the layout of a generation changes: older ones are then rebuilt, not misread.
INDEX_FORMAT = 3


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file of the corpus as the ingest met it."""

    file: str  # path relative to the corpus
    sha256: str
    key: str = ""  # hash of all that its passages depend on; the same key means nothing to read again
    source_id: str | None = None
    passages: int = 0
    qas: int = 0
    consultation_id: str | None = None
    status: str | None = None  # 原文 or 要約, where it holds a consultation
    left_out: str | None = None  # the file that stands for this one (same content, or the verbatim text)
    code: str | None = None  # why it could not be read, from the closed error list
    message: str | None = None
    warnings: tuple[str, ...] = ()
    path: str | None = None  # where it lay, absolute: files from outside the corpus are found again by it


@dataclass(slots=True)
class Contents:
    """All that goes into one generation. Row numbers are positions in `passages`."""

    sources: dict[str, Source]
    passages: list[Passage]
    files: list[FileRecord] = field(default_factory=list)
    pages: dict[tuple[str, int], str] = field(default_factory=dict)  # (file, page from 1) to its text
    state: str = ""  # hash of what was ingested; the same state means nothing to build


def dump(item: Passage | Source | FileRecord) -> bytes:
    """JSON of a record. Lone surrogates, which broken PDFs yield, survive the way there and back."""
    return json.dumps(asdict(item), ensure_ascii=False).encode("utf-8", "surrogatepass")


def load_passage(data: bytes) -> Passage:
    """Inverse of `dump`."""
    given = _load(data)
    for name in ("item_nos", "heading", "columns"):
        given[name] = tuple(given[name])
    given["references"] = tuple(Reference(**reference) for reference in given["references"])
    given["wordings"] = tuple(given["wordings"])
    return Passage(**given)


def load_source(data: bytes) -> Source:
    """Inverse of `dump`."""
    return Source(**_load(data))


def load_file_record(data: bytes) -> FileRecord:
    """Inverse of `dump`."""
    given = _load(data)
    given["warnings"] = tuple(given["warnings"])
    return FileRecord(**given)


def _load(data: bytes) -> dict[str, Any]:
    given: dict[str, Any] = json.loads(data.decode("utf-8", "surrogatepass"))
    return given
