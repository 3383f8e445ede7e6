"""`yorozu database …`: the schema of the databases, forward and back."""

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from app.access.cli import AsJson, DataDir

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from app.store.parts import Part

database_cli = typer.Typer(
    help="データベースの形式を調べ、進め、戻します。", no_args_is_help=True, rich_markup_mode=None
)


@database_cli.command()
def status(*, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """今の形式と、この版が必要とする形式を表示します。"""
    from app.store.database import named_failures
    from app.store.opening import revision_of
    from app.store.parts import PARTS

    shown = []
    for part in PARTS:
        with _engine(data_dir, part) as (engine, path), named_failures(path), engine.connect() as connection:
            found = revision_of(connection)
        shown.append(
            {"database": part.label, "kind": engine.dialect.name, "found": found, "needed": part.newest}
        )
    if as_json:
        print(json.dumps(shown))
    for one in [] if as_json else shown:
        verdict = "最新です" if one["found"] == one["needed"] else "この版の形式と違います"
        print(f"{one['database']}（{one['kind']}）: {one['found'] or '空'} → {one['needed']} {verdict}")
    if any(one["found"] != one["needed"] for one in shown):
        raise typer.Exit(1)


@database_cli.command()
def upgrade(*, data_dir: DataDir = None) -> None:
    """この版が必要とする形式に進めます。内容は残ります。"""
    from app.store.database import named_failures
    from app.store.migrating import upgrade as run
    from app.store.parts import PARTS

    for part in PARTS:
        with _engine(data_dir, part) as (engine, path), named_failures(path):
            before, after = run(engine, part)
        print(f"{part.label}: {before or '空'} → {after}")


@database_cli.command()
def downgrade(
    *,
    to: Annotated[str | None, typer.Option("--to", help="戻す先（既定は一つ前）")] = None,
    data_dir: DataDir = None,
) -> None:
    """前の版の形式に戻します。サービスを止めてから実行してください。内容は残ります。"""
    from app.store.database import named_failures
    from app.store.migrating import downgrade as run
    from app.store.parts import STORE

    with _engine(data_dir, STORE) as (engine, path), named_failures(path):
        before, after = run(engine, STORE, to)
    print(f"{STORE.label}: {before} → {after}")


@contextmanager
def _engine(data_dir: "Path | None", part: "Part") -> "Iterator[tuple[Engine, Path | None]]":
    from app.settings import ServiceSettings
    from app.store.opening import connect

    engine, path = connect(ServiceSettings.load(data_dir=data_dir).place, part)
    try:
        yield engine, path
    finally:
        engine.dispose()
