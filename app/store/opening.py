"""Open a database: where the settings say, with the schema that this version works with."""

from contextlib import suppress
from pathlib import Path

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, insert, inspect, select

from app.store.database import named_failures, open_server, open_sqlite
from app.store.parts import Part
from app.store.place import Place, Where, placed
from ingest.errors import ErrorCode, YorozuError

_OWNER_ONLY = 0o600
VERSION_TABLE = Table(
    "alembic_version", MetaData(), Column("version_num", String(32), primary_key=True, nullable=False)
)


def open_database(where: Where, part: Part) -> tuple[Engine, Path | None]:
    """Return an engine on a database whose schema is the newest, and its file; None on a server.

    A SQLite file is made, or brought up to date, here: its only user is this machine. A server's schema is
    changed by `yorozu database upgrade` alone, once for all who use it.

    Raises:
        YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED; DATABASE_UNAVAILABLE, DATABASE_OUTDATED,
            DATABASE_NEWER.
    """
    engine, path = connect(placed(where), part)
    try:
        with named_failures(path):
            _check(engine, part, own_file=path is not None)
    except YorozuError:
        engine.dispose()
        raise
    return engine, path


def connect(place: Place, part: Part) -> tuple[Engine, Path | None]:
    """Return an engine whatever the schema is, and the file; None on a server.

    Raises:
        YorozuError: DATA_DIR_UNWRITABLE, SETTING_INVALID.
    """
    address = address_of(place, part)
    if address is None:
        path = place.data_dir / part.file
        engine = open_sqlite(place.data_dir, part.file)
        if part.private:
            with suppress(OSError):  # what cannot be opened is named when the tables are made
                path.touch(mode=_OWNER_ONLY)  # SQLite gives its companion files (-wal, -shm) the same rights
                path.chmod(_OWNER_ONLY)
        return engine, path
    return open_server(address, part.schema), None


def address_of(place: Place, part: Part) -> str | None:
    """The server that a database lies on, with its password; None where it is a file."""
    apart = part.private and place.url is not None and place.originals_url is not None
    return place.originals_url if apart else place.url


def revision_of(connection: Connection) -> str | None:
    """The revision of a database; None where it has no tables yet, or is older than all revisions."""
    if not inspect(connection).has_table(VERSION_TABLE.name):
        return None
    return connection.execute(select(VERSION_TABLE.c.version_num)).scalar_one_or_none()


def is_newest(found: str | None, part: Part) -> bool:
    """Tell whether a schema is the one that this version works with; False where it is older.

    Raises:
        YorozuError: DATABASE_NEWER.
    """
    if found is not None and found not in part.revisions:
        raise YorozuError(ErrorCode.DATABASE_NEWER, found=found, known=part.newest)
    return found == part.newest


def _check(engine: Engine, part: Part, *, own_file: bool) -> None:
    with engine.connect() as connection:
        found = revision_of(connection)
    if is_newest(found, part):
        return
    if not own_file:
        raise YorozuError(ErrorCode.DATABASE_OUTDATED, found=found or "-", needed=part.newest)
    _bring_up_to_date(engine, part)


def _bring_up_to_date(engine: Engine, part: Part) -> None:
    """A new file gets its tables at once; an older one goes through the migrations."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # of two that start at once, one waits
        new = not inspect(connection).get_table_names()
        if new:
            part.tables.create_all(connection)
            VERSION_TABLE.create(connection)
            connection.execute(insert(VERSION_TABLE).values(version_num=part.newest))
        connection.exec_driver_sql("COMMIT")
    if not new:
        from app.store.migrating import upgrade  # alembic is only needed once after an update

        upgrade(engine, part)
