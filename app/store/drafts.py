"""The store of drafts: every change under an optimistic version, every version kept."""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from app.access.visitor import Visitor
from app.answering.models import Answer
from app.organiser.draft_models import (
    CheckedLine,
    Comment,
    Content,
    Draft,
    DraftChange,
    DraftState,
    Needs,
    Triage,
)
from app.store.audit import add_line
from app.store.database import now
from app.store.draft_tables import draft_changes, draft_comments, drafts
from app.store.question_tables import questions
from app.store.shared_file import SharedStore
from ingest.errors import ErrorCode, YorozuError

_DONE = {  # what the audit log calls what was done
    "propose": "proposed",
    "edit": "edited",
    "note": "noted",
    "cite": "cited",
    "approve": "approved",
    "reject": "rejected",
    "reopen": "reopened",
    "restore": "restored",
    "publish": "published",
    "unpublish": "unpublished",
}


class DraftStore(SharedStore):
    """Drafts, their history and comments. Safe to use from several threads and processes.

    Args:
        engine: the database.
        path: its file, None on a server.

    Raises:
        YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED, from every method.
    """

    def get(self, draft_id: str) -> Draft:
        """Return one draft.

        Raises:
            YorozuError: DRAFT_NOT_FOUND.
        """
        with self.named_failures(), self.engine.connect() as connection:
            return _get(connection, draft_id)

    def get_version(self, draft_id: str, version: int) -> Draft:
        """Return one draft, if it still has this version.

        Raises:
            YorozuError: DRAFT_NOT_FOUND, DRAFT_CHANGED.
        """
        with self.named_failures(), self.engine.connect() as connection:
            draft = _get(connection, draft_id)
            if draft.version != version:
                raise _changed(connection, draft_id)
            return draft

    def of_question(self, question_id: str) -> Draft | None:
        """The draft of a question, None where there is none yet."""
        query = select(drafts).where(drafts.c.question_id == question_id)
        with self.named_failures(), self.engine.connect() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return _draft(row) if row is not None else None

    def find(
        self,
        meeting_id: str | None = None,
        *,
        states: Sequence[DraftState] = (),
        needs: Sequence[Needs] = (),
        limit: int = 100_000,
        offset: int = 0,
    ) -> list[Draft]:
        """Drafts in the order of the meeting's chosen questions, then by arrival.

        Args:
            meeting_id: of this meeting; None for all.
            states: only these; by default all.
            needs: only with this triage; by default all.
            limit: most drafts returned.
            offset: how many to pass over.
        """
        order = (
            drafts.c.meeting_id, questions.c.position.is_(None), questions.c.position,
            questions.c.received_at, questions.c.created_at, questions.c.id,
        )  # fmt: skip
        query = select(drafts).join(questions, questions.c.id == drafts.c.question_id)
        query = _filtered(query, meeting_id, states, needs).order_by(*order).limit(limit).offset(offset)
        with self.named_failures(), self.engine.connect() as connection:
            return [_draft(row) for row in connection.execute(query).mappings()]

    def count(
        self,
        meeting_id: str | None = None,
        *,
        states: Sequence[DraftState] = (),
        needs: Sequence[Needs] = (),
    ) -> int:
        """How many drafts `find` would return without a limit."""
        query = _filtered(select(func.count()).select_from(drafts), meeting_id, states, needs)
        with self.named_failures(), self.engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def change(self, draft_id: str, *, version: int, action: str, by: str, values: dict[str, Any]) -> Draft:
        """Write `values` if the draft still has this version, and note what was there before.

        Args:
            draft_id: the draft.
            version: that the change was made from.
            action: kind of change, for the history.
            by: who.
            values: columns, JSON-serialisable.

        Raises:
            YorozuError: DRAFT_NOT_FOUND; DRAFT_CHANGED with the current version, where somebody was faster.
        """
        with self.named_failures(), self.engine.begin() as connection:
            return write_change(
                connection, self.visitor, draft_id, version=version, action=action, by=by, values=values
            )

    def history(self, draft_id: str) -> list[DraftChange]:
        """Everything that was done to a draft, the oldest first.

        Raises:
            YorozuError: DRAFT_NOT_FOUND.
        """
        query = select(draft_changes).where(draft_changes.c.draft_id == draft_id)
        with self.named_failures(), self.engine.connect() as connection:
            _get(connection, draft_id)
            rows = connection.execute(query.order_by(draft_changes.c.version)).mappings()
            return [DraftChange.model_validate(dict(row)) for row in rows]

    def comment(self, draft_id: str, *, by: str, text: str) -> Comment:
        """Add a remark.

        Raises:
            YorozuError: DRAFT_NOT_FOUND.
        """
        by = self.visitor.acting(by)
        row = {"draft_id": draft_id, "written_by": by, "written_at": now(), "text": text}
        with self.named_failures(), self.engine.begin() as connection:
            _get(connection, draft_id)
            insertion = insert(draft_comments).values(row).returning(draft_comments)
            add_line(connection, self.visitor, "draft.commented", draft_id, by=by)
            return Comment.model_validate(dict(connection.execute(insertion).mappings().one()))

    def comments(self, draft_id: str) -> list[Comment]:
        """All remarks on a draft, the oldest first.

        Raises:
            YorozuError: DRAFT_NOT_FOUND.
        """
        query = select(draft_comments).where(draft_comments.c.draft_id == draft_id)
        with self.named_failures(), self.engine.connect() as connection:
            _get(connection, draft_id)
            rows = connection.execute(query.order_by(draft_comments.c.number)).mappings()
            return [Comment.model_validate(dict(row)) for row in rows]


