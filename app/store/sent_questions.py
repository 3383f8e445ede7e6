"""Questions that readers sent to the meeting because no answer was enough."""

import secrets
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, Field
from sqlalchemy import insert, select

from app.store.answers import AnswerStore
from app.store.schema import sent_questions


class SentQuestion(BaseModel):
    """A question as it came in."""

    id: str
    number: int = Field(description="受付番号。問い合わせの際に使えます")
    question: str
    note: str | None = None
    answer_id: str | None = None
    origin: Literal["chat"] = "chat"
    state: Literal["new"] = "new"
    received_at: str


class SentQuestions:
    """The inbox that the organisers look through."""

    def __init__(self, store: AnswerStore) -> None:
        self._store = store

    def save(self, question: str, *, note: str | None = None, answer_id: str | None = None) -> SentQuestion:
        """Keep a question and give it a number.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        row = {
            "id": "qst_" + secrets.token_urlsafe(18),
            "question": question,
            "note": note,
            "answer_id": answer_id,
            "origin": "chat",
            "state": "new",
            "received_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        insertion = insert(sent_questions).values(row).returning(sent_questions)
        with self._store.transaction() as connection:
            return SentQuestion.model_validate(connection.execute(insertion).one()._asdict())

    def newest(self, limit: int = 100) -> list[SentQuestion]:
        """Return what came in last, newest first.

        Raises:
            YorozuError: STORE_DAMAGED.
        """
        query = select(sent_questions).order_by(sent_questions.c.number.desc()).limit(limit)
        with self._store.transaction() as connection:
            rows = connection.execute(query).all()
        return [SentQuestion.model_validate(row._asdict()) for row in rows]
