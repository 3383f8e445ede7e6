"""What a backup says about itself: its files, their sizes and checksums, and what is left out."""

import re
from pathlib import PurePosixPath
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.errors import ErrorCode, YorozuError

MANIFEST: Final = "yorozu-backup.json"  # first in the archive
KIND: Final = "yorozu-backup"
FORMAT: Final = 1  # raise it when an older restore could not put the archive back
LARGEST_MANIFEST: Final = 32 << 20  # bytes; some 200,000 files

DATA, CORPUS, MODELS = "data", "corpus", "models"  # the folders of an archive
ORIGINALS = "originals.sqlite"
_SHA256 = re.compile(r"[0-9a-f]{64}")
# Names that a file system here or elsewhere would take for something else than one plain name.
_ODD = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')


class Packed(BaseModel):
    """One file of a backup."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: int = Field(ge=0)
    sha256: str = Field(pattern=_SHA256.pattern)


class BackupManifest(BaseModel):
    """The archive's own description."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["yorozu-backup"] = KIND
    format: int = FORMAT
    version: str  # of the program that made it
    created: str  # ISO time, UTC
    generation: str
    embedder: str
    passages: int
    originals: bool  # whether questions word for word, with the names in them, are in it
    models: bool
    files: dict[str, Packed]

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files.values())


def read_description(content: bytes, path: str) -> BackupManifest:
    """Read a manifest and refuse names that lead out of the folder that is restored to.

    Raises:
        YorozuError: BACKUP_FOREIGN for another kind of file or a newer format; BACKUP_DAMAGED for bad names.
    """
    try:
        manifest = BackupManifest.model_validate_json(content)
    except ValidationError as error:
        first = ".".join(str(part) for part in error.errors()[0]["loc"]) or "JSON"
        raise YorozuError(ErrorCode.BACKUP_FOREIGN, path=path, reason=f"説明の {first}") from error
    if manifest.format != FORMAT:
        raise YorozuError(ErrorCode.BACKUP_FOREIGN, path=path, reason=f"形式 {manifest.format}")
    for name in manifest.files:
        if not safe(name):
            raise YorozuError(ErrorCode.BACKUP_DAMAGED, path=path, reason=f"許されない名前 {name!r}")
    return manifest


def safe(name: str) -> bool:
    """Whether a member's name is a plain path below one of the archive's folders."""
    parts = PurePosixPath(name).parts
    return (
        len(parts) > 1
        and parts[0] in {DATA, CORPUS, MODELS}
        and "/".join(parts) == name
        and not any(part in {".", ".."} or _ODD.search(part) for part in parts)
    )
