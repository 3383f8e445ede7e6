"""A folder of finished pictures, kept to a size: what was not used for longest goes first."""

import hashlib
import logging
import os
import threading
from contextlib import suppress
from pathlib import Path

_SUFFIX = ".page"
log = logging.getLogger(__name__)


def key_of(*parts: object) -> str:
    """A name for what `parts` decide; it serves as ETag as well."""
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]


class PageCache:
    """Bytes by key, on disk. Safe to use from several threads and processes.

    A cache only saves time: where the folder cannot be written, everything goes on without it.

    Args:
        folder: its own; made when first needed.
        limit_bytes: size of all files together; 0 keeps none.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder = folder
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._size: int | None = None  # of all files, as far as is known; None before the first look

    def get(self, key: str) -> bytes | None:
        """Return what was kept under `key`, None where nothing is."""
        path = self._path(key)
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return data or None

    def put(self, key: str, data: bytes) -> None:
        """Keep `data`; let go of the least recently used beyond the limit."""
        if len(data) > self._limit:
            return
        path = self._path(key)
        fresh = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(data)
            fresh.replace(path)  # readers see all of it or nothing
            with self._lock:
                self._size = None if self._size is None else self._size + len(data)
                if self._size is None or self._size > self._limit:
                    self._size = self._trim()
        except OSError as error:
            log.warning("page cache: %s", error.strerror)
            with suppress(OSError):
                fresh.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / (key + _SUFFIX)

    def _trim(self) -> int:
        """Delete the oldest until a tenth is free again, so that not every picture means a look at all."""
        found: list[tuple[int, int, Path]] = []
        for path in self._folder.iterdir():
            try:
                stat = path.stat()
            except FileNotFoundError:
                continue  # another process was quicker
            found.append((stat.st_mtime_ns, stat.st_size, path))
        size = sum(each for _, each, _ in found)
        if size <= self._limit:
            return size
        for _, each, path in sorted(found):
            if size <= self._limit * 9 // 10:
                break
            path.unlink(missing_ok=True)
            size -= each
        return size
