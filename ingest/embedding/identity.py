"""A short digest that tells models apart, without reading gigabytes."""

import hashlib
from pathlib import Path

_LENGTH = 12
_WHOLE = 16 << 20  # files up to this size are read whole: configuration, tokenizer
_SAMPLES, _SAMPLE = 16, 1 << 16  # of larger ones, so many pieces of so many bytes
_SUFFIXES = {".json", ".txt", ".model", ".safetensors", ".bin"}


def folder_identity(folder: Path, passage_prefix: str) -> str:
    """Return 12 hex digits over the model's files and the prefix its passages get.

    Weights are sampled at 16 even places: another model of the same size differs in all of them.
    """
    digest = hashlib.sha256(passage_prefix.encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in _SUFFIXES:
            digest.update(f"\n{path.relative_to(folder).as_posix()}:{path.stat().st_size}\n".encode())
            _add(digest, path)
    return digest.hexdigest()[:_LENGTH]


def _add(digest: "hashlib._Hash", path: Path) -> None:
    size = path.stat().st_size
    with path.open("rb") as stream:
        if size <= _WHOLE:
            digest.update(stream.read())
            return
        for n in range(_SAMPLES):
            stream.seek((size - _SAMPLE) * n // (_SAMPLES - 1))
            digest.update(stream.read(_SAMPLE))
