"""Put the parts together from settings: the one place where index, model and service meet."""

from app.answering.service import AnswerService
from app.settings import ServiceSettings
from app.state import ServiceState
from app.store.answers import AnswerStore
from ingest.embedding.load import load_embedder
from ingest.index.reader import IndexHolder
from ingest.text.words import Tokenizer


def answer_service(settings: ServiceSettings) -> AnswerService:
    """Return the answering side. Nothing heavy is loaded before the first question or `warm()`."""
    embedder = load_embedder(settings)
    name = embedder.name if embedder is not None else None
    return AnswerService(
        IndexHolder(settings.data_dir, name),
        Tokenizer(),
        embedder,
        question_limit=settings.question_limit,
        ask_contact=settings.ask_contact,
        today=settings.today,
    )


def service_state(settings: ServiceSettings) -> ServiceState:
    """Return all that the HTTP side works with."""
    return ServiceState(
        settings=settings,
        answerer=answer_service(settings),
        store=AnswerStore.open(settings.data_dir, kept=settings.answers_kept),
    )
