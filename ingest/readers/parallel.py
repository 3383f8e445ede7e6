"""Reads several files at a time, each in a process of its own."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import YorozuError
from ingest.models import FileContent
from ingest.readers.isolated import READER, IsolatedReader

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

MOST_READERS = 4  # each may take the memory that one file is allowed


def read_each(
    paths: Sequence[Path], seconds: float, *, readers: int | None = None, reader: str = READER
) -> Iterator[tuple[int, FileContent | YorozuError]]:
    """Read the files at `paths`; yield the number of each with what came of it, in the order they get done.

    Args:
        paths: of the files.
        seconds: time limit for each file.
        readers: how many files are read at a time; None for one a core, up to MOST_READERS.
        reader: see `IsolatedReader`.

    Raises:
        RuntimeError: a worker cannot be started.
    """
    count = min(len(paths), readers or min(os.cpu_count() or 1, MOST_READERS))
    left = iter(enumerate(paths))
    busy: dict[IsolatedReader, tuple[int, Connection[Any, Any]]] = {}

    def give(worker: IsolatedReader) -> None:
        """Let `worker` have the next file, if there is one."""
        for number, path in left:
            busy[worker] = number, worker.begin(path)
            return

    with ExitStack() as stack:
        workers = [stack.enter_context(IsolatedReader(seconds, reader=reader)) for _ in range(count)]
        for worker in workers:
            worker.start()  # all at once; `give` waits until one is ready
        for worker in workers:
            give(worker)
        while busy:
            for worker in _done(busy):
                number, _ = busy.pop(worker)
                outcome = _outcome(worker)
                give(worker)
                yield number, outcome


def _done(busy: "dict[IsolatedReader, tuple[int, Connection[Any, Any]]]") -> list[IsolatedReader]:
    """The workers that have an answer or are out of time; waits for the first."""
    answered = wait([connection for _, connection in busy.values()], min(worker.remaining for worker in busy))
    return [w for w, (_, connection) in busy.items() if connection in answered or not w.remaining]


def _outcome(worker: IsolatedReader) -> FileContent | YorozuError:
    try:
        content: FileContent = worker.end()
    except YorozuError as error:
        return error
    return content
