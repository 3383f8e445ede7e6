"""The service around a stand-in for the answering side."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.api.application import create_app
from app.settings import ServiceSettings
from app.state import ServiceState
from app.store.answers import AnswerStore
from tests.fakes.answer_service import FakeAnswerService
from tests.serving import serving


@pytest.fixture
def answerer() -> FakeAnswerService:
    return FakeAnswerService()


@pytest.fixture
def state(answerer: FakeAnswerService, tmp_path: Path) -> Iterator[ServiceState]:
    settings = ServiceSettings(data_dir=tmp_path / "var", corpus=tmp_path / "corpus", embedder="none", port=0)
    store = AnswerStore.open(settings.data_dir, kept=settings.answers_kept)
    yield ServiceState(settings=settings, answerer=answerer, store=store)
    store.close()


@pytest.fixture
def client(state: ServiceState) -> Iterator[TestClient]:
    with TestClient(create_app(state)) as client:
        yield client


@pytest.fixture
def address(state: ServiceState) -> Iterator[str]:
    """Where a real server listens on loopback."""
    with serving(state) as address:
        yield address
