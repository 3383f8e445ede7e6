"""The organiser's desk: what came in is stored, its generalisation proposed, similar questions are joined."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import Connection

from app.organiser.generalisation.generaliser import Generaliser
from app.organiser.group import group
from app.organiser.models import Generalised, Group, Incoming, IntakeResult, Origin, Question
from app.store.originals import OriginalStore
from app.store.questions import QuestionStore, new_question_id
from app.store.sent_questions import SentQuestion, SentQuestions
from ingest.embedding.base import Embedder
from ingest.errors import ErrorCode, YorozuError
from ingest.text.item_numbers import find_item_numbers
from ingest.text.words import Tokenizer

_AHEAD = 64  # questions that are read together for names


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a file, or of what was sent: the new questions, and how many were there already."""

    import_id: str | None
    questions: tuple[Question, ...] = ()
    known: int = 0
    groups: tuple[Group, ...] = field(default=())


class Desk:
    """Joins the two stores in the only place where both are open. Safe to use from several threads.

    Args:
        questions: what everybody works with.
        originals: what came in word for word.
        generaliser: proposes what to replace.
    """

    def __init__(self, questions: QuestionStore, originals: OriginalStore, generaliser: Generaliser) -> None:
        self._questions = questions
        self._originals = originals
        self._generaliser = generaliser

    def take_in(
        self,
        result: IntakeResult,
        meeting_id: str,
        *,
        content: bytes | None = None,
        accepted_by: str | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> TakenIn:
        """Store the questions of a file; those that the meeting has already are counted and left alone.

        Args:
            result: of `intake`.
            meeting_id: the meeting that they are for.
            content: the file itself, where answers are to be written back into it later.
            accepted_by: who accepts every proposed generalisation unseen; by default each waits for a person.
            progress: told how many questions are done.

        Raises:
            YorozuError: MEETING_NOT_FOUND, DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        self._questions.meeting(meeting_id)
        import_id = self._originals.keep_import(result, content)
        added: list[Question] = []
        for done, incoming in enumerate(result.questions, start=1):
            if done % _AHEAD == 1:
                self._generaliser.prepare([one.text for one in result.questions[done - 1 :][:_AHEAD]])
            placed = incoming.origin.model_copy(update={"import_id": import_id})
            question = self._take(incoming.model_copy(update={"origin": placed}), meeting_id, accepted_by)
            if question is not None:
                added.append(question)
            progress(done)
        return TakenIn(import_id, tuple(added), len(result.questions) - len(added))

    def take_over(
        self,
        sent: SentQuestions,
        meeting_id: str,
        *,
        ids: Sequence[str] | None = None,
        accepted_by: str | None = None,
    ) -> TakenIn:
        """Take what readers sent from the chat into a meeting, each question once, whoever asks how often.

        Words that the meeting has already are counted as known; they wait no longer.

        Args:
            sent: the inbox.
            meeting_id: the meeting that they are for.
            ids: only these; by default all that wait.
            accepted_by: as for `take_in`.

        Raises:
            YorozuError: MEETING_NOT_FOUND, DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        self._questions.meeting(meeting_id)
        waiting = sent.waiting(ids)
        added = [q for q in (self._taken_over(sent, one, meeting_id, accepted_by) for one in waiting) if q]
        return TakenIn(None, tuple(added), len(waiting) - len(added))

    def _taken_over(
        self, sent: SentQuestions, one: SentQuestion, meeting_id: str, accepted_by: str | None
    ) -> Question | None:
        origin = Origin(kind="chat", sent_no=one.number)
        incoming = Incoming(
            text=one.words, origin=origin, item_nos=find_item_numbers(one.words), received_at=one.received_at
        )
        question = self._take(incoming, meeting_id, accepted_by, lambda c: sent.take(c, one.id))
        if question is None:
            with suppress(YorozuError):  # another one has taken it meanwhile
                sent.take_known(one.id)
        self._originals.forget_sent(one.id)
        return question

    def _take(
        self,
        incoming: Incoming,
        meeting_id: str,
        accepted_by: str | None,
        within: Callable[[Connection], object] = lambda _: None,
    ) -> Question | None:
        """Store one question with its proposal; None where it is there already."""
        fingerprint = self._originals.fingerprint(incoming.text)
        if self._questions.with_fingerprint(meeting_id, fingerprint) is not None:
            return None
        proposed = self._generaliser.generalise(incoming.text, incoming.known)
        question_id = new_question_id()
        # The original first: a question without one could never be generalised.
        self._originals.keep(question_id, incoming, proposed.spans)
        try:
            return self._questions.add(
                incoming.origin,
                meeting_id=meeting_id,
                text=proposed.text if accepted_by is not None else None,
                accepted_by=accepted_by,
                fingerprint=fingerprint,
                item_nos=incoming.item_nos,
                received_at=incoming.received_at,
                question_id=question_id,
                within=within,
            )
        except YorozuError as error:
            self._originals.forget(question_id)
            if error.code is not ErrorCode.QUESTION_DUPLICATE:
                raise
        return None

    def proposal(self, question_id: str, *, by: str) -> Generalised:
        """The diff that a person accepts; that it was opened is noted.

        Raises:
            YorozuError: QUESTION_NOT_FOUND, STORE_DAMAGED.
        """
        return self._originals.open_original(question_id, by=by)[1]

    def arrange(
        self, meeting_id: str, embedder: Embedder | None, tokenizer: Tokenizer, *, by: str
    ) -> list[Group]:
        """Group the accepted questions of a meeting; write theme and representative to each that is new.

        Questions that a person has decided on keep what they have.

        Raises:
            YorozuError: MEETING_NOT_FOUND, CHANGE_INVALID for too many questions.
        """
        self._questions.meeting(meeting_id)
        given = [q for q in self._questions.of_meeting(meeting_id) if q.text and q.state != "declined"]
        groups = group([(q.id, q.text or "") for q in given], embedder, tokenizer)
        by_id = {q.id: q for q in given}
        for one in groups:
            for member in one.members:
                self._describe(by_id[member], one, by)
        return groups

    def _describe(self, question: Question, one: Group, by: str) -> None:
        duplicate_of = None if question.id == one.representative else one.representative
        if question.state != "new" or (question.theme, question.duplicate_of) == (one.theme, duplicate_of):
            return
        self._questions.describe(
            question.id, version=question.version, theme=one.theme, duplicate_of=duplicate_of, by=by
        )


def lines(questions: Sequence[Question]) -> list[str]:
    """Questions as a list for people: place, state, text."""
    shown = {"new": "未定", "chosen": "採用", "reserve": "予備", "declined": "不採用"}
    return [
        f"{q.position or '-':>3}  {shown[q.state]}  {q.id}  {q.text or '（一般化の確認待ち）'}"
        + (f"  [{q.theme}]" if q.theme else "")
        + (f"  ＝{q.duplicate_of}" if q.duplicate_of else "")
        for q in questions
    ]
