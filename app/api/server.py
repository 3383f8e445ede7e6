"""Run the service until it is told to stop."""

import socket

import uvicorn

from app.api.application import create_app
from app.state import ServiceState
from ingest.errors import ErrorCode, YorozuError

_GRACE_SECONDS = 10  # answers under way may finish


def listen(host: str, port: int) -> socket.socket:
    """Take the address. Port 0 takes any free one; `getsockname()` says which.

    Raises:
        YorozuError: ADDRESS_UNAVAILABLE.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise YorozuError(ErrorCode.ADDRESS_UNAVAILABLE, host=host, port=port, reason=reason) from error


def make_server(state: ServiceState) -> uvicorn.Server:
    """Return the server, to be run with the socket of `listen`.

    Its own request log is off: it would print the query of a search, and so what people ask.
    The request border writes a line without it. Where logs go is for the caller to say.
    """
    return uvicorn.Server(
        uvicorn.Config(
            create_app(state),
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )


def serve(state: ServiceState) -> None:
    """Serve at the configured address until interrupted.

    Raises:
        YorozuError: ADDRESS_UNAVAILABLE.
    """
    with listen(state.settings.host, state.settings.port) as sock:
        make_server(state).run(sockets=[sock])
