"""Sources: the catalogue of what can be cited."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.api.access import READER
from app.api.deps import State, Text
from app.api.errors import documented
from app.api.paging import MOST, After, Limit, piece
from ingest.errors import ErrorCode
from ingest.models import Source

router = APIRouter(prefix="/api/v1/sources", tags=["資料"], dependencies=[READER])


class SourceList(BaseModel):
    """Sources, a piece of the list at a time."""

    sources: list[Source]
    total: int = Field(description="全体の件数")
    next: str | None = Field(None, description="続きがあるとき、次の after に指定する値")


@router.get(
    "",
    summary="資料の一覧",
    description="引用できる資料を返します。",
    responses=documented(ErrorCode.INVALID_REQUEST, ErrorCode.INDEX_MISSING, ErrorCode.INTERNAL),
)
def list_sources(state: State, limit: Limit = MOST, after: After = None) -> SourceList:
    """Return what can be cited."""
    everything = state.answerer.sources()
    found, following = piece(everything, limit, after, lambda source: source.id)
    return SourceList(sources=found, total=len(everything), next=following)


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
