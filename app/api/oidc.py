"""To the OpenID Connect provider and back. Both are for browsers: failures are told on the login page."""

import logging
import re
import secrets
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.access.buckets import Buckets
from app.access.cookies import own_origin
from app.access.oidc_login import CALLBACK, OidcLogin
from app.api.access import OPEN
from app.api.deps import State
from app.api.session import LogIn, let_in
from ingest.errors import ErrorCode, YorozuError

# Not described: nothing but a browser can use them.
router = APIRouter(include_in_schema=False, dependencies=[OPEN])
_PATH: Final = re.compile(r"/(?![/\\])[\w\-./~%?=&]*", re.ASCII)
_SEE_OTHER: Final = 303
_MEANT: Final = frozenset({"same-origin", "none"})  # our own page; an address typed or kept

log = logging.getLogger(__name__)


@router.get("/auth/oidc/start")
def start(request: Request, login: LogIn, after: str = "/") -> Response:
    """Send a browser to the provider, where somebody wants that: other sites get it to our page only."""
    if request.headers.get("Sec-Fetch-Site", "none") not in _MEANT:
        return RedirectResponse(f"/login?{urlencode({'after': own_path(after)})}", _SEE_OTHER)
    browser = secrets.token_urlsafe(32)
    try:
        login.check_possible()
        _limit(request)
        address = _oidc(login.oidc).begin(browser, own_path(after), own_origin(request, login.settings))
    except YorozuError as error:
        return _failed(error)
    response = RedirectResponse(address, _SEE_OTHER)
    login.cookies.send_away(response, browser)
    return response


@router.get(CALLBACK)
def callback(request: Request, login: LogIn, state: State) -> Response:
    """Take a browser back and let in whom the provider vouches for."""
    browser = login.cookies.read(request, "login")
    try:
        login.check_possible()
        _limit(request)
        own = own_origin(request, login.settings)
        person, after = _oidc(login.oidc).finish(dict(request.query_params), browser, own)
    except YorozuError as error:
        state.meters.logged_in("oidc", error.code)
        response = _failed(error)
    else:
        state.meters.logged_in("oidc", "done")
        response = RedirectResponse(after, _SEE_OTHER)
        let_in(request, response, login, person, way="oidc")
    login.cookies.come_back(response)
    return response


def own_path(after: str) -> str:
    """Return where to go after a login: a path of ours, never another site."""
    return after if len(after) <= 300 and _PATH.fullmatch(after) else "/"  # noqa: PLR2004 - as long as ours get


def _limit(request: Request) -> None:
    """Each keeps a row and may ask the provider: nobody needs that often."""
    buckets = request.app.state.oidc_attempts
    assert isinstance(buckets, Buckets)
    if wait := buckets.take(request.client.host if request.client else ""):
        raise YorozuError(ErrorCode.LOGIN_LIMITED, seconds=round(wait) + 1)


def _oidc(oidc: OidcLogin | None) -> OidcLogin:
    if oidc is None:
        raise YorozuError(ErrorCode.NOT_FOUND)
    return oidc


def _failed(error: YorozuError) -> Response:
    log.warning("login by the provider failed: %s %s", error.code, error.message)
    return RedirectResponse(f"/login?{urlencode({'error': error.code})}", _SEE_OTHER)
