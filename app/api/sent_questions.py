"""Questions that readers sent from the chat, taken over into a meeting. What they say is not shown here."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from app.api.access import ORGANISER
from app.api.deps import State, Text
from app.api.desk_deps import Act, Desk, Limit, Offset
from app.api.errors import documented
from app.api.inbox import Inbox
from app.api.intake_desk import Intake
from app.api.once import Once
from app.organiser.models import Frozen
from app.store.audit import AuditLog
from app.store.sent_questions import Receipt
from ingest.errors import ErrorCode

router = APIRouter(prefix="/api/v1", tags=["相談会への質問"], dependencies=[ORGANISER])
_MOST = 1000


class ReceiptList(Frozen):
    """What waits for a meeting, the oldest first."""

    total: int
    questions: list[Receipt]


class TakingOver(Act):
    """Which questions to take over."""

    ids: Annotated[list[Text], Field(max_length=_MOST)] | None = Field(
        None, description="取り込む質問のID。省くと、届いているすべて"
    )


class TakenOver(Frozen):
    """What became of them."""

    added: int = Field(description="新しく登録した質問の件数")
    known: int = Field(description="相談会にすでにある質問と同じだった件数")


@router.get(
    "/sent-questions",
    summary="チャットから届いた質問",
    description="まだ相談会に取り込まれていない質問の受付番号を返します。文面は、取り込んで一般化してから確認します。",
    responses=documented(ErrorCode.INVALID_REQUEST, ErrorCode.INTERNAL),
)
def list_sent(inbox: Inbox, limit: Limit = 50, offset: Offset = 0) -> ReceiptList:
    """Return what waits."""
    total, receipts = inbox.receipts(limit=limit, offset=offset)
    return ReceiptList(total=total, questions=receipts)


@router.post(
    "/meetings/{meeting_id}/sent-questions",
    summary="チャットから届いた質問を取り込む",
    description="届いている質問を相談会に登録し、一般化の案を作ります。どの質問も一度だけ取り込まれます。",
    responses=documented(
        ErrorCode.MEETING_NOT_FOUND,
        ErrorCode.IDEMPOTENCY_CONFLICT,
        ErrorCode.INVALID_REQUEST,
        ErrorCode.INTERNAL,
    ),
)
def take_over(
    meeting_id: Text, request: TakingOver, desk: Desk, at: Intake, inbox: Inbox, state: State, once: Once
) -> TakenOver:
    """Take questions over."""

    def do() -> TakenOver:
        desk.questions.meeting(meeting_id)
        done = at.desk().take_over(inbox, meeting_id, ids=request.ids)
        counts = TakenOver(added=len(done.questions), known=done.known)
        AuditLog(state.store).note("questions.taken_over", meeting_id, added=counts.added, known=counts.known)
        return counts

    return once(request, TakenOver, do)
