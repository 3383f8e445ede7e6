"""What the service is built from: one frozen object, made once by whoever starts it."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.answering.filters import Filters
from app.answering.models import Answer, SearchResult
from app.answering.progress import Progress
from app.meters import Meters
from app.pages.service import PageService
from app.settings import ServiceSettings
from app.store.answers import AnswerStore
from app.traces import Traces
from app.troubles import Troubles
from ingest.embedding.base import Embedder
from ingest.models import Source


class Answerer(Protocol):
    """What the HTTP side needs of the answering side. Called from several threads at once."""

    def answer(
        self,
        question: str,
        *,
        engine: str | None = None,
        conversation_id: str | None = None,
        filters: Filters | None = None,
    ) -> Answer:
        """Answer a question.

        Raises:
            YorozuError: QUESTION_EMPTY, QUESTION_TOO_LONG, ENGINE_UNAVAILABLE, INDEX_MISSING ….
        """
        ...

    def stream(
        self,
        question: str,
        *,
        engine: str | None = None,
        conversation_id: str | None = None,
        filters: Filters | None = None,
    ) -> Generator[Progress | Answer]:
        """Answer step by step, the answer last. Closing the generator stops the work.

        Raises:
            YorozuError: as `answer`.
        """
        ...

    def prepare(self, questions: Sequence[str]) -> None:
        """Do at once what many questions need; they are asked next."""
        ...

    def search(self, query: str, k: int, filters: Filters | None = None) -> SearchResult:
        """Return the k best passages of the sources that `filters` allow.

        Raises:
            YorozuError: QUESTION_EMPTY, QUESTION_TOO_LONG, INDEX_MISSING ….
        """
        ...

    def sources(self) -> list[Source]:
        """Return every source that can be cited."""
        ...

    def source(self, source_id: str) -> Source:
        """Return one source.

        Raises:
            YorozuError: SOURCE_NOT_FOUND.
        """
        ...

    def generation(self) -> str:
        """Return the name of the index generation in use, at once: it is asked on the event loop.

        Raises:
            YorozuError: INDEX_MISSING ….
        """
        ...

    def close(self) -> None:
        """Let go of connections; no question is answered afterwards."""
        ...

    def warm(self) -> None:
        """Load index and model, so that the first question is as quick as the others.

        Raises:
            YorozuError: INDEX_MISSING, MODEL_UNAVAILABLE ….
        """
        ...


@dataclass(frozen=True, slots=True)
class ServiceState:
    """Settings, the answering side and the store: all that the HTTP side works with."""

    settings: ServiceSettings
    answerer: Answerer
    store: AnswerStore
    meters: Meters = field(default_factory=Meters)
    pages: PageService = field(default_factory=PageService.nothing)
    embedder: Embedder | None = None  # the answering side's own, for grouping and for what is published
    traces: Traces | None = None
    troubles: Troubles = field(default_factory=Troubles)
