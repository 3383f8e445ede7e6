"""The store of originals: questions word for word, with the names in them, apart from everything else.

Only what receives questions, shows an organiser an original or proposes its generalisation opens this store.
Answering, drafts, exports, the corpus and language models work with `QuestionStore`, where nothing identifies
anyone.
"""

import hashlib
import hmac
import secrets as random
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

from sqlalchemy import Engine, Row, delete, insert, select, update

from app.organiser.models import Generalised, Incoming, IntakeResult, Span
from app.store.database import insert_into, named_failures, now
from app.store.opening import open_database
from app.store.original_tables import (
    imports,
    openings,
    originals,
    secrets,
    sent_words,
)
from app.store.parts import ORIGINALS
from app.store.place import Where
from ingest.errors import ErrorCode, YorozuError
from ingest.text.normalise import fold

FILE_NAME = ORIGINALS.file
_KEY = "fingerprint"


class OriginalStore:
    """Originals in a database of their own. Safe to use from several threads and processes.

    Args:
        engine: the database.
        path: its file, None on a server.

    Raises:
        YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
    """

    def __init__(self, engine: Engine, *, path: Path | None) -> None:
        self._engine = engine
        self._path = path
        with self._named_failures():
            self._key = self._made_key()

    @classmethod
    def open(cls, where: Where) -> Self:
        """Open the store: a SQLite file that only its owner may read, or a schema of its own on a server.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED, DATABASE_UNAVAILABLE, DATABASE_OUTDATED,
                DATABASE_NEWER.
        """
        engine, path = open_database(where, ORIGINALS)
        return cls(engine, path=path)

    def fingerprint(self, text: str) -> str:
        """A keyed hash of a question's normalised words: the same question again has the same one."""
        return hmac.new(self._key, fold(text).encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def keep_import(self, result: IntakeResult, content: bytes | None = None) -> str:
        """Keep a file's name, its plans and, where given, the file itself; return the id of the import.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        import_id = "imp_" + random.token_urlsafe(12)
        row = {
            "id": import_id,
            "name": result.name,
            "sha256": result.sha256,
            "plans": [plan.model_dump(mode="json") for plan in result.plans],
            "content": content,
            "created_at": now(),
        }
        with self._named_failures(), self._engine.begin() as connection:
            connection.execute(insert(imports).values(row))
        return import_id

    def open_import(self, import_id: str, *, by: str) -> tuple[str, bytes | None]:
        """The name and the content of an imported file; the opening is noted.

        Raises:
            YorozuError: QUESTION_NOT_FOUND, STORE_DAMAGED.
        """
        query = select(imports.c.name, imports.c.content).where(imports.c.id == import_id)
        with self._named_failures(), self._engine.begin() as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                raise YorozuError(ErrorCode.QUESTION_NOT_FOUND, id=import_id)
            connection.execute(insert(openings).values(_opening(import_id, by)))
        return row.name, row.content

    def keep(self, question_id: str, incoming: Incoming, spans: Sequence[Span]) -> None:
        """Keep what came in for a question and what is proposed to be replaced in it.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        row = {
            "question_id": question_id,
            "incoming": incoming.model_dump(mode="json"),
            "spans": [span.model_dump(mode="json") for span in spans],
            "created_at": now(),
        }
        with self._named_failures(), self._engine.begin() as connection:
            connection.execute(insert(originals).values(row))

    def propose(self, question_id: str, spans: Sequence[Span]) -> None:
        """Put other spans in the place of those proposed so far.

        Raises:
            YorozuError: QUESTION_NOT_FOUND, DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        values = {"spans": [span.model_dump(mode="json") for span in spans]}
        change = update(originals).where(originals.c.question_id == question_id).values(values)
        with self._named_failures(), self._engine.begin() as connection:
            if connection.execute(change).rowcount == 0:
                raise YorozuError(ErrorCode.QUESTION_NOT_FOUND, id=question_id)

    def open_original(self, question_id: str, *, by: str) -> tuple[Incoming, Generalised]:
        """What came in, and the diff that is proposed; the opening is noted.

        Raises:
            YorozuError: QUESTION_NOT_FOUND, DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        query = select(originals).where(originals.c.question_id == question_id)
        with self._named_failures(), self._engine.begin() as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                raise YorozuError(ErrorCode.QUESTION_NOT_FOUND, id=question_id)
            connection.execute(insert(openings).values(_opening(question_id, by)))
        return _read(row)

    def forget(self, question_id: str) -> None:
        """Delete the original of a question for good; the generalised question stays.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        with self._named_failures(), self._engine.begin() as connection:
            connection.execute(delete(originals).where(originals.c.question_id == question_id))

    def keep_sent(self, sent_id: str, question: str, note: str | None) -> None:
        """Keep the words of a question that a reader sent.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        row = {"sent_id": sent_id, "question": question, "note": note, "created_at": now()}
        with self._named_failures(), self._engine.begin() as connection:
            connection.execute(insert(sent_words).values(row))

    def sent(self, sent_id: str) -> tuple[str, str | None] | None:
        """Question and note as they were sent; None where nothing lies here.

        Raises:
            YorozuError: STORE_DAMAGED.
        """
        query = select(sent_words.c.question, sent_words.c.note).where(sent_words.c.sent_id == sent_id)
        with self._named_failures(), self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else (row.question, row.note)

    def forget_sent(self, sent_id: str) -> None:
        """Delete the words of a question that was sent: they are a question's original now.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        with self._named_failures(), self._engine.begin() as connection:
            connection.execute(delete(sent_words).where(sent_words.c.sent_id == sent_id))

    def forget_import(self, import_id: str) -> None:
        """Delete an imported file, its name and its plans for good.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        with self._named_failures(), self._engine.begin() as connection:
            connection.execute(delete(imports).where(imports.c.id == import_id))

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _made_key(self) -> bytes:
        """The key of the fingerprints, made by whoever opens the store first."""
        query = select(secrets.c.value).where(secrets.c.name == _KEY)
        with self._engine.connect() as connection:
            key = connection.execute(query).scalar_one_or_none()
        if key is None:
            row = {"name": _KEY, "value": random.token_bytes(32)}
            with self._engine.begin() as connection:
                connection.execute(insert_into(connection, secrets).values(row).on_conflict_do_nothing())
            with self._engine.connect() as connection:
                key = connection.execute(query).scalar_one()
        return bytes(key)

    def _named_failures(self) -> AbstractContextManager[None]:
        return named_failures(self._path)


def _read(row: Row[tuple[object, ...]]) -> tuple[Incoming, Generalised]:
    incoming = Incoming.model_validate(row.incoming)
    spans = tuple(Span.model_validate(span) for span in row.spans)
    return incoming, Generalised(original=incoming.text, spans=spans)


def _opening(subject: str, by: str) -> dict[str, str]:
    return {"subject": subject, "opened_by": by, "opened_at": now()}
