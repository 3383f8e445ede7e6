"""Requests that come twice: the same Idempotency-Key stands for the same result."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Table, delete, insert, select
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
    """What came of each repeatable request, for a day. Safe to use from several threads and processes.

    Args:
        store: has the table.
        table: `repeats` for ids of what was made; `kept_results` where the result itself is kept.
    """

    def __init__(self, store: AnswerStore, table: Table = repeats) -> None:
        self._store = store
        self._table = table

    def result(self, request: Repeatable) -> str | None:
        """Return the id of what this request made before, None where it comes first.

        Raises:
            YorozuError: IDEMPOTENCY_CONFLICT where the key stood for another body; STORE_DAMAGED.
        """
        query = select(self._table).where(self._mine(request))
        with self._store.transaction() as connection:
            row = connection.execute(query.where(self._table.c.created_at > _oldest())).one_or_none()
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
                connection.execute(delete(self._table).where(self._table.c.created_at <= _oldest()))
                connection.execute(insert(self._table).values(row))
        except IntegrityError:
            return self.result(request) or result_id
        return result_id

    def forget(self, request: Repeatable) -> None:
        """Let go of a request whose result is gone.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        with self._store.transaction() as connection:
            connection.execute(delete(self._table).where(self._mine(request)))

    def _mine(self, request: Repeatable) -> ColumnElement[bool]:
        return (self._table.c.owner == request.owner) & (self._table.c.key == request.key)


def _oldest() -> str:
    return (datetime.now(UTC) - REMEMBERED).isoformat(timespec="microseconds")
