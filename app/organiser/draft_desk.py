"""The organiser's desk: the stores and the answering side, opened together by whoever starts the work."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, Self

from app.access.visitor import Visitor
from app.answering.models import Answer, SearchResult
from app.organiser.checking import Check, word_for_word
from app.settings import ServiceSettings
from app.store.draft_jobs import DraftQueue
from app.store.drafts import DraftStore
from app.store.questions import QuestionStore
from ingest.models import Source


class Drafter(Protocol):
    """What the organiser's work needs of the answering side."""

    def answer(self, question: str, *, engine: str | None = None) -> Answer:
        """Answer a question.

        Raises:
            YorozuError: QUESTION_EMPTY, QUESTION_TOO_LONG, ENGINE_UNAVAILABLE, INDEX_MISSING ….
        """
        ...

    def prepare(self, questions: Sequence[str]) -> None:
        """Do at once what many questions need; they are asked next."""
        ...

    def search(self, query: str, k: int) -> SearchResult:
        """Return the k best passages."""
        ...

    def sources(self) -> list[Source]:
        """Return every source that can be cited."""
        ...


@dataclass(frozen=True, slots=True)
class DraftDesk:
    """Everything that drafts are worked on with. Originals are no part of it.

    Attributes:
        reindex: brings the index up to date with the corpus and returns its generation; raises as `ingest`.
        check: judges one sentence against the passages that it cites.
    """

    settings: ServiceSettings
    drafter: Drafter
    questions: QuestionStore
    drafts: DraftStore
    queue: DraftQueue
    reindex: Callable[[], str]
    check: Check = word_for_word

    @classmethod
    def open(
        cls,
        settings: ServiceSettings,
        drafter: Drafter,
        reindex: Callable[[], str],
        check: Check = word_for_word,
    ) -> Self:
        """Open the stores in the data directory.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        drafts = DraftStore.open(settings.place)
        return cls(
            settings=settings,
            drafter=drafter,
            questions=QuestionStore.open(settings.place),
            drafts=drafts,
            queue=DraftQueue(drafts),
            reindex=reindex,
            check=check,
        )

    def seen_by(self, visitor: Visitor) -> Self:
        """Return the same desk as `visitor` works at it: what they change is noted as theirs."""
        return replace(
            self,
            questions=self.questions.seen_by(visitor),
            drafts=self.drafts.seen_by(visitor),
            queue=self.queue.seen_by(visitor),
        )

    def close(self) -> None:
        """Close the stores; the answering side belongs to whoever opened it."""
        self.questions.close()
        self.drafts.close()

    def catalogue_urls(self) -> frozenset[str]:
        """The addresses that an export may hold: those of the catalogue."""
        return frozenset(urls_of(self.drafter.sources()))

    @property
    def consultations(self) -> Path:
        """Where published meetings are put."""
        return self.settings.corpus / "consultations"


def urls_of(sources: Sequence[Source]) -> list[str]:
    """The addresses of these sources."""
    return [source.url for source in sources if source.url]
