"""Answers: ask for one, open one again."""

import logging
from collections.abc import Generator
from contextlib import closing
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.answering.filters import Filters
from app.answering.models import Answer, Caution
from app.api.access import READER
from app.api.deps import Asking, State, Text
from app.api.errors import documented
from app.api.etags import UNCHANGED, Known, tagged
from app.api.event_response import EventResponse
from app.api.events import EVENT_STREAM, event_of, wants_events
from app.api.idempotency import IdempotencyKey, repeatable
from app.state import ServiceState
from app.store.audit import AuditLog
from app.store.repeats import Repeatable, Repeats
from ingest.errors import ErrorCode, YorozuError

router = APIRouter(prefix="/api/v1/answers", tags=["回答"], dependencies=[READER])
log = logging.getLogger(__name__)
_ABOUT = """出典つきの回答を返し、保存します。

`Accept: text/event-stream` だけを指定すると、できた順にイベントで返します。まず `citations`（引用の候補）、
次に `statement`（照合の済んだ文を1文ずつ）、最後に `answer`（回答の全体。保存済み）です。`reset` が来たら、
それまでの `statement` は取り消しです。回答できなかったときは `error` で終わります。"""

_ENGINE = (
    "回答方式。extractive は資料の文の抜き出し、llm は言語モデルの文章（設定されているときだけ）。"
    "省くと、言語モデルが設定されていれば llm、なければ extractive です。"
    "言語モデルが使えないときは抜き出しで答え、回答の engine がそれを示します"
)

_UNKEPT = Caution(
    code="degraded",
    message="保存先に書き込めないため、この回答は保存していません。あとから開き直せないので、"
    "必要な内容は控えてください。",
)


class AnswerRequest(BaseModel):
    """A question and, if wanted, how to answer it. Unknown names are refused: a typo is not passed over."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "専任者がいないのですが、規程はどう作ればよいですか"}]},
    )

    question: Text = Field(description="質問文")
    conversation_id: Text | None = Field(
        None,
        max_length=100,
        description="会話のID。続きの質問では、前の回答の conversation_id を添えます。"
        "省くか、知らないIDなら新しい会話になります",
    )
    engine: Text | None = Field(None, max_length=50, description=_ENGINE)
    filters: Filters | None = Field(None, description="使う資料の絞り込み")


# `def`, not `async def`: answering computes, and so runs in the framework's pool of worker threads
# (bounded to 40). The event loop stays free for health checks; more questions than threads wait their turn.
@router.post(
    "",
    summary="質問に答える",
    description=_ABOUT,
    response_model=Answer,
    responses={
        200: {
            "description": "回答。根拠が足りないときは status が insufficient_evidence",
            "content": {EVENT_STREAM: {}},
        },
        **documented(
            ErrorCode.QUESTION_EMPTY,
            ErrorCode.QUESTION_TOO_LONG,
            ErrorCode.REQUEST_TOO_LARGE,
            ErrorCode.INVALID_REQUEST,
            ErrorCode.ENGINE_UNAVAILABLE,
            ErrorCode.INDEX_MISSING,
            ErrorCode.IDEMPOTENCY_CONFLICT,
            ErrorCode.INTERNAL,
        ),
    },
)
def create_answer(
    request: AnswerRequest,
    state: State,
    visitor: Asking,
    key: IdempotencyKey = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Answer | Response:
    """Answer and store. Once a valid request is in, a client of events gets errors as an event as well."""
    once = repeatable(key, visitor, "POST /api/v1/answers", request)
    if wants_events(accept):
        settings = state.settings
        return EventResponse(
            _events(request, state, once),
            heartbeat=settings.heartbeat_seconds,
            seconds=settings.request_seconds,
        )
    if once is not None and (before := _made_before(once, state)):
        return before
    answer = state.answerer.answer(
        request.question,
        engine=request.engine,
        conversation_id=state.store.mine(request.conversation_id),
        filters=request.filters,
    )
    return keep(answer, state, once)


@router.get(
    "/{answer_id}",
    summary="保存した回答を開く",
    description="回答を、引用も含めて作られたときのまま返します。",
    response_model=Answer,
    responses={
        **UNCHANGED,
        **documented(ErrorCode.ANSWER_NOT_FOUND, ErrorCode.INVALID_REQUEST, ErrorCode.INTERNAL),
    },
)
def read_answer(answer_id: Text, state: State, known: Known = "") -> Response:
    """Return a stored answer."""
    return tagged(state.store.get(answer_id), known)


def _events(request: AnswerRequest, state: ServiceState, once: Repeatable | None) -> Generator[bytes]:
    """The events of an answer. It is stored before it is sent; who leaves earlier leaves nothing."""
    if once is not None and (before := _made_before(once, state)):
        yield event_of(before)
        return
    steps = state.answerer.stream(
        request.question,
        engine=request.engine,
        conversation_id=state.store.mine(request.conversation_id),
        filters=request.filters,
    )
    with closing(steps):
        for step in steps:
            if isinstance(step, Answer):
                yield event_of(keep(step, state, once))
            else:
                yield event_of(step)


def _made_before(once: Repeatable, state: ServiceState) -> Answer | None:
    """What this request was answered before. None where it comes first or the answer has gone."""
    repeats = Repeats(state.store)
    made = repeats.result(once)
    if made is None:
        return None
    try:
        return _opened(made, state)
    except YorozuError as error:
        if error.code is not ErrorCode.ANSWER_NOT_FOUND:
            raise
        repeats.forget(once)
        return None


def keep(answer: Answer, state: ServiceState, once: Repeatable | None = None) -> Answer:
    """Store, count and log an answer; every door of the HTTP side does so before it sends it.

    Returns the one to be sent: where the same request ran twice at once, the first one's.
    """
    try:
        _store(answer, state)
    except YorozuError as error:
        # A request that may come again must find what it was answered before: that cannot be promised here.
        if error.code is not ErrorCode.DATA_DIR_UNWRITABLE or once is not None:
            raise
        log.warning("answer %s is not stored: %s", answer.id, error.message)
        state.troubles.begin("store", error.message)
        state.meters.unkept()
        answer = answer.model_copy(update={"conversation_id": None, "cautions": [*answer.cautions, _UNKEPT]})
    else:
        state.troubles.over("store")
    state.meters.answered(answer)
    log.info(
        "answer %s %s %.0fms",
        answer.id,
        answer.status,
        answer.timings_ms.total,
        extra={"answer_id": answer.id, "status": answer.status, "ms": answer.timings_ms.total},
    )
    if state.settings.log_questions:
        log.info("question %s %r", answer.id, answer.question)
    if once is None:
        return answer
    made = " ".join(filter(None, (answer.id, answer.conversation_id)))
    first = Repeats(state.store).keep(once, made)
    return answer if first == made else _opened(first, state)


def _store(answer: Answer, state: ServiceState) -> None:
    # Whoever is shown a stored answer is not thereby let into the conversation.
    state.store.save(answer.model_copy(update={"conversation_id": None}))
    if answer.conversation_id is not None:
        state.store.own(answer.conversation_id)
    AuditLog(state.store).note("answer.asked", answer.id, status=answer.status, engine=answer.engine)


def _opened(made: str, state: ServiceState) -> Answer:
    """The stored answer with the conversation that only who asked for it knows."""
    answer_id, _, conversation_id = made.partition(" ")
    return state.store.get(answer_id).model_copy(update={"conversation_id": conversation_id or None})
