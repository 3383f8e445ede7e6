"""The queue of questions to be drafted. Each is drafted once, whoever is killed when.

A claim is a row with a worker, an attempt and a lease. Finishing writes the draft and closes the row in one
transaction, guarded by the claim: a worker that was taken for dead and lives on writes nothing. A claim ends
with its lease, and at once where its process ran on this machine and is no more.
"""

import os
import secrets
import socket
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from app.access.visitor import Visitor
from app.answering.models import Answer
from app.organiser.draft_models import CheckedLine, Content, Job, Progress, Triage
from app.store.audit import add_line
from app.store.database import insert_into, now
from app.store.draft_tables import draft_jobs, drafts
from app.store.drafts import DraftStore, propose
from app.store.question_tables import questions
from ingest.errors import ErrorCode

LEASE_SECONDS = 60.0  # far longer than one question takes, a language model's time limit included
# A question that kills its worker must not do so for ever; one whose worker others kill must not be lost.
MOST_ATTEMPTS = 10


class DraftQueue:
    """The queue, in the same database as the drafts. Safe to use from several threads and processes."""

    def __init__(self, store: DraftStore, *, lease_seconds: float = LEASE_SECONDS) -> None:
        self._store = store
        self._lease = timedelta(seconds=lease_seconds)

    def seen_by(self, visitor: Visitor) -> "DraftQueue":
        """Return the same queue as `visitor` sees it."""
        return DraftQueue(self._store.seen_by(visitor), lease_seconds=self._lease.total_seconds())

    def put(self, meeting_id: str, question_ids: Sequence[str], *, by: str, redo: bool = False) -> int:
        """Hand in questions; return how many are new in the queue.

        Args:
            meeting_id: the meeting that they are for.
            question_ids: questions with an accepted text. Those handed in before stay as they are.
            by: who asks.
            redo: draft also what is done or failed once more. One that is approved or published stays.
        """
        added, visitor = 0, self._store.visitor
        by = visitor.acting(by)
        with self._store.named_failures(), self._store.engine.begin() as connection:
            for question_id in question_ids:
                row = {
                    "meeting_id": meeting_id, "question_id": question_id, "state": "queued",
                    "attempt": 0, "asked_by": by, "updated_at": now(),
                }  # fmt: skip
                insertion = insert_into(connection, draft_jobs).values(row).on_conflict_do_nothing()
                insertion = insertion.returning(draft_jobs.c.id)
                added += connection.execute(insertion).first() is not None
            if redo:
                added += _again(connection, question_ids, by)
            if added:
                add_line(connection, visitor, "drafts.asked", meeting_id, by=by, questions=added)
        return added

    def claim(self, *, worker: str, meeting_id: str | None = None) -> Job | None:
        """Take one question, the least tried first; None where nothing waits.

        One at a time, so that a dead worker leaves exactly the question that it died at.
        """
        if not self._waiting():
            return None
        with self._store.named_failures(), self._store.engine.begin() as connection:
            moment = _clock(connection)
            _free_the_dead(connection, moment)
            waiting = select(draft_jobs.c.id).where(draft_jobs.c.state == "queued")
            if meeting_id is not None:
                waiting = waiting.where(draft_jobs.c.meeting_id == meeting_id)
            # Others look for the next one meanwhile; SQLite lets one at a time write and ignores the word.
            waiting = waiting.order_by(draft_jobs.c.attempt, draft_jobs.c.id).limit(1)
            first = waiting.with_for_update(skip_locked=True).scalar_subquery()
            taken = (
                update(draft_jobs)
                .where((draft_jobs.c.id == first) & (draft_jobs.c.state == "queued"))
                .values(
                    state="running",
                    attempt=draft_jobs.c.attempt + 1,
                    worker=worker,
                    lease_until=_text(moment + self._lease),
                    updated_at=_text(moment),
                )
                .returning(draft_jobs)
            )
            row = connection.execute(taken).one_or_none()
            if row is None:
                return None
            text = connection.execute(select(questions.c.text).where(questions.c.id == row.question_id))
            return Job(
                id=row.id,
                meeting_id=row.meeting_id,
                question_id=row.question_id,
                text=text.scalar_one() or "",
                attempt=row.attempt,
                worker=worker,
            )

    def _waiting(self) -> bool:
        """Whether anything may be to do: who only looks must not make writers wait."""
        query = select(draft_jobs.c.id).where(draft_jobs.c.state.in_(("queued", "running"))).limit(1)
        with self._store.named_failures(), self._store.engine.connect() as connection:
            return connection.execute(query).first() is not None

    def waiting_texts(self, meeting_id: str | None = None, *, limit: int) -> list[str]:
        """The questions that wait, in the order in which they are claimed."""
        query = select(questions.c.text).join(draft_jobs, draft_jobs.c.question_id == questions.c.id)
        query = query.where(draft_jobs.c.state == "queued")
        if meeting_id is not None:
            query = query.where(draft_jobs.c.meeting_id == meeting_id)
        query = query.order_by(draft_jobs.c.attempt, draft_jobs.c.id).limit(limit)
        with self._store.named_failures(), self._store.engine.connect() as connection:
            return [text for text in connection.execute(query).scalars() if text]

    def finish(
        self, job: Job, answer: Answer, content: Content, lines: Sequence[CheckedLine], triage: Triage
    ) -> bool:
        """Store the draft and close the job, both or neither; False where the claim is no longer valid."""
        with self._store.named_failures(), self._store.engine.begin() as connection:
            if not _close(connection, job, "done", None):
                return False
            if not _still_open(connection, job.question_id, lock=True):
                return False  # approved in the meantime: a redo must not undo that
            propose(
                connection,
                self._store.visitor,
                meeting_id=job.meeting_id,
                question_id=job.question_id,
                question=job.text,
                answer=answer,
                content=content,
                lines=lines,
                triage=triage,
                by="yorozu",
            )
        return True

    def fail(self, job: Job, code: str) -> bool:
        """Close the job without a draft; False where the claim is no longer valid."""
        with self._store.named_failures(), self._store.engine.begin() as connection:
            return _close(connection, job, "failed", code)

    def give_back(self, job: Job) -> None:
        """Let others have a claimed question at once; the attempt does not count."""
        freed = {"state": "queued", "worker": None, "attempt": job.attempt - 1}
        with self._store.named_failures(), self._store.engine.begin() as connection:
            connection.execute(update(draft_jobs).where(_claim(job)).values(freed))

    def progress(self, meeting_id: str) -> Progress:
        """How far the drafting of a meeting is."""
        query = (
            select(draft_jobs.c.state, func.count())
            .where(draft_jobs.c.meeting_id == meeting_id)
            .group_by(draft_jobs.c.state)
        )
        with self._store.named_failures(), self._store.engine.connect() as connection:
            return Progress.model_validate(dict(tuple(row) for row in connection.execute(query)))

    def failures(self, meeting_id: str) -> dict[str, str]:
        """The questions that could not be drafted, each with its error code."""
        query = select(draft_jobs.c.question_id, draft_jobs.c.error).where(
            draft_jobs.c.meeting_id == meeting_id, draft_jobs.c.state == "failed"
        )
        with self._store.named_failures(), self._store.engine.connect() as connection:
            return {row.question_id: row.error or "" for row in connection.execute(query)}


