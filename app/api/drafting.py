"""The server's worker: a thread that drafts whenever questions are waiting."""

from threading import Event, Thread

import anyio.to_thread

from app.organiser.draft_desk import DraftDesk
from app.organiser.drafting import work_on_and_on


class Drafting:
    """Starts and stops the worker. What it is working on when it stops is finished or goes back."""

    def __init__(self, desk: DraftDesk) -> None:
        self._desk = desk
        self._stop = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._thread = Thread(
            target=work_on_and_on, args=(self._desk, self._stop), daemon=True, name="drafts"
        )
        self._thread.start()

    async def stop(self) -> None:
        """Wait for the question at hand, no longer than one takes."""
        self._stop.set()
        if self._thread is not None:
            await anyio.to_thread.run_sync(self._thread.join, 30.0)
