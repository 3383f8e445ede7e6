"""Reads files in a process of its own, so that no file can hang, crash or bloat the one that asked."""

import importlib
import multiprocessing
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ingest.errors import ErrorCode, YorozuError
from ingest.models import FileContent
from ingest.readers.confine import allow_seconds, confine

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

READER = "ingest.readers.registry:read_file"
_START_SECONDS = 60.0  # imports on a cold disk; reading itself has the caller's limit
_MEBIBYTE = 1024 * 1024


class IsolatedReader:
    """Reads one file after the other in a worker process, which is replaced when a file brings it down.

    Args:
        seconds: time limit for one file.
        memory_bytes: address space that the worker may use (where the system can limit it). What else it may
            not do stands in `confine`.
        reader: "module:function" that reads a path, or takes what `call` is given; a named reason is a
            YorozuError.
        written_bytes: largest temporary file that it may write; see `confine`.
    """

    def __init__(
        self,
        seconds: float = 60.0,
        memory_bytes: int = 2 * 1024 * _MEBIBYTE,
        reader: str = READER,
        *,
        written_bytes: int = 0,
    ) -> None:
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._reader = reader
        self._written_bytes = written_bytes
        self._process: Any = None
        self._connection: Connection[Any, Any] | None = None
        self._ready = False  # whether the worker has said that it is
        self._deadline = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, path: Path) -> FileContent:
        """Read the file at `path` in the worker.

        Raises:
            YorozuError: the reader's own reason; FILE_TIMEOUT when the limit is reached; FILE_DAMAGED when
                the reader fails in any other way or needs too much memory.
            RuntimeError: the worker cannot be started (the reader cannot be imported).
        """
        content: FileContent = self.call(path)
        return content

    def call(self, asked: Any) -> Any:
        """Have the worker's function work on `asked` and return what it returns; both travel through a pipe.

        Raises:
            YorozuError, RuntimeError: as `read`.
        """
        self.begin(asked)
        return self.end()

    def start(self) -> None:
        """Start the worker, if there is none, without waiting for it."""
        if self._process is None:
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            given = (theirs, self._reader, self._memory_bytes, self._written_bytes, self._seconds)
            process = context.Process(target=_work, args=given, daemon=True)
            process.start()
            theirs.close()
            self._process, self._connection = process, ours

    def begin(self, asked: Any) -> "Connection[Any, Any]":
        """Have the worker begin with `asked`, once it is ready; `end` fetches what comes of it.

        Returns:
            A connection that is ready (see multiprocessing.connection.wait) when `end` need not wait.

        Raises:
            RuntimeError: the worker cannot be started (the reader cannot be imported).
        """
        connection = self._started()
        self._deadline = time.monotonic() + self._seconds
        try:
            with suppress(OSError):  # a worker that is gone is noticed in `end`
                connection.send(asked)
        except BaseException:
            self.close()  # half a message may be in the pipe
            raise
        return connection

    @property
    def remaining(self) -> float:
        """Seconds that the worker has left for what it began with, at least 0."""
        return max(0.0, self._deadline - time.monotonic())

    def end(self) -> Any:
        """Wait for what `begin` began and return it.

        Raises:
            YorozuError: as `read`.
        """
        connection = self._connection
        if connection is None:  # closed by another thread
            raise _gone()
        try:
            outcome = connection.recv() if connection.poll(self.remaining) else None
        except (EOFError, OSError) as error:
            self.close()
            raise _gone() from error
        except BaseException:
            self.close()  # interrupted: an answer to this file must not be taken for the next one's
            raise
        if outcome is None:
            self.close()
            raise YorozuError(ErrorCode.FILE_TIMEOUT, seconds=round(self._seconds, 1))
        return _unpacked(outcome)

    def close(self) -> None:
        """End the worker; the next `read` starts another."""
        process, connection = self._process, self._connection
        self._process = self._connection = None
        self._ready = False
        if process is not None:
            process.kill()
            process.join()
            process.close()
        if connection is not None:
            connection.close()

    def _started(self) -> "Connection[Any, Any]":
        self.start()
        connection = self._connection
        assert connection is not None
        if self._ready:
            return connection
        greeting = "no answer"
        with suppress(EOFError, OSError):
            greeting = connection.recv() if connection.poll(_START_SECONDS) else greeting
        if greeting != "ready":
            self.close()
            raise RuntimeError(f"the reading process did not start: {greeting}")
        self._ready = True
        return connection


def _gone() -> YorozuError:
    return YorozuError(ErrorCode.FILE_DAMAGED, reason="読み取り処理が異常終了しました")


def _unpacked(outcome: tuple[str, Any, Any]) -> Any:
    kind, first, second = outcome
    if kind == "content":
        return first
    raise YorozuError(ErrorCode(first), **second)


def _work(
    connection: "Connection[Any, Any]", reader: str, memory_bytes: int, written_bytes: int, seconds: float
) -> None:
    """The worker: answers what it is sent with what its function returns or a named reason, until the end."""
    _keep_quiet()
    try:
        read = _find(reader)
    except (ImportError, AttributeError, ValueError) as error:
        connection.send(f"{type(error).__name__}: {error}")
        return
    confine(memory_bytes, written_bytes)
    connection.send("ready")
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            asked = connection.recv()
            allow_seconds(seconds)
            connection.send(_outcome(read, asked, memory_bytes))


def _outcome(read: Callable[[Any], Any], asked: Any, memory_bytes: int) -> tuple[str, Any, Any]:
    try:
        return "content", read(asked), None
    except YorozuError as error:
        return "error", error.code.value, error.detail
    except MemoryError:
        reason = f"読み取りに {memory_bytes // _MEBIBYTE} MB を超えるメモリーが必要です"
        return "error", ErrorCode.FILE_DAMAGED.value, {"reason": reason}
    except Exception as error:  # noqa: BLE001  # the outer border: one file's failure must not end the batch
        return "error", ErrorCode.FILE_DAMAGED.value, {"reason": type(error).__name__}


def _find(reader: str) -> Callable[[Any], Any]:
    module, _, name = reader.partition(":")
    found: Callable[[Any], Any] = getattr(importlib.import_module(module), name)
    return found


def _keep_quiet() -> None:
    """Remarks of the parsing libraries, native ones included, would land in the middle of a progress bar."""
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123  # os.devnull is no path of a folder
        os.dup2(nowhere.fileno(), 2)
