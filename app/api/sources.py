"""Sources: the catalogue of what can be cited."""

from fastapi import APIRouter
from pydantic import BaseModel

from app.api.deps import State, Text
from app.api.errors import documented
from ingest.errors import ErrorCode
from ingest.models import Source

router = APIRouter(prefix="/api/v1/sources", tags=["資料"])


class SourceList(BaseModel):
    """Every source."""

    sources: list[Source]


@router.get(
    "",
    summary="資料の一覧",
    description="引用できる資料をすべて返します。",
    responses=documented(ErrorCode.INDEX_MISSING, ErrorCode.INTERNAL),
)
def list_sources(state: State) -> SourceList:
    """Return every source that can be cited."""
    return SourceList(sources=state.answerer.sources())


@router.get(
    "/{source_id}",
    summary="一つの資料",
    description="資料の題名・発行者・版・入手先を返します。",
    responses=documented(
        ErrorCode.SOURCE_NOT_FOUND,
        ErrorCode.INVALID_REQUEST,
        ErrorCode.INDEX_MISSING,
        ErrorCode.INTERNAL,
    ),
)
def read_source(source_id: Text, state: State) -> Source:
    """Return one source."""
    return state.answerer.source(source_id)
