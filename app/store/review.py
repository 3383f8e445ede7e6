"""What whoever looks after the service reads of its use: questions without an answer, and verdicts."""

from pydantic import BaseModel, Field
from sqlalchemy import func, select

from app.store.answers import AnswerStore
from app.store.feedback import Verdict
from app.store.schema import answers, feedback, sent_questions


class Unanswered(BaseModel):
    """A question that the material did not answer."""

    number: int
    answer_id: str
    question: str
    created_at: str
    generation: str | None = None


class Judged(BaseModel):
    """A verdict on an answer."""

    answer_id: str
    verdict: Verdict
    reason: str | None = None
    created_at: str
    question: str | None = Field(
        None, description="質問の文面。残さない設定のときと、回答が消えたあとは null"
    )


class Counts(BaseModel):
    """How much there is of each."""

    answers: int = Field(description="保存している回答")
    helpful: int = Field(description="「役に立った」")
    wrong: int = Field(description="「違う」")
    sent: int = Field(description="相談会に送られた質問")


class ReviewStore:
    """Reads what lies in the database of the answers.

    Every method raises STORE_DAMAGED where the database fails.
    """

    def __init__(self, store: AnswerStore) -> None:
        self._store = store

    def unanswered(self, limit: int, *, before: int | None = None) -> list[Unanswered]:
        """Return up to `limit` questions, the newest first; with `before`, those with smaller numbers."""
        columns = (answers.c.number, answers.c.id.label("answer_id"), answers.c.question)
        query = select(*columns, answers.c.created_at, answers.c.generation)
        refused = answers.c.body["status"].as_string() == "insufficient_evidence"
        query = query.where(refused).order_by(answers.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(answers.c.number < before)
        with self._store.transaction() as connection:
            return [Unanswered.model_validate(row._asdict()) for row in connection.execute(query)]

    def judged(self, limit: int, offset: int, *, questions: bool) -> list[Judged]:
        """Return verdicts, the newest first.

        Args:
            limit: how many.
            offset: how many newer ones to pass over.
            questions: whether what was asked may be shown.
        """
        joined = feedback.outerjoin(answers, answers.c.id == feedback.c.answer_id)
        query = select(feedback, answers.c.question).select_from(joined)
        query = query.order_by(feedback.c.created_at.desc(), feedback.c.answer_id).limit(limit).offset(offset)
        with self._store.transaction() as connection:
            rows = [row._asdict() for row in connection.execute(query)]
        return [Judged.model_validate(row if questions else {**row, "question": None}) for row in rows]

    def counts(self) -> Counts:
        """Return how much there is."""
        by_verdict = select(feedback.c.verdict, func.count()).group_by(feedback.c.verdict)
        with self._store.transaction() as connection:
            verdicts = {row[0]: row[1] for row in connection.execute(by_verdict)}
            kept, sent = (
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (answers, sent_questions)
            )
        return Counts(
            answers=kept, helpful=verdicts.get("helpful", 0), wrong=verdicts.get("wrong", 0), sent=sent
        )
