"""A response that sends events while they are made, and stops making them when nobody listens."""

import asyncio
import logging
import math
from collections.abc import Generator

import anyio
import anyio.to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.api.events import EVENT_STREAM, HEARTBEAT, error_event
from ingest.errors import ErrorCode, YorozuError

log = logging.getLogger(__name__)
_HEADERS = {
    "Cache-Control": "no-store, no-transform",  # a proxy that compresses would hold events back
    "X-Accel-Buffering": "no",  # nginx and those that follow it
}


class EventResponse(Response):
    """Sends what a generator yields, each piece as soon as it is there.

    The generator runs in the pool of worker threads, one step at a time, and a step is only taken once the
    client has taken what came before: an open stream holds one event, and a thread only while it computes.
    When the client has gone, or the server stops, the generator is closed after the step under way.

    Args:
        events: yields whole events; an empty one is passed over.
        heartbeat: seconds without an event after which a comment is sent.
        seconds: after which the events end with an error; None sets no limit.
    """

    media_type = EVENT_STREAM

    def __init__(self, events: Generator[bytes], *, heartbeat: float, seconds: float | None = None) -> None:
        super().__init__(headers=_HEADERS)
        del self.headers["content-length"]
        self._events = events
        self._heartbeat = heartbeat
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events until they end or the client has gone."""
        request_id = str(scope.get("state", {}).get("request_id", ""))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_until_gone, receive, tasks.cancel_scope)
            await self._send_all(send, request_id)
            tasks.cancel_scope.cancel()

    async def _send_all(self, send: Send, request_id: str) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        step: asyncio.Task[bytes | None] | None = None
        clock = asyncio.get_running_loop().time
        end = math.inf if self._seconds is None else clock() + self._seconds
        try:
            ended = False
            while not ended:
                step = asyncio.create_task(self._step(request_id))
                while not step.done() and clock() < end:
                    patience = min(self._heartbeat, max(end - clock(), 0))
                    if not (await asyncio.wait({step}, timeout=patience))[0] and clock() < end:
                        await _send_piece(send, HEARTBEAT)
                event = step.result() if step.done() else self._too_late()
                ended = event is None or not step.done()
                if event:
                    await _send_piece(send, event)
            await _send_piece(send, b"", more=False)
        finally:
            with anyio.CancelScope(shield=True):
                if step is not None:
                    await asyncio.wait({step})
                await anyio.to_thread.run_sync(self._events.close)

    def _too_late(self) -> bytes:
        return error_event(YorozuError(ErrorCode.REQUEST_TIMEOUT, seconds=round(self._seconds or 0)))

    async def _step(self, request_id: str) -> bytes | None:
        """The next event, None after the last one. A failure is the last one: the status is sent already."""
        try:
            return await anyio.to_thread.run_sync(next, self._events, None)
        except YorozuError as error:
            return error_event(error)
        except Exception:  # the border of a request that has begun to answer, see RequestBorder
            log.exception("request %s failed", request_id)
            return error_event(YorozuError(ErrorCode.INTERNAL, request_id=request_id))


async def _until_gone(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


async def _send_piece(send: Send, piece: bytes, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": more})
