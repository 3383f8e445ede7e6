"""`yorozu worker`: a process that does nothing but draft. As many as are wanted share one queue."""

import logging
import signal
from contextlib import ExitStack, closing
from threading import Event

from app.assemble import answer_service, draft_desk, following, shared_embedder
from app.organiser.drafting import work_on_and_on
from app.settings import ServiceSettings

log = logging.getLogger(__name__)


def run_worker(settings: ServiceSettings, *, threads: int, stop: Event) -> None:
    """Draft whatever waits, until `stop`; what is at hand then is finished.

    Raises:
        YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED, DATABASE_UNAVAILABLE, DATABASE_OUTDATED,
            DATABASE_NEWER. What comes later passes: it is logged, and the queue is asked again.
    """
    embedder = shared_embedder(settings)
    with ExitStack() as stack:
        service = stack.enter_context(closing(answer_service(settings, embedder=embedder)))
        desk = stack.enter_context(closing(draft_desk(settings, service, embedder)))
        new = following(settings)
        stack.callback(new.stop)
        new.start()
        log.info("worker ready, %d at a time", threads)
        work_on_and_on(desk, stop, workers=threads)


def stopped_by_signals() -> Event:
    """An event that SIGTERM or Ctrl+C sets: what is under way ends as it should."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
