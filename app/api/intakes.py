"""Intake: a file or pasted text, looked at first, then taken in as it was confirmed."""

import re
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter
from pydantic import Base64Bytes, Field, StringConstraints

from app.api.access import ORGANISER
from app.api.deps import State, Text
from app.api.desk_deps import Act, Body, Desk
from app.api.errors import documented
from app.api.intake_desk import Intake
from app.organiser.intake import intake, intake_text
from app.organiser.models import ColumnPlan, Frozen, IntakeResult, Skipped
from app.store.audit import AuditLog
from ingest.errors import ErrorCode, YorozuError

router = APIRouter(prefix="/api/v1/meetings/{meeting_id}/intake", tags=["相談会"], dependencies=[ORGANISER])
_ADDRESS = re.compile(r"/api/v1/meetings/[^/]+/intake(?:/preview)?")
LONGEST_TEXT = 200_000  # characters of pasted text
_SHOWN = 200  # rows left out that are named one by one
_SUFFIX = 6
_ERRORS = (
    ErrorCode.MEETING_NOT_FOUND,
    ErrorCode.NO_QUESTIONS,
    ErrorCode.FILE_UNSUPPORTED,
    ErrorCode.FILE_TIMEOUT,
    ErrorCode.REQUEST_TOO_LARGE,
    ErrorCode.INVALID_REQUEST,
    ErrorCode.INTERNAL,
)


class Sheets(Body):
    """What came in: a file (`name` and `content`) or `text`."""

    name: Annotated[Text, StringConstraints(max_length=200)] = Field("", description="ファイル名")
    content: Base64Bytes | None = Field(None, description="ファイルの中身（base64）", repr=False)
    text: Annotated[Text, StringConstraints(max_length=LONGEST_TEXT)] | None = Field(
        None, description="貼り付けた文章やメール。content の代わりに", repr=False
    )
    plans: Annotated[list[ColumnPlan], Field(max_length=100)] | None = Field(
        None, description="表の読み方。確認・変更したものをそのまま送ります", repr=False
    )


class Taking(Sheets, Act):
    """The same, to be taken in."""


class Preview(Frozen):
    """How a file would be read. Nothing has been kept."""

    plans: list[ColumnPlan]
    questions: int = Field(description="見つかった質問の件数")
    skipped: int = Field(description="読み飛ばす行の数")
    skips: list[Skipped] = Field(description="読み飛ばす行と理由（先頭の200行まで）")
    notes: list[str]


class Taken(Frozen):
    """What became of a file."""

    import_id: str
    added: int = Field(description="新しく登録した質問の件数")
    known: int = Field(description="すでに登録されていた質問の件数")
    skipped: int


@router.post(
    "/preview",
    summary="取り込む前に読み方を確かめる",
    description="表の列を何として読むかと、質問の件数を返します。何も保存しません。",
    responses=documented(*_ERRORS),
)
def preview_intake(meeting_id: Text, request: Sheets, desk: Desk) -> Preview:
    """Tell how a file would be read."""
    desk.questions.meeting(meeting_id)
    result, _ = _read(request, desk.settings.read_seconds)
    return Preview(
        plans=list(result.plans),
        questions=len(result.questions),
        skipped=len(result.skipped),
        skips=list(result.skipped[:_SHOWN]),
        notes=list(result.notes),
    )


@router.post(
    "",
    status_code=201,
    summary="質問を取り込む",
    description="質問を登録し、会社名などを一般化する案を作ります。同じ質問は二重に登録しません。",
    responses=documented(*_ERRORS),
)
def take_in(meeting_id: Text, request: Taking, desk: Desk, at: Intake, state: State) -> Taken:
    """Take questions in."""
    desk.questions.meeting(meeting_id)
    result, content = _read(request, desk.settings.read_seconds)
    if not result.questions:
        raise YorozuError(ErrorCode.NO_QUESTIONS, reason="質問の列が分かりません")
    done = at.desk().take_in(result, meeting_id, content=content)
    added = len(done.questions)
    AuditLog(state.store).note("questions.taken_in", meeting_id, added=added, known=done.known)
    return Taken(import_id=done.import_id, added=added, known=done.known, skipped=len(result.skipped))


def takes_files(path: str) -> bool:
    """Whether requests to this address carry whole files."""
    return _ADDRESS.fullmatch(path) is not None


def _read(request: Sheets, seconds: float) -> tuple[IntakeResult, bytes | None]:
    """The questions, and the file where there is one. It is on disk only while it is read."""
    if request.content is None:
        return intake_text(request.text or ""), None
    suffix = Path(request.name).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="yorozu-intake-") as folder:
        path = Path(folder) / f"questions{suffix if suffix.isascii() and len(suffix) <= _SUFFIX else ''}"
        path.write_bytes(request.content)
        result = intake(path, request.plans, seconds=seconds)
    return result.model_copy(update={"name": request.name}), request.content
