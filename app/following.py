"""Take over each new generation from the shared folder while questions are answered."""

import logging
from pathlib import Path
from threading import Event, Thread

from ingest.errors import ErrorCode, YorozuError
from ingest.index.travel import import_generation, is_current

log = logging.getLogger(__name__)
_PATIENCE_SECONDS = 10.0


class Following:
    """A thread that looks every few seconds. Which generation answers changes between two questions only.

    Args:
        shared: the folder; None follows nothing.
        data_dir: where this machine keeps its copy.
        seconds: how often it looks.
    """

    def __init__(self, shared: Path | None, data_dir: Path, seconds: float) -> None:
        self._shared = shared
        self._data_dir = data_dir
        self._seconds = seconds
        self._stop = Event()
        self._thread: Thread | None = None
        self._problem: ErrorCode | None = None

    def start(self) -> None:
        """Begin."""
        if self._shared is not None:
            self._thread = Thread(target=self._run, args=(self._shared,), daemon=True, name="generations")
            self._thread.start()

    def stop(self) -> None:
        """End; what is being copied is thrown away by the next start."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_PATIENCE_SECONDS)

    def look(self, shared: Path) -> None:
        """Take over what is new, if anything is."""
        try:
            if not is_current(shared, self._data_dir):
                taken = import_generation(shared, self._data_dir)
                if taken is not None:
                    log.info("generation %s taken over", taken)
            self._problem = None
        except YorozuError as error:  # half copied, disk full, another process copies: the next look tells
            if error.code is not self._problem:
                log.warning("no new generation: %s", error.message)
            self._problem = error.code

    def _run(self, shared: Path) -> None:
        while not self._stop.is_set():
            self.look(shared)
            self._stop.wait(self._seconds)
