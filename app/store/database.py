"""What every store shares: a SQLite engine that several processes can use, and failures with a name."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, BigInteger, Engine, Integer, create_engine, event
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from ingest.errors import ErrorCode, YorozuError

# A number that grows with every row: SQLite counts only an INTEGER up by itself.
GROWING = BigInteger().with_variant(Integer(), "sqlite")
BUSY_MS = 5000  # how long a writer waits for another one before it gives up


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


def now() -> str:
    """This moment as the stores write it: ISO 8601 in UTC, so that text sorts as time does."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


@contextmanager
def named_failures(path: Path) -> Iterator[None]:
    """Tell "cannot write here" (permissions, full disk, locked) from "this is no database".

    Raises:
        YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
    """
    try:
        yield
    except OperationalError as error:
        raise YorozuError(
            ErrorCode.DATA_DIR_UNWRITABLE, path=str(path.parent), reason=str(error.orig)
        ) from error
    except IntegrityError:
        raise  # an id used twice is a mistake of the program, not of the file
    except DatabaseError as error:
        raise YorozuError(ErrorCode.STORE_DAMAGED, path=str(path), reason=str(error.orig)) from error


def _configure_sqlite(connection: Any, _record: object) -> None:
    """Readers do not wait for the writer (WAL), and writers wait for each other."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # What is deleted is overwritten: free pages must not go on holding a name.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()