def propose(
    connection: Connection,
    visitor: Visitor,
    *,
    meeting_id: str,
    question_id: str,
    question: str,
    answer: Answer,
    content: Content,
    lines: Sequence[CheckedLine],
    triage: Triage,
    by: str,
) -> str:
    """Write a question's draft, or put a new proposal in the place of the old, within a transaction."""
    values: dict[str, Any] = {
        "question": question,
        "answer": answer.model_dump(mode="json"),
        "content": content.model_dump(mode="json"),
        "lines": [line.model_dump(mode="json") for line in lines],
        "triage": triage.model_dump(mode="json"),
        "needs": triage.needs,
        "state": "proposed",
        "reason": None,
        "approved_by": None,
        "approved_at": None,
    }
    known = connection.execute(
        select(drafts.c.id, drafts.c.version, drafts.c.content).where(drafts.c.question_id == question_id)
    ).one_or_none()
    if known is not None:
        note = {"note": known.content.get("note", "")}  # what was said at the meeting stays
        values["content"] |= note
        version = known.version
        write_change(connection, visitor, known.id, version=version, action="propose", by=by, values=values)
        return str(known.id)
    moment = now()
    draft_id = "drf_" + secrets.token_urlsafe(12)
    row = values | {
        "id": draft_id, "meeting_id": meeting_id, "question_id": question_id,
        "created_at": moment, "updated_at": moment, "version": 1,
    }  # fmt: skip
    connection.execute(insert(drafts).values(row))
    _note(connection, visitor, draft_id, 1, "propose", by, {}, values)
    return draft_id


def write_change(
    connection: Connection,
    visitor: Visitor,
    draft_id: str,
    *,
    version: int,
    action: str,
    by: str,
    values: dict[str, Any],
) -> Draft:
    """`DraftStore.change` within a transaction that is open already."""
    guard = (drafts.c.id == draft_id) & (drafts.c.version == version)
    # The write comes first: it makes two who change at the same time wait for each other.
    raised = update(drafts).where(guard).values(version=version + 1, updated_at=now())
    if connection.execute(raised).rowcount == 0:
        raise _changed(connection, draft_id)
    query = select(*(drafts.c[name] for name in values)).where(drafts.c.id == draft_id)
    before = dict(connection.execute(query).mappings().one())
    connection.execute(update(drafts).where(drafts.c.id == draft_id).values(values))
    _note(connection, visitor, draft_id, version + 1, action, by, before, values)
    return _get(connection, draft_id)


def _note(
    connection: Connection,
    visitor: Visitor,
    draft_id: str,
    version: int,
    action: str,
    by: str,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    by = visitor.acting(by)
    row = {
        "draft_id": draft_id, "version": version, "action": action, "changed_by": by, "changed_at": now(),
        "before": before, "after": after,
    }  # fmt: skip
    connection.execute(insert(draft_changes).values(row))
    add_line(connection, visitor, f"draft.{_DONE.get(action, action)}", draft_id, by=by, version=version)


def _changed(connection: Connection, draft_id: str) -> YorozuError:
    draft = _get(connection, draft_id)
    query = (
        select(draft_changes.c.changed_by, draft_changes.c.changed_at)
        .where(draft_changes.c.draft_id == draft_id)
        .order_by(draft_changes.c.version.desc())
        .limit(1)
    )
    last = connection.execute(query).one()
    return YorozuError(
        ErrorCode.DRAFT_CHANGED,
        id=draft_id,
        version=draft.version,
        state=draft.state,
        text=draft.content.text,
        changed_by=last.changed_by,
        changed_at=last.changed_at,
    )


def _filtered(
    query: Select[Any], meeting_id: str | None, states: Sequence[DraftState], needs: Sequence[Needs]
) -> Select[Any]:
    if meeting_id is not None:
        query = query.where(drafts.c.meeting_id == meeting_id)
    if states:
        query = query.where(drafts.c.state.in_(states))
    if needs:
        query = query.where(drafts.c.needs.in_(needs))
    return query


def _get(connection: Connection, draft_id: str) -> Draft:
    row = connection.execute(select(drafts).where(drafts.c.id == draft_id)).mappings().one_or_none()
    if row is None:
        raise YorozuError(ErrorCode.DRAFT_NOT_FOUND, id=draft_id)
    return _draft(row)


def _draft(row: Any) -> Draft:
    return Draft.model_validate({name: row[name] for name in Draft.model_fields})
