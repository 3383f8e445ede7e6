"""What each route asks of a visitor: `dependencies=[READER]` at a router, or at one of its routes."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.access.cookies import genuine, own_origin
from app.access.guard import Guard, Shown
from app.access.login import Login
from app.access.visitor import Scope

# Only so that the API description says it; the guard reads the header itself.
_BEARER = HTTPBearer(
    scheme_name="ApiKey",
    bearerFormat="yz_…",
    description="`yorozu keys create` で作ったキー。キーなしの利用を許す設定のときは、閲覧だけなら省けます。",
    auto_error=False,
)


class Needs:
    """A dependency that lets in who has the scope, and notes on the request who that is."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    async def __call__(
        self, request: Request, _described: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
    ) -> None:
        """Let the request in, or raise an error of the closed list."""
        guard = request.app.state.guard
        assert isinstance(guard, Guard)
        request.state.visitor = await guard.admit(shown_by(request), self.scope)


def shown_by(request: Request) -> Shown:
    """What a request shows of whom it comes from."""
    login = request.app.state.login
    assert isinstance(login, Login)
    session = login.cookies.read(request, "session")
    own = own_origin(request, login.settings)
    return Shown(
        header=request.headers.get("Authorization", ""),
        address=request.client.host if request.client else "",
        session=session,
        genuine=genuine(request.method, request.headers, session, own),
    )


async def _nothing_needed() -> None:
    """Say that a route is open to everybody: it shows nothing that anybody made or asked."""


READER = Depends(Needs(Scope.READER))
ORGANISER = Depends(Needs(Scope.ORGANISER))
ADMIN = Depends(Needs(Scope.ADMIN))
OPEN = Depends(_nothing_needed)


def decisions(route: Any) -> list[Scope | None]:
    """Return what a route asks for, None standing for "open to everybody"; empty where nobody decided."""
    return [call.scope if isinstance(call, Needs) else None for call in _calls(route.dependant)]


def check_decided(app: FastAPI) -> None:
    """Refuse to build a service with a route that nobody thought about."""
    forgotten = [str(route.path) for route in routes_of(app) if not decisions(route)]
    if forgotten:
        raise RuntimeError(f"no access decision (READER, ORGANISER, ADMIN or OPEN): {forgotten}")


def routes_of(app: FastAPI) -> list[RouteContext]:
    """Return the routes of the API as they are reached, those left out of its description included."""
    routes = [r for r in iter_route_contexts(app.routes) if isinstance(r.original_route, APIRoute)]
    assert routes, "the framework hands its routes out differently"
    return routes


def _calls(dependant: Dependant) -> Iterator[Any]:
    for needed in dependant.dependencies:
        if isinstance(needed.call, Needs) or needed.call is _nothing_needed:
            yield needed.call
        yield from _calls(needed)
