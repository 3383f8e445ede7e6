"""What readers say of answers: 役に立った or 違う, and why."""

from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel
from sqlalchemy import delete, insert, select

from app.store.answers import AnswerStore
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
            # Deleting first takes the write lock at once: nobody else writes between the look and the write.
            connection.execute(delete(feedback).where(feedback.c.answer_id == answer_id))
            known = select(answers.c.number).where(answers.c.id == answer_id)
            if connection.execute(known).scalar_one_or_none() is None:
                raise YorozuError(ErrorCode.ANSWER_NOT_FOUND, id=answer_id)  # and what was deleted is back
            connection.execute(insert(feedback).values(kept.model_dump()))
        return kept

    def get(self, answer_id: str) -> Feedback | None:
        """Return the verdict on an answer, None where nobody gave one.

        Raises:
            YorozuError: STORE_DAMAGED.
        """
        with self._store.transaction() as connection:
            row = connection.execute(select(feedback).where(feedback.c.answer_id == answer_id)).one_or_none()
        return None if row is None else Feedback.model_validate(row._asdict())
