"""Generalisations: what identifies somebody, as a diff that a person accepts. Only here are originals."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from app.api.access import ORGANISER
from app.api.deps import Asking, State, Text
from app.api.desk_deps import Change, Desk, Offset
from app.api.errors import documented
from app.api.intake_desk import Intake
from app.organiser.intake import QUESTION_LIMIT
from app.organiser.models import Frozen, Question, Span
from app.store.audit import AuditLog
from ingest.errors import ErrorCode, YorozuError

router = APIRouter(prefix="/api/v1", tags=["相談会への質問"], dependencies=[ORGANISER])
_COMMON = (ErrorCode.INVALID_REQUEST, ErrorCode.INTERNAL)


class Diff(Frozen):
    """A question as it came in, and what is proposed to stand in the place of what identifies somebody."""

    question: Question
    original: str | None = Field(
        None, description="受け取ったままの質問文。消去されているときは null", repr=False
    )
    spans: list[Span] = Field([], description="置き換える箇所。sure が false のものは推定", repr=False)
    text: str | None = Field(None, description="すべて置き換えた文", repr=False)


class DiffList(Frozen):
    """Diffs in the order of arrival."""

    total: int
    diffs: list[Diff]


class Accepting(Change):
    """The words that everybody sees from now on."""

    text: Annotated[Text, StringConstraints(max_length=QUESTION_LIMIT, pattern=r"\S")] = Field(
        description="一般化した質問文。案のまま、または書き換えたもの"
    )


@router.get(
    "/meetings/{meeting_id}/generalisations",
    summary="一般化の案の一覧",
    description="確認待ちの質問を、原文と置き換えの案とともに返します。原文を開いたことは記録されます。",
    responses=documented(ErrorCode.MEETING_NOT_FOUND, *_COMMON),
)
def list_generalisations(
    meeting_id: Text,
    desk: Desk,
    at: Intake,
    state: State,
    visitor: Asking,
    limit: Annotated[int, Query(ge=1, le=50, description="件数の上限")] = 10,
    offset: Offset = 0,
) -> DiffList:
    """Return what waits for a person."""
    desk.questions.meeting(meeting_id)
    waiting = [q for q in desk.questions.of_meeting(meeting_id) if not q.text and q.state != "declined"]
    shown = [_diff(at, question, visitor.who) for question in waiting[offset : offset + limit]]
    if shown:
        AuditLog(state.store).note("originals.opened", meeting_id, count=len(shown))
    return DiffList(total=len(waiting), diffs=shown)


@router.get(
    "/questions/{question_id}/generalisation",
    summary="一つの質問の一般化の案",
    description="原文と置き換えの案を返します。原文を開いたことは記録されます。",
    responses=documented(ErrorCode.QUESTION_NOT_FOUND, *_COMMON),
)
def read_generalisation(question_id: Text, desk: Desk, at: Intake, state: State, visitor: Asking) -> Diff:
    """Return one diff."""
    question = desk.questions.get(question_id)
    found = _diff(at, question, visitor.who)
    AuditLog(state.store).note("originals.opened", question_id, count=1)
    return found


@router.post(
    "/questions/{question_id}/generalisation",
    summary="一般化した文を確定する",
    description="確認した文を、質問の文として確定します。ほかの方が先に変更していれば保存しません。",
    responses=documented(
        ErrorCode.QUESTION_NOT_FOUND, ErrorCode.EDIT_CONFLICT, ErrorCode.QUESTION_EMPTY, *_COMMON
    ),
)
def accept_generalisation(question_id: Text, request: Accepting, desk: Desk) -> Question:
    """Accept words."""
    return desk.questions.accept(
        question_id, version=request.version, text=request.text.strip(), by=request.by
    )


def _diff(at: Intake, question: Question, by: str) -> Diff:
    try:
        proposed = at.desk().proposal(question.id, by=by)
    except YorozuError as error:
        if error.code is not ErrorCode.QUESTION_NOT_FOUND:
            raise
        return Diff(question=question)
    return Diff(question=question, original=proposed.original, spans=list(proposed.spans), text=proposed.text)
