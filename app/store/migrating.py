"""Change the schema of a database, forward and back, by the steps in `migrations/`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from app.store.opening import revision_of
from app.store.parts import Part
from ingest.errors import ErrorCode, YorozuError

_LOCK = 0x796F726F7A75  # any number that nobody else takes


def upgrade(engine: Engine, part: Part) -> tuple[str | None, str]:
    """Bring a database to the newest revision; return what it was and what it is. No row is lost.

    Raises:
        YorozuError: DATABASE_NEWER.
    """
    with _alone(engine) as connection:
        before = _known(connection, part)
        if before != part.newest:
            _prepare(connection, part)
            _run(connection, part, lambda script, now: script._upgrade_revs(part.newest, now))  # noqa: SLF001
        return before, part.newest


def downgrade(engine: Engine, part: Part, to: str | None = None) -> tuple[str | None, str]:
    """Take a database back to an earlier revision, by default to the one before; return both.

    Raises:
        YorozuError: DATABASE_NEWER; SETTING_INVALID where there is nothing to go back to.
    """
    with _alone(engine) as connection:
        before = _known(connection, part)
        earlier = part.revisions[: part.revisions.index(before)] if before else ()
        target = to or (earlier[-1] if earlier else None)
        if target is None or target not in earlier:
            raise YorozuError(ErrorCode.SETTING_INVALID, name="--to", reason="戻せる版ではありません")
        _run(connection, part, lambda script, now: script._downgrade_revs(target, now))  # noqa: SLF001
        return before, target


def scripts(part: Part) -> ScriptDirectory:
    """The steps of a database's history."""
    config = Config()
    config.set_main_option("script_location", str(part.folder))
    return ScriptDirectory.from_config(config)


def _known(connection: Connection, part: Part) -> str | None:
    found = revision_of(connection)
    if found is not None and found not in part.revisions:
        raise YorozuError(ErrorCode.DATABASE_NEWER, found=found, known=part.newest)
    return found


def _prepare(connection: Connection, part: Part) -> None:
    """On a server the originals get a schema that nobody but their role may look into."""
    if part.schema is not None and connection.dialect.name == "postgresql":
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {part.schema}"))
        connection.execute(text(f"REVOKE ALL ON SCHEMA {part.schema} FROM PUBLIC"))


def _run(connection: Connection, part: Part, steps: Callable[[ScriptDirectory, Any], Sequence[Any]]) -> None:
    script = scripts(part)
    with EnvironmentContext(Config(), script, fn=lambda now, _: steps(script, now)) as environment:
        environment.configure(connection=connection, target_metadata=part.tables, render_as_batch=True)
        environment.run_migrations()


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """One transaction, and nobody else migrates meanwhile: killed in it, nothing has changed."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '60s'"))
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
            yield connection
        return
    # Python's SQLite driver would end the transaction before each change of the schema; this one is ours.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")
