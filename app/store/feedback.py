"""What readers say of answers: 役に立った or 違う, and why."""

from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel
from sqlalchemy import select

from app.store.answers import AnswerStore
from app.store.database import insert_into
from app.store.schema import answers, feedback
from ingest.errors import ErrorCode, YorozuError

Verdict = Literal["helpful", "wrong"]


class Feedback(BaseModel):
    """The verdict on one answer, as it is kept."""

    answer_id: str
    verdict: Verdict
    reason: str | None = None
    created_at: str


class FeedbackStore:
    """Verdicts beside the answers that they are about."""

    def __init__(self, store: AnswerStore) -> None:
        self._store = store

    def save(self, answer_id: str, verdict: Verdict, reason: str | None) -> Feedback:
        """Keep a verdict; it takes the place of an earlier one on the same answer.

        Raises:
            YorozuError: ANSWER_NOT_FOUND, DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        kept = Feedback(
            answer_id=answer_id,
            verdict=verdict,
            reason=reason,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        with self._store.transaction() as connection:
            row = kept.model_dump()
            # Writing first takes the write lock of SQLite: nobody writes between the write and the look.
            insertion = insert_into(connection, feedback).values(row)
            anew = {name: row[name] for name in ("verdict", "reason", "created_at")}
            connection.execute(insertion.on_conflict_do_update(index_elements=["answer_id"], set_=anew))
            known = select(answers.c.number).where(answers.c.id == answer_id)
            if connection.execute(known).scalar_one_or_none() is None:
                raise YorozuError(ErrorCode.ANSWER_NOT_FOUND, id=answer_id)  # and nothing was written
        return kept

    def get(self, answer_id: str) -> Feedback | None:
        """Return the verdict on an answer, None where nobody gave one.

        Raises:
            YorozuError: STORE_DAMAGED.
        """
        with self._store.transaction() as connection:
            row = connection.execute(select(feedback).where(feedback.c.answer_id == answer_id)).one_or_none()
        return None if row is None else Feedback.model_validate(row._asdict())
