"""The guard: who a request comes from, whether that is enough, and whether it comes too often."""

import math
from typing import Final

import anyio
import anyio.to_thread

from app.access.buckets import Buckets
from app.access.visitor import Scope, Visitor
from app.settings import ServiceSettings
from app.store.keys import KeyStore
from ingest.errors import ErrorCode, YorozuError

_OURS: Final = "yz_"
_LOOKUPS = 8  # threads of their own: a scrape or a health check with a key does not wait behind questions


class Guard:
    """One a service. Whoever has a good key is counted by it, everybody else by address."""

    def __init__(self, settings: ServiceSettings, keys: KeyStore) -> None:
        self._anonymous = settings.anonymous_reading
        self._keys = keys
        self._by_key = Buckets(settings.rate_of_keys)
        self._by_address = Buckets(settings.rate_of_addresses)
        self._lookups = anyio.CapacityLimiter(_LOOKUPS)

    async def admit(self, header: str, address: str, needed: Scope) -> Visitor:
        """Return who may come in.

        Args:
            header: the request's Authorization, "" where there is none.
            address: where the request comes from.
            needed: the scope that the route asks for.

        Raises:
            YorozuError: KEY_MISSING, KEY_INVALID, KEY_EXPIRED, SCOPE_MISSING, RATE_LIMITED,
                DATA_DIR_UNWRITABLE ….
        """
        token = self._token(header)
        if token is None:
            _limit(self._by_address, address)
            if self._anonymous and needed is Scope.READER:
                return Visitor(address=address)
            raise YorozuError(ErrorCode.KEY_MISSING)
        try:
            key = await anyio.to_thread.run_sync(self._keys.find, token, limiter=self._lookups)
        except YorozuError:
            _limit(self._by_address, address)  # who tries keys out is slowed down
            raise
        _limit(self._by_key, key.id)
        if not key.scope.covers(needed):
            raise YorozuError(ErrorCode.SCOPE_MISSING, needed=needed.value)
        return Visitor(key_id=key.id, scope=key.scope, address=address, name=key.name)

    def _token(self, header: str) -> str | None:
        """Return what is said to be a key, None where nothing is.

        Clients that must send something send anything where nobody asks for a key, and a proxy passes its
        own login on: that counts only where anonymous visitors are turned away.
        """
        scheme, _, rest = header.partition(" ")
        token = rest.strip() if scheme.lower() == "bearer" else ""
        if token.startswith(_OURS):
            return token
        return None if self._anonymous or not header else token


def _limit(buckets: Buckets, name: str) -> None:
    if wait := buckets.take(name):
        raise YorozuError(ErrorCode.RATE_LIMITED, seconds=math.ceil(wait))
