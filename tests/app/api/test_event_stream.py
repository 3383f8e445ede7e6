"""Events over a real server on loopback: when they come, what keeps them coming, what stops them."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack

import httpx
import pytest

from app.answering.models import Answer
from app.answering.progress import Citations, Progress, StatementReady
from app.settings import ServiceSettings
from app.state import ServiceState
from app.store.answers import AnswerStore
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.answer_service import FakeAnswerService

HEARTBEAT = 0.05
PATIENCE = 10.0


@pytest.fixture
def state(answerer: FakeAnswerService, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceState]:
    folder = tmp_path_factory.mktemp("stream")
    settings = ServiceSettings(data_dir=folder, port=0, heartbeat_seconds=HEARTBEAT)
    store = AnswerStore.open(folder)
    yield ServiceState(settings=settings, answerer=answerer, store=store)
    store.close()


@pytest.fixture
def http(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=PATIENCE, trust_env=False) as http:
        yield http


def asking(http: httpx.Client) -> AbstractContextManager[httpx.Response]:
    return http.stream(
        "POST", "/api/v1/answers", json={"question": "あ"}, headers={"Accept": "text/event-stream"}
    )


def names(lines: Iterator[str]) -> Iterator[str]:
    """The events as they come, `:` for a heartbeat."""
    return (line.removeprefix("event: ") for line in lines if line.startswith(("event: ", ":")))


class Gate:
    """Holds the step of a type back until it is opened."""

    def __init__(self, held: type) -> None:
        self.held = held
        self.open = threading.Event()
        self.reached = threading.Event()

    def __call__(self, step: Progress | Answer) -> None:
        if isinstance(step, self.held):
            self.reached.set()
            assert self.open.wait(PATIENCE)


def test_each_event_is_sent_while_the_next_is_made(http: httpx.Client, answerer: FakeAnswerService) -> None:
    answerer.between = gate = Gate(StatementReady)
    with asking(http) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store, no-transform"
        assert response.headers["x-accel-buffering"] == "no"
        assert "content-length" not in response.headers
        lines = response.iter_lines()
        coming = names(lines)
        assert next(coming) == "citations"
        assert json.loads(next(lines).removeprefix("data: "))[1]["page_label"] == "P54"
        assert not gate.open.is_set()
        gate.open.set()
        rest = [name for name in coming if not name.startswith(":")]
    assert rest == ["statement", "statement", "answer"]


def test_a_heartbeat_while_nothing_comes(http: httpx.Client, answerer: FakeAnswerService) -> None:
    answerer.between = gate = Gate(Answer)
    started = time.monotonic()
    with asking(http) as response:
        coming = names(response.iter_lines())
        beats = 0
        for name in coming:
            beats += name.startswith(":")
            if beats == 3:
                gate.open.set()
            if name == "answer":
                break
    assert beats >= 3
    assert time.monotonic() - started >= 3 * HEARTBEAT


def test_who_leaves_stops_the_work_and_leaves_nothing(
    http: httpx.Client, answerer: FakeAnswerService, state: ServiceState
) -> None:
    answerer.between = gate = Gate(StatementReady)
    with asking(http) as response:
        assert next(names(response.iter_lines())) == "citations"
        assert gate.reached.wait(PATIENCE)
    time.sleep(2 * HEARTBEAT)
    steps: list[Progress | Answer] = []
    answerer.between = steps.append
    gate.open.set()
    assert answerer.streams_ended.wait(PATIENCE)
    assert steps == []
    assert "yorozu_answers_total{" not in state.meters.text().decode()


def test_a_failure_on_the_way_is_an_event(http: httpx.Client, answerer: FakeAnswerService) -> None:
    def fails(step: Progress | Answer) -> None:
        if not isinstance(step, Citations):
            raise YorozuError(ErrorCode.INDEX_DAMAGED, reason="x")

    answerer.between = fails
    with asking(http) as response:
        body = response.read().decode()
    assert body.count("event: ") == 2
    assert json.loads(body.split("data: ")[-1])["error"]["code"] == "index_damaged"


def test_what_nobody_expected_is_an_event_without_its_text(
    http: httpx.Client, answerer: FakeAnswerService, caplog: pytest.LogCaptureFixture
) -> None:
    answerer.queue.append(RuntimeError("ひみつ"))
    with asking(http) as response:
        body = response.read().decode()
        request_id = response.headers["x-request-id"]
    error = json.loads(body.split("data: ")[-1])["error"]
    assert (error["code"], error["detail"]) == ("internal", {"request_id": request_id})
    assert "ひみつ" not in body
    assert "ひみつ" in caplog.text


def test_a_body_that_cannot_be_read_is_no_stream(http: httpx.Client) -> None:
    response = http.post("/api/v1/answers", json={}, headers={"Accept": "text/event-stream"})
    assert response.status_code == 422
    assert response.json()["error"]["code"] == "invalid_request"


def test_open_streams_hold_no_thread(http: httpx.Client, address: str) -> None:
    """More clients than threads, none of which reads on, and the service still answers."""
    limits = httpx.Limits(max_connections=60)
    with ExitStack() as stack:
        many = stack.enter_context(
            httpx.Client(base_url=address, timeout=PATIENCE, trust_env=False, limits=limits)
        )
        opened = [stack.enter_context(asking(many)) for _ in range(60)]
        assert all(response.status_code == 200 for response in opened)
        assert http.post("/api/v1/answers", json={"question": "い"}).status_code == 200
