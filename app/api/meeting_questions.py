"""The meeting's questions, as organisers choose from them. Originals are in `generalisations`."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from app.api.access import ORGANISER
from app.api.deps import Text
from app.api.desk_deps import Change, Desk, Limit, Offset
from app.api.errors import documented
from app.api.once import Once
from app.organiser.models import Frozen, Question, State
from ingest.errors import ErrorCode

router = APIRouter(prefix="/api/v1/questions", tags=["相談会への質問"], dependencies=[ORGANISER])


class QuestionList(Frozen):
    """Questions of a meeting: chosen ones in their order, then by arrival."""

    total: int
    questions: list[Question]


class Decision(Change):
    """What becomes of a question."""

    state: State = Field(
        description="new: 未定 / chosen: 取り上げる / reserve: 予備 / declined: 取り上げない"
    )
    reason: Annotated[Text, StringConstraints(max_length=500)] | None = None


@router.get(
    "",
    summary="質問の一覧",
    description="一般化した質問を返します。会社名などを含む原文は返しません。",
    responses=documented(ErrorCode.INVALID_REQUEST, ErrorCode.INTERNAL),
)
def list_questions(
    desk: Desk,
    meeting_id: Annotated[
        Text | None, Query(max_length=64, description="相談会のID。省くと未割り当ての質問")
    ] = None,
    state: Annotated[State | None, Query(description="状態")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> QuestionList:
    """Return questions."""
    every = desk.questions.of_meeting(meeting_id, states=(state,) if state else ())
    return QuestionList(total=len(every), questions=every[offset : offset + limit])


@router.get(
    "/{question_id}",
    summary="一つの質問",
    description="一般化した質問を返します。",
    responses=documented(ErrorCode.QUESTION_NOT_FOUND, ErrorCode.INVALID_REQUEST, ErrorCode.INTERNAL),
)
def read_question(question_id: Text, desk: Desk) -> Question:
    """Return one question."""
    return desk.questions.get(question_id)


@router.post(
    "/{question_id}/decision",
    summary="取り上げるかどうかを決める",
    description="質問を、取り上げる・予備・取り上げない（理由が必要）のいずれかにします。",
    responses=documented(
        ErrorCode.QUESTION_NOT_FOUND,
        ErrorCode.EDIT_CONFLICT,
        ErrorCode.CHANGE_INVALID,
        ErrorCode.IDEMPOTENCY_CONFLICT,
        ErrorCode.INVALID_REQUEST,
        ErrorCode.INTERNAL,
    ),
)
def decide_question(question_id: Text, request: Decision, desk: Desk, once: Once) -> Question:
    """Choose, reserve or decline a question."""
    return once(
        request,
        Question,
        lambda: desk.questions.decide(
            question_id, version=request.version, state=request.state, by=request.by, reason=request.reason
        ),
    )
