"""The guard: who a request comes from, whether that is enough, and whether it comes too often."""

import math
from dataclasses import dataclass
from typing import Final

import anyio
import anyio.to_thread

from app.access.buckets import Buckets
from app.access.redis_link import Limits
from app.access.visitor import Scope, Visitor
from app.settings import ServiceSettings
from app.store.keys import KeyStore
from app.store.sessions import SessionStore
from ingest.errors import ErrorCode, YorozuError

_OURS: Final = "yz_"
_LOOKUPS = 8  # threads of their own: a scrape or a health check with a key does not wait behind questions


@dataclass(frozen=True, slots=True)
class Shown:
    """What a request shows of whom it comes from.

    Attributes:
        header: its Authorization, "" where there is none.
        address: where it comes from.
        session: what its session cookie holds, "" where there is none.
        genuine: whether it changes nothing, or proved that a page of ours made it.
    """

    header: str
    address: str
    session: str = ""
    genuine: bool = True


class Guard:
    """One a service. Whoever has a key or has logged in is counted by that, everybody else by address."""

    def __init__(
        self, settings: ServiceSettings, keys: KeyStore, sessions: SessionStore, limits: Limits | None = None
    ) -> None:
        limits = limits or Limits()
        self._anonymous = settings.anonymous_reading
        self._keys = keys
        self._sessions = sessions
        self._by_key = limits.buckets("key", settings.rate_of_keys)
        self._by_address = limits.buckets("address", settings.rate_of_addresses)
        self._lookups = anyio.CapacityLimiter(_LOOKUPS)

    async def admit(self, shown: Shown, needed: Scope) -> Visitor:
        """Return who may come in. A key comes before a cookie: it was sent on purpose.

        Raises:
            YorozuError: KEY_MISSING, KEY_INVALID, KEY_EXPIRED, SESSION_EXPIRED, CSRF_FAILED, SCOPE_MISSING,
                RATE_LIMITED, DATA_DIR_UNWRITABLE ….
        """
        token = self._token(shown)
        if token is not None:
            return _covering(await self._by_token(token, shown.address), needed)
        if shown.session and (visitor := await self._by_session(shown)) is not None:
            return _covering(visitor, needed)
        await self._limit(self._by_address, shown.address)
        if self._anonymous and needed is Scope.READER:
            return Visitor(address=shown.address)
        raise YorozuError(ErrorCode.SESSION_EXPIRED if shown.session else ErrorCode.KEY_MISSING)

    async def _by_token(self, token: str, address: str) -> Visitor:
        try:
            key = await anyio.to_thread.run_sync(self._keys.find, token, limiter=self._lookups)
        except YorozuError:
            await self._limit(self._by_address, address)  # who tries keys out is slowed down
            raise
        await self._limit(self._by_key, key.id)
        return Visitor(key_id=key.id, scope=key.scope, address=address, name=key.name)

    async def _by_session(self, shown: Shown) -> Visitor | None:
        find = self._sessions.find
        person = await anyio.to_thread.run_sync(find, shown.session, limiter=self._lookups)
        if person is None:
            return None
        await self._limit(self._by_key, person.id)
        if not shown.genuine:
            raise YorozuError(ErrorCode.CSRF_FAILED)
        return Visitor(person_id=person.id, scope=person.scope, address=shown.address, name=person.name)

    async def _limit(self, buckets: Buckets, name: str) -> None:
        if buckets.waits:
            wait = await anyio.to_thread.run_sync(buckets.take, name, limiter=self._lookups)
        else:
            wait = buckets.take(name)
        if wait:
            raise YorozuError(ErrorCode.RATE_LIMITED, seconds=math.ceil(wait))

    def _token(self, shown: Shown) -> str | None:
        """Return what is said to be a key, None where nothing is.

        Clients that must send something send anything where nobody asks for a key, and a proxy passes its
        own login on: that counts only where anonymous visitors are turned away and nobody has logged in.
        """
        scheme, _, rest = shown.header.partition(" ")
        token = rest.strip() if scheme.lower() == "bearer" else ""
        if token.startswith(_OURS):
            return token
        return None if self._anonymous or shown.session or not shown.header else token


def _covering(visitor: Visitor, needed: Scope) -> Visitor:
    if visitor.scope is None or not visitor.scope.covers(needed):
        raise YorozuError(ErrorCode.SCOPE_MISSING, needed=needed.value)
    return visitor
