"""Questions: what a reader sends to the meeting."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.access import READER
from app.api.deps import State, Text
from app.api.errors import documented
from app.api.inbox import Inbox
from app.store.sent_questions import SentQuestion
from ingest.errors import ErrorCode, YorozuError

router = APIRouter(prefix="/api/v1/questions", tags=["相談会への質問"], dependencies=[READER])
MOST_CHARACTERS = 1000


class QuestionRequest(BaseModel):
    """A question for the meeting."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"question": "委託先の点検はどこまで求められますか", "note": "海外の委託先もあります"}
            ]
        },
    )

    question: Text = Field(description="質問文")
    note: Text | None = Field(None, max_length=MOST_CHARACTERS, description="背景など（任意）")
    answer_id: Text | None = Field(None, max_length=64, description="足りなかった回答のID（任意）")


@router.post(
    "",
    status_code=201,
    summary="質問を相談会に送る",
    description="質問を相談会の事務局に届け、受付番号（number）を返します。会社名や個人名は書かないでください。",
    responses=documented(
        ErrorCode.QUESTION_EMPTY,
        ErrorCode.QUESTION_TOO_LONG,
        ErrorCode.INVALID_REQUEST,
        ErrorCode.REQUEST_TOO_LARGE,
        ErrorCode.INTERNAL,
    ),
)
def create_question(request: QuestionRequest, state: State, inbox: Inbox) -> SentQuestion:
    """Keep a question for the organisers."""
    question, limit = request.question.strip(), state.settings.question_limit
    if not question:
        raise YorozuError(ErrorCode.QUESTION_EMPTY)
    if len(question) > limit:
        raise YorozuError(ErrorCode.QUESTION_TOO_LONG, length=len(question), limit=limit)
    note = (request.note or "").strip() or None
    return inbox.save(question, note=note, answer_id=request.answer_id)
