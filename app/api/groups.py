"""Groups: questions that ask the same, themes, and the order of those that are taken up."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from app.api.access import ORGANISER
from app.api.deps import State, Text
from app.api.desk_deps import Act, Change, Desk
from app.api.errors import documented
from app.api.intake_desk import Intake
from app.organiser.models import Frozen, Group, Meeting, Question
from app.store.audit import AuditLog
from ingest.errors import ErrorCode

router = APIRouter(prefix="/api/v1", tags=["相談会への質問"], dependencies=[ORGANISER])
_COMMON = (ErrorCode.CHANGE_INVALID, ErrorCode.INVALID_REQUEST, ErrorCode.INTERNAL)
QuestionId = Annotated[Text, StringConstraints(max_length=64)]


class GroupList(Frozen):
    """Every accepted question in exactly one group."""

    groups: list[Group]


class Description(Change):
    """What a question is about, and whether another one stands for it."""

    theme: Annotated[Text, StringConstraints(max_length=100)] | None = None
    duplicate_of: QuestionId | None = Field(None, description="代表の質問のID。null なら単独の質問")


class Order(Change):
    """All chosen questions of a meeting in their new order. `version` is the meeting's."""

    ids: list[QuestionId] = Field(max_length=20_000)


@router.post(
    "/meetings/{meeting_id}/groups",
    summary="似た質問をまとめる",
    description="確定した質問のうち似たものをまとめ、代表の質問とテーマの案を付けます。決定済みの質問は変えません。",
    responses=documented(ErrorCode.MEETING_NOT_FOUND, ErrorCode.EDIT_CONFLICT, *_COMMON),
)
def group_questions(meeting_id: Text, request: Act, at: Intake, state: State) -> GroupList:
    """Group the questions of a meeting."""
    found = at.arrange(meeting_id, by=request.by)
    AuditLog(state.store).note("questions.grouped", meeting_id, groups=len(found))
    return GroupList(groups=found)


@router.patch(
    "/questions/{question_id}",
    summary="テーマとまとまりを変える",
    description="質問のテーマと、代表の質問を変えます。",
    responses=documented(ErrorCode.QUESTION_NOT_FOUND, ErrorCode.EDIT_CONFLICT, *_COMMON),
)
def describe_question(question_id: Text, request: Description, desk: Desk) -> Question:
    """Set theme and representative."""
    return desk.questions.describe(
        question_id,
        version=request.version,
        theme=(request.theme or "").strip() or None,
        duplicate_of=request.duplicate_of,
        by=request.by,
    )


@router.put(
    "/meetings/{meeting_id}/order",
    summary="取り上げる順番を変える",
    description="取り上げる質問のIDを、すべて新しい順に送ります。version は相談会の版です。",
    responses=documented(ErrorCode.MEETING_NOT_FOUND, ErrorCode.EDIT_CONFLICT, *_COMMON),
)
def order_questions(meeting_id: Text, request: Order, desk: Desk, state: State) -> Meeting:
    """Put the chosen questions in order."""
    meeting = desk.questions.order(meeting_id, request.ids, version=request.version)
    AuditLog(state.store).note("questions.ordered", meeting_id, count=len(request.ids))
    return meeting
