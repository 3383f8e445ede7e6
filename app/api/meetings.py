"""Meetings: prepare one, draft its questions, write it to a file, publish it, and see what is outdated."""

from datetime import date
from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import AfterValidator, Field, StringConstraints

from app.api.access import ORGANISER
from app.api.deps import Text
from app.api.desk_deps import Act, Body, Desk, Limit, MeetingId, Offset
from app.api.errors import documented
from app.api.once import Once
from app.organiser.draft_desk import DraftDesk
from app.organiser.draft_models import DraftState, Needs, Progress
from app.organiser.export import MEDIA_TYPES, exported
from app.organiser.impact import Impact, impact
from app.organiser.models import Frozen, Meeting
from app.organiser.publish import Published, publish, unpublish
from ingest.errors import ErrorCode

router = APIRouter(prefix="/api/v1/meetings", tags=["相談会"], dependencies=[ORGANISER])
_COMMON = (ErrorCode.MEETING_NOT_FOUND, ErrorCode.INVALID_REQUEST, ErrorCode.INTERNAL)
_PUBLISHING = (
    ErrorCode.PUBLISH_REFUSED,
    ErrorCode.INDEX_LOCKED,
    ErrorCode.DRAFT_CHANGED,
    ErrorCode.IDEMPOTENCY_CONFLICT,
)
IsoDate = Annotated[Text, AfterValidator(lambda text: date.fromisoformat(text).isoformat())]
Form = Literal["pptx", "docx", "md", "json"]


class MeetingRequest(Body):
    """A meeting to prepare."""

    id: MeetingId = Field(description="英小文字・数字・_・-", examples=["yorozu_2026_12"])
    title: Annotated[Text, StringConstraints(max_length=200, pattern=r"\S")]
    theme: Annotated[Text, StringConstraints(max_length=200)] | None = None
    held_on: IsoDate | None = None


class MeetingList(Frozen):
    """Meetings, the newest first."""

    total: int
    meetings: list[Meeting]


class MeetingState(Frozen):
    """A meeting, and how far its drafts are."""

    meeting: Meeting
    progress: Progress
    drafts: dict[str, int] = Field(description="下書きの状態ごとの件数")
    needs: dict[str, int] = Field(description="下書きの仕分けごとの件数")
    failures: dict[str, str] = Field({}, description="下書きを作れなかった質問のIDとエラーの code")


class DraftingRequest(Act):
    """Which questions to draft."""

    redo: bool = Field(default=False, description="すでにある下書きも作り直す（承認済み・公開済みを除く）")


@router.get(
    "",
    summary="相談会の一覧",
    description="登録されている相談会を、新しい順に返します。",
    responses=documented(ErrorCode.INVALID_REQUEST, ErrorCode.INTERNAL),
)
def list_meetings(desk: Desk, limit: Limit = 50, offset: Offset = 0) -> MeetingList:
    """Return meetings."""
    every = desk.questions.meetings()
    return MeetingList(total=len(every), meetings=every[offset : offset + limit])


@router.post(
    "",
    status_code=201,
    summary="相談会を登録する",
    description="準備する相談会を登録します。id は公開するファイルの名前になります。",
    responses=documented(
        ErrorCode.MEETING_EXISTS,
        ErrorCode.IDEMPOTENCY_CONFLICT,
        ErrorCode.INVALID_REQUEST,
        ErrorCode.INTERNAL,
    ),
)
def create_meeting(request: MeetingRequest, desk: Desk, once: Once) -> Meeting:
    """Register a meeting."""
    return once(
        request,
        Meeting,
        lambda: desk.questions.create_meeting(
            request.id, request.title, theme=request.theme, held_on=request.held_on
        ),
    )


