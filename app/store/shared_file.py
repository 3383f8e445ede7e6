"""What the stores have in common that keep their tables in the file of the answers."""

import copy
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

from sqlalchemy import Engine

from app.access.visitor import PROGRAM, Visitor
from app.store.audit import add_line
from app.store.database import named_failures
from app.store.opening import open_database
from app.store.parts import STORE
from app.store.place import Where


class SharedStore:
    """Tables beside the answers.

    A store is seen by somebody: what is changed through it is theirs, in the history and in the audit log. A
    new one is seen by the program itself, which acts for whom it is told.

    Args:
        engine: the database.
        path: its file, None on a server.

    Raises:
        YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
    """

    def __init__(self, engine: Engine, *, path: Path | None) -> None:
        self.engine = engine
        self._path = path
        self.visitor = PROGRAM

    @classmethod
    def open(cls, where: Where) -> Self:
        """Open the store: a SQLite file in a data directory, made where it is missing, or a server.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED, DATABASE_UNAVAILABLE, DATABASE_OUTDATED,
                DATABASE_NEWER.
        """
        engine, path = open_database(where, STORE)
        return cls(engine, path=path)

    def seen_by(self, visitor: Visitor) -> Self:
        """Return the same store as `visitor` sees it."""
        view = copy.copy(self)
        view.visitor = visitor
        return view

    def note(self, action: str, subject: str, **detail: str | int) -> None:
        """Add a line to the audit log, see `AuditLog.note`.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        with self.named_failures(), self.engine.begin() as connection:
            add_line(connection, self.visitor, action, subject, **detail)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def named_failures(self) -> AbstractContextManager[None]:
        """Tell "cannot write here" (permissions, full disk, locked) from "this is no database"."""
        return named_failures(self._path)
