"""The audit log: who did what when. Lines are added, never changed, and never hold what people wrote."""

from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import Connection, func, insert, select

from app.access.visitor import Visitor
from app.store.access_tables import api_keys, audit
from app.store.answers import AnswerStore
from app.store.database import now
from app.store.people_tables import people


class AuditLine(BaseModel):
    """One thing that was done."""

    number: int
    at: str = Field(description="日時（ISO 8601、UTC）")
    who: str = Field(description="人かAPIキーのID、anonymous（どちらもなし）、local（コマンド）のいずれか")
    name: str | None = Field(None, description="その人やキーの名前")
    action: str = Field(description="answer.asked、key.created、draft.approved、meeting.published など")
    subject: str | None = Field(None, description="対象のID")
    detail: dict[str, Any] = Field({}, description="補足。質問や回答の文面は入りません")


class AuditLog:
    """Lines beside the answers. Who acts is whom the store is seen by: see `AnswerStore.seen_by`."""

    def __init__(self, store: AnswerStore) -> None:
        self._store = store

    def note(
        self, action: str, subject: str | None = None, *, connection: Connection | None = None, **detail: Any
    ) -> None:
        """Add a line: `AuditLog(state.store).note("draft.approved", draft.id)`.

        Args:
            action: noun and participle, `draft.approved`.
            subject: id of what it was done to.
            connection: of the transaction that does it, so that there is both or neither.
            detail: small values that explain it; never the words of a question, an answer or a draft.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        if connection is not None:
            add_line(connection, self._store.visitor, action, subject, **detail)
            return
        with self._store.transaction() as own:
            add_line(own, self._store.visitor, action, subject, **detail)

    def newest(self, limit: int, *, before: int | None = None) -> list[AuditLine]:
        """Return up to `limit` lines, the newest first; with `before`, only those with smaller numbers.

        Raises:
            YorozuError: STORE_DAMAGED.
        """
        name = func.coalesce(people.c.name, api_keys.c.name).label("name")
        named = audit.outerjoin(people, people.c.id == audit.c.who).outerjoin(
            api_keys, api_keys.c.id == audit.c.who
        )
        query = select(audit, name).select_from(named).order_by(audit.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(audit.c.number < before)
        with self._store.transaction() as connection:
            return [AuditLine.model_validate(row._asdict()) for row in connection.execute(query)]


def add_line(
    connection: Connection, visitor: Visitor, action: str, subject: str | None, **detail: Any
) -> None:
    """`AuditLog.note` within a transaction that is open already, for stores that know who acts."""
    row = {"at": now(), "who": visitor.who, "action": action, "subject": subject, "detail": detail}
    connection.execute(insert(audit).values(row))
