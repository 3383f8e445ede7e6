"""The border of every request: its id, its size limit, its headers, and nothing unexpected gets past it."""

import logging
import re
import secrets
from collections.abc import Callable
from time import perf_counter

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access.visitor import ANYBODY
from app.api.errors import error_response
from ingest.errors import ErrorCode, YorozuError

REQUEST_ID = "X-Request-ID"
_GIVEN_ID = re.compile(
    r"[A-Za-z0-9._-]{1,64}"
)  # what a portal may hand in; anything else could forge log lines
_SECRET = re.compile(
    r"(yz_[0-9a-f]{12}_)[\w-]+", re.ASCII
)  # a key does not belong into an address, but gets there
_LONGEST_PATH = 500  # bytes in a log line; ours have a fifth of it
_HEADERS = {
    # Everything the page needs comes from here, in files of its own; other sites may not put it in a frame.
    "Content-Security-Policy": (
        "default-src 'none'; object-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the addresses of an intranet are nobody else's business
}

log = logging.getLogger(__name__)


class RequestBorder:
    """Give each request an id, log one line without its query, make an error of what nobody expected."""

    def __init__(self, app: ASGIApp, *, hsts_seconds: int = 0, hsts_subdomains: bool = False) -> None:
        self.app = app
        self._headers = dict(_HEADERS)
        if hsts_seconds:
            below = "; includeSubDomains" if hsts_subdomains else ""
            self._headers["Strict-Transport-Security"] = f"max-age={hsts_seconds}{below}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        started = perf_counter()
        status: int | None = None

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = request_id
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:  # the border: the client gets an error object, the log gets the traceback
            log.exception("request %s failed", request_id)
            if status is not None:
                raise  # the response has begun; only cutting the connection tells the client
            error = YorozuError(ErrorCode.INTERNAL, request_id=request_id)
            await error_response(error, scope["path"])(scope, receive, send_with_headers)
        _log_request(scope, status, (perf_counter() - started) * 1000, request_id)


class BodyLimit:
    """Refuse bodies over the limit: by their announced length, or while reading where none is announced.

    The framework's own limit answers in plain text, which would break the error contract.
    """

    def __init__(self, app: ASGIApp, limit_of: Callable[[str], int]) -> None:
        self.app = app
        self.limit_of = limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.limit_of(scope["path"])
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced[:20]) > limit:
            error = YorozuError(ErrorCode.REQUEST_TOO_LARGE, limit=limit)
            await error_response(error, scope["path"])(scope, receive, send)
            return
        size = 0

        async def receive_within_limit() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > limit:
                raise HTTPException(413)  # the one kind of exception that body parsing lets through
            return message

        await self.app(scope, receive_within_limit, send)


def _log_request(scope: Scope, status: int | None, milliseconds: float, request_id: str) -> None:
    path = scope.get("raw_path", b"")[:_LONGEST_PATH].decode("ascii", "replace")  # %-encoded: stays one line
    path = _SECRET.sub(r"\1***", path)
    who = scope["state"].get("visitor", ANYBODY).who
    log.info(
        "%s %s %s %.0fms %s %s",
        scope["method"],
        path,
        status,
        milliseconds,
        request_id,
        who,
        extra={
            "request_id": request_id,
            "method": scope["method"],
            "path": path,
            "status": status,
            "ms": round(milliseconds, 1),
            "who": who,
        },
    )


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get(REQUEST_ID, "")
    return given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
