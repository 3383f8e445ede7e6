"""One download over https into a part file, resumed where an earlier try stopped."""

import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urljoin

import httpx

from ingest.errors import ErrorCode, YorozuError
from ingest.fetch_address import check_peer, check_url, proxy_for
from ingest.fetch_part import PartState, drop_part, read_state, write_state
from ingest.fetch_record import Fetched

Progress = Callable[[int, int | None], None]  # bytes so far, bytes in all if known

_REDIRECTS = {301, 302, 303, 307, 308}
_TRY_AGAIN = {429, 500, 502, 503, 504}


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much; seconds and megabytes. The defaults suit a 100 MB file on a slow line."""

    connect_seconds: float = 10.0
    read_seconds: float = 30.0  # the longest silence
    total_seconds: float = 600.0  # one file, all tries together
    max_mb: float = 200.0
    redirects: int = 5
    tries: int = 3
    pause_seconds: float = 1.0  # before the second try, doubled each time


@dataclass(frozen=True, slots=True)
class Got:
    """What a finished download says about itself; `changed` is False for "304 Not Modified"."""

    final_url: str
    etag: str | None
    last_modified: str | None
    changed: bool = True


class Downloader:
    """Downloads under fixed limits. `loopback` is for tests: this machine, trusted through that context."""

    def __init__(self, limits: Limits, loopback: ssl.SSLContext | None = None) -> None:
        self._limits = limits
        self._loopback = loopback is not None
        # SSL_CERT_FILE is respected: company proxies bring their own certificate authority.
        self._verify = loopback or httpx.create_ssl_context(trust_env=True)
        self._clients: dict[str | None, httpx.Client] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients.values():
            client.close()

    def download(self, url: str, part: Path, known: Fetched | None, progress: Progress | None) -> Got:
        """Get `url` into `part`, resuming it; nothing is got when the server says that `known` is current.

        Raises:
            YorozuError: one of the FETCH_* codes, or SETTING_INVALID for a proxy that cannot be used.
        """
        deadline = time.monotonic() + self._limits.total_seconds
        pause = self._limits.pause_seconds
        for tries_left in range(self._limits.tries - 1, -1, -1):
            try:
                return self._attempt(url, part, known, progress, deadline)
            except _TransientError as error:
                if tries_left == 0 or time.monotonic() + pause > deadline:
                    raise error.shown from error
            time.sleep(pause)
            pause *= 2
        raise YorozuError(ErrorCode.FETCH_UNREACHABLE, url=url)

    def _attempt(
        self, url: str, part: Path, known: Fetched | None, progress: Progress | None, deadline: float
    ) -> Got:
        state = read_state(part, url)
        headers = _request_headers(part, state, known)
        try:
            with self._follow(url, headers, deadline) as (final, response):
                if response.status_code == httpx.codes.NOT_MODIFIED and known is not None:
                    return Got(final, known.etag, known.last_modified, changed=False)
                start = _start_of(response, part, url)
                self._receive(response, part, start, url, deadline, progress)
                header = response.headers
                return Got(final, header.get("ETag"), header.get("Last-Modified"))
        except httpx.TimeoutException as error:
            raise _TransientError(YorozuError(ErrorCode.FETCH_TIMEOUT, url=url)) from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise _TransientError(YorozuError(ErrorCode.FETCH_UNREACHABLE, url=url)) from error
        except httpx.InvalidURL as error:
            raise YorozuError(ErrorCode.FETCH_UNREACHABLE, url=url) from error

    @contextmanager
    def _follow(
        self, url: str, headers: dict[str, str], deadline: float
    ) -> Iterator[tuple[str, httpx.Response]]:
        """The address that it ended at, and the response there."""
        for _ in range(self._limits.redirects + 1):
            with ExitStack() as stack:
                response = self._ask(stack, url, headers, deadline)
                if response.status_code not in _REDIRECTS:
                    yield url, response
                    return
                url = urljoin(url, response.headers.get("Location", ""))
        raise YorozuError(ErrorCode.FETCH_STATUS, url=url, status="転送の繰り返し")

    def _ask(self, stack: ExitStack, url: str, headers: dict[str, str], deadline: float) -> httpx.Response:
        """Ask at one of the addresses that were checked, else the next; by name at a proxy."""
        proxy = proxy_for(url)
        addresses = check_url(url, loopback=self._loopback, proxied=proxy is not None)
        client = self._client(proxy)
        for last, request in _requests(client, url, headers, addresses):
            request.extensions |= {"timeout": self._timeout(url, deadline).as_dict()}
            try:
                response = client.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if last:
                    raise
                continue
            stack.callback(response.close)
            if proxy is None:
                self._check_peer(response, url)
            return response
        raise YorozuError(ErrorCode.FETCH_UNREACHABLE, url=url)

    def _client(self, proxy: str | None) -> httpx.Client:
        if proxy not in self._clients:
            self._clients[proxy] = httpx.Client(
                verify=self._verify,
                proxy=proxy,
                trust_env=False,
                headers={"User-Agent": "yorozu-fetch", "Accept-Encoding": "identity"},
            )
        return self._clients[proxy]

    def _timeout(self, url: str, deadline: float) -> httpx.Timeout:
        left = deadline - time.monotonic()
        if left <= 0:
            raise YorozuError(ErrorCode.FETCH_TIMEOUT, url=url)
        connect, read = min(self._limits.connect_seconds, left), min(self._limits.read_seconds, left)
        return httpx.Timeout(read, connect=connect)

    def _check_peer(self, response: httpx.Response, url: str) -> None:
        address = response.extensions["network_stream"].get_extra_info("server_addr")
        if address:
            check_peer(str(address[0]), url, loopback=self._loopback)

    def _receive(
        self,
        response: httpx.Response,
        part: Path,
        start: int,
        url: str,
        deadline: float,
        progress: Progress | None,
    ) -> None:
        limit = int(self._limits.max_mb * 1_000_000)
        length = response.headers.get("Content-Length", "")
        total = start + int(length) if length.isdecimal() else None
        if total is not None and total > limit:
            raise YorozuError(ErrorCode.FETCH_TOO_LARGE, url=url, limit_mb=f"{self._limits.max_mb:g}")
        if start == 0:
            _begin(part, url, response)
        size = start
        with part.open("ab" if start else "wb") as file:
            # As they come: full chunks would hide a trickle from the deadline and lose the last when cut.
            for chunk in response.iter_bytes():
                size += len(chunk)
                if size > limit:
                    break
                file.write(chunk)
                if progress is not None:
                    progress(size, total)
                if time.monotonic() > deadline:
                    raise YorozuError(ErrorCode.FETCH_TIMEOUT, url=url)
        if size > limit:
            drop_part(part)
            raise YorozuError(ErrorCode.FETCH_TOO_LARGE, url=url, limit_mb=f"{self._limits.max_mb:g}")


class _TransientError(Exception):
    """Worth another try; `shown` is the error for the user when none is left."""

    def __init__(self, shown: YorozuError) -> None:
        self.shown = shown
        super().__init__(shown.message)


def _requests(
    client: httpx.Client, url: str, headers: dict[str, str], addresses: Sequence[str]
) -> Iterator[tuple[bool, httpx.Request]]:
    """A request to each address with the name in head and handshake, and whether it is the last."""
    if not addresses:
        yield True, client.build_request("GET", url, headers=headers)
    named = httpx.URL(url)
    for number, address in enumerate(addresses, start=1):
        request = client.build_request("GET", named.copy_with(host=address), headers=headers)
        request.headers["Host"] = named.netloc.decode("ascii")
        request.extensions |= {"sni_hostname": named.raw_host.decode("ascii")}
        yield number == len(addresses), request


def _request_headers(part: Path, state: PartState | None, known: Fetched | None) -> dict[str, str]:
    if state is not None:
        return {"Range": f"bytes={part.stat().st_size}-", "If-Range": state.validator}
    headers = {}
    if known is not None and known.etag:
        headers["If-None-Match"] = known.etag
    if known is not None and known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers


def _start_of(response: httpx.Response, part: Path, url: str) -> int:
    """Return the offset in `part` from which the body goes on, 0 for a whole body."""
    status = response.status_code
    have = part.stat().st_size if part.exists() else 0
    asked = response.request.headers.get("Range") is not None
    if status == httpx.codes.OK:
        return 0
    if asked and status == httpx.codes.PARTIAL_CONTENT:
        if response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            return have
    elif not (asked and status == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE):
        shown = YorozuError(ErrorCode.FETCH_STATUS, url=url, status=status)
        if status in _TRY_AGAIN:
            raise _TransientError(shown)
        raise shown
    # The part does not fit what is there now: from the beginning.
    drop_part(part)
    raise _TransientError(YorozuError(ErrorCode.FETCH_STATUS, url=url, status=status))


def _begin(part: Path, url: str, response: httpx.Response) -> None:
    """Remember which version the part is the beginning of, if the server says so in a usable way."""
    etag = response.headers.get("ETag", "")
    validator = etag if etag.startswith('"') else response.headers.get("Last-Modified", "")
    if not validator or response.headers.get("Content-Encoding"):
        # Without a strong validator the rest could belong to another version.
        drop_part(part)
        return
    write_state(part, PartState(url, validator))
