"""Draws pages in a few processes of their own: none can hang, crash or bloat the server."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.pages.marks import Box, PageText
from app.pages.pdfium import DrawPage, ReadText
from ingest.errors import ErrorCode, YorozuError
from ingest.readers.isolated import IsolatedReader

WORK = "app.pages.pdfium:work"
MEMORY_BYTES = 2 * 1024**3  # address space of one process
_OF_THE_PROCESS = frozenset({ErrorCode.FILE_TIMEOUT, ErrorCode.FILE_DAMAGED})


class Renderer:
    """Text and pictures of PDF pages. Safe to use from several threads; starts its processes when needed.

    Args:
        workers: how many pages are drawn at once.
        seconds: limit for one page, and for waiting until it is its turn.
        work: "module:function" that the processes run.
    """

    def __init__(self, *, workers: int = 2, seconds: float = 10.0, work: str = WORK) -> None:
        self._seconds = seconds
        # Last in, first out: while little is asked, one process is enough and the others never start.
        self._free: queue.LifoQueue[IsolatedReader] = queue.LifoQueue()
        self._all = [IsolatedReader(seconds, MEMORY_BYTES, work) for _ in range(workers)]
        for worker in self._all:
            self._free.put(worker)

    def text(self, path: Path, page: int) -> PageText:
        """Return the characters of page `page` (from 1) of the file at `path`.

        Raises:
            YorozuError: PAGE_UNREADABLE, PAGES_BUSY.
        """
        found = self._call(ReadText(str(path), page))
        assert isinstance(found, PageText)
        return found

    def picture(self, path: Path, page: int, scale: float, marks: tuple[Box, ...] = ()) -> bytes:
        """Return page `page` as PNG, `scale` pixels a point, or fewer where it is very large.

        Raises:
            YorozuError: PAGE_UNREADABLE, PAGES_BUSY.
        """
        found = self._call(DrawPage(str(path), page, scale, marks))
        assert isinstance(found, bytes)
        return found

    def close(self) -> None:
        """End the processes, also one that is at work."""
        for worker in self._all:
            worker.close()

    def _call(self, asked: ReadText | DrawPage) -> object:
        with self._worker() as worker:
            try:
                found: object = worker.call(asked)
            except YorozuError as error:
                if error.code in _OF_THE_PROCESS:
                    raise YorozuError(ErrorCode.PAGE_UNREADABLE, reason=_reason(error)) from error
                raise
        return found

    @contextmanager
    def _worker(self) -> Iterator[IsolatedReader]:
        try:
            worker = self._free.get(timeout=self._seconds)
        except queue.Empty as error:
            raise YorozuError(ErrorCode.PAGES_BUSY) from error
        try:
            yield worker
        finally:
            self._free.put(worker)


def _reason(error: YorozuError) -> str:
    if error.code is ErrorCode.FILE_TIMEOUT:
        return f"{error.detail.get('seconds')} 秒以内に終わりませんでした"
    return "ページの処理が異常終了しました"
