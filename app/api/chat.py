"""The door that speaks as OpenAI does: chat completions and the list of models."""

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel

from app.answering.models import Answer
from app.api.access import READER
from app.api.answers import keep
from app.api.deps import State, Text
from app.api.errors import documented
from app.api.event_response import EventResponse
from app.api.events import EVENT_STREAM
from app.api.openai_errors import OPENAI_PREFIX, OpenAIErrorBody
from app.doors.openai.reply import Completion, characters, completion
from app.doors.openai.request import MODELS, Asked, ChatRequest, asked, model_not_found
from app.doors.openai.stream import StreamWanted, chunks
from app.state import ServiceState
from app.store.said import SaidStore
from ingest.errors import ErrorCode

router = APIRouter(prefix=OPENAI_PREFIX, tags=["OpenAI 互換"], dependencies=[READER])
_ABOUT = """OpenAI の chat completions と同じ形で答えます。
OpenAI 用のライブラリーは、宛先を変えるだけで使えます。

最後の user の発言に答えます。system の発言は、回答の決まりを変えません。temperature など、言語モデルの
調整だけの項目は読み飛ばします。回答を別のものにする項目（tools、n、画像など）は、エラーで断ります。
回答の全体（/api/v1/answers と同じもの）は `yorozu` に、URL のある出典は `annotations` に入ります。"""


class Model(BaseModel):
    """One name that can be given as `model`."""

    id: str
    object: str = "model"
    created: int = 0
    owned_by: str = "yorozu"


class ModelList(BaseModel):
    """All names that can be given as `model`."""

    object: str = "list"
    data: list[Model]


# `def` for the same reason as in answers.py.
@router.post(
    "/chat/completions",
    summary="OpenAI の形で質問に答える",
    description=_ABOUT,
    response_model=Completion,
    responses={
        200: {"description": "回答。stream が true なら断片", "content": {EVENT_STREAM: {}}},
        **documented(
            ErrorCode.QUESTION_EMPTY,
            ErrorCode.QUESTION_TOO_LONG,
            ErrorCode.REQUEST_TOO_LARGE,
            ErrorCode.INVALID_REQUEST,
            ErrorCode.PARAMETER_UNSUPPORTED,
            ErrorCode.MODEL_NOT_FOUND,
            ErrorCode.ENGINE_UNAVAILABLE,
            ErrorCode.INDEX_MISSING,
            ErrorCode.INTERNAL,
            form=OpenAIErrorBody,
        ),
    },
)
def create_completion(request: ChatRequest, state: State) -> Completion | Response:
    """Answer the last user message. Errors come with their status, also for a client that streams."""
    wanted = asked(request)
    length = characters(message.text for message in request.messages)
    if request.stream:
        return _stream(request, wanted, length, state)
    answer = state.answerer.answer(
        wanted.question,
        engine=wanted.engine,
        conversation_id=_conversation(wanted, state),
        filters=request.filters,
    )
    _keep(answer, state)
    return completion(answer, model=request.model, asked=length)


def _stream(request: ChatRequest, wanted: Asked, length: int, state: ServiceState) -> Response:
    steps = state.answerer.stream(
        wanted.question,
        engine=wanted.engine,
        conversation_id=_conversation(wanted, state),
        filters=request.filters,
    )
    first = next(steps)  # what is wrong with the question shows here, before a status is sent
    options = request.stream_options
    how = StreamWanted(
        model=request.model,
        asked=length,
        include_usage=options is not None and bool(options.include_usage),
        live=wanted.engine != "extractive" and state.settings.llm is not None,
    )
    events = chunks(first, steps, how, lambda answer: _keep(answer, state))
    return EventResponse(events, heartbeat=state.settings.heartbeat_seconds)


def _conversation(wanted: Asked, state: ServiceState) -> str | None:
    """The conversation that the client goes on with: the one of the last answer that it sent back."""
    answers = [turn.text for turn in wanted.earlier if turn.role == "assistant"]
    return state.store.mine(SaidStore(state.store).conversation_of(answers[-1])) if answers else None


def _keep(answer: Answer, state: ServiceState) -> None:
    keep(answer, state)
    if answer.conversation_id is not None:
        SaidStore(state.store).keep(answer.text, answer.conversation_id)


@router.get(
    "/models",
    summary="モデルの一覧",
    description="`model` に指定できる名前です。",
    responses=documented(ErrorCode.INTERNAL, form=OpenAIErrorBody),
)
def list_models(state: State) -> ModelList:
    """Return the names that work with the settings as they are."""
    return ModelList(data=[Model(id=name) for name in _models(state)])


@router.get(
    "/models/{name}",
    summary="一つのモデル",
    description="`model` に指定できる名前かどうかを調べます。",
    responses=documented(ErrorCode.MODEL_NOT_FOUND, ErrorCode.INTERNAL, form=OpenAIErrorBody),
)
def read_model(name: Text, state: State) -> Model:
    """Return one model."""
    if name not in _models(state):
        raise model_not_found(name)
    return Model(id=name)


def _models(state: ServiceState) -> list[str]:
    return [name for name, engine in MODELS.items() if engine != "llm" or state.settings.llm is not None]
