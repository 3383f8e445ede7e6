"""How much at once, and for how long: beyond that a request is told to come again, and health stays green."""

import asyncio
import logging
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import error_response
from ingest.errors import ErrorCode, YorozuError

_ANSWERING = ("/api/", "/v1/")  # what computes; health, counters and the files of the page never wait

log = logging.getLogger(__name__)


class Load:
    """Let so many requests in at once, and give up on one that has not begun to answer in time.

    A thread cannot be stopped. A request that was given up on keeps its place until its work really ends, so
    that work which hangs shows as an overload and not as ever more threads.

    Args:
        app: what comes next.
        most: requests under way at once.
        seconds: until the response must have begun.
        turned_away: hears the code of each refusal.
    """

    def __init__(
        self, app: ASGIApp, *, most: int, seconds: float, turned_away: Callable[[str], object]
    ) -> None:
        self.app = app
        self._turned_away = turned_away
        self._most = most
        self._seconds = seconds
        self._running: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or not scope["path"].startswith(_ANSWERING):
            await self.app(scope, receive, send)
            return
        if len(self._running) >= self._most:
            self._turned_away(ErrorCode.OVERLOADED)
            await error_response(YorozuError(ErrorCode.OVERLOADED), scope["path"])(scope, receive, send)
            return
        answer = _Answer(send)
        task = asyncio.create_task(self._run(scope, receive, answer))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            either = {task, answer.begun}
            await asyncio.wait(either, timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED)
            if task.done() or answer.begun.done():
                await task
                return
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait({task})
            raise
        answer.given_up = True
        task.add_done_callback(_note_end)
        self._turned_away(ErrorCode.REQUEST_TIMEOUT)
        error = YorozuError(ErrorCode.REQUEST_TIMEOUT, seconds=round(self._seconds))
        await error_response(error, scope["path"])(scope, receive, send)

    async def _run(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        await self.app(scope, receive, answer.send)


class _Answer:
    """Passes messages on until the request is given up on, and says when the first one came."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.given_up = False

    async def send(self, message: Message) -> None:
        if self.given_up:
            return
        if not self.begun.done():
            self.begun.set_result(None)
        await self._send(message)


def _note_end(task: asyncio.Task[None]) -> None:
    failure = None if task.cancelled() else task.exception()
    log.warning("a request that was given up on has ended", exc_info=failure)
