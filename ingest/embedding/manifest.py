"""What a converted model folder consists of: sizes and checksums, written last, checked on opening."""

import json
from pathlib import Path
from typing import Any

from ingest.embedding.package_file import sha256_of
from ingest.errors import ErrorCode, YorozuError

MANIFEST = "manifest.json"
CONVERTER = "4"  # raise it when the conversion changes: folders of another number are made again
_SMALL = 16 << 20  # files up to this size are hashed on every opening (10 ms), the weights by `full` only


def write_manifest(folder: Path, **facts: str) -> None:
    """Record every file under `folder` and where the model came from."""
    files = {
        path.relative_to(folder).as_posix(): {"size": path.stat().st_size, "sha256": sha256_of(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    text = json.dumps({"converter": CONVERTER, **facts, "files": files}, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def is_complete(folder: Path, adapter: str) -> bool:
    """Whether every file is there, as this version converts, with `adapter`; content is not looked at."""
    if not (folder / MANIFEST).is_file():
        return False
    manifest = _read(folder)
    made_so = manifest.get("converter") == CONVERTER and manifest.get("adapter") == adapter
    return made_so and all((folder / n).is_file() for n in manifest["files"])


def check_manifest(folder: Path, *, full: bool = False) -> dict[str, Any]:
    """Return the manifest after comparing it with the folder: all sizes, small files' checksums.

    Args:
        folder: a folder that `write_manifest` has described.
        full: hash the large files as well (about a second).

    Raises:
        YorozuError: MODEL_CHECKSUM naming the first file that is missing or changed.
    """
    manifest = _read(folder)
    for name, expected in manifest["files"].items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != expected["size"]:
            raise YorozuError(ErrorCode.MODEL_CHECKSUM, file=str(path))
        if (full or expected["size"] <= _SMALL) and sha256_of(path) != expected["sha256"]:
            raise YorozuError(ErrorCode.MODEL_CHECKSUM, file=str(path))
    return manifest


def check_weights(folder: Path, name: str) -> None:
    """Hash the file that is about to be loaded (a quarter of a second): a swapped one would answer, wrongly.

    A folder that nobody has described, of another model, has nothing to be compared with.

    Raises:
        YorozuError: MODEL_CHECKSUM.
    """
    if not (folder / MANIFEST).is_file():
        return
    expected = _read(folder)["files"].get(name)
    if expected is not None and sha256_of(folder / name) != expected["sha256"]:
        raise YorozuError(ErrorCode.MODEL_CHECKSUM, file=str(folder / name))


def _read(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if all({"size", "sha256"} <= set(facts) for facts in manifest["files"].values()):
            return dict(manifest)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise YorozuError(ErrorCode.MODEL_CHECKSUM, file=str(path)) from error
    raise YorozuError(ErrorCode.MODEL_CHECKSUM, file=str(path))
