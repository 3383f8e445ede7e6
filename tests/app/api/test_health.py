import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from app.api import warming
from app.api.application import create_app
from app.state import ServiceState
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.answer_service import FakeAnswerService


def _wait_for_ready(client: TestClient, status: int = 200) -> dict[str, object]:
    for _ in range(200):
        response = client.get("/readyz")
        if response.status_code == status:
            body: dict[str, object] = response.json()
            return body
        time.sleep(0.01)
    raise AssertionError(response.text)


def test_alive_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert _wait_for_ready(client) == {"status": "ready", "generation": "g1", "degraded": []}


def test_not_ready_before_the_service_runs(state: ServiceState) -> None:
    response = TestClient(create_app(state)).get("/readyz")
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "warming_up"


def test_a_missing_index_is_named_with_the_command_and_picked_up_later(
    state: ServiceState, answerer: FakeAnswerService, monkeypatch: pytest.MonkeyPatch
) -> None:
    answerer.warm_problems = [YorozuError(ErrorCode.INDEX_MISSING)] * 3
    app = create_app(state)
    monkeypatch.setattr(app.state, "warming", warming.Warming(answerer, retry_seconds=0.1))
    with TestClient(app) as client:
        time.sleep(0.05)
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.json()["error"]["code"] == "index_missing"
        assert "yorozu ingest" in response.json()["error"]["message"]
        assert client.get("/healthz").status_code == 200
        _wait_for_ready(client)


def test_an_unexpected_failure_to_load_is_never_ready(
    state: ServiceState, answerer: FakeAnswerService
) -> None:
    answerer.warm_problems = [RuntimeError("secret path")]
    with TestClient(create_app(state)) as client:
        body = _wait_for_ready(client, 500)
        assert "secret" not in str(body)


def test_health_answers_while_every_worker_is_busy(client: TestClient, answerer: FakeAnswerService) -> None:
    answerer.gate.clear()
    with ThreadPoolExecutor(45) as pool:
        waiting = [
            pool.submit(client.post, "/api/v1/answers", json={"question": f"質問{n}"}) for n in range(45)
        ]
        while len(answerer.asked) < 40:
            time.sleep(0.01)
        started = time.perf_counter()
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 200
        assert time.perf_counter() - started < 2
        assert len(answerer.asked) == 40  # the pool is bounded: five wait
        answerer.gate.set()
        assert {done.result().status_code for done in waiting} == {200}
    assert len(answerer.asked) == 45