def worker_name() -> str:
    """A name for this worker that says where its process runs."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def _again(connection: Connection, question_ids: Sequence[str], by: str) -> int:
    count = 0
    for question_id in question_ids:
        if _still_open(connection, question_id):
            over = (draft_jobs.c.question_id == question_id) & draft_jobs.c.state.in_(("done", "failed"))
            anew = {"state": "queued", "attempt": 0, "error": None, "asked_by": by, "updated_at": now()}
            count += connection.execute(update(draft_jobs).where(over).values(anew)).rowcount
    return count


def _still_open(connection: Connection, question_id: str, *, lock: bool = False) -> bool:
    query = select(drafts.c.state).where(drafts.c.question_id == question_id)
    state = connection.execute(query.with_for_update() if lock else query)
    return state.scalar_one_or_none() not in {"approved", "published"}


def _free_the_dead(connection: Connection, moment: datetime) -> None:
    """Put back what nobody works on any more; what was tried too often has failed."""
    running = draft_jobs.c.state == "running"
    workers = connection.execute(select(draft_jobs.c.worker).where(running).distinct()).scalars()
    dead = [worker for worker in workers if worker and not _alive(worker)]
    over = running & or_(draft_jobs.c.lease_until < _text(moment), draft_jobs.c.worker.in_(dead))
    too_often = over & (draft_jobs.c.attempt >= MOST_ATTEMPTS)
    spent = {"state": "failed", "error": ErrorCode.DRAFT_FAILED.value, "updated_at": _text(moment)}
    connection.execute(update(draft_jobs).where(too_often).values(spent))
    connection.execute(update(draft_jobs).where(over).values(state="queued", worker=None))


def _alive(worker: str) -> bool:
    """False only where the worker's process surely is no more; the lease decides otherwise."""
    host, _, rest = worker.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname() or not pid.isdecimal():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _clock(connection: Connection) -> datetime:
    """This moment. Where machines share a database its clock counts: theirs may differ."""
    if connection.dialect.name == "postgresql":
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)
    return datetime.now(UTC)


def _close(connection: Connection, job: Job, state: str, error: str | None) -> bool:
    values = {"state": state, "error": error, "lease_until": None, "updated_at": now()}
    return connection.execute(update(draft_jobs).where(_claim(job)).values(values)).rowcount == 1


def _claim(job: Job) -> ColumnElement[bool]:
    return (
        (draft_jobs.c.id == job.id)
        & (draft_jobs.c.state == "running")
        & (draft_jobs.c.worker == job.worker)
        & (draft_jobs.c.attempt == job.attempt)
    )


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
