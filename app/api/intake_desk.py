"""Where questions are taken in, generalised and grouped: opened by whoever needs it first.

The originals lie behind this desk alone; its models are large, and most services never take questions in.
"""

from collections.abc import Callable
from threading import Lock
from typing import Annotated

from fastapi import Depends, Request

from app.organiser.desk import Desk
from app.organiser.generalisation.generaliser import Generaliser
from app.organiser.models import Group
from app.settings import ServiceSettings
from app.store.originals import OriginalStore
from app.store.questions import QuestionStore
from ingest.embedding.base import Embedder
from ingest.text.words import Tokenizer


class IntakeDesk:
    """The organiser's desk with its models. Safe to use from several threads.

    Args:
        settings: of the service.
        questions: the store that the rest of the service works with.
        generaliser: makes what proposes replacements.
        embedder: makes what tells which questions are alike; None: words alone tell.
    """

    def __init__(
        self,
        settings: ServiceSettings,
        questions: QuestionStore,
        generaliser: Callable[[], Generaliser],
        embedder: Callable[[], Embedder | None],
    ) -> None:
        self.settings = settings
        self._questions = questions
        self._generaliser = generaliser
        self._embedder = embedder
        self._lock = Lock()
        self._originals: OriginalStore | None = None
        self._desk: Desk | None = None
        self._alike: tuple[Embedder | None, Tokenizer] | None = None

    def desk(self) -> Desk:
        """The desk, opened where it is not.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        with self._lock:
            if self._desk is None:
                self._originals = OriginalStore.open(self.settings.place)
                self._desk = Desk(self._questions, self._originals, self._generaliser())
            return self._desk

    def arrange(self, meeting_id: str, *, by: str) -> list[Group]:
        """Group the accepted questions of a meeting, see `Desk.arrange`."""
        desk = self.desk()
        with self._lock:
            if self._alike is None:
                self._alike = (self._embedder(), Tokenizer())
            embedder, tokenizer = self._alike
        return desk.arrange(meeting_id, embedder, tokenizer, by=by)

    def close(self) -> None:
        """Close the store of originals."""
        with self._lock:
            if self._originals is not None:
                self._originals.close()
            self._originals = self._desk = None


async def _intake(request: Request) -> IntakeDesk:
    desk = request.app.state.intake
    assert isinstance(desk, IntakeDesk)
    return desk


Intake = Annotated[IntakeDesk, Depends(_intake)]
