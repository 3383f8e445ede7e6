"""Put the parts together from settings: the one place where index, model and service meet."""

import logging
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.admin.ingesting import Ingesting
from app.answering.compose import Composer
from app.answering.compose_llm import LlmComposer
from app.answering.conversation.turns import Conversations
from app.answering.llm.client import ModelClient
from app.answering.llm.usage import DailyLimits, DailyUsage
from app.answering.rerank import Reranker, open_cross_encoder
from app.answering.retrieve import MODEL_ERRORS
from app.answering.service import AnswerService
from app.answering.verification.verifier import Verifier
from app.following import Following
from app.meters import Meters
from app.organiser.checking import EditCheck
from app.organiser.draft_desk import DraftDesk, Drafter
from app.organiser.generalisation.generaliser import Generaliser
from app.organiser.generalisation.recogniser import prepare_recogniser
from app.pages.cache import PageCache
from app.pages.places import Places
from app.pages.render import Renderer
from app.pages.service import CACHE_FOLDER, PageService
from app.settings import ServiceSettings
from app.state import ServiceState
from app.store.answers import AnswerStore
from app.store.conversations import ConversationStore
from app.traces import Traces
from app.troubles import Troubles, low_disk
from ingest.embedding.base import Embedder
from ingest.embedding.claim_judge import ClaimJudge
from ingest.embedding.judge import EvidenceJudge
from ingest.embedding.load import NONE, load_claim_judge, load_embedder, load_judge
from ingest.embedding.remembered import Remembered
from ingest.embedding.sentence_embedder import SentenceEmbedder
from ingest.errors import YorozuError
from ingest.index.reader import Index, IndexHolder
from ingest.index.remote_vectors import VectorSearch
from ingest.text.words import Tokenizer

if TYPE_CHECKING:
    from ingest.pipeline import Hear, IngestReport

T = TypeVar("T")


def embedder_or_none(settings: ServiceSettings) -> SentenceEmbedder | None:
    """The embedder, None where it is not there: words alone answer then, and every answer says so."""
    return _or_none(load_embedder, settings)


def shared_embedder(settings: ServiceSettings) -> Remembered | None:
    """The embedder for all that one process does with questions, so that its model is loaded once."""
    embedder = embedder_or_none(settings)
    return None if embedder is None else Remembered(embedder)


def _judge_or_none(settings: ServiceSettings) -> EvidenceJudge | None:
    """The judge of evidence, None where it is not there: the other features decide alone then."""
    return _or_none(load_judge, settings)


def verifier_of(settings: ServiceSettings) -> Verifier:
    """What checks free sentences; without its model none of them is verified."""
    return Verifier(_claims_or_none(settings))


def _claims_or_none(settings: ServiceSettings) -> ClaimJudge | None:
    return _or_none(load_claim_judge, settings)


def _or_none(load: Callable[[ServiceSettings], T | None], settings: ServiceSettings) -> T | None:
    """What `load` returns; None, and a line in the log, where the model is not to be had."""
    try:
        return load(settings)
    except YorozuError as error:
        if error.code not in MODEL_ERRORS:
            raise
        logging.getLogger(__name__).warning("%s", error.message)
        return None


def generaliser(settings: ServiceSettings) -> Generaliser:
    """The generaliser; rules and dictionary alone, and a line in the log, where its model is absent."""
    return Generaliser(_or_none(lambda given: prepare_recogniser(given.models), settings))


def draft_desk(settings: ServiceSettings, drafter: Drafter, embedder: Embedder | None) -> DraftDesk:
    """The desk that drafts are worked on at. With `embedder` what is published is put into the index."""

    def reindex() -> str:
        from ingest.pipeline import ingest

        return ingest(settings, embedder=embedder).generation

    return DraftDesk.open(settings, drafter, reindex, EditCheck(lambda: verifier_of(settings)))


def following(settings: ServiceSettings) -> Following:
    """What takes over new generations from the shared folder, where the settings name one."""
    return Following(settings.generations, settings.data_dir, settings.follow_seconds)


def ingesting(settings: ServiceSettings) -> Ingesting:
    """What brings the index up to date from the admin page. The embedder is loaded when it begins."""

    def run(rebuild: bool, hear: "Hear") -> "IngestReport":  # noqa: FBT001 - the signature of `Run`
        from ingest.pipeline import ingest

        return ingest(settings, embedder=embedder_or_none(settings), rebuild=rebuild, hear=hear)

    return Ingesting(run)


def _reranker(settings: ServiceSettings) -> Reranker | None:
    name = settings.reranker
    if name is None:
        return None
    return Reranker(
        lambda: open_cross_encoder(name), depth=settings.rerank_depth, budget_ms=settings.rerank_ms
    )


