"""Requests that come twice: the same Idempotency-Key stands for the same result."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from app.store.access_tables import repeats
from app.store.answers import AnswerStore
from app.store.database import now
from ingest.errors import ErrorCode, YorozuError

REMEMBERED = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A request that may come again: whose, under which key, asking for what (a hash of its body)."""

    owner: str
    key: str
    fingerprint: str


class Repeats:
    """What came of each repeatable request, for a day. Safe to use from several threads and processes."""

    def __init__(self, store: AnswerStore) -> None:
        self._store = store

    def result(self, request: Repeatable) -> str | None:
        """Return the id of what this request made before, None where it comes first.

        Raises:
            YorozuError: IDEMPOTENCY_CONFLICT where the key stood for another body; STORE_DAMAGED.
        """
        query = select(repeats).where(repeats.c.owner == request.owner, repeats.c.key == request.key)
        with self._store.transaction() as connection:
            row = connection.execute(query.where(repeats.c.created_at > _oldest())).one_or_none()
        if row is None:
            return None
        if row.fingerprint != request.fingerprint:
            raise YorozuError(ErrorCode.IDEMPOTENCY_CONFLICT)
        return str(row.result_id)

    def keep(self, request: Repeatable, result_id: str) -> str:
        """Remember what came of it. Of two that ran at once the first wins, and both get its id.

        Raises:
            YorozuError: IDEMPOTENCY_CONFLICT, DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        row = {
            "owner": request.owner,
            "key": request.key,
            "fingerprint": request.fingerprint,
            "result_id": result_id,
            "created_at": now(),
        }
        try:
            with self._store.transaction() as connection:
                connection.execute(delete(repeats).where(repeats.c.created_at <= _oldest()))
                connection.execute(insert(repeats).values(row))
        except IntegrityError:
            return self.result(request) or result_id
        return result_id

    def forget(self, request: Repeatable) -> None:
        """Let go of a request whose result is gone.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        mine = (repeats.c.owner == request.owner) & (repeats.c.key == request.key)
        with self._store.transaction() as connection:
            connection.execute(delete(repeats).where(mine))


def _oldest() -> str:
    return (datetime.now(UTC) - REMEMBERED).isoformat(timespec="microseconds")
