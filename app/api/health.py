"""Is the process alive, can it answer, and what has it counted?"""

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from app.api.access import OPEN, READER
from app.api.deps import State, WarmingUp
from app.api.errors import described_as_json, documented
from app.meters import CONTENT_TYPE
from app.troubles import Trouble
from ingest.errors import ErrorCode

router = APIRouter(tags=["運用"])
# Whoever keeps the service running asks these without a key; they say nothing but that it runs.


class Alive(BaseModel):
    """The process runs."""

    status: str = "ok"


class Ready(BaseModel):
    """The index is loaded."""

    status: str = "ready"
    generation: str
    degraded: list[Trouble] = Field([], description="使えないまま動いている部分と、その影響")


# Both are `async def`: they must answer while every worker thread is busy with a question.
@router.get(
    "/healthz",
    summary="プロセスが動いているか",
    description="動いていれば 200 を返します。索引の有無は見ません。",
    dependencies=[OPEN],
)
async def healthz() -> Alive:
    """Return 200 while the process runs."""
    return Alive()


@router.get(
    "/readyz",
    summary="質問に答えられるか",
    description="索引とモデルを読み込み終えていれば 200、まだなら 503 と、足りないものを返します。"
    "一部が使えなくても答えられるあいだは 200 で、使えない部分を degraded に示します。",
    responses=documented(
        ErrorCode.WARMING_UP, ErrorCode.INDEX_MISSING, ErrorCode.MODEL_UNAVAILABLE, guarded=False
    ),
    dependencies=[OPEN],
)
async def readyz(state: State, warming: WarmingUp) -> Ready:
    """Return 200 once index and model are loaded."""
    warming.check()
    return Ready(generation=state.answerer.generation(), degraded=state.troubles.now())


@router.get(
    "/metrics",
    summary="件数の計測値",
    description="Prometheus の形式です。回答の件数と、語で探せなかった質問の件数を返します。",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **described_as_json(documented(ErrorCode.INTERNAL)),
    },
    dependencies=[READER],
)
async def metrics(state: State) -> Response:
    """Return all counters."""
    state.meters.degraded([trouble.part for trouble in state.troubles.now()])
    return Response(state.meters.text(), media_type=CONTENT_TYPE)
