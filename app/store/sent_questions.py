"""Questions that readers sent to the meeting because no answer was enough.

That one came in, its number and whether a meeting has it lie beside the answers. Its words, which may name
somebody, lie with the originals from the first moment on.
"""

import secrets
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import Connection, Row, func, insert, select, update

from app.store.answers import AnswerStore
from app.store.database import now
from app.store.originals import OriginalStore
from app.store.schema import sent_questions
from ingest.errors import ErrorCode, YorozuError

_ELSEWHERE = ""  # what stands in the place of the words


class Receipt(BaseModel):
    """That a question came in; nothing of what it says."""

    id: str
    number: int = Field(description="受付番号。問い合わせの際に使えます")
    answer_id: str | None = None
    origin: Literal["chat"] = "chat"
    state: Literal["new", "taken"] = Field("new", description="new: 未対応 / taken: 相談会に取り込み済み")
    received_at: str


class SentQuestion(Receipt):
    """A question as it came in. Confidential, like every original."""

    question: str = Field(repr=False)
    note: str | None = Field(None, repr=False)

    @property
    def words(self) -> str:
        """All that was written: the question, and the note as its background."""
        return f"{self.question}\n補足：{self.note}" if self.note else self.question


class SentQuestions:
    """The inbox that the organisers look through. Safe to use from several threads and processes.

    Args:
        store: has the receipts.
        originals: has the words.
    """

    def __init__(self, store: AnswerStore, originals: OriginalStore) -> None:
        self._store = store
        self._originals = originals

    def save(self, question: str, *, note: str | None = None, answer_id: str | None = None) -> SentQuestion:
        """Keep a question and give it a number.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        row = {
            "id": "qst_" + secrets.token_urlsafe(18),
            "question": _ELSEWHERE,
            "note": None,
            "answer_id": answer_id,
            "origin": "chat",
            "state": "new",
            "received_at": now(),
        }
        # The words first: a number without words would be a question that nobody can answer.
        self._originals.keep_sent(str(row["id"]), question, note)
        insertion = insert(sent_questions).values(row).returning(sent_questions)
        with self._store.transaction() as connection:
            kept = connection.execute(insertion).one()
        return SentQuestion.model_validate(kept._asdict() | {"question": question, "note": note})

    def receipts(self, *, limit: int, offset: int = 0) -> tuple[int, list[Receipt]]:
        """How many wait for a meeting, and a piece of them, the oldest first.

        Raises:
            YorozuError: STORE_DAMAGED.
        """
        new = sent_questions.c.state == "new"
        query = select(sent_questions).where(new).order_by(sent_questions.c.number)
        with self._store.transaction() as connection:
            total = connection.execute(
                select(func.count()).select_from(sent_questions).where(new)
            ).scalar_one()
            rows = connection.execute(query.limit(limit).offset(offset)).all()
        return total, [Receipt.model_validate(row._asdict()) for row in rows]

    def waiting(self, ids: Sequence[str] | None = None) -> list[SentQuestion]:
        """What no meeting has taken yet, the oldest first; with `ids`, of these only.

        Raises:
            YorozuError: STORE_DAMAGED.
        """
        query = (
            select(sent_questions).where(sent_questions.c.state == "new").order_by(sent_questions.c.number)
        )
        if ids is not None:
            query = query.where(sent_questions.c.id.in_(ids))
        with self._store.transaction() as connection:
            rows = connection.execute(query).all()
        return [self._with_words(row) for row in rows]

    def take(self, connection: Connection, sent_id: str) -> None:
        """Note that a meeting has the question, in the transaction that gives it to the meeting.

        Raises:
            YorozuError: QUESTION_DUPLICATE where somebody else has taken it already.
        """
        new = (sent_questions.c.id == sent_id) & (sent_questions.c.state == "new")
        taken = update(sent_questions).where(new).values(state="taken", question=_ELSEWHERE, note=None)
        if connection.execute(taken).rowcount == 0:
            raise YorozuError(ErrorCode.QUESTION_DUPLICATE, id=sent_id)

    def take_known(self, sent_id: str) -> None:
        """Note that the meeting has a question of these very words.

        Raises:
            YorozuError: QUESTION_DUPLICATE, DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        with self._store.transaction() as connection:
            self.take(connection, sent_id)

    def _with_words(self, row: Row[Any]) -> SentQuestion:
        words = self._originals.sent(row.id)
        given = {"question": words[0], "note": words[1]} if words is not None else {}
        return SentQuestion.model_validate(row._asdict() | given)
