import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from app.access.visitor import PROGRAM
from app.organiser.models import Incoming, Origin
from app.store.answers import AnswerStore
from app.store.audit import AuditLog
from app.store.migrating import downgrade, scripts, upgrade
from app.store.opening import VERSION_TABLE, connect, open_database, revision_of
from app.store.originals import OriginalStore
from app.store.parts import ORIGINALS, PARTS, STORE, Part
from app.store.place import Place
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.answer_service import answered


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A place in which nothing has been made."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    return Place(tmp_path / "var", url)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.label)
def test_the_migrations_lead_to_the_tables_that_the_code_works_with(bare: Place, part: Part) -> None:
    engine, _ = connect(bare, part)
    assert upgrade(engine, part) == (None, part.newest)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), part.tables) == []
        assert revision_of(connection) == part.newest
    engine.dispose()


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.label)
def test_the_revisions_that_the_code_knows_are_those_of_the_folder(part: Part) -> None:
    steps = [step.revision for step in scripts(part).walk_revisions()]
    assert tuple(reversed(steps)) == part.revisions


def test_a_new_file_has_what_the_migrations_would_have_made(tmp_path: Path) -> None:
    """It is made at once from the code's own tables: triggers, which no comparison sees, included."""
    made: list[set[tuple[str, str]]] = []
    for folder, migrated in ((tmp_path / "a", True), (tmp_path / "b", False)):
        engine, _ = connect(Place(folder), STORE)
        if migrated:
            upgrade(engine, STORE)
        open_database(folder, STORE)[0].dispose()
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT type, name FROM sqlite_master")).all()
        made.append({(row.type, row.name) for row in rows})
        engine.dispose()
    assert made[0] == made[1]
    assert ("trigger", "audit_no_delete") in made[0]


def test_a_file_of_the_time_before_the_history_is_brought_up_to_date(tmp_path: Path) -> None:
    engine, path = connect(Place(tmp_path), STORE)
    STORE.tables.create_all(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_draft_jobs_waiting"))
        connection.execute(text("DROP TABLE passwords"))  # came later than the first version
        connection.execute(
            text("INSERT INTO answers (id, question, created_at, body) VALUES ('ans_1', '問', '2026', '{}')")
        )
    engine.dispose()
    AnswerStore.open(tmp_path).close()
    engine, path = open_database(tmp_path, STORE)
    assert path == tmp_path / STORE.file
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), STORE.tables) == []
        assert connection.execute(text("SELECT question FROM answers")).scalars().all() == ["問"]
    engine.dispose()


def test_forward_and_back_keeps_every_row(place: Place) -> None:
    answer = answered("往復する質問")
    store = AnswerStore.open(place)
    store.save(answer)
    AuditLog(store).note("key.created", "k1")
    store.close()
    engine, _ = connect(place, STORE)
    assert downgrade(engine, STORE) == (STORE.newest, STORE.revisions[-2])
    with engine.connect() as connection:
        assert revision_of(connection) == STORE.revisions[-2]
        indexes = {index["name"] for index in inspect(connection).get_indexes("draft_jobs")}
    assert "ix_draft_jobs_waiting" not in indexes
    assert upgrade(engine, STORE) == (STORE.revisions[-2], STORE.newest)
    engine.dispose()
    store = AnswerStore.open(place)
    assert store.get(answer.id) == answer
    assert [line.subject for line in AuditLog(store).newest(5)] == ["k1"]
    store.close()


def test_there_is_nothing_before_the_first_revision(place: Place) -> None:
    engine, _ = connect(place, ORIGINALS)
    with pytest.raises(YorozuError) as caught:
        downgrade(engine, ORIGINALS)
    assert caught.value.code is ErrorCode.SETTING_INVALID
    engine.dispose()


def test_a_server_is_not_changed_by_who_merely_starts(bare: Place) -> None:
    if bare.url is None:
        AnswerStore.open(bare).close()  # a file of this machine alone is
        return
    with pytest.raises(YorozuError) as caught:
        AnswerStore.open(bare)
    assert caught.value.code is ErrorCode.DATABASE_OUTDATED
    assert "yorozu database upgrade" in caught.value.message
    engine, _ = connect(bare, STORE)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_an_older_version_refuses_a_newer_schema(place: Place) -> None:
    engine, _ = connect(place, STORE)
    AnswerStore.open(place).close()
    with engine.begin() as connection:
        connection.execute(VERSION_TABLE.update().values(version_num="s9999"))
    for attempt in (lambda: AnswerStore.open(place), lambda: upgrade(engine, STORE)):
        with pytest.raises(YorozuError) as caught:
            attempt()
        assert caught.value.code is ErrorCode.DATABASE_NEWER
        assert "s9999" in caught.value.message
    engine.dispose()


def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    place = Place(tmp_path, "postgresql://yorozu:very-secret@127.0.0.1:1/nothing")
    with pytest.raises(YorozuError) as caught:
        AnswerStore.open(place)
    assert caught.value.code is ErrorCode.DATABASE_UNAVAILABLE
    assert "very-secret" not in caught.value.message + repr(place) + str(caught.value.detail)


def test_eight_that_start_at_once_make_one_database(bare: Place) -> None:
    def start(_: int) -> str:
        engine, _path = connect(bare, STORE)
        after = upgrade(engine, STORE)[1]
        engine.dispose()
        AnswerStore.open(bare).close()
        return after

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(start, range(8))) == {STORE.newest}


def test_eight_that_open_a_new_folder_at_once_make_one_file(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: AnswerStore.open(tmp_path), range(8)))
    answer = answered()
    stores[0].save(answer)
    assert stores[7].get(answer.id) == answer
    for store in stores:
        store.close()


def test_the_database_itself_keeps_the_audit_log(place: Place) -> None:
    store = AnswerStore.open(place)
    AuditLog(store).note("key.created", "k1")
    for statement in ("DELETE FROM audit", "UPDATE audit SET who = 'x'"):
        with pytest.raises((DatabaseError, YorozuError)), store.transaction() as connection:
            connection.execute(text(statement))
    assert [line.who for line in AuditLog(store).newest(5)] == [PROGRAM.who]
    store.close()


def test_originals_lie_where_nobody_looks_by_the_way(place: Place) -> None:
    originals = OriginalStore.open(place)
    originals.keep("q_1", Incoming(text="株式会社山田です", origin=Origin(kind="file")), ())
    originals.close()
    store, path = open_database(place, STORE)
    assert set(inspect(store).get_table_names()).isdisjoint(ORIGINALS.tables.tables)
    if path is None:
        schema, name = ORIGINALS.schema, "yorozu_reader"
        with store.begin() as connection:
            connection.execute(text(f"DROP ROLE IF EXISTS {name}"))
            connection.execute(text(f"CREATE ROLE {name}"))
            asked = text("SELECT has_schema_privilege(:role, :schema, 'USAGE')")
            assert connection.execute(asked, {"role": name, "schema": schema}).scalar_one() is False
            connection.execute(text(f"DROP ROLE {name}"))
    else:
        with sqlite3.connect(path) as file:
            assert "山田" not in "".join(file.iterdump())
        file.close()
    store.dispose()