@router.get(
    "/{meeting_id}",
    summary="一つの相談会",
    description="相談会と、下書き作成の進み具合を返します。",
    responses=documented(*_COMMON),
)
def read_meeting(meeting_id: Text, desk: Desk) -> MeetingState:
    """Return one meeting with counts."""
    meeting = desk.questions.meeting(meeting_id)
    states: tuple[DraftState, ...] = get_args(DraftState)
    needs: tuple[Needs, ...] = get_args(Needs)
    return MeetingState(
        meeting=meeting,
        progress=desk.queue.progress(meeting_id),
        drafts={state: desk.drafts.count(meeting_id, states=(state,)) for state in states},
        needs={need: desk.drafts.count(meeting_id, needs=(need,)) for need in needs},
        failures=desk.queue.failures(meeting_id),
    )


@router.post(
    "/{meeting_id}/drafts",
    status_code=202,
    summary="下書きを作る",
    description="取り上げる質問の下書きを裏側で作り始め、進み具合を返します。途中で止まっても続きから始まります。",
    responses=documented(*_COMMON, ErrorCode.IDEMPOTENCY_CONFLICT),
)
def start_drafts(meeting_id: Text, request: DraftingRequest, desk: Desk, once: Once) -> Progress:
    """Hand the chosen questions in."""
    return once(request, Progress, lambda: _handed_in(meeting_id, request, desk))


def _handed_in(meeting_id: str, request: DraftingRequest, desk: DraftDesk) -> Progress:
    desk.questions.meeting(meeting_id)
    chosen = desk.questions.of_meeting(meeting_id, states=("chosen",))
    ids = [question.id for question in chosen if question.text]
    desk.queue.put(meeting_id, ids, by=request.by, redo=request.redo)
    return desk.queue.progress(meeting_id)


@router.get(
    "/{meeting_id}/export",
    summary="相談会をファイルに書き出す",
    description="取り上げる質問と回答を、スライド（pptx）・文書（docx）・Markdown（md）・JSON で返します。",
    response_class=Response,
    responses={
        200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}},
        **documented(*_COMMON, ErrorCode.NOTHING_TO_EXPORT, ErrorCode.TEMPLATE_UNUSABLE),
    },
)
def export_meeting(
    meeting_id: Text, desk: Desk, form: Annotated[Form, Query(alias="format", description="形式")] = "pptx"
) -> Response:
    """Return the file."""
    content = exported(desk, meeting_id, f".{form}")
    named = f'attachment; filename="{desk.questions.meeting(meeting_id).id}.{form}"'
    return Response(content, media_type=MEDIA_TYPES[f".{form}"], headers={"Content-Disposition": named})


@router.post(
    "/{meeting_id}/publish",
    summary="相談会を公開する",
    description="承認済みの回答を corpus に加え、索引を更新します。終わるとすぐに、チャットで答えられます。",
    responses=documented(*_COMMON, *_PUBLISHING),
)
def publish_meeting(meeting_id: Text, request: Act, desk: Desk, once: Once) -> Published:
    """Publish what is approved."""
    return once(request, Published, lambda: publish(desk, meeting_id, by=request.by))


@router.post(
    "/{meeting_id}/unpublish",
    summary="公開を取り消す",
    description="公開した相談会を corpus から取り除きます。下書きは承認済みに戻ります。",
    responses=documented(*_COMMON, *_PUBLISHING),
)
def unpublish_meeting(meeting_id: Text, request: Act, desk: Desk, once: Once) -> Published:
    """Take the meeting out of the corpus."""
    return once(request, Published, lambda: unpublish(desk, meeting_id, by=request.by))


class ImpactList(Frozen):
    """Citations that do not stand as they did."""

    total: int
    impacts: list[Impact]


impact_router = APIRouter(prefix="/api/v1/impact", tags=["相談会"], dependencies=[ORGANISER])


@impact_router.get(
    "",
    summary="資料の変更の影響",
    description="変わった資料や新しい版のある資料を引用する下書きと公開済みの回答を、新旧の文とともに返します。",
    responses=documented(ErrorCode.INDEX_MISSING, ErrorCode.INVALID_REQUEST, ErrorCode.INTERNAL),
)
def list_impact(
    desk: Desk,
    source_id: Annotated[Text | None, Query(max_length=200, description="この資料だけ")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> ImpactList:
    """Return what has become outdated."""
    found = impact(desk, source_id=source_id)
    return ImpactList(total=len(found), impacts=found[offset : offset + limit])
