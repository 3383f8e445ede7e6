"""A connection to Redis that may be missing: what is counted there is then counted by this process alone."""

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from app.access.buckets import Buckets

log = logging.getLogger(__name__)
_WAIT_SECONDS = 0.25  # a request must not be late because of a counter
_REST_SECONDS = 5.0  # that Redis is left alone after it failed

# A bucket as `Buckets` has it, by the clock of Redis: those of several machines differ. ARGV: what flows in
# a second, how much goes in, what is taken (1) or put back (-1). Returns the seconds to wait, as text.
_SCRIPT: Final = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local rate, full, taken = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local kept = redis.call('HMGET', KEYS[1], 'level', 'seen')
local level = math.min(full, (tonumber(kept[1]) or full) + (now - (tonumber(kept[2]) or now)) * rate)
local wait = 0
if taken > 0 and level < 1 then wait = (1 - level) / rate else level = math.min(full, level - taken) end
redis.call('HSET', KEYS[1], 'level', tostring(level), 'seen', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((full - level) / rate * 1000) + 1000)
return tostring(wait)
"""


class RedisLink:
    """One a process. Safe to use from several threads.

    Args:
        url: of the server; holds a password.
        alone: hears of each count that Redis did not make.
    """

    def __init__(self, url: str, alone: Callable[[], object] = lambda: None) -> None:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.exceptions import RedisError
        from redis.retry import Retry

        self._failures: tuple[type[Exception], ...] = (RedisError, OSError, ValueError)
        waits = {"socket_timeout": _WAIT_SECONDS, "socket_connect_timeout": _WAIT_SECONDS}
        self._client: Any = Redis.from_url(
            url, decode_responses=True, retry=Retry(NoBackoff(), 0), client_name="yorozu", **waits
        )
        self._script = self._client.register_script(_SCRIPT)
        self._alone = alone
        self._lock = threading.Lock()
        self._rests_until = 0.0
        self._down = False

    def count(self, key: str, rate: float, full: float, taken: int) -> float | None:
        """The seconds to wait, 0.0 for none; None where Redis does not answer."""
        if time.monotonic() < self._rests_until:
            self._alone()
            return None
        try:
            wait = float(self._script(keys=[f"yorozu:limit:{key}"], args=[rate, full, taken]))
        except self._failures as error:
            self._failed(error)
            return None
        if self._down:
            with self._lock:
                self._down = False
            log.warning("Redis answers again: limits are shared")
        return wait

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _failed(self, error: Exception) -> None:
        with self._lock:
            first, self._down = not self._down, True
            self._rests_until = time.monotonic() + _REST_SECONDS
        if first:  # its text may hold the address, and that a password
            log.warning("Redis does not answer (%s): this process counts by itself", type(error).__name__)
        self._alone()


class SharedBuckets(Buckets):
    """Buckets that several processes fill and empty together; this one's own while Redis is away.

    What a process counted by itself is not carried over: for that while a name has as many buckets as there
    are processes.
    """

    waits = True

    def __init__(self, link: RedisLink, room: str, per_minute: float, *, burst: float | None = None) -> None:
        super().__init__(per_minute, burst=burst)
        self._link = link
        self._room = room

    def take(self, name: str) -> float:
        """Take one, see `Buckets.take`."""
        if not self._rate:
            return 0.0
        wait = self._link.count(self._key(name), self._rate, self._full, 1)
        return super().take(name) if wait is None else wait

    def put_back(self, name: str) -> None:
        """Undo one `take`."""
        if self._rate and self._link.count(self._key(name), self._rate, self._full, -1) is None:
            super().put_back(name)

    def _key(self, name: str) -> str:
        """Names hold addresses and logins: Redis gets a hash."""
        return f"{self._room}:{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:32]}"


class Limits:
    """Makes the buckets of a service: shared ones where the settings name a Redis.

    Args:
        link: to Redis; None counts in this process.
        clock: seconds that never run backwards, for what this process counts.
    """

    def __init__(self, link: RedisLink | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._link = link
        self._clock = clock

    @classmethod
    def at(cls, url: str | None, alone: Callable[[], object] = lambda: None) -> "Limits":
        """Those of the Redis at `url`, or of this process alone. Nothing is connected yet."""
        return cls(RedisLink(url, alone) if url is not None else None)

    def buckets(self, room: str, per_minute: float, *, burst: float | None = None) -> Buckets:
        """Buckets for one purpose, `room`."""
        if self._link is None:
            return Buckets(per_minute, burst=burst, clock=self._clock)
        return SharedBuckets(self._link, room, per_minute, burst=burst)

    def close(self) -> None:
        """Let go of the connections."""
        if self._link is not None:
            self._link.close()
