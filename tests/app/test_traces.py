"""Traces, sent to a collector that listens on loopback."""

import dataclasses
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fastapi.testclient import TestClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from app.answering.models import Timings
from app.api.application import create_app
from app.meters import Meters
from app.settings import ServiceSettings
from app.state import ServiceState
from app.traces import Traces
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.answer_service import FakeAnswerService, answered

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class Collector:
    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        bodies = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/v1/traces"

    def spans(self) -> list[Span]:
        messages = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        scopes = [scope for m in messages for r in m.resource_spans for scope in r.scope_spans]
        return [span for scope in scopes for span in scope.spans]


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    thread = threading.Thread(target=collector.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield collector
    collector.server.shutdown()
    thread.join()
    collector.server.server_close()


def _traced(state: ServiceState, collector: Collector) -> ServiceState:
    settings = state.settings.model_copy(update={"otel_endpoint": collector.address})
    traces = Traces.of(settings)
    assert traces is not None
    return dataclasses.replace(state, settings=settings, traces=traces, meters=Meters(traces.answered))


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_a_request_and_its_steps_are_one_trace(
    state: ServiceState, answerer: FakeAnswerService, collector: Collector, accept: str
) -> None:
    timings = Timings(retrieve=20, compose=3, verify=1, total=24)
    answerer.queue.append(answered("株式会社ひみつの規程は", timings_ms=timings))
    with TestClient(create_app(_traced(state, collector))) as client:
        sent = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01", "Accept": accept, "X-Request-ID": "r1"}
        client.post("/api/v1/answers", json={"question": "株式会社ひみつの規程は"}, headers=sent)
        client.get("/api/v1/search", params={"q": "ひみつ"})
        client.get("/api/v1/answers/ans_secret")
    spans = {span.name: span for span in collector.spans()}
    request = spans["POST /api/v1/answers"]
    assert request.trace_id.hex() == TRACE
    said = {one.key: one.value for one in request.attributes}
    assert said["http.response.status_code"].int_value == 200
    assert said["yorozu.request_id"].string_value == "r1"
    steps = [spans[f"answer.{step}"] for step in ("retrieve", "compose", "verify")]
    assert {step.parent_span_id for step in steps} == {request.span_id}
    assert [(s.end_time_unix_nano - s.start_time_unix_nano) // 1_000_000 for s in steps] == [20, 3, 1]
    assert {"GET /api/v1/search", "GET /api/v1/answers/{answer_id}"} <= set(spans)
    everything = b"".join(collector.bodies)
    assert "ひみつ".encode() not in everything
    assert b"ans_secret" not in everything


def test_nothing_is_sent_unless_somebody_wants_it() -> None:
    assert Traces.of(ServiceSettings.load()) is None


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.traces._PACKAGE", "opentelemetry.exporter.nothing.at.all")
    with pytest.raises(YorozuError) as caught:
        Traces.of(ServiceSettings.load(otel_endpoint="http://127.0.0.1:4318/v1/traces"))
    assert caught.value.code is ErrorCode.SETTING_INVALID
    assert "yorozu[otel]" in caught.value.message
