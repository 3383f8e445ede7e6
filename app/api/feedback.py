"""Feedback: what a reader says of an answer."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.access import READER
from app.api.deps import State, Text
from app.api.errors import documented
from app.store.feedback import Feedback, FeedbackStore, Verdict
from ingest.errors import ErrorCode

router = APIRouter(prefix="/api/v1/answers/{answer_id}/feedback", tags=["回答"], dependencies=[READER])
MOST_CHARACTERS = 1000


class FeedbackRequest(BaseModel):
    """A verdict and, if wanted, its reason."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"verdict": "wrong", "reason": "引用と内容が合いません"}]},
    )

    verdict: Verdict = Field(description="helpful は「役に立った」、wrong は「違う」")
    reason: Text | None = Field(None, max_length=MOST_CHARACTERS, description="理由（任意）")


@router.post(
    "",
    summary="回答の評価を送る",
    description="「役に立った」か「違う」を、理由とともに保存します。送り直すと、前の評価に代わります。",
    responses=documented(
        ErrorCode.ANSWER_NOT_FOUND,
        ErrorCode.INVALID_REQUEST,
        ErrorCode.REQUEST_TOO_LARGE,
        ErrorCode.INTERNAL,
    ),
)
def create_feedback(answer_id: Text, request: FeedbackRequest, state: State) -> Feedback:
    """Keep a verdict."""
    state.store.get(answer_id)  # another key's answer is not there
    reason = (request.reason or "").strip() or None
    return FeedbackStore(state.store).save(answer_id, request.verdict, reason)
