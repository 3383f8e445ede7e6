"""A circuit breaker: a server that fails again and again is left alone for a while."""

import threading
import time
from collections.abc import Callable

FAILURES = 3  # in a row, before it is left alone
FIRST_REST, LONGEST_REST = 30.0, 300.0  # seconds; doubled each time that the trial after a rest fails too


class Breaker:
    """Says whether a call is worth its time. After a rest a single call is let through as a trial."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        first_rest: float = FIRST_REST,
        longest_rest: float = LONGEST_REST,
    ) -> None:
        self._first, self._longest = first_rest, longest_rest
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._rest = first_rest
        self._closed_until = 0.0
        self._on_trial = False

    def allows(self) -> bool:
        """Whether to call now. After True exactly one of `succeeded`, `failed` or `left` must follow."""
        with self._lock:
            if self._failures < FAILURES:
                return True
            if self._on_trial or self._clock() < self._closed_until:
                return False
            self._on_trial = True
            return True

    @property
    def resting(self) -> bool:
        """Whether it is left alone: it failed so often that only a trial will be let through."""
        with self._lock:
            return self._failures >= FAILURES

    def succeeded(self) -> None:
        """It answered."""
        with self._lock:
            self._failures, self._rest, self._on_trial = 0, self._first, False

    def failed(self) -> None:
        """It did not."""
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                if self._on_trial:
                    self._rest = min(self._rest * 2, self._longest)
                self._closed_until = self._clock() + self._rest
            self._on_trial = False

    def left(self) -> None:
        """The call says nothing about the server: it was not made, or not waited for."""
        with self._lock:
            self._on_trial = False
