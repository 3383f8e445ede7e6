"""What `yorozu draft` does with the desk: nobody accepts or chooses, so all is taken as proposed."""

from collections.abc import Iterable, Sequence

from app.organiser.generalisation.generaliser import Generaliser
from app.organiser.models import Generalised, KnownName, Question
from app.store.questions import QuestionStore


class Tally(Generaliser):
    """A generaliser that counts what it replaced, and with None leaves every text as it came.

    Attributes:
        replaced: stretches that were replaced.
        unsure: of these, those with weak evidence.
    """

    def __init__(self, inner: Generaliser | None) -> None:
        self._inner = inner
        self.replaced = self.unsure = 0

    def prepare(self, texts: Sequence[str]) -> None:
        """Do at once what many questions need."""
        if self._inner is not None:
            self._inner.prepare(texts)

    def generalise(self, text: str, known: Iterable[KnownName] = ()) -> Generalised:
        """Return the diff."""
        if self._inner is None:
            return Generalised(original=text)
        proposed = self._inner.generalise(text, known)
        self.replaced += len(proposed.spans)
        self.unsure += sum(not span.sure for span in proposed.spans)
        return proposed


def choose(store: QuestionStore, meeting_id: str, *, by: str) -> list[Question]:
    """Choose the undecided questions that stand for themselves; return all chosen, in order.

    What a person has decided stays as it is.
    """
    for question in store.of_meeting(meeting_id, states=("new",)):
        if question.text and question.duplicate_of is None:
            store.decide(question.id, version=question.version, state="chosen", by=by)
    return store.of_meeting(meeting_id, states=("chosen",))
