"""What a generation says about itself, and whether its files are still what was written."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ingest.errors import ErrorCode, YorozuError
from ingest.index.records import INDEX_FORMAT

NAME = "manifest.json"
NO_EMBEDDER = "none"
# Up to this many bytes in all, opening also compares checksums (about 0.2 s); beyond it, sizes alone.
_CHECK_LIMIT = 200_000_000


@dataclass(frozen=True, slots=True)
class Manifest:
    """Counts, embedder and files of a generation."""

    embedder: str  # name of the embedder, "none" without vectors
    passages: int
    qas: int
    vectors: dict[str, int]  # field to number of vectors
    state: str
    created: str  # ISO time, UTC
    format: int = INDEX_FORMAT
    vectors_at: str | None = None  # prefix of its collections on a Chroma server; None: in its folder
    files: dict[str, tuple[int, str]] = field(default_factory=dict)  # path to (bytes, SHA-256)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest into `folder`, with size and checksum of all the files that are there."""
    files = {path.relative_to(folder).as_posix(): _fingerprint(path) for path in _files(folder)}
    given = {name: value for name, value in asdict(manifest).items() if value is not None}
    text = json.dumps({**given, "files": files}, ensure_ascii=False, indent=1)
    (folder / NAME).write_text(text, encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a generation.

    Raises:
        YorozuError: INDEX_DAMAGED when it is missing, is not a manifest or is of another format.
    """
    try:
        given = json.loads((folder / NAME).read_text(encoding="utf-8"))
        manifest = Manifest(**{**given, "files": {k: (int(v[0]), v[1]) for k, v in given["files"].items()}})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise damaged(f"{folder.name}/{NAME}") from error
    if manifest.format != INDEX_FORMAT:
        raise damaged(f"形式 {manifest.format} は、この版の形式 {INDEX_FORMAT} と違います")
    return manifest


def check_files(folder: Path, manifest: Manifest, *, thorough: bool = False) -> None:
    """Compare the generation's files with its manifest.

    Raises:
        YorozuError: INDEX_DAMAGED naming the first file that is missing or differs.
    """
    thorough = thorough or sum(size for size, _ in manifest.files.values()) <= _CHECK_LIMIT
    for name, (size, checksum) in manifest.files.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size < size:
            raise damaged(f"{folder.name}/{name}")
        # Chroma writes into its own files when it is merely opened, so they may differ and grow.
        if name.startswith("chroma/"):
            continue
        if path.stat().st_size != size or (thorough and _fingerprint(path)[1] != checksum):
            raise damaged(f"{folder.name}/{name}")


class VectorsFailed(Exception):  # noqa: N818 - planned for: the array beside Chroma answers then
    """Chroma cannot do what it was asked; whatever its many libraries raised stands in the text."""


def damaged(reason: str) -> YorozuError:
    """The error that says what is wrong with the index."""
    return YorozuError(ErrorCode.INDEX_DAMAGED, reason=reason)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != NAME)


def _fingerprint(path: Path) -> tuple[int, str]:
    with path.open("rb") as handle:
        return path.stat().st_size, hashlib.file_digest(handle, "sha256").hexdigest()
