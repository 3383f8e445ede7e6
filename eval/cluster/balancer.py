"""A small balancer: requests go round the replicas that are ready; what may be sent twice is tried again."""

import asyncio
import itertools
import threading
from collections.abc import Sequence
from contextlib import suppress

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_LOOK_SECONDS = 0.25
_PASSED_ON = frozenset({"content-type", "authorization", "idempotency-key", "accept"})
_PASSED_BACK = frozenset({"content-type", "retry-after", "x-request-id"})


class Balancer:
    """One on a port of loopback, in a thread of this process.

    Args:
        replicas: their addresses.
        port: its own.
    """

    def __init__(self, replicas: Sequence[str], port: int) -> None:
        self._ready: dict[str, bool] = dict.fromkeys(replicas, False)
        self._turns = itertools.count()
        app = Starlette(routes=[Route("/{path:path}", self._pass_on, methods=["GET", "POST"])])
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._client: httpx.AsyncClient | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(10)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        async with httpx.AsyncClient(timeout=30.0) as client:
            self._client = client
            looking = asyncio.create_task(self._look(client))
            await self._server.serve()
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    async def _look(self, client: httpx.AsyncClient) -> None:
        """Ask each replica whether it is ready, as an orchestrator's probe does."""
        while True:
            for replica in self._ready:
                try:
                    found = await client.get(f"{replica}/readyz", timeout=2.0)
                    self._ready[replica] = found.is_success
                except httpx.HTTPError:
                    self._ready[replica] = False
            await asyncio.sleep(_LOOK_SECONDS)

    async def _pass_on(self, request: Request) -> Response:
        assert self._client is not None
        turn, body = next(self._turns), await request.body()
        ready = [replica for replica, ready in self._ready.items() if ready]
        again = request.method == "GET" or "idempotency-key" in request.headers
        for replica in ready[turn % len(ready) :] + ready[: turn % len(ready)] if ready else []:
            try:
                found = await self._client.request(
                    request.method,
                    f"{replica}{request.url.path}",
                    params=request.query_params,
                    content=body,
                    headers={k: v for k, v in request.headers.items() if k in _PASSED_ON},
                )
            except httpx.ConnectError:
                continue  # nothing was sent
            except httpx.HTTPError:
                if again:
                    continue
                break
            headers = {k: v for k, v in found.headers.items() if k in _PASSED_BACK}
            return Response(found.content, found.status_code, headers=headers)
        error = {
            "code": "balancer_no_replica",
            "message": "しばらくしてからもう一度お試しください。",
            "detail": {},
        }
        return JSONResponse({"error": error}, status_code=503, headers={"Retry-After": "1"})
