"""Our pages (chat, login, password, admin, API description), the widget for other pages, and their files."""

import os
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.api.access import OPEN

WEB = Path(__file__).resolve().parents[1] / "web"
STATIC = WEB / "static"
_SERVED = frozenset({".css", ".js", ".svg"})
_FRESH = {"Cache-Control": "no-cache"}  # asked each time (304 when unchanged): never half old, half new
# The one file that is meant for other people's pages.
_ANYWHERE = {"Cross-Origin-Resource-Policy": "cross-origin"}

# Files that are the same for everybody; what they then ask for is guarded.
router = APIRouter(include_in_schema=False, dependencies=[OPEN])


@router.api_route("/", methods=["GET", "HEAD"])
async def chat() -> FileResponse:
    """Return the chat page."""
    return FileResponse(WEB / "index.html", headers=_FRESH)


@router.api_route("/organiser", methods=["GET", "HEAD"])
async def workbench() -> FileResponse:
    """Return the organisers' workbench. It holds nothing; what it then asks for needs a key or a login."""
    return FileResponse(WEB / "organiser.html", headers=_FRESH)


@router.api_route("/login", methods=["GET", "HEAD"])
async def login() -> FileResponse:
    """Return the page where people log in."""
    return FileResponse(WEB / "login.html", headers=_FRESH)


@router.api_route("/password", methods=["GET", "HEAD"])
async def password() -> FileResponse:
    """Return the page where people change their own password. It holds nothing of theirs."""
    return FileResponse(WEB / "password.html", headers=_FRESH)


@router.api_route("/admin", methods=["GET", "HEAD"])
async def admin() -> FileResponse:
    """Return the admin page. It is the same for everybody: what it shows comes from guarded calls."""
    return FileResponse(WEB / "admin.html", headers=_FRESH)


# The framework's own page loads its parts from a public network, which an intranet does not reach.
@router.api_route("/docs", methods=["GET", "HEAD"])
async def docs() -> FileResponse:
    """Return the page that shows /openapi.json."""
    return FileResponse(WEB / "docs.html", headers=_FRESH)


@router.api_route("/widget.js", methods=["GET", "HEAD"])
async def widget(request: Request) -> Response:
    """Return the widget: built from app/web/widget, needs nothing else."""
    response = await Assets(directory=STATIC).get_response("widget.js", request.scope)
    response.headers.update(_ANYWHERE)
    return response


class Assets(StaticFiles):
    """Style, script and icon files; nothing else of that folder is shown."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Find a file by its path in the folder."""
        if Path(path).suffix not in _SERVED or "\x00" in path:
            return "", None
        return super().lookup_path(path)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file, or "unchanged"."""
        response = await super().get_response(path, scope)
        response.headers.update(_FRESH)
        return response


def install(app: FastAPI) -> None:
    """Put the pages and their files into the app."""
    app.include_router(router)
    app.mount("/static", Assets(directory=STATIC))
