"""Cookies of logins, and the proof that a call with a cookie comes from a page of ours."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.settings import ServiceSettings

CSRF_HEADER: Final = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LOGIN_SECONDS = 600
_DEVICE_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Cookies:
    """Names and attributes. `__Host-` makes browsers refuse a cookie that another host or plain http sets."""

    secure: bool
    session_seconds: int

    @classmethod
    def of(cls, settings: ServiceSettings) -> "Cookies":
        """As the settings want them: only programs on this machine may do without https."""
        secure = settings.by_https or not settings.on_this_machine
        return cls(secure, round(settings.session_hours * 3600))

    def name(self, what: str) -> str:
        """Name of the cookie "session", "csrf", "login" or "device"."""
        return f"{'__Host-' if self.secure else ''}yorozu_{what}"

    def read(self, request: Request, what: str) -> str:
        """Return what a cookie holds, "" where it is not there."""
        return request.cookies.get(self.name(what), "")[:200]

    def log_in(self, response: Response, token: str, device: str) -> None:
        """Give a browser its session, what its pages prove themselves with, and its own name."""
        self._set(response, "session", token, self.session_seconds)
        self._set(response, "csrf", csrf_token(token), self.session_seconds, readable=True)
        self._set(response, "device", device, _DEVICE_SECONDS)

    def log_out(self, response: Response) -> None:
        """Take the session away; the browser stays known."""
        for what in ("session", "csrf"):
            self._delete(response, what)

    def send_away(self, response: Response, browser: str) -> None:
        """Mark a browser that goes to the provider."""
        self._set(response, "login", browser, _LOGIN_SECONDS)

    def come_back(self, response: Response) -> None:
        """Take that mark away."""
        self._delete(response, "login")

    def _set(
        self, response: Response, what: str, value: str, seconds: int, *, readable: bool = False
    ) -> None:
        response.set_cookie(
            self.name(what),
            value,
            max_age=seconds,
            path="/",
            secure=self.secure,
            httponly=not readable,
            samesite="lax",
        )

    def _delete(self, response: Response, what: str) -> None:
        response.delete_cookie(self.name(what), path="/", secure=self.secure, samesite="lax")


def new_device() -> str:
    """Return a new name for a browser."""
    return secrets.token_urlsafe(24)


def csrf_token(session: str) -> str:
    """What a page of ours sends along with a call that changes something. It does not tell the session."""
    return hmac.new(session.encode("utf-8", "replace"), b"yorozu csrf", sha256).hexdigest()


def genuine(method: str, headers: Mapping[str, str], session: str, own: str) -> bool:
    """Tell whether a call with a session's cookie was meant: made by a page of ours that knows the token.

    Args:
        method: of the call; one that changes nothing needs no proof.
        headers: of the call, with names in any case.
        session: what the cookie holds.
        own: origin of the service, as browsers reach it.
    """
    if method in _SAFE:
        return True
    given = headers.get(CSRF_HEADER, "").encode("utf-8", "replace")
    return from_own_page(headers, own) and hmac.compare_digest(given, csrf_token(session).encode())


def from_own_page(headers: Mapping[str, str], own: str) -> bool:
    """Tell whether a browser says that a call comes from a page of `own`. A program says nothing."""
    site, origin = headers.get("Sec-Fetch-Site"), headers.get("Origin")
    if site is None and origin is None:
        return False
    return site in {None, "same-origin"} and (origin is None or origin.lower() == own)


def own_origin(request: Request, settings: ServiceSettings) -> str:
    """Origin of the service: what the settings say, else the address under which this request reached it."""
    return settings.public_url or f"{request.url.scheme}://{request.headers.get('Host', '')}".lower()
