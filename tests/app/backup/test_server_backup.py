"""People's work on a PostgreSQL server: backed up while others write, restored whole or not at all."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import DatabaseError

from app.access.visitor import Scope, Visitor
from app.answering.models import Answer
from app.backup import place as placing
from app.backup.pack import backup
from app.backup.restore import restore
from app.backup.server import Exchange
from app.backup.undo import OLD_ROWS, RESTORING, recover
from app.organiser.models import Incoming, Origin
from app.settings import ServiceSettings
from app.store.access_tables import owned
from app.store.answers import AnswerStore
from app.store.audit import AuditLog
from app.store.database import named_failures
from app.store.opening import VERSION_TABLE, open_database
from app.store.original_tables import imports
from app.store.originals import OriginalStore
from app.store.parts import ORIGINALS, PARTS, STORE, Part
from app.store.place import Place
from app.store.question_tables import questions
from app.store.schema import answers, said
from ingest.errors import ErrorCode, YorozuError
from ingest.pipeline import ingest
from tests import postgres
from tests.fakes.answer_service import answered
from tests.fakes.small_corpus import settings_in, write_corpus

LATER, EARLIER = "q_a", "q_b"  # the first in the alphabet names the second
FILE = bytes(range(256)) * 40


@pytest.fixture
def other_url(postgres_schema: str) -> Iterator[str]:
    """The address of a second database with the newest schema and no rows."""
    with postgres.database(postgres_schema, like=postgres_schema.rsplit("/", 1)[1]) as address:
        yield address


def on_server(folder: Path, url: str | None) -> ServiceSettings:
    database = SecretStr(url) if url is not None else None
    return settings_in(folder).model_copy(update={"database": database})


@contextmanager
def engine_of(where: Place, part: Part) -> Iterator[Engine]:
    engine, path = open_database(where, part)
    try:
        with named_failures(path):
            yield engine
    finally:
        engine.dispose()


def fill(settings: ServiceSettings) -> Answer:
    """An index, and rows that are hard to carry: pointers backwards, bytes, numbers given and dropped."""
    write_corpus(settings.corpus)
    ingest(settings, embedder=None)
    answer = answered("名札はどう管理しますか")
    with closing(AnswerStore.open(settings.place)) as store:
        store.save(answer)
        AuditLog(store).note("key.created", "k1", scope="読む")
        with store.transaction() as connection:
            moment = dict.fromkeys(("received_at", "created_at", "updated_at"), "2026-11-25T00:00:00+00:00")
            row = moment | {"state": "new", "item_nos": [31], "origin": {"kind": "file"}, "version": 1}
            for name, other in ((EARLIER, None), (LATER, EARLIER), (EARLIER + "x", LATER)):
                connection.execute(insert(questions).values(id=name, duplicate_of=other, **row))
            for _ in range(3):
                connection.execute(insert(said).values(text_sha256="0" * 64, conversation_id="c"))
            connection.execute(said.delete().where(said.c.number > 1))
    with closing(OriginalStore.open(settings.place)) as originals:
        originals.keep("q_1", Incoming(text="株式会社見本です", origin=Origin(kind="file")), ())
    with engine_of(settings.place, ORIGINALS) as engine, engine.begin() as connection:
        row = {"id": "i", "name": "質問.xlsx", "sha256": "0" * 64, "plans": [], "created_at": "2026"}
        connection.execute(insert(imports).values(content=FILE, **row))
    return answer


def rows_of(where: Place, part: Part) -> dict[str, list[tuple[object, ...]]]:
    with engine_of(where, part) as engine, engine.connect() as connection:
        found = {t.name: connection.execute(select(t)).all() for t in part.tables.sorted_tables}
    return {name: sorted(map(tuple, rows), key=str) for name, rows in found.items()}


def everything(where: Place) -> list[dict[str, list[tuple[object, ...]]]]:
    return [rows_of(where, part) for part in PARTS]


def code_of(call: object) -> ErrorCode:
    assert callable(call)
    with pytest.raises(YorozuError) as caught:
        call()
    assert "何も変更していません" in caught.value.message or caught.value.code.startswith("data")
    return caught.value.code


@pytest.mark.parametrize("way", ["server to server", "server to file", "file to server"])
def test_every_row_arrives_whatever_keeps_it(
    postgres_place: Place, other_url: str, tmp_path: Path, way: str
) -> None:
    old = on_server(tmp_path / "old", None if way.startswith("file") else postgres_place.url)
    new = on_server(tmp_path / "new", None if way.endswith("file") else other_url)
    answer = fill(old)
    report = backup(old, tmp_path / "b.zip", originals=True)
    restored = restore(new, tmp_path / "b.zip")
    assert (report.database, restored.database) == (old.place.kind, new.place.kind)
    assert everything(new.place) == everything(old.place)
    assert (new.data_dir / STORE.file).exists() == (new.place.url is None)
    with closing(AnswerStore.open(new.place)) as store:
        assert store.get(answer.id) == answer
        store.save(answered())
        with store.transaction() as connection:
            more = insert(said).values(text_sha256="1" * 64, conversation_id="c").returning(said.c.number)
            assert connection.execute(more).scalar_one() == 4  # 2 and 3 were given once, and dropped
        with pytest.raises((DatabaseError, YorozuError)), store.transaction() as connection:
            connection.execute(text("DELETE FROM audit"))


def test_originals_only_where_they_are_asked_for(
    postgres_place: Place, other_url: str, tmp_path: Path
) -> None:
    old = on_server(tmp_path / "old", postgres_place.url)
    fill(old)
    assert not backup(old, tmp_path / "b.zip").originals
    new = on_server(tmp_path / "new", other_url)
    restore(new, tmp_path / "b.zip")
    assert rows_of(new.place, STORE) == rows_of(old.place, STORE)
    assert not any(rows_of(new.place, ORIGINALS).values())


def test_originals_may_lie_on_a_server_of_their_own(
    postgres_place: Place, other_url: str, tmp_path: Path
) -> None:
    apart = on_server(tmp_path / "old", postgres_place.url)
    apart = apart.model_copy(update={"originals_database": SecretStr(other_url)})
    fill(apart)
    backup(apart, tmp_path / "b.zip", originals=True)
    before = everything(apart.place)
    restore(apart, tmp_path / "b.zip", force=True)
    assert everything(apart.place) == before
    assert any(before[1].values())
    assert not any(rows_of(Place(tmp_path, postgres_place.url), ORIGINALS).values())


def test_what_is_taken_while_others_write_is_of_one_moment(
    postgres_place: Place, other_url: str, tmp_path: Path
) -> None:
    old, stop = on_server(tmp_path / "old", postgres_place.url), threading.Event()
    fill(old)
    acknowledged: list[str] = []

    def write() -> None:
        with closing(AnswerStore.open(old.place)) as store:
            mine = store.seen_by(Visitor(key_id="k", scope=Scope.READER))
            while not stop.is_set():
                answer = answered()
                mine.save(answer)  # and whose it is, in another table
                acknowledged.append(answer.id)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        while len(acknowledged) < 20:
            stop.wait(0.01)
        before = acknowledged[:]
        backup(old, tmp_path / "b.zip")
    finally:
        stop.set()
        thread.join()
    new = on_server(tmp_path / "new", other_url)
    restore(new, tmp_path / "b.zip")
    with engine_of(new.place, STORE) as engine, engine.connect() as connection:
        kept = set(connection.execute(select(answers.c.id)).scalars())
        with_owner = set(connection.execute(select(owned.c.id)).scalars())
    assert set(before) <= kept
    assert with_owner == kept & set(acknowledged)


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """A backup of a single machine."""
    old = on_server(tmp_path / "old", None)
    fill(old)
    backup(old, tmp_path / "b.zip", originals=True)
    return tmp_path / "b.zip"


@pytest.fixture
def there(postgres_place: Place, tmp_path: Path) -> ServiceSettings:
    """A server with rows of its own, to restore into; nothing lies in the folders."""
    settings = on_server(tmp_path / "new", postgres_place.url)
    with closing(AnswerStore.open(settings.place)) as store:
        store.save(answered("先にあった質問"))
        AuditLog(store).note("key.created", "mine")
    return settings


def test_rows_that_are_there_are_not_replaced_unless_told_so(packed: Path, there: ServiceSettings) -> None:
    before = everything(there.place)
    assert code_of(lambda: restore(there, packed)) is ErrorCode.DATABASE_OCCUPIED
    assert everything(there.place) == before
    assert list(there.data_dir.iterdir()) == []
    report = restore(there, packed, force=True)
    assert everything(there.place) != before
    assert report.before is not None
    kept = Path(report.before, OLD_ROWS)
    assert rows_of(Place(kept), STORE) == before[0]
    with closing(AnswerStore.open(there.place)) as store:
        assert "mine" not in [line.subject for line in AuditLog(store).newest(9)]


@pytest.mark.parametrize("step", ["set_aside_index", "corpus", "index"])
def test_a_failure_on_the_way_leaves_rows_and_files_as_they_were(
    packed: Path, there: ServiceSettings, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before = everything(there.place)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(placing.Place, step, fail)
    assert code_of(lambda: restore(there, packed, force=True)) is ErrorCode.DATA_DIR_UNWRITABLE
    assert everything(there.place) == before
    assert list(there.data_dir.iterdir()) == []


def test_a_server_lost_at_the_last_moment_leaves_files_as_they_were_and_the_copy(
    packed: Path, there: ServiceSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(there.place)
    index = placing.Place.index

    def lose(place: placing.Place, path: Path) -> None:
        index(place, path)
        with engine_of(there.place, STORE) as engine, engine.connect() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )

    monkeypatch.setattr(placing.Place, "index", lose)
    assert code_of(lambda: restore(there, packed, force=True)) is ErrorCode.DATABASE_UNAVAILABLE
    assert everything(there.place) == before
    (kept,) = there.data_dir.iterdir()  # nobody knows whether the server had taken it: the copy stays
    assert [path.name for path in kept.iterdir()] == [OLD_ROWS]
    assert not (there.data_dir / RESTORING).exists()
    monkeypatch.undo()
    restore(there, packed, force=True)


def test_not_while_somebody_is_connected(packed: Path, there: ServiceSettings) -> None:
    with closing(AnswerStore.open(there.place)) as store:
        assert AuditLog(store).newest(1)
        assert code_of(lambda: restore(there, packed, force=True)) is ErrorCode.RESTORE_BUSY


def test_rows_that_the_server_does_not_take_are_named_by_their_file(
    there: ServiceSettings, tmp_path: Path
) -> None:
    old = on_server(tmp_path / "old", None)
    fill(old)
    with engine_of(old.place, STORE) as engine, engine.begin() as connection:
        long = {"id": "x" * 65, "question": "?", "created_at": "2026", "body": {}}  # SQLite does not count
        connection.execute(insert(answers).values(long))
    backup(old, tmp_path / "b.zip")
    before = everything(there.place)
    assert code_of(lambda: restore(there, tmp_path / "b.zip", force=True)) is ErrorCode.BACKUP_DAMAGED
    assert everything(there.place) == before


@pytest.mark.parametrize(
    ("version", "code"), [("s0001", ErrorCode.DATABASE_OUTDATED), ("s9999", ErrorCode.DATABASE_NEWER)]
)
def test_another_schema_is_neither_backed_up_nor_restored_into(
    packed: Path, postgres_place: Place, tmp_path: Path, version: str, code: ErrorCode
) -> None:
    settings = on_server(tmp_path / "new", postgres_place.url)
    with engine_of(postgres_place, STORE) as engine, engine.begin() as connection:
        connection.execute(VERSION_TABLE.update().values(version_num=version))
    assert code_of(lambda: restore(settings, packed)) is code
    write_corpus(settings.corpus)
    ingest(settings, embedder=None)
    assert code_of(lambda: backup(settings, tmp_path / "c.zip")) is code
    assert not (tmp_path / "c.zip").exists()


def test_a_copy_of_replaced_rows_outlives_an_undoing(there: ServiceSettings) -> None:
    staging, kept = there.data_dir / RESTORING, there.data_dir / "before-restore-1"
    staging.mkdir(parents=True)
    placing.Place(there.data_dir, kept).begin(staging)
    (kept / OLD_ROWS).mkdir()
    recover(there.data_dir, there.corpus)
    assert [path.name for path in kept.iterdir()] == [OLD_ROWS]


def test_an_address_does_not_show_its_password(tmp_path: Path) -> None:
    place = Place(tmp_path, "postgresql://yorozu:very-secret@127.0.0.1:1/nothing")
    assert "very-secret" not in repr(Exchange(place, tmp_path, tmp_path, tmp_path, force=False))
    settings = on_server(tmp_path, place.url)
    write_corpus(settings.corpus)
    ingest(settings, embedder=None)
    with pytest.raises(YorozuError) as caught:
        backup(settings, tmp_path / "b.zip")
    assert caught.value.code is ErrorCode.DATABASE_UNAVAILABLE
    assert "very-secret" not in caught.value.message + str(caught.value.detail)