def llm_composer(settings: ServiceSettings) -> LlmComposer | None:
    """The composer that asks a language model, None where the settings name none. Nothing is loaded yet."""
    if settings.llm is None:
        return None
    limits = DailyLimits(
        tokens=settings.llm_daily_tokens,
        cost=settings.llm_daily_cost,
        price_input=settings.llm_price_input,
        price_output=settings.llm_price_output,
    )
    return LlmComposer(settings, ModelClient(settings, DailyUsage(settings.data_dir, limits)))


def answer_service(
    settings: ServiceSettings,
    llm: Composer | None = None,
    meters: Meters | None = None,
    conversations: Conversations | None = None,
    embedder: Embedder | None = None,
) -> AnswerService:
    """Return the answering side. Nothing heavy is loaded before the first question or `warm()`.

    Args:
        settings: of the service.
        llm: the composer to use; by default the one that the settings name.
        meters: what counts; by default nobody looks.
        conversations: what keeps them; by default every question stands alone.
        embedder: `shared_embedder`, where others use it too; by default one of its own.
    """
    llm = llm or llm_composer(settings)
    meters = meters or Meters()
    embedder = embedder or shared_embedder(settings)
    name = embedder.name if embedder is not None else None
    return AnswerService(
        IndexHolder(settings.data_dir, name, VectorSearch(settings.vector_server, meters.vectors_away)),
        Tokenizer(),
        embedder,
        question_limit=settings.question_limit,
        ask_contact=settings.ask_contact,
        today=settings.today,
        lost=meters.words_lost,
        dropped=meters.not_verified,
        judge=_judge_or_none(settings) if embedder is not None else None,
        reranker=_reranker(settings),
        llm=llm,
        conversations=conversations,
        rewriter=llm.rewriter() if isinstance(llm, LlmComposer) else None,
        verifier=verifier_of(settings),
    )


def page_service(settings: ServiceSettings, index: Callable[[], Index]) -> PageService:
    """Return what shows pages. No process is started before the first page."""
    return PageService(
        index,
        Places(settings.corpus),
        Renderer(workers=settings.page_workers, seconds=settings.page_seconds),
        PageCache(settings.data_dir / CACHE_FOLDER, settings.page_cache_mb * 1_000_000),
    )


def service_on(
    settings: ServiceSettings, embedder: SentenceEmbedder | None
) -> Callable[[Path, date], AnswerService]:
    """Return what answers from any data folder, on any day, without a language model. Models load once."""
    tokenizer, judge = Tokenizer(), _judge_or_none(settings) if embedder is not None else None
    name = embedder.name if embedder is not None else None

    def serve(data_dir: Path, today: date) -> AnswerService:
        return AnswerService(
            IndexHolder(data_dir, name),
            tokenizer,
            embedder,
            question_limit=settings.question_limit,
            ask_contact=settings.ask_contact,
            today=today,
            judge=judge,
        )

    return serve


def service_state(settings: ServiceSettings) -> ServiceState:
    """Return all that the HTTP side works with.

    Raises:
        YorozuError: STORE_DAMAGED, DATA_DIR_UNWRITABLE; LLM_PACKAGE_MISSING, SETTING_INVALID where a language
            model is named that cannot be made: better no start than one that never uses it.
    """
    llm = llm_composer(settings)
    if llm is not None:
        llm.prepare()
    traces = Traces.of(settings)
    meters = Meters() if traces is None else Meters(traces.answered)
    store = AnswerStore.open(settings.place, kept=settings.answers_kept)
    embedder = shared_embedder(settings)
    answerer = answer_service(settings, llm, meters, ConversationStore(store), embedder)
    troubles = _troubles(settings, answerer, llm, embedder)
    return ServiceState(
        settings=settings,
        embedder=embedder,
        answerer=answerer,
        meters=meters,
        pages=page_service(settings, answerer.index),
        store=store,
        traces=traces,
        troubles=troubles,
    )


def _troubles(
    settings: ServiceSettings, answerer: AnswerService, llm: LlmComposer | None, embedder: Embedder | None
) -> Troubles:
    """What is watched: each part says by itself what it does without."""
    troubles = Troubles()

    def model() -> str | None:
        if embedder is None and settings.embedder != NONE:
            return (
                "埋め込みモデルがないため、語の一致だけで探しています。「yorozu model」を実行してください。"
            )
        return answerer.model_trouble()

    def vectors() -> str | None:
        why = answerer.index_trouble()
        if why is None:
            return None
        return (
            f"ベクトルの索引が壊れているため、時間のかかる方法で探しています（{why}）。"
            "「yorozu ingest --rebuild」を実行してください。"
        )

    troubles.watch("model", model)
    troubles.watch("vectors", vectors)
    troubles.watch("disk", lambda: low_disk(settings.data_dir))
    if llm is not None:
        troubles.watch("llm", llm.trouble)
    return troubles
