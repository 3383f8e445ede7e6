"""Looking after the service: what is in the index, what could not be read, how it is used, and the ingest."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from app.admin.ingesting import Ingesting, IngestState
from app.admin.sources import FileState, SourceState, file_states, source_states
from app.api.access import ADMIN
from app.api.deps import State
from app.api.desk_deps import Offset
from app.api.errors import documented
from app.api.paging import Limit
from app.store.audit import AuditLog
from app.store.keys import ApiKey, KeyStore
from app.store.people import PeopleStore, Person
from app.store.review import Counts, Judged, ReviewStore, Unanswered
from ingest.errors import ErrorCode
from ingest.index.reader import rollback
from ingest.index.summary import GenerationSummary, generation_summaries, sources_and_files

router = APIRouter(prefix="/api/v1/admin", tags=["管理"], dependencies=[ADMIN])
_BROKEN = (ErrorCode.INDEX_DAMAGED, ErrorCode.INTERNAL)


class Overview(BaseModel):
    """The state of the service in one piece."""

    generations: list[GenerationSummary] = Field(description="索引の世代。新しい順")
    counts: Counts
    questions_kept: bool = Field(description="質問の文面を管理画面に出すか（設定 YOROZU_LOG_QUESTIONS）")
    ingest: IngestState


class SourceStates(BaseModel):
    """Sources and their state."""

    sources: list[SourceState]


class FileStates(BaseModel):
    """Files and their state."""

    files: list[FileState]


class UnansweredList(BaseModel):
    """Questions without an answer, the newest first."""

    questions_kept: bool = Field(
        description="質問の文面を管理画面に出す設定か。出さない設定のとき、questions は空です"
    )
    questions: list[Unanswered]
    next: int | None = Field(None, description="続きがあるとき、次の before に指定する番号")


class FeedbackList(BaseModel):
    """Verdicts, the newest first."""

    feedback: list[Judged]
    more: bool = Field(description="続きがあるか")


class Keys(BaseModel):
    """API keys, never their secrets."""

    keys: list[ApiKey]


class People(BaseModel):
    """Whoever can log in or has."""

    people: list[Person]


class IngestRequest(BaseModel):
    """How to ingest."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"rebuild": False}]})

    rebuild: bool = Field(default=False, description="変更がなくても、すべて読み直す")


class RolledBack(BaseModel):
    """The generation that is in use now."""

    generation: str = Field(examples=["gen-000011"])


async def _ingesting(request: Request) -> Ingesting:
    ingesting = request.app.state.ingesting
    assert isinstance(ingesting, Ingesting)
    return ingesting


AtWork = Annotated[Ingesting, Depends(_ingesting)]
Before = Annotated[int | None, Query(ge=1, le=2**53, description="この番号より前だけ")]


@router.get(
    "/overview",
    summary="全体の状態",
    description="索引の世代、件数、取り込みの進み具合を返します。",
    responses=documented(*_BROKEN),
)
def overview(state: State, ingesting: AtWork) -> Overview:
    """Return the state of the service."""
    return Overview(
        generations=generation_summaries(state.settings.data_dir),
        counts=ReviewStore(state.store).counts(),
        questions_kept=state.settings.log_questions,
        ingest=ingesting.state(),
    )


@router.get(
    "/sources",
    summary="資料とその状態",
    description="目録にある資料が索引に入っているかを返します。",
    responses=documented(ErrorCode.INDEX_MISSING, *_BROKEN),
)
def list_source_states(state: State) -> SourceStates:
    """Return all sources."""
    return SourceStates(sources=source_states(*sources_and_files(state.settings.data_dir)))


@router.get(
    "/files",
    summary="ファイルとその状態",
    description="取り込みのときに見つかったファイルを、読めないものから順に、理由とともに返します。",
    responses=documented(ErrorCode.INDEX_MISSING, *_BROKEN),
)
def list_file_states(state: State) -> FileStates:
    """Return all files."""
    return FileStates(files=file_states(sources_and_files(state.settings.data_dir)[1]))


