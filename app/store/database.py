"""What every store shares: an engine that several processes can use, and failures with a name."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, BigInteger, Connection, Engine, Integer, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ingest.errors import ErrorCode, YorozuError

# A number that grows with every row: SQLite counts only an INTEGER up by itself.
GROWING = BigInteger().with_variant(Integer(), "sqlite")
BUSY_MS = 5000  # how long a writer waits for another one before it gives up
_CONNECT_SECONDS = 5
_STATEMENT_MS = 30_000
_NO_RIGHTS = "42501"  # PostgreSQL's insufficient_privilege
APPLICATION = "yorozu"  # what connections call themselves
_POOLED, _BEYOND = 5, 10  # connections of one store in one process; PostgreSQL has a hundred by default


def open_sqlite(data_dir: Path, name: str) -> Engine:
    """Return an engine on the file `name` in the data directory, which is made when it is missing.

    Raises:
        YorozuError: DATA_DIR_UNWRITABLE.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise YorozuError(ErrorCode.DATA_DIR_UNWRITABLE, path=str(data_dir)) from error
    engine = create_engine(URL.create("sqlite", database=str(data_dir / name)), hide_parameters=True)
    event.listen(engine, "connect", _configure_sqlite)
    return engine


def open_server(url: str, schema: str | None = None) -> Engine:
    """Return an engine on a PostgreSQL server. Nothing is connected yet.

    Args:
        url: `postgresql://user:password@host/database`.
        schema: where its tables lie; by default where the role's own do.

    Raises:
        YorozuError: SETTING_INVALID for an address of another kind.
    """
    try:
        address = make_url(url).set(drivername="postgresql+psycopg")
    except (ArgumentError, NoSuchModuleError, ValueError):  # its text would repeat the password
        raise YorozuError(
            ErrorCode.SETTING_INVALID, name="YOROZU_DATABASE", reason="postgresql://… の形ではありません"
        ) from None
    options = [f"lock_timeout={BUSY_MS}", f"statement_timeout={_STATEMENT_MS}"]
    options += [f"search_path={schema}"] if schema is not None else []
    return create_engine(
        address,
        pool_size=_POOLED,
        max_overflow=_BEYOND,
        pool_timeout=_CONNECT_SECONDS,
        pool_pre_ping=True,  # a server that was restarted in between is noticed before it costs a request
        hide_parameters=True,
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": APPLICATION,
            "options": " ".join(f"-c {option}" for option in options),
        },
    )


def now() -> str:
    """This moment as the stores write it: ISO 8601 in UTC, so that text sorts as time does."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def insert_into(connection: Connection, table: Table) -> Any:
    """An insertion that knows `on_conflict_do_nothing` and its like, in this database's words."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


@contextmanager
def named_failures(path: Path | None) -> Iterator[None]:
    """Tell "cannot write here" (permissions, full disk, locked) from "this is no database".

    Args:
        path: the file of a SQLite database; None for one on a server. What a server refuses while it is
            copied into a file, or from one, is not the file's failure.

    Raises:
        YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED; of a server DATABASE_UNAVAILABLE.
    """
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        if path is None or not isinstance(error.orig, sqlite3.Error):
            raise _unavailable(error) from error
        raise YorozuError(
            ErrorCode.DATA_DIR_UNWRITABLE, path=str(path.parent), reason=str(error.orig)
        ) from error
    except PoolTimeout as error:
        raise _unavailable(error) from error
    except (IntegrityError, DataError):
        raise  # an id used twice is a mistake of the program, not of the file
    except DatabaseError as error:
        if getattr(error.orig, "sqlstate", None) == _NO_RIGHTS:
            raise YorozuError(ErrorCode.DATABASE_UNAVAILABLE, reason="権限が足りません") from error
        where = str(path or "PostgreSQL")
        raise YorozuError(ErrorCode.STORE_DAMAGED, path=where, reason=str(error.orig)) from error


def _unavailable(error: Exception) -> YorozuError:
    """What the driver says may hold addresses and roles: that is for the log, as the cause."""
    return YorozuError(ErrorCode.DATABASE_UNAVAILABLE, reason=type(getattr(error, "orig", error)).__name__)


def _configure_sqlite(connection: Any, _record: object) -> None:
    """Readers do not wait for the writer (WAL), and writers wait for each other."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    _use_wal(cursor)
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # What is deleted is overwritten: free pages must not go on holding a name.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _use_wal(cursor: Any) -> None:
    """Of several that open a new file at once SQLite turns all but one away here, without waiting."""
    until = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return
