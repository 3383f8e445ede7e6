"""The store of answers: every answer that was given can be opened again under its id."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, delete, insert, select

from app.answering.models import Answer
from app.store.database import named_failures, open_sqlite
from app.store.schema import answers, metadata
from ingest.errors import ErrorCode, YorozuError

FILE_NAME = "store.sqlite"


class AnswerStore:
    """Answers in a database. Safe to use from several threads and processes.

    Args:
        engine: the database; its tables are made when they are missing.
        kept: how many answers stay; the oldest go first.
        path: what an error message names as the place.

    Raises:
        YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
    """

    def __init__(self, engine: Engine, *, kept: int, path: Path) -> None:
        self._engine = engine
        self._kept = kept
        self._path = path
        with self.named_failures():
            metadata.create_all(engine)

    @classmethod
    def open(cls, data_dir: Path, *, kept: int = 100_000) -> Self:
        """Open or create the SQLite store in the data directory.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        return cls(open_sqlite(data_dir, FILE_NAME), kept=kept, path=data_dir / FILE_NAME)

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
            connection.execute(delete(answers).where(answers.c.number <= number - self._kept))

    def get(self, answer_id: str) -> Answer:
        """Return the answer as it was saved.

        Raises:
            YorozuError: ANSWER_NOT_FOUND, STORE_DAMAGED.
        """
        query = select(answers.c.body).where(answers.c.id == answer_id)
        with self.named_failures(), self._engine.connect() as connection:
            body = connection.execute(query).scalar_one_or_none()
        if body is None:
            raise YorozuError(ErrorCode.ANSWER_NOT_FOUND, id=answer_id)
        return Answer.model_validate(body)

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
