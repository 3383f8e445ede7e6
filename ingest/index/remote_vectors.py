"""The nearest vectors, from a Chroma server that may be slow, down, or say nonsense.

Asked over HTTP by ourselves: Chroma's own client waits without a limit, and takes a second to import.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from ingest.breaker import Breaker
from ingest.embedding.base import Vectors
from ingest.index.vector_server import VectorServer

log = logging.getLogger(__name__)
_COLLECTIONS = "/api/v2/tenants/default_tenant/databases/default_database/collections"
_FIRST_REST, _LONGEST_REST = 2.0, 30.0  # seconds; an answer without vectors is a poorer one
_SLACK = 0.01  # of a cosine distance, which lies between 0 and 2: what is computed in float32 strays a little
_MOST_BYTES = 4_000_000  # of an answer; two hundred numbers take ten thousand


class VectorsAway(Exception):  # noqa: N818 - no failure of a request: words alone answer it
    """The vectors cannot be searched now."""


class VectorSearch:
    """One a process, for every generation on the server. Safe to use from several threads.

    Args:
        server: None where the settings name none: nothing is found then.
        away: hears of each search that was not made, or came to nothing.
    """

    def __init__(self, server: VectorServer | None, away: Callable[[], object] = lambda: None) -> None:
        self._seconds = server.seconds if server is not None else 0.0
        self._client = None
        if server is not None:
            # A request is one attempt: what is not there in time is answered without.
            self._client = httpx.Client(
                base_url=server.url.rstrip("/"),
                headers=server.headers,
                timeout=server.seconds,
                trust_env=False,
                limits=httpx.Limits(max_keepalive_connections=20, keepalive_expiry=30),
            )
        self._away = away
        self._breaker = Breaker(first_rest=_FIRST_REST, longest_rest=_LONGEST_REST)
        self._lock = threading.Lock()
        self._ids: dict[str, str] = {}
        self._down = False

    def of(self, prefix: str) -> "RemoteVectors":
        """The vectors of one generation."""
        return RemoteVectors(self, prefix)

    def query(self, name: str, vector: Vectors, k: int, size: int) -> tuple[NDArray[np.int64], Vectors]:
        """Numbers of the `k` nearest of a collection of `size` vectors, and their cosines, best first.

        Raises:
            VectorsAway: at once while the server rests after failures, otherwise within the time limit.
        """
        if self._client is None or not self._breaker.allows():
            self._away()
            raise VectorsAway
        try:
            found = self._query(self._client, name, vector, k, size)
        except (httpx.HTTPError, ValueError, KeyError, TypeError, IndexError, OverflowError) as error:
            self._breaker.failed()
            self._failed(name, error)
            raise VectorsAway from error
        except BaseException:
            self._breaker.left()
            raise
        self._breaker.succeeded()
        if self._down:
            self._down = False
            log.warning("Chroma answers again: vectors are searched")
        return found

    def count(self, name: str) -> int:
        """Number of vectors in a collection.

        Raises:
            VectorsAway: where the server does not say.
        """
        if self._client is None:
            raise VectorsAway
        until = time.monotonic() + max(self._seconds, 10.0)
        try:
            return int(
                self._json(self._client, "GET", f"/{self._id(self._client, name, until)}/count", until)
            )
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise VectorsAway from error

    def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            self._client.close()

    def _query(
        self, client: httpx.Client, name: str, vector: Vectors, k: int, size: int
    ) -> tuple[NDArray[np.int64], Vectors]:
        until = time.monotonic() + self._seconds
        asked = {"query_embeddings": [vector.tolist()], "n_results": k, "include": ["distances"]}
        address = f"/{self._id(client, name, until)}/query"
        given = self._json(client, "POST", address, until, asked)
        numbers = np.array([int(one) for one in given["ids"][0]], dtype=np.int64)
        distances = np.array(given["distances"][0], dtype=np.float32)
        if (
            distances.shape != numbers.shape
            or not 0 < len(numbers) <= k
            or len(np.unique(numbers)) != len(numbers)
            or numbers.min() < 0
            or numbers.max() >= size
            or not np.isfinite(distances).all()
            or distances.min() < -_SLACK
            or distances.max() > 2 + _SLACK
        ):
            raise ValueError("no answer to what was asked")
        order = np.argsort(distances, kind="stable")
        return numbers[order], 1 - distances[order]

    def _id(self, client: httpx.Client, name: str, until: float) -> str:
        known = self._ids.get(name)
        if known is None:
            known = str(self._json(client, "GET", f"/{name}", until)["id"])
            with self._lock:
                self._ids[name] = known
        return known

    def _json(
        self, client: httpx.Client, method: str, address: str, until: float, body: object = None
    ) -> Any:
        """Read an answer whole; a server that sends a byte now and then is as slow as one that sends none."""
        left = until - time.monotonic()
        if left <= 0:
            raise httpx.ReadTimeout("too slow")
        with client.stream(method, _COLLECTIONS + address, json=body, timeout=left) as response:
            response.raise_for_status()
            read = bytearray()
            for piece in response.iter_bytes():
                read += piece
                if time.monotonic() > until:
                    raise httpx.ReadTimeout("too slow")
                if len(read) > _MOST_BYTES:
                    raise ValueError("too much")
        return json.loads(read, parse_constant=_refused)

    def _failed(self, name: str, error: Exception) -> None:
        self._away()
        with self._lock:
            self._ids.pop(name, None)  # it may have been made anew
            first, self._down = not self._down, True
        if first:
            log.warning("Chroma does not answer (%s): words alone are searched", type(error).__name__)


class RemoteVectors:
    """The vectors of one generation on a server."""

    def __init__(self, search: VectorSearch, prefix: str) -> None:
        self._search = search
        self._prefix = prefix

    def nearest(self, field: str, vector: Vectors, k: int, size: int) -> tuple[NDArray[np.int64], Vectors]:
        """See `VectorSearch.query`. Raises VectorsAway."""
        return self._search.query(f"{self._prefix}-{field}", vector, k, size)

    def count(self, field: str) -> int:
        """Number of vectors in a field. Raises VectorsAway."""
        return self._search.count(f"{self._prefix}-{field}")


def _refused(constant: str) -> float:
    """JSON has no NaN; Python would read one."""
    raise ValueError(constant)
