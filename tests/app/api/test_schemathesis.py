"""The whole API description, tried out: nothing comes back that it does not describe, and no 5xx."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.access.visitor import Scope
from app.api.application import create_app
from app.assemble import service_state
from app.settings import ServiceSettings
from app.state import ServiceState
from app.store.keys import KeyStore
from ingest.pipeline import ingest

CONSULTATION = """
id: tokei
title: 時計の相談会
status: 要約
qas:
  - no: 1
    question: 来客に渡す名札は、どう管理すればよいですか。
    answer: 名札は番号を付けて受付で管理してください。
"""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def real(tmp_path: Path) -> Iterator[ServiceState]:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "tokei.yaml").write_text(CONSULTATION, encoding="utf-8")
    settings = ServiceSettings(corpus=tmp_path / "corpus", data_dir=tmp_path / "var", embedder="none")
    ingest(settings, embedder=None)
    state = service_state(settings)
    yield state
    state.store.close()


def _operations(state: ServiceState) -> Any:
    schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(state))
    operations = []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operations.append(result.ok())
    return operations


@pytest.mark.slow
@pytest.mark.parametrize("with_key", [True, False], ids=["admin", "anonymous"])
def test_nothing_comes_back_that_is_not_described(real: ServiceState, *, with_key: bool) -> None:
    _, token = KeyStore(real.store).create("x", Scope.ADMIN)
    headers = {"Authorization": f"Bearer {token}"} if with_key else {}
    operations = _operations(real)
    assert len(operations) >= 14
    with TestClient(create_app(real)) as client:
        _until_ready(client)
        answer = client.post("/api/v1/answers", json={"question": "名札は"}, headers=headers).json()
        known = {"source_id": answer["citations"][0]["source_id"], "answer_id": answer["id"]}
        for operation in operations:

            @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
            @given(case=operation.as_strategy())
            def tried(case: Any) -> None:
                case.headers.pop("Authorization", None)
                for name in known.keys() & case.path_parameters.keys():
                    if len(str(case.path_parameters[name])) % 2:  # what is there, as often as what is not
                        case.path_parameters[name] = known[name]
                case.call_and_validate(
                    session=client, base_url="http://testserver", headers=headers, checks=CHECKS
                )

            tried()


def _until_ready(client: TestClient) -> None:
    while client.get("/readyz").status_code != 200:
        pass
