"""A database server that goes away while the service runs, and comes back."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient

from app.api.application import create_app
from app.settings import ServiceSettings
from app.state import ServiceState
from app.store.answers import AnswerStore
from app.store.place import Place
from tests.fakes.answer_service import FakeAnswerService


@pytest.fixture
def client(postgres_place: Place, tmp_path: Path) -> Iterator[TestClient]:
    settings = ServiceSettings(data_dir=tmp_path / "var", corpus=tmp_path / "corpus", embedder="none", port=0)
    store = AnswerStore.open(postgres_place, kept=settings.answers_kept)
    with TestClient(create_app(ServiceState(settings, FakeAnswerService(), store))) as client:
        yield client
    store.close()


def _let_in(place: Place, *, allowed: bool) -> None:
    assert place.url is not None
    server, name = place.url.rsplit("/", 1)
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {str(allowed).lower()}")
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )


def test_while_the_database_is_away_it_refuses_clearly_and_afterwards_nothing_is_missing(
    client: TestClient, postgres_place: Place
) -> None:
    kept = client.post("/api/v1/answers", json={"question": "規程は"}).json()
    address = f"/api/v1/answers/{kept['id']}"
    _let_in(postgres_place, allowed=False)
    for refused in (
        client.post("/api/v1/answers", json={"question": "規程は"}),
        client.get(address),
        client.post(f"{address}/feedback", json={"verdict": "helpful"}),
    ):
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "database_unavailable")
        assert refused.headers["Retry-After"]
    assert client.get("/healthz").status_code == 200
    _let_in(postgres_place, allowed=True)
    assert client.get(address).json()["text"] == kept["text"]
    assert client.post(f"{address}/feedback", json={"verdict": "helpful"}).is_success
