"""One writer at a time: an operating-system lock, so that a killed writer never leaves it behind."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.errors import ErrorCode, YorozuError
from ingest.index.layout import index_folder


@contextmanager
def writer_lock(data_dir: Path) -> Iterator[None]:
    """Hold the right to write below `data_dir`.

    Raises:
        YorozuError: INDEX_LOCKED with the `pid` of the writer at work; DATA_DIR_UNWRITABLE.
    """
    folder = index_folder(data_dir)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / "LOCK", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise YorozuError(ErrorCode.DATA_DIR_UNWRITABLE, path=str(data_dir)) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
            raise YorozuError(ErrorCode.INDEX_LOCKED, pid=pid) from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode("ascii"), 0)
        yield
    finally:
        os.close(handle)  # gives the lock back
