"""The database itself refuses to change or lose a line of the audit log."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, MetaData

_SAYS = "the audit log is append-only"


def guard_audit(connection: Connection) -> None:
    """Put the guard in place, where it is not."""
    if connection.dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER IF NOT EXISTS audit_no_{verb.lower()} BEFORE {verb} ON audit "
                f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
            )
        return
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$BEGIN RAISE EXCEPTION '{_SAYS}'; END$$"
    )
    connection.exec_driver_sql(
        "CREATE OR REPLACE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()"
    )


@contextmanager
def guard_lifted(connection: Connection, tables: MetaData) -> Iterator[None]:
    """Let a restore into a server exchange the log as a whole, which only its owner can."""
    if "audit" not in tables.tables:
        yield
        return
    connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER audit_only_grows")
    yield
    connection.exec_driver_sql("ALTER TABLE audit ENABLE TRIGGER audit_only_grows")
