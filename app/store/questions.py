"""The store of questions: what organisers choose from, every change under an optimistic version."""

import secrets
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.organiser.models import Change, Meeting, Origin, Question, State
from app.store.audit import add_line
from app.store.database import now
from app.store.question_tables import meetings, question_changes, questions
from app.store.shared_file import SharedStore
from ingest.errors import ErrorCode, YorozuError


class QuestionStore(SharedStore):
    """Meetings and their questions. Safe to use from several threads and processes.

    Every change names the version that it was made from. Where somebody else was faster nothing is written:
    EDIT_CONFLICT tells who changed it and when, and the history keeps both what was and what is.

    Args:
        engine: the database.
        path: its file, None on a server.

    Raises:
        YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED, from every method.
    """

    def create_meeting(
        self, meeting_id: str, title: str, *, theme: str | None = None, held_on: str | None = None
    ) -> Meeting:
        """Register a meeting; `held_on` is an ISO date.

        Raises:
            YorozuError: MEETING_EXISTS.
        """
        row = {
            "id": meeting_id,
            "title": title,
            "theme": theme,
            "held_on": held_on,
            "created_at": now(),
            "version": 1,
        }
        try:
            with self.named_failures(), self.engine.begin() as connection:
                connection.execute(insert(meetings).values(row))
                add_line(connection, self.visitor, "meeting.created", meeting_id)
        except IntegrityError as error:
            raise YorozuError(ErrorCode.MEETING_EXISTS, id=meeting_id) from error
        return Meeting.model_validate(row)

    def meeting(self, meeting_id: str) -> Meeting:
        """Return one meeting.

        Raises:
            YorozuError: MEETING_NOT_FOUND.
        """
        query = select(meetings).where(meetings.c.id == meeting_id)
        with self.named_failures(), self.engine.connect() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise YorozuError(ErrorCode.MEETING_NOT_FOUND, id=meeting_id)
        return Meeting.model_validate(dict(row))

    def meetings(self) -> list[Meeting]:
        """All meetings, the newest first."""
        query = select(meetings).order_by(meetings.c.created_at.desc(), meetings.c.id)
        with self.named_failures(), self.engine.connect() as connection:
            return [Meeting.model_validate(dict(row)) for row in connection.execute(query).mappings()]

    def add(
        self,
        origin: Origin,
        *,
        meeting_id: str | None = None,
        text: str | None = None,
        accepted_by: str | None = None,
        fingerprint: str | None = None,
        item_nos: Sequence[int] = (),
        received_at: str | None = None,
        question_id: str | None = None,
        within: Callable[[Connection], object] = lambda _: None,
    ) -> Question:
        """Register a question as new.

        Args:
            origin: where it came from.
            meeting_id: the meeting that it is for; None for one from the chat.
            text: generalised words, only when a person has accepted them (`accepted_by`).
            accepted_by: who that was.
            fingerprint: `OriginalStore.fingerprint` of the original words.
            item_nos: checklist numbers that it names.
            received_at: ISO 8601; by default now.
            question_id: `new_question_id()` where the original was kept first under this id.
            within: does what else belongs to it in the same transaction; where it raises, nothing is written.

        Raises:
            YorozuError: MEETING_NOT_FOUND; QUESTION_DUPLICATE where the meeting has these words already.
        """
        moment = now()
        question = Question(
            id=question_id or new_question_id(),
            meeting_id=meeting_id,
            text=text,
            item_nos=tuple(item_nos),
            origin=origin,
            accepted_by=accepted_by,
            received_at=received_at or moment,
            created_at=moment,
            updated_at=moment,
        )
        if meeting_id is not None:
            self.meeting(meeting_id)
        try:
            with self.named_failures(), self.engine.begin() as connection:
                within(connection)
                row = question.model_dump(mode="json") | {"fingerprint": fingerprint}
                connection.execute(insert(questions).values(row))
        except IntegrityError as error:
            known = self.with_fingerprint(meeting_id, fingerprint)
            if known is None:
                raise
            raise YorozuError(ErrorCode.QUESTION_DUPLICATE, id=known) from error
        return question

    def with_fingerprint(self, meeting_id: str | None, fingerprint: str | None) -> str | None:
        """The id of the question with these words in this meeting, None where there is none."""
        query = select(questions.c.id).where(
            questions.c.meeting_id == meeting_id, questions.c.fingerprint == fingerprint
        )
        with self.named_failures(), self.engine.connect() as connection:
            found: str | None = connection.execute(query).scalar_one_or_none()
        return found

    def get(self, question_id: str) -> Question:
        """Return one question.

        Raises:
            YorozuError: QUESTION_NOT_FOUND.
        """
        with self.named_failures(), self.engine.connect() as connection:
            return _get(connection, question_id)

    def of_meeting(
        self, meeting_id: str | None, *, states: Sequence[State] = (), limit: int = 100_000
    ) -> list[Question]:
        """Questions of a meeting, or those of no meeting yet: chosen ones in their order, then by arrival.

        Args:
            meeting_id: the meeting; None for questions that no meeting has taken up.
            states: only these; by default all.
            limit: most questions returned.
        """
        query = select(questions).where(questions.c.meeting_id == meeting_id)
        if states:
            query = query.where(questions.c.state.in_(states))
        arrival = (questions.c.received_at, questions.c.created_at, questions.c.id)
        query = query.order_by(questions.c.position.is_(None), questions.c.position, *arrival).limit(limit)
        with self.named_failures(), self.engine.connect() as connection:
            return [_question(row) for row in connection.execute(query).mappings()]

    def history(self, question_id: str) -> list[Change]:
        """Every change of a question, the oldest first."""
        query = (
            select(question_changes)
            .where(question_changes.c.question_id == question_id)
            .order_by(question_changes.c.version)
        )
        with self.named_failures(), self.engine.connect() as connection:
            return [Change.model_validate(dict(row)) for row in connection.execute(query).mappings()]

    def accept(self, question_id: str, *, version: int, text: str, by: str) -> Question:
        """Accept generalised words: from now on they are the question's text.

        Raises:
            YorozuError: QUESTION_NOT_FOUND, EDIT_CONFLICT, QUESTION_EMPTY.
        """
        if not text.strip():
            raise YorozuError(ErrorCode.QUESTION_EMPTY)
        values = {"text": text, "accepted_by": self.visitor.acting(by)}
        return self._change(question_id, version, by, values, action="accepted")

    def describe(
        self, question_id: str, *, version: int, theme: str | None, duplicate_of: str | None, by: str
    ) -> Question:
        """Set the theme and the question that stands for this one too (None: it stands for itself).

        Raises:
            YorozuError: QUESTION_NOT_FOUND, EDIT_CONFLICT, CHANGE_INVALID.
        """
        if duplicate_of is not None:
            other = self.get(duplicate_of)
            mine = self.get(question_id)
            if question_id in (other.id, other.duplicate_of) or other.meeting_id != mine.meeting_id:
                raise YorozuError(ErrorCode.CHANGE_INVALID, reason="重複元に指定できない質問です")
        return self._change(question_id, version, by, {"theme": theme, "duplicate_of": duplicate_of})

    def take_up(self, question_id: str, *, version: int, meeting_id: str, by: str) -> Question:
        """Take a question from the chat into a meeting.

        Raises:
            YorozuError: QUESTION_NOT_FOUND, MEETING_NOT_FOUND, EDIT_CONFLICT, CHANGE_INVALID,
                QUESTION_DUPLICATE.
        """
        self.meeting(meeting_id)
        question = self.get(question_id)
        if question.meeting_id not in (None, meeting_id):
            raise YorozuError(ErrorCode.CHANGE_INVALID, reason="ほかの相談会の質問です")
        try:
            return self._change(question_id, version, by, {"meeting_id": meeting_id}, action="taken_up")
        except IntegrityError as error:
            raise YorozuError(ErrorCode.QUESTION_DUPLICATE, id=question_id) from error

    def decide(
        self, question_id: str, *, version: int, state: State, by: str, reason: str | None = None
    ) -> Question:
        """Choose a question (it goes to the end of the order), put it in reserve, decline it, or start anew.

        Raises:
            YorozuError: QUESTION_NOT_FOUND, EDIT_CONFLICT; CHANGE_INVALID where a question of no meeting is
                chosen, or one is declined without a reason.
        """
        if state == "declined" and not (reason or "").strip():
            raise YorozuError(ErrorCode.CHANGE_INVALID, reason="取り上げない理由を入力してください")
        if state == "chosen" and self.get(question_id).meeting_id is None:
            raise YorozuError(ErrorCode.CHANGE_INVALID, reason="先に相談会へ追加してください")
        values = {"state": state, "reason": reason}
        return self._change(question_id, version, by, values, action=state, moves=True)

    def order(self, meeting_id: str, ids: Sequence[str], *, version: int) -> Meeting:
        """Put the chosen questions of a meeting in this order.

        Args:
            meeting_id: the meeting.
            ids: all of its chosen questions, each once.
            version: of the meeting, as it was read.

        Raises:
            YorozuError: MEETING_NOT_FOUND, EDIT_CONFLICT; CHANGE_INVALID where `ids` are not the chosen ones.
        """
        self.meeting(meeting_id)
        chosen = (questions.c.meeting_id == meeting_id) & (questions.c.state == "chosen")
        with self.named_failures(), self.engine.begin() as connection:
            guard = (meetings.c.id == meeting_id) & (meetings.c.version == version)
            raised = update(meetings).where(guard).values(version=version + 1)
            if connection.execute(raised).rowcount == 0:
                raise YorozuError(ErrorCode.EDIT_CONFLICT, id=meeting_id, changed_by="-", changed_at="-")
            known = list(connection.execute(select(questions.c.id).where(chosen)).scalars())
            if sorted(known) != sorted(ids):
                raise YorozuError(ErrorCode.CHANGE_INVALID, reason="取り上げる質問の一覧と一致しません")
            for position, question_id in enumerate(ids, start=1):
                placed = update(questions).where(questions.c.id == question_id).values(position=position)
                connection.execute(placed)
            add_line(connection, self.visitor, "meeting.ordered", meeting_id, questions=len(ids))
        return self.meeting(meeting_id)

    def _change(
        self,
        question_id: str,
        version: int,
        by: str,
        values: dict[str, Any],
        *,
        action: str | None = None,
        moves: bool = False,
    ) -> Question:
        """Write `values` if the question still has this version, and note what was there before.

        With `action` the audit log has it too; what a program only proposes has none.
        """
        before, by = self.get(question_id), self.visitor.acting(by)
        with self.named_failures(), self.engine.begin() as connection:
            if moves:
                values = values | _place(connection, before, values["state"])
            moment = now()
            guard = (questions.c.id == question_id) & (questions.c.version == version)
            written = values | {"version": version + 1, "updated_at": moment}
            if connection.execute(update(questions).where(guard).values(written)).rowcount == 0:
                raise _conflict(connection, question_id)
            # The version was still the given one: what was read before is what has been replaced.
            fields = before.model_dump(mode="json")
            change = {
                "question_id": question_id,
                "version": version + 1,
                "changed_by": by,
                "changed_at": moment,
                "before": {name: fields[name] for name in values},
                "after": values,
            }
            connection.execute(insert(question_changes).values(change))
            if action is not None:
                add_line(connection, self.visitor, f"question.{action}", question_id, by=by)
            return _get(connection, question_id)


