"""What `yorozu doctor` says of a PostgreSQL server that is away, turns it away, or holds another schema."""

import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from app.doctor.examine import examine
from app.doctor.finding import Finding
from app.doctor.server import advice_on
from app.store.answers import AnswerStore
from app.store.parts import ORIGINALS
from app.store.place import Place
from ingest.errors import ErrorCode
from tests.fakes.answer_service import answered
from tests.fakes.small_corpus import settings_in

SECRET = "very-secret"
STORE, WORDS, CLOCK = "回答と下書きの保存先", "質問の原文の保存先", "時計"


def findings(folder: Path, url: str) -> dict[str, Finding]:
    settings = settings_in(folder).model_copy(update={"database": SecretStr(url)})
    found = {finding.what: finding for finding in examine(settings)}
    assert SECRET not in " ".join(map(str, found.values()))
    return found


def asked_as(url: str, *, role: str = "yorozu", database: str | None = None) -> str:
    server_, name = url.rsplit("/", 1)
    return f"postgresql://{role}:{SECRET}@{server_.split('@')[1]}/{database or name}"


@pytest.fixture
def url(postgres_place: Place) -> str:
    assert postgres_place.url is not None
    return postgres_place.url


@pytest.fixture
def strict(url: str) -> Iterator[str]:
    """The same server, which asks one role for a password and lets another one not in."""
    with psycopg.connect(url, autocommit=True) as connection:
        (name,) = connection.execute("SHOW hba_file").fetchone() or ("",)
        file = Path(name)
        before = file.read_text()
        file.write_text(f"host all locked all scram-sha-256\nhost all barred all reject\n{before}")
        connection.execute("CREATE ROLE locked LOGIN PASSWORD 'another'")
        connection.execute("CREATE ROLE barred LOGIN")
        connection.execute("CREATE ROLE guest LOGIN")
        connection.execute("SELECT pg_reload_conf()")
        time.sleep(0.2)
        yield url
        file.write_text(before)
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("DROP ROLE locked, barred, guest")


def test_a_server_that_is_well_is_named_with_its_schema(url: str, tmp_path: Path) -> None:
    found = findings(tmp_path, asked_as(url))
    assert found[STORE].fine
    assert found[WORDS].fine
    assert found[CLOCK].fine
    assert "s0002" in found[STORE].says
    assert "127.0.0.1" in found[STORE].says


def test_a_server_that_is_away_is_said_to_be_with_what_to_look_at(tmp_path: Path) -> None:
    found = findings(tmp_path, f"postgresql://yorozu:{SECRET}@127.0.0.1:1/nothing?password={SECRET}")
    for what in (STORE, WORDS):
        assert found[what].code is ErrorCode.DATABASE_UNAVAILABLE
        assert "127.0.0.1:1/nothing）につながりません。サーバーが動いているか" in found[what].says
    assert found[CLOCK].fine


@pytest.mark.parametrize(
    ("role", "database", "says"),
    [
        ("locked", None, "パスワードが違うか"),
        ("barred", None, "pg_hba.conf"),
        ("nobody", None, "利用者（ロール）がありません"),
        ("yorozu", "nothing", "データベースがありません"),
        ("guest", None, "権限がありません"),
    ],
)
def test_why_a_server_turns_it_away_is_explained(
    strict: str, tmp_path: Path, role: str, database: str | None, says: str
) -> None:
    found = findings(tmp_path, asked_as(strict, role=role, database=database))[STORE]
    assert found.code is ErrorCode.DATABASE_UNAVAILABLE
    assert says in found.says
    assert "ください" in found.says


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ('致命的:  ユーザー"yorozu"のパスワード認証に失敗しました', "パスワードが違うか"),
        ('致命的:  データベース"x"は存在しません', "データベースがありません"),
        ("FATAL:  sorry, too many clients already", "max_connections"),
        ("server does not support SSL, but SSL was required", "sslmode"),
        ("FATAL:  the database system is starting up", "途中です"),
    ],
)
def test_words_of_servers_are_understood(said: str, says: str) -> None:
    assert says in (advice_on(said) or "")


@pytest.mark.parametrize(
    ("version", "code", "says"),
    [
        ("s0001", ErrorCode.DATABASE_OUTDATED, "yorozu database upgrade"),
        ("s9999", ErrorCode.DATABASE_NEWER, "新しい版"),
        (None, ErrorCode.DATABASE_OUTDATED, "まだ表がありません"),
    ],
)
def test_another_schema_is_named_with_the_way_out(
    url: str, tmp_path: Path, version: str | None, code: ErrorCode, says: str
) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        if version is None:
            connection.execute("DROP TABLE alembic_version")
        else:
            connection.execute("UPDATE alembic_version SET version_num = %s", [version])
    found = findings(tmp_path, url)
    assert found[STORE].code is code
    assert says in found[STORE].says
    assert found[WORDS].fine


def test_a_server_that_takes_no_writes_is_found(url: str, tmp_path: Path) -> None:
    found = findings(tmp_path, f"{url}?options=-cdefault_transaction_read_only%3Don")
    assert found[STORE].code is None  # our own options take their place
    with psycopg.connect(url, autocommit=True) as connection:
        name = url.rsplit("/", 1)[1]
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    found = findings(tmp_path, url)
    assert found[STORE].code is ErrorCode.DATABASE_UNAVAILABLE
    assert "読み取り専用" in found[STORE].says


def test_originals_that_others_can_look_into_are_found(url: str, tmp_path: Path) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"GRANT USAGE ON SCHEMA {ORIGINALS.schema} TO PUBLIC")
    found = findings(tmp_path, url)
    assert found[STORE].fine
    assert found[WORDS].code is ErrorCode.SETTING_INVALID
    assert "REVOKE" in found[WORDS].says


def test_answers_from_the_future_are_found_on_a_server(postgres_place: Place, tmp_path: Path) -> None:
    store = AnswerStore.open(postgres_place)
    store.save(answered().model_copy(update={"created_at": "2999-01-01T00:00:00+00:00"}))
    store.close()
    assert postgres_place.url is not None
    found = findings(tmp_path, postgres_place.url)[CLOCK]
    assert found.code is ErrorCode.SETTING_INVALID
    assert "2999-01-01" in found.says
