"""Drafts: read, check, edit, cite, approve, reject, redo; their history and comments."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from app.api.access import ORGANISER
from app.api.deps import Text
from app.api.desk_deps import Act, Body, Change, Desk, Limit, Offset
from app.api.errors import documented
from app.api.once import Once
from app.organiser import review
from app.organiser.draft_desk import DraftDesk
from app.organiser.draft_models import CheckedLine, Comment, Draft, DraftChange, DraftState, Needs, Progress
from app.organiser.models import Frozen
from ingest.errors import ErrorCode

router = APIRouter(prefix="/api/v1/drafts", tags=["下書き"], dependencies=[ORGANISER])
_COMMON = (ErrorCode.DRAFT_NOT_FOUND, ErrorCode.INVALID_REQUEST, ErrorCode.INTERNAL)
_ONCE = (*_COMMON, ErrorCode.IDEMPOTENCY_CONFLICT)
_CHANGES = (*_ONCE, ErrorCode.DRAFT_CHANGED, ErrorCode.DRAFT_STATE, ErrorCode.CHANGE_INVALID)
Words = Annotated[Text, StringConstraints(max_length=review.MOST_CHARACTERS)]
Reason = Annotated[Text, StringConstraints(max_length=500)]


class DraftList(Frozen):
    """Drafts in the order of the meeting."""

    total: int
    drafts: list[Draft]


class Edit(Change):
    """A new text, a note, or both."""

    text: Words | None = Field(None, description="回答の文章。文の後ろに [1] の形で引用の番号を付けます")
    note: Words | None = Field(None, description="当日の口頭での補足")


class Typed(Body):
    """A text as it is being typed."""

    text: Words


class Checked(Frozen):
    """Every sentence with its verdict, in order."""

    lines: list[CheckedLine]


class Citing(Change):
    """A passage to cite, as `GET /api/v1/search` returned it."""

    source_id: Annotated[Text, StringConstraints(max_length=200)]
    passage: Annotated[Text, StringConstraints(min_length=1, max_length=20_000)] = Field(
        description="検索結果の text をそのまま"
    )


class Verdict(Change):
    """What becomes of a draft."""

    state: Literal["approved", "rejected", "edited", "proposed"] = Field(
        description="approved: 承認 / rejected: 差し戻し / edited: 編集に戻す / proposed: 最初の案に戻す"
    )
    reason: Reason | None = Field(None, description="差し戻す理由、または出典のない文を承認する理由")


class Remark(Act):
    """A comment."""

    text: Annotated[Text, StringConstraints(max_length=2000, pattern=r"\S")]


class CommentList(Frozen):
    """Comments, the oldest first."""

    comments: list[Comment]


class History(Frozen):
    """Changes, the oldest first."""

    changes: list[DraftChange]


@router.get(
    "",
    summary="下書きの一覧",
    description="下書きを相談会の順に返します。状態と仕分け（確認のみ・検討が必要・根拠なし）で絞り込めます。",
    responses=documented(ErrorCode.INVALID_REQUEST, ErrorCode.INTERNAL),
)
def list_drafts(
    desk: Desk,
    meeting_id: Annotated[Text | None, Query(max_length=64, description="相談会のID")] = None,
    state: Annotated[DraftState | None, Query(description="状態")] = None,
    needs: Annotated[Needs | None, Query(description="仕分け")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> DraftList:
    """Return drafts."""
    states, triage = (state,) if state else (), (needs,) if needs else ()
    total = desk.drafts.count(meeting_id, states=states, needs=triage)
    found = desk.drafts.find(meeting_id, states=states, needs=triage, limit=limit, offset=offset)
    return DraftList(total=total, drafts=found)


@router.get(
    "/{draft_id}",
    summary="一つの下書き",
    description="下書きを、最初の案（answer）、今の文章（content）、文ごとの照合結果（lines）とともに返します。",
    responses=documented(*_COMMON),
)
def read_draft(draft_id: Text, desk: Desk) -> Draft:
    """Return one draft."""
    return desk.drafts.get(draft_id)


@router.patch(
    "/{draft_id}",
    summary="下書きを編集する",
    description="文章や当日の補足を保存します。文ごとに引用元と照合します。ほかの方が先に変更していれば保存しません。",
    responses=documented(*_CHANGES),
)
def edit_draft(draft_id: Text, request: Edit, desk: Desk, once: Once) -> Draft:
    """Store an edit."""
    return once(
        request,
        Draft,
        lambda: review.edit(
            desk, draft_id, version=request.version, by=request.by, text=request.text, note=request.note
        ),
    )


@router.post(
    "/{draft_id}/check",
    summary="入力中の文章を照合する",
    description="保存せずに、文ごとに引用元と照合した結果を返します。",
    responses=documented(*_COMMON, ErrorCode.CHANGE_INVALID),
)
def check_draft(draft_id: Text, request: Typed, desk: Desk) -> Checked:
    """Check a text."""
    return Checked(lines=list(review.check_text(desk, draft_id, request.text)))


@router.post(
    "/{draft_id}/citations",
    status_code=201,
    summary="引用を加える",
    description="検索で見つけた一節を引用に加えます。番号は続きの番号になります。",
    responses=documented(*_CHANGES),
)
def add_citation(draft_id: Text, request: Citing, desk: Desk, once: Once) -> Draft:
    """Add a citation."""
    place = review.Place(source_id=request.source_id, text=request.passage)
    return once(
        request,
        Draft,
        lambda: review.cite(desk, draft_id, version=request.version, by=request.by, place=place),
    )


@router.post(
    "/{draft_id}/state",
    summary="承認・差し戻し・取り消し",
    description="下書きを承認する、差し戻す、編集に戻す、または最初の案に戻します。",
    responses=documented(*_CHANGES, ErrorCode.DRAFT_UNSUPPORTED),
)
def decide_draft(draft_id: Text, request: Verdict, desk: Desk, once: Once) -> Draft:
    """Approve, reject, reopen or restore a draft."""
    return once(request, Draft, lambda: _decided(draft_id, request, desk))


def _decided(draft_id: str, request: Verdict, desk: DraftDesk) -> Draft:
    version, by, reason = request.version, request.by, request.reason
    if request.state == "approved":
        return review.approve(desk, draft_id, version=version, by=by, reason=reason)
    if request.state == "rejected":
        return review.reject(desk, draft_id, version=version, by=by, reason=reason or "")
    if request.state == "edited":
        return review.reopen(desk, draft_id, version=version, by=by)
    return review.restore(desk, draft_id, version=version, by=by)


@router.post(
    "/{draft_id}/redo",
    status_code=202,
    summary="下書きを作り直す",
    description="同じ質問の下書きを作り直し始めます。今の文章は履歴に残ります。",
    responses=documented(*_ONCE, ErrorCode.DRAFT_STATE),
)
def redo_draft(draft_id: Text, request: Act, desk: Desk, once: Once) -> Progress:
    """Hand the question in once more."""

    def do() -> Progress:
        review.redo(desk, draft_id, by=request.by)
        return desk.queue.progress(desk.drafts.get(draft_id).meeting_id)

    return once(request, Progress, do)


@router.get(
    "/{draft_id}/history",
    summary="下書きの履歴",
    description="だれがいつ何を変えたかを、変更前後の内容とともに古い順に返します。",
    responses=documented(*_COMMON),
)
def read_history(draft_id: Text, desk: Desk) -> History:
    """Return every change."""
    return History(changes=desk.drafts.history(draft_id))


@router.get(
    "/{draft_id}/comments",
    summary="コメントの一覧",
    description="下書きへのコメントを古い順に返します。",
    responses=documented(*_COMMON),
)
def list_comments(draft_id: Text, desk: Desk) -> CommentList:
    """Return every comment."""
    return CommentList(comments=desk.drafts.comments(draft_id))


@router.post(
    "/{draft_id}/comments",
    status_code=201,
    summary="コメントを付ける",
    description="下書きにコメントを付けます。",
    responses=documented(*_ONCE),
)
def add_comment(draft_id: Text, request: Remark, desk: Desk, once: Once) -> Comment:
    """Add a comment."""
    return once(request, Comment, lambda: desk.drafts.comment(draft_id, by=request.by, text=request.text))
