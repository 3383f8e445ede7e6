"""Which other pages may call the service from a browser: those of the setting, and no others."""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from app.api.errors import error_response
from ingest.errors import ErrorCode, YorozuError

_REMEMBERED_SECONDS = 600


class CrossOrigin(CORSMiddleware):
    """The framework's, with a refusal in the form of every other error."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Answer the question that a browser asks first."""
        response = super().preflight_response(request_headers)
        if response.status_code < 400:  # noqa: PLR2004 - where failures begin
            return response
        origin = request_headers["origin"][:200]
        error = YorozuError(ErrorCode.ORIGIN_NOT_ALLOWED, origin=origin)
        return error_response(error, "", {"Vary": "Origin"})  # the browser reads it, no client library


def middleware(origins: Sequence[str]) -> list[Middleware]:
    """Return what lets these origins in; nothing where there are none.

    Cookies of the service are never accepted from elsewhere: a page in between could act in a person's name.
    """
    if not origins:
        return []
    return [
        Middleware(
            CrossOrigin,
            allow_origins=list(origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "X-Request-ID"],
            expose_headers=["X-Request-ID", "Retry-After", "X-Highlight"],
            max_age=_REMEMBERED_SECONDS,
        )
    ]
