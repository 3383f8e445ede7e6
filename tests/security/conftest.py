"""One real service over a small corpus, words alone, for all tests here."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient

from app.access.visitor import Scope
from app.api.application import create_app
from app.assemble import service_state
from app.settings import ServiceSettings
from app.state import ServiceState
from app.store.keys import KeyStore
from ingest.pipeline import ingest
from tests.fakes.small_corpus import settings_in, write_corpus


@dataclass(frozen=True)
class Running:
    """A service that runs, and a key of each scope."""

    client: TestClient
    state: ServiceState
    settings: ServiceSettings
    tokens: dict[Scope, str]

    def shown(self, scope: Scope) -> dict[str, str]:
        """What the holder of that scope's key sends."""
        return {"Authorization": f"Bearer {self.tokens[scope]}"}


@contextmanager
def running(settings: ServiceSettings) -> Iterator[Running]:
    """Run a service over the index of the settings."""
    state = service_state(settings)
    tokens = {scope: str(KeyStore(state.store).create(scope.value, scope)[1]) for scope in Scope}
    with TestClient(create_app(state)) as client:
        for _ in range(1000):
            if client.get("/readyz").status_code == 200:
                break
            time.sleep(0.02)
        yield Running(client, state, settings, tokens)
    state.store.close()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The service."""
    settings = settings_in(tmp_path_factory.mktemp("service"))
    write_corpus(settings.corpus)
    ingest(settings, embedder=None)
    with running(settings) as found:
        yield found
