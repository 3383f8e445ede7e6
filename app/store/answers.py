"""The store of answers: every answer that was given can be opened again under its id."""

import copy
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, delete, insert, select

from app.access.visitor import PROGRAM, Visitor
from app.answering.models import Answer
from app.store.access_tables import owned
from app.store.database import insert_into, named_failures
from app.store.opening import open_database
from app.store.parts import STORE
from app.store.place import Where
from app.store.schema import answers
from ingest.errors import ErrorCode, YorozuError

FILE_NAME = STORE.file


class AnswerStore:
    """Answers in a database. Safe to use from several threads and processes.

    Args:
        engine: the database.
        kept: how many answers stay; the oldest go first.
        path: its file, None on a server.

    A store is seen by somebody: what it saves is theirs, and it opens nothing of another's. A new one is
    seen by the program itself, which sees everything and owns nothing.

    Raises:
        YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
    """

    def __init__(self, engine: Engine, *, kept: int, path: Path | None) -> None:
        self._engine = engine
        self._kept = kept
        self._path = path
        self.visitor = PROGRAM

    @classmethod
    def open(cls, where: Where, *, kept: int = 100_000) -> Self:
        """Open the store: a SQLite file in a data directory, made where it is missing, or a server.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED, DATABASE_UNAVAILABLE, DATABASE_OUTDATED,
                DATABASE_NEWER.
        """
        engine, path = open_database(where, STORE)
        return cls(engine, kept=kept, path=path)

    def seen_by(self, visitor: Visitor) -> Self:
        """Return the same store as `visitor` sees it."""
        view = copy.copy(self)
        view.visitor = visitor
        return view

    def save(self, answer: Answer) -> None:
        """Keep an answer under its id and let go of the oldest beyond the limit.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        row = {
            "id": answer.id,
            "question": answer.question,
            "created_at": answer.created_at or datetime.now(UTC).isoformat(timespec="seconds"),
            "generation": answer.generation,
            "body": answer.model_dump(mode="json"),
        }
        with self.named_failures(), self._engine.begin() as connection:
            insertion = insert(answers).values(row).returning(answers.c.number)
            number = connection.execute(insertion).scalar_one()
            if self.visitor.owner is not None:
                connection.execute(insert(owned).values(id=answer.id, owner=self.visitor.owner))
            old = answers.c.number <= number - self._kept
            connection.execute(delete(owned).where(owned.c.id.in_(select(answers.c.id).where(old))))
            connection.execute(delete(answers).where(old))

    def get(self, answer_id: str) -> Answer:
        """Return the answer as it was saved. Another key's is "not found": not even that it exists is said.

        Raises:
            YorozuError: ANSWER_NOT_FOUND, STORE_DAMAGED.
        """
        joined = answers.outerjoin(owned, owned.c.id == answers.c.id)
        query = select(answers.c.body, owned.c.owner).select_from(joined).where(answers.c.id == answer_id)
        with self.named_failures(), self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or not self.visitor.sees(row.owner):
            raise YorozuError(ErrorCode.ANSWER_NOT_FOUND, id=answer_id)
        return Answer.model_validate(row.body)

    def own(self, thing_id: str) -> None:
        """Note that something else, a conversation, is the visitor's, unless it is somebody's already.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        if self.visitor.owner is None:
            return
        with self.transaction() as connection:
            row = {"id": thing_id, "owner": self.visitor.owner}
            connection.execute(insert_into(connection, owned).values(row).on_conflict_do_nothing())

    def mine(self, thing_id: str | None) -> str | None:
        """Return the id of a conversation where the visitor may go on with it, None where it is another's.

        Raises:
            YorozuError: STORE_DAMAGED.
        """
        if thing_id is None:
            return None
        query = select(owned.c.owner).where(owned.c.id == thing_id)
        with self.transaction() as connection:
            owner = connection.execute(query).scalar_one_or_none()
        return thing_id if self.visitor.sees(owner) else None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Read and write what lies beside the answers: all of it is kept, or none.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        with self.named_failures(), self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @property
    def engine(self) -> Engine:
        """The database, for the other tables that live in it."""
        return self._engine

    def named_failures(self) -> AbstractContextManager[None]:
        """Tell "cannot write here" (permissions, full disk, locked) from "this is no database"."""
        return named_failures(self._path)
