"""People's work on a PostgreSQL server, in a backup and out of it.

In an archive it is the SQLite file that a single machine would have: one form, whatever it came from and
wherever it goes. A backup of the one kind can be restored into the other.
"""

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from app.backup.manifest import DATA, BackupManifest
from app.store.database import APPLICATION, named_failures
from app.store.opening import address_of, open_database
from app.store.parts import PARTS, Part
from app.store.place import Place, Where
from app.store.rows import copy_rows, empty_tables, holds_rows, lock_tables
from ingest.errors import ErrorCode, YorozuError

_NAME: Final = "YOROZU_DATABASE のデータベース"
_LEAVING_SECONDS: Final = 2.0  # a connection that was just closed is still listed for a moment
_LOCKED: Final = "55P03"  # PostgreSQL's lock_not_available
_OTHERS: Final = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND application_name = :name AND pid <> pg_backend_pid()"
)


def hold_server(place: Place, part: Part, still: Path) -> Path:
    """Write one moment of a server's database into a file, while others go on writing; return the file.

    Raises:
        YorozuError: DATABASE_UNAVAILABLE, DATABASE_OUTDATED, DATABASE_NEWER, DATA_DIR_UNWRITABLE.
    """
    with _engine(place, part) as engine, named_failures(None):
        reading = engine.connect().execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        with reading as connection, connection.begin():
            _take_your_time(connection)
            return _save(connection, part, still)


def parts_within(manifest: BackupManifest) -> list[Part]:
    """The databases that a backup holds."""
    return [part for part in PARTS if f"{DATA}/{part.file}" in manifest.files]


def check_server(place: Place, parts: Sequence[Part], *, force: bool) -> None:
    """Whether rows can be put there: before anything is unpacked.

    Raises:
        YorozuError: DATABASE_UNAVAILABLE, DATABASE_OUTDATED, DATABASE_NEWER; DATABASE_OCCUPIED, RESTORE_BUSY.
    """
    for part in parts:
        with _engine(place, part) as engine, named_failures(None):
            _check_alone(engine)
            with engine.connect() as connection:
                if holds_rows(connection, part):
                    _check_force(place, force=force)


@dataclass(frozen=True, slots=True)
class Exchange:
    """Rows of a server against those of files, all or none.

    Attributes:
        place: where the server is.
        archive: where the files come from, to be named.
        rows: the folder with the files; nothing is exchanged where there are none.
        kept: a folder to be made, for files with what is replaced.
        force: whether there may be something to be replaced.
    """

    place: Place
    archive: Path
    rows: Path
    kept: Path
    force: bool

    @contextmanager
    def made(self) -> Iterator[None]:
        """Exchange them: for good when the block ends well, and as if nothing had been when it does not.

        Raises:
            YorozuError: BACKUP_DAMAGED for rows that the server does not take; as `check_server`.
        """
        with ExitStack() as transactions, ExitStack() as undo:
            undo.callback(shutil.rmtree, self.kept, ignore_errors=True)
            opened: dict[str | None, Connection] = {}
            for part in [part for part in PARTS if (self.rows / part.file).is_file()]:
                # Databases behind one address are exchanged in one transaction.
                address = address_of(self.place, part)
                if address not in opened:
                    opened[address] = transactions.enter_context(_transaction(self.place, part))
                if part.schema is not None:
                    _set(opened[address], "search_path", part.schema)
                self._exchange(opened[address], part)
            yield
            undo.pop_all()  # the commit is next: the copy stays even where it is unclear whether it was made

    def _exchange(self, connection: Connection, part: Part) -> None:
        _lock(connection, part)
        if holds_rows(connection, part):
            _check_force(self.place, force=self.force)
            self.kept.mkdir(mode=0o700, parents=True, exist_ok=True)
            _save(connection, part, self.kept)
            empty_tables(connection, part)
        file = self.rows / part.file
        with _engine(self.rows, part) as engine, named_failures(file), engine.connect() as source:
            try:
                copy_rows(source, connection, part)
            except (DataError, IntegrityError) as error:
                reason = f"{part.file}: {type(error.orig).__name__}"
                raise YorozuError(ErrorCode.BACKUP_DAMAGED, path=str(self.archive), reason=reason) from error


def _save(connection: Connection, part: Part, folder: Path) -> Path:
    with _engine(folder, part) as engine, named_failures(folder / part.file):
        with engine.begin() as target:
            copy_rows(connection, target, part)
        with engine.connect() as target:
            target.exec_driver_sql("PRAGMA journal_mode = DELETE")  # one file, without companions
    return folder / part.file


@contextmanager
def _engine(where: Where, part: Part) -> Iterator[Engine]:
    engine, _ = open_database(where, part)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _transaction(place: Place, part: Part) -> Iterator[Connection]:
    with _engine(place, part) as engine, named_failures(None), engine.begin() as connection:
        _take_your_time(connection)
        yield connection


def _take_your_time(connection: Connection) -> None:
    """The limits of a question are not those of a copy; nor is waiting for the file system to be cut off."""
    for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
        _set(connection, limit, "0")


def _lock(connection: Connection, part: Part) -> None:
    try:
        lock_tables(connection, part)
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCKED:
            raise
        raise YorozuError(ErrorCode.RESTORE_BUSY, path=_NAME) from error


def _check_force(place: Place, *, force: bool) -> None:
    if not force:
        raise YorozuError(ErrorCode.DATABASE_OCCUPIED, path=str(place.data_dir))


def _check_alone(engine: Engine) -> None:
    until = time.monotonic() + _LEAVING_SECONDS
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while connection.execute(_OTHERS, {"name": APPLICATION}).scalar_one():
            if time.monotonic() > until:
                raise YorozuError(ErrorCode.RESTORE_BUSY, path=_NAME)
            time.sleep(0.05)


def _set(connection: Connection, name: str, value: str) -> None:
    """Set something for the length of the transaction."""
    connection.execute(text("SELECT set_config(:name, :value, true)"), {"name": name, "value": value})
