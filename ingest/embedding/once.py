"""A model that is opened when it is first needed; one that does not open is left alone for a while."""

import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from ingest.errors import YorozuError

T = TypeVar("T")
REST: Final = 30.0  # seconds; hashing and failing again at every question would make each of them slow


class Once(Generic[T]):
    """Holds what `opening` returns. Safe to use from several threads.

    Args:
        opening: makes it; may raise a YorozuError.
        clock: seconds that never run backwards.
    """

    def __init__(self, opening: Callable[[], T], clock: Callable[[], float] = time.monotonic) -> None:
        self._opening = opening
        self._clock = clock
        self._lock = threading.Lock()
        self._opened: T | None = None
        self._failed: tuple[float, YorozuError] | None = None

    def get(self) -> T:
        """Return it, opened now or before.

        Raises:
            YorozuError: of `opening`, also the one of a little while ago.
        """
        with self._lock:
            if self._opened is not None:
                return self._opened
            if self._failed is not None and self._clock() < self._failed[0] + REST:
                error = self._failed[1]
                raise YorozuError(error.code, **error.detail)
            try:
                self._opened = self._opening()
            except YorozuError as error:
                self._failed = self._clock(), error
                raise
            return self._opened
