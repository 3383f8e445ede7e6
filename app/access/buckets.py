"""How often somebody may come: a token bucket for each name, in this process, in bounded memory."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MOST_NAMES = 10_000
# A bucket holds what flows in in this time: a page and all its pictures are asked for at once.
_BURST_SECONDS = 10.0
_FEWEST = 5.0  # and no less than this


class Buckets:
    """A bucket a name, filled steadily, emptied by one with each request. Safe to use from several threads.

    Beyond `most` the names that came longest ago are forgotten; who comes again after that finds a full one.

    Args:
        per_minute: how many requests a name may make in the long run; 0 sets no limit.
        burst: how many at once after a rest; by default what flows in during ten seconds, at least five.
        most: how many names are kept.
        clock: seconds that never run backwards.

    Attributes:
        waits: whether `take` may wait for another machine, and belongs into a thread.
    """

    waits = False

    def __init__(
        self,
        per_minute: float,
        *,
        burst: float | None = None,
        most: int = MOST_NAMES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate = per_minute / 60
        self._full = burst or max(self._rate * _BURST_SECONDS, _FEWEST)
        self._most = most
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str) -> float:
        """Take one. Returns 0.0, or the seconds after which there will be one, and takes none then."""
        if not self._rate:
            return 0.0
        with self._lock:
            now = self._clock()
            level, seen = self._levels.pop(name, (self._full, now))
            level = min(self._full, level + (now - seen) * self._rate)
            granted = level >= 1
            self._levels[name] = (level - granted, now)
            if len(self._levels) > self._most:
                self._levels.popitem(last=False)
        return 0.0 if granted else (1 - level) / self._rate

    def put_back(self, name: str) -> None:
        """Undo one `take`: what came was as it should be."""
        with self._lock:
            if (kept := self._levels.get(name)) is not None:
                self._levels[name] = (min(self._full, kept[0] + 1), kept[1])

    def __len__(self) -> int:
        return len(self._levels)
