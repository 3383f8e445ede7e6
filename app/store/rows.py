"""Every row of a database into another one, whatever keeps the two: backups and restores of a server."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Column, Connection, LargeBinary, Table, bindparam, exists, insert, select, text, update

from app.store.audit_guard import guard_lifted
from app.store.parts import Part

_AT_ONCE: Final = 500  # rows that are in memory together
_AT_ONCE_LARGE: Final = 4  # whole files among them

Values = dict[str, Any]


def copy_rows(source: Connection, target: Connection, part: Part) -> None:
    """Copy all rows into tables that are empty. The transactions are the caller's."""
    for table in part.tables.sorted_tables:
        pointers = _own_pointers(table)
        pointing: list[Values] = []
        for rows in _read(source, table):
            pointing += [_pointing(table, pointers, row) for row in rows if pointers]
            target.execute(insert(table), [row | dict.fromkeys(pointers) for row in rows])
        if pointing:
            target.execute(_pointed(table, pointers), pointing)
        _go_on_counting(source, target, table)


def holds_rows(connection: Connection, part: Part) -> bool:
    """Whether anything lies in any of the tables."""
    return any(
        connection.execute(select(exists().select_from(t))).scalar() for t in part.tables.sorted_tables
    )


def lock_tables(connection: Connection, part: Part) -> None:
    """Keep everybody else out of a server's tables until the transaction ends, readers as well."""
    connection.execute(text(f"LOCK TABLE {_names(connection, part)} IN ACCESS EXCLUSIVE MODE"))


def empty_tables(connection: Connection, part: Part) -> None:
    """Drop all rows of a server's tables; they come back where the transaction does not end well."""
    with guard_lifted(connection, part.tables):
        connection.execute(text(f"TRUNCATE {_names(connection, part)}"))


def _names(connection: Connection, part: Part) -> str:
    quote = connection.dialect.identifier_preparer.quote
    return ", ".join(quote(table.name) for table in part.tables.sorted_tables)


def _read(source: Connection, table: Table) -> Iterator[Sequence[Values]]:
    large = any(isinstance(column.type, LargeBinary) for column in table.columns)
    at_once = _AT_ONCE_LARGE if large else _AT_ONCE
    with source.execute(select(table).execution_options(yield_per=at_once)) as found:
        for rows in found.mappings().partitions():
            yield [dict(row) for row in rows]


def _own_pointers(table: Table) -> list[str]:
    """Columns that name another row of the table, which may come later: they are filled in at the end."""
    return [c.name for c in table.columns if any(key.column.table is table for key in c.foreign_keys)]


def _pointing(table: Table, pointers: Sequence[str], row: Values) -> Values:
    return {f"of_{name}": row[name] for name in [*table.primary_key.columns.keys(), *pointers]}


def _pointed(table: Table, pointers: Sequence[str]) -> Any:
    mine = [column == bindparam(f"of_{column.name}") for column in table.primary_key]
    return update(table).where(*mine).values({name: bindparam(f"of_{name}") for name in pointers})


def _go_on_counting(source: Connection, target: Connection, table: Table) -> None:
    """Numbers are never used twice: the next is beyond all that were given, those of dropped rows too."""
    column = table.autoincrement_column
    last = _last_number(source, table, column) if column is not None else None
    if column is None or last is None:
        return
    if target.dialect.name == "sqlite":
        target.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": table.name})
        target.execute(
            text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"),
            {"table": table.name, "last": last},
        )
        return
    # Not undone with the transaction, hence never set back.
    last = max(last, _last_number(target, table, column) or 0)
    target.execute(
        text("SELECT setval(pg_get_serial_sequence(:table, :column)::regclass, :last)"),
        {"table": table.name, "column": column.name, "last": last},
    )


def _last_number(connection: Connection, table: Table, column: Column[Any]) -> int | None:
    last: int | None
    if connection.dialect.name == "sqlite":
        asked = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
        last = connection.execute(asked, {"table": table.name}).scalar_one_or_none()
        return last
    asked = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:table, :column)::regclass)")
    last = connection.execute(asked, {"table": table.name, "column": column.name}).scalar_one()
    return last