def new_question_id() -> str:
    """A question's id; too long to be guessed."""
    return "q_" + secrets.token_urlsafe(12)


def _place(connection: Connection, question: Question, state: State) -> dict[str, int | None]:
    """The position of a question that enters `state`; the meeting's version rises where its order changes."""
    if question.meeting_id is None or state == question.state or "chosen" not in (state, question.state):
        return {}
    # First of all: it makes two who choose at the same time wait for each other.
    raised = update(meetings).where(meetings.c.id == question.meeting_id)
    connection.execute(raised.values(version=meetings.c.version + 1))
    if state != "chosen":
        return {"position": None}
    last = select(func.max(questions.c.position)).where(questions.c.meeting_id == question.meeting_id)
    return {"position": (connection.execute(last).scalar_one_or_none() or 0) + 1}


def _conflict(connection: Connection, question_id: str) -> YorozuError:
    query = (
        select(question_changes.c.changed_by, question_changes.c.changed_at, question_changes.c.version)
        .where(question_changes.c.question_id == question_id)
        .order_by(question_changes.c.version.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    known = row._asdict() if row is not None else {}
    return YorozuError(ErrorCode.EDIT_CONFLICT, id=question_id, **known)


def _get(connection: Connection, question_id: str) -> Question:
    query = select(questions).where(questions.c.id == question_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise YorozuError(ErrorCode.QUESTION_NOT_FOUND, id=question_id)
    return _question(row)


def _question(row: Any) -> Question:
    return Question.model_validate({name: row[name] for name in Question.model_fields})
