"""The audit log, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from app.api.access import ADMIN
from app.api.deps import State
from app.api.errors import documented
from app.api.paging import Limit
from app.store.audit import AuditLine, AuditLog
from ingest.errors import ErrorCode

router = APIRouter(prefix="/api/v1/audit", tags=["運用"], dependencies=[ADMIN])


class AuditList(BaseModel):
    """Lines of the audit log, the newest first."""

    lines: list[AuditLine]
    next: int | None = Field(None, description="続きがあるとき、次の before に指定する番号")


@router.get(
    "",
    summary="監査記録",
    description="だれが、いつ、何をしたかを新しい順に返します。質問や回答の文面は含みません。",
    responses=documented(ErrorCode.INVALID_REQUEST, ErrorCode.INTERNAL),
)
def list_audit(
    state: State,
    limit: Limit = 100,
    before: Annotated[int | None, Query(ge=1, le=2**53, description="この番号より前だけ")] = None,
) -> AuditList:
    """Return what was done."""
    lines = AuditLog(state.store).newest(limit + 1, before=before)
    more = len(lines) > limit
    return AuditList(lines=lines[:limit], next=lines[limit - 1].number if more else None)
