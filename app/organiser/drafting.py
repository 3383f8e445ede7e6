"""The worker: takes questions from the queue, answers them, stores the drafts."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

from app.organiser.checking import checked, content_of
from app.organiser.draft_desk import DraftDesk
from app.organiser.draft_models import Job
from app.organiser.triage import triage_of
from app.store.draft_jobs import worker_name
from ingest.errors import ErrorCode, YorozuError

POLL_SECONDS = 1.0
_AHEAD = 500  # questions that are made ready together
# These stop the work as a whole: every question would fail with them, and none should be spent on it.
_STOPS = frozenset(
    {
        ErrorCode.INDEX_MISSING,
        ErrorCode.INDEX_DAMAGED,
        ErrorCode.EMBEDDER_MISMATCH,
        ErrorCode.DATA_DIR_UNWRITABLE,
        ErrorCode.STORE_DAMAGED,
        ErrorCode.DATABASE_UNAVAILABLE,
    }
)

log = logging.getLogger(__name__)


def work(
    desk: DraftDesk,
    *,
    meeting_id: str | None = None,
    engine: str | None = None,
    told: Callable[[], object] = lambda: None,
    stop: Event | None = None,
    workers: int = 1,
) -> int:
    """Draft until nothing is waiting; return how many questions were worked on.

    Args:
        desk: stores and answering side.
        meeting_id: only this meeting's questions.
        engine: how to answer; by default as configured.
        told: called after each question, by one worker at a time.
        stop: set by whoever wants the work to end after the questions at hand.
        workers: how many draft side by side.

    Raises:
        YorozuError: INDEX_MISSING and its like; the questions stay in the queue.
    """
    stop, lock = stop or Event(), Lock()
    if (waiting := desk.queue.waiting_texts(meeting_id, limit=_AHEAD)) and not stop.is_set():
        desk.drafter.prepare(waiting)

    def told_in_turn() -> None:
        with lock:
            told()

    if workers == 1:
        return _work(desk, meeting_id, engine, told, stop)
    failed = Event()
    with ThreadPoolExecutor(workers, thread_name_prefix="draft") as pool:
        jobs = [
            pool.submit(_work, desk, meeting_id, engine, told_in_turn, stop, failed) for _ in range(workers)
        ]
    return sum(job.result() for job in jobs)


def _work(
    desk: DraftDesk,
    meeting_id: str | None,
    engine: str | None,
    told: Callable[[], object],
    stop: Event,
    failed: Event | None = None,
) -> int:
    """One worker. What stops one stops the others, by `failed`."""
    worker, count, failed = worker_name(), 0, failed or Event()
    while not (stop.is_set() or failed.is_set()):
        job = desk.queue.claim(worker=worker, meeting_id=meeting_id)
        if job is None:
            break
        try:
            _draft(desk, job, engine)
        except YorozuError:
            failed.set()
            desk.queue.give_back(job)
            raise
        count += 1
        told()
    return count


def _draft(desk: DraftDesk, job: Job, engine: str | None) -> None:
    try:
        answer = desk.drafter.answer(job.text, engine=engine)
    except YorozuError as error:
        if error.code in _STOPS:
            raise
        desk.queue.fail(job, error.code.value)
        return
    except Exception:  # the batch worker's border: one question must not cost the others
        log.exception("draft of %s failed", job.question_id)
        desk.queue.fail(job, ErrorCode.DRAFT_FAILED.value)
        return
    content = content_of(answer)
    lines = checked(content.text, content.citations, desk.check)
    desk.queue.finish(job, answer, content, lines, triage_of(answer))


def work_on_and_on(desk: DraftDesk, stop: Event, *, workers: int = 1) -> None:
    """What a server's background thread does: work whenever something is waiting, until told to stop."""
    problem: ErrorCode | None = None
    while not stop.is_set():
        try:
            work(desk, stop=stop, workers=workers)
            problem = None
        except YorozuError as error:  # no index yet, disk full: what is expected passes
            if error.code is not problem:
                log.warning("drafting waits: %s", error.message)
            problem = error.code
        stop.wait(POLL_SECONDS)
