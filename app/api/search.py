"""Search: the passages themselves, without an answer."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.answering.models import SearchResult
from app.api.access import READER
from app.api.deps import State, Text
from app.api.errors import documented
from ingest.errors import ErrorCode

router = APIRouter(prefix="/api/v1/search", tags=["検索"], dependencies=[READER])
MOST_RESULTS = 100


@router.get(
    "",
    summary="一節を探す",
    description="質問に近い一節を、近い順に返します。",
    responses=documented(
        ErrorCode.QUESTION_EMPTY,
        ErrorCode.QUESTION_TOO_LONG,
        ErrorCode.INVALID_REQUEST,
        ErrorCode.INDEX_MISSING,
        ErrorCode.INTERNAL,
    ),
)
def search(
    state: State,
    q: Annotated[Text, Query(description="探す言葉または質問文", examples=["持出し物の制限"])],
    k: Annotated[int, Query(ge=1, le=MOST_RESULTS, description="件数")] = 10,
) -> SearchResult:
    """Return the k best passages, best first."""
    return state.answerer.search(q, k)