@router.get(
    "/unanswered",
    summary="答えのなかった質問",
    description="資料から答えられなかった質問を新しい順に返します。質問を残さない設定のときは、一つも返しません。",
    responses=documented(ErrorCode.INVALID_REQUEST, ErrorCode.INTERNAL),
)
def list_unanswered(state: State, limit: Limit = 50, before: Before = None) -> UnansweredList:
    """Return questions without an answer, where the settings let them be seen."""
    kept = state.settings.log_questions
    found = ReviewStore(state.store).unanswered(limit + 1, before=before) if kept else []
    following = found[limit - 1].number if len(found) > limit else None
    return UnansweredList(questions_kept=kept, questions=found[:limit], next=following)


@router.get(
    "/feedback",
    summary="回答の評価",
    description="「役に立った」「違う」と理由を新しい順に返します。",
    responses=documented(ErrorCode.INVALID_REQUEST, ErrorCode.INTERNAL),
)
def list_feedback(state: State, limit: Limit = 50, offset: Offset = 0) -> FeedbackList:
    """Return verdicts."""
    shown = state.settings.log_questions
    found = ReviewStore(state.store).judged(limit + 1, offset, questions=shown)
    return FeedbackList(feedback=found[:limit], more=len(found) > limit)


@router.get(
    "/keys",
    summary="APIキー",
    description="キーの名前・権限・期限・最終利用を返します。キーそのものは返しません。",
    responses=documented(ErrorCode.INTERNAL),
)
def list_keys(state: State) -> Keys:
    """Return all keys."""
    return Keys(keys=KeyStore(state.store).all())


@router.get(
    "/people",
    summary="ログインする人",
    description="アカウントと、認証サーバーからログインしたことのある人を返します。",
    responses=documented(ErrorCode.INTERNAL),
)
def list_people(state: State) -> People:
    """Return everybody."""
    return People(people=PeopleStore(state.store).all())


@router.get(
    "/ingest",
    summary="取り込みの進み具合",
    description="実行中の取り込みか、起動してから最後に行った取り込みの状態を返します。",
    responses=documented(ErrorCode.INTERNAL),
)
def read_ingest(ingesting: AtWork) -> IngestState:
    """Return how far the ingest is."""
    return ingesting.state()


@router.post(
    "/ingest",
    status_code=202,
    summary="取り込みを始める",
    description="資料を読み直し、索引の新しい世代を作ります。質問への回答は、その間も続きます。",
    responses=documented(
        ErrorCode.INGEST_RUNNING,
        ErrorCode.INVALID_REQUEST,
        ErrorCode.REQUEST_TOO_LARGE,
        ErrorCode.INTERNAL,
    ),
)
def start_ingest(request: IngestRequest, state: State, ingesting: AtWork) -> IngestState:
    """Begin an ingest in the background."""
    log = AuditLog(state.store)

    def ended(after: IngestState) -> None:
        generation = after.result.generation if after.result else None
        log.note("ingest.ended", generation, state=after.state)

    begun = ingesting.start(rebuild=request.rebuild, ended=ended)
    log.note("ingest.started", rebuild=request.rebuild)
    return begun


@router.post(
    "/rollback",
    summary="前の世代に戻す",
    description="索引を一つ前の世代に戻します。次の取り込みでは、そのときの資料から新しい世代が作られます。",
    responses=documented(
        ErrorCode.GENERATION_MISSING,
        ErrorCode.INDEX_LOCKED,
        ErrorCode.DATA_DIR_UNWRITABLE,
        ErrorCode.INTERNAL,
    ),
)
def roll_back(state: State) -> RolledBack:
    """Go back to the generation before."""
    name = rollback(state.settings.data_dir)
    AuditLog(state.store).note("index.rolled_back", name)
    return RolledBack(generation=name)
