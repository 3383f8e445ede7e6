"""corpus/documents/fetched.json: what was fetched from where and when, with its checksum."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

RECORD_NAME = "fetched.json"


@dataclass(frozen=True, slots=True)
class Fetched:
    """One fetched file; times are UTC in ISO 8601, sizes in bytes."""

    url: str  # as the catalogue names it
    final_url: str  # after redirects
    file: str  # relative to the corpus
    sha256: str
    size: int
    fetched_at: str  # when these bytes were downloaded
    checked_at: str  # when the server last said that they are still current
    etag: str | None = None
    last_modified: str | None = None


def load_record(path: Path) -> dict[str, Fetched]:
    """Return source id -> record. What cannot be read is left out: then the file is fetched again."""
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(data, dict):
        return {}
    records = {str(key): _fetched(value) for key, value in data.items()}
    return {key: value for key, value in records.items() if value is not None}


def save_record(path: Path, records: dict[str, Fetched]) -> None:
    """Write the record whole or not at all."""
    data = {key: asdict(records[key]) for key in sorted(records)}
    replace_text(path, json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def replace_text(path: Path, text: str) -> None:
    """Put `text` under this name at one stroke, even when the power goes."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetched(value: Any) -> Fetched | None:
    if not isinstance(value, dict):
        return None
    names = {f.name for f in fields(Fetched)}
    try:
        entry = Fetched(**{str(k): v for k, v in value.items() if k in names})
    except TypeError:
        return None
    texts = (entry.url, entry.final_url, entry.file, entry.sha256, entry.fetched_at, entry.checked_at)
    optional = (entry.etag, entry.last_modified)
    sound = all(isinstance(t, str) for t in texts) and all(t is None or isinstance(t, str) for t in optional)
    return entry if sound and isinstance(entry.size, int) else None
