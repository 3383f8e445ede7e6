"""Loading index and model in the background, while the service already answers health checks."""

import asyncio
import logging

import anyio.to_thread

from app.state import Answerer
from ingest.errors import ErrorCode, YorozuError

RETRY_SECONDS = 2.0  # an index made after the start is picked up within this time

log = logging.getLogger(__name__)


class Warming:
    """Warm an answerer once, trying again for as long as something expected (no index yet) is in the way."""

    def __init__(self, answerer: Answerer, *, retry_seconds: float = RETRY_SECONDS) -> None:
        self._answerer = answerer
        self._retry_seconds = retry_seconds
        self._problem = YorozuError(ErrorCode.WARMING_UP)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin. Needs a running event loop."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop waiting; a load that is under way in its thread is left to end by itself."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def check(self) -> None:
        """Return when everything is loaded.

        Raises:
            YorozuError: what is in the way, WARMING_UP while loading.
        """
        if self._task is None or not self._task.done():
            raise YorozuError(self._problem.code, **self._problem.detail)
        self._task.result()  # an unexpected failure goes to the request border and its log

    async def _run(self) -> None:
        while True:
            try:
                await anyio.to_thread.run_sync(self._answerer.warm, abandon_on_cancel=True)
            except YorozuError as error:
                if error.code is not self._problem.code:
                    log.warning("not ready: %s", error.message)
                self._problem = error
                await asyncio.sleep(self._retry_seconds)
            else:
                log.info("ready: generation %s", self._answerer.generation())
                return
