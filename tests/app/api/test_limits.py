"""How often, how much at once, how long: what comes back, and what stays green meanwhile."""

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.access.visitor import Scope
from app.api.application import create_app
from app.api.errors import error_response
from app.state import ServiceState
from app.store.keys import KeyStore
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.answer_service import FakeAnswerService

ANSWERS = "/api/v1/answers"
QUESTION = {"question": "規程は"}
Make = Callable[..., TestClient]


@pytest.fixture
def make(state: ServiceState) -> Iterator[Make]:
    """Start a service with other settings."""
    with ExitStack() as stack:

        def started(**changed: Any) -> TestClient:
            settings = state.settings.model_copy(update=changed)
            app = create_app(dataclasses.replace(state, settings=settings))
            return stack.enter_context(TestClient(app))

        yield started


def _code(response: Any) -> str:
    return str(response.json().get("error", {}).get("code", ""))


def test_too_often_from_one_address(make: Make) -> None:
    client = make(address_rate=60)
    answers = [client.get("/api/v1/sources") for _ in range(13)]
    assert [a.status_code for a in answers[:10]] == [200] * 10
    refused = answers[-1]
    assert (refused.status_code, _code(refused)) == (429, "rate_limited")
    assert int(refused.headers["retry-after"]) >= 1
    assert "秒待ってから" in refused.json()["error"]["message"]
    assert client.get("/healthz").status_code == 200


def test_a_key_is_counted_by_itself_wherever_it_comes_from(make: Make, state: ServiceState) -> None:
    client = make(address_rate=30, key_rate=60)
    headers = [
        {"Authorization": f"Bearer {KeyStore(state.store).create(name, Scope.READER)[1]}"} for name in "ab"
    ]
    for header in headers:
        got = [client.get("/api/v1/sources", headers=header).status_code for _ in range(13)]
        assert (got[:10], got[-1]) == ([200] * 10, 429)
    assert client.get("/api/v1/sources").status_code == 200


def test_who_tries_keys_out_is_slowed_down(make: Make) -> None:
    client = make(address_rate=60)
    wrong = {"Authorization": "Bearer yz_000000000000_" + "a" * 43}
    got = [_code(client.get("/api/v1/sources", headers=wrong)) for _ in range(13)]
    assert (got[0], got[-1]) == ("key_invalid", "rate_limited")


def test_on_this_machine_alone_addresses_have_no_limit_until_one_is_set(make: Make) -> None:
    client = make()
    assert {client.get("/api/v1/sources").status_code for _ in range(200)} == {200}


def test_more_at_once_than_allowed(make: Make, answerer: FakeAnswerService) -> None:
    client = make(concurrent_requests=3)
    answerer.gate.clear()
    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(client.post, ANSWERS, json=QUESTION) for _ in range(3)]
        while len(answerer.asked) < 3:
            time.sleep(0.01)
        refused = client.post(ANSWERS, json=QUESTION)
        assert (refused.status_code, _code(refused)) == (429, "overloaded")
        assert refused.headers["retry-after"] == "1"
        assert refused.headers["x-request-id"]
        for address in ("/healthz", "/readyz", "/metrics", "/"):
            assert client.get(address).status_code == 200
        answerer.gate.set()
        assert {done.result().status_code for done in waiting} == {200}
    assert client.post(ANSWERS, json=QUESTION).status_code == 200


def test_too_long_and_its_place_is_only_free_when_the_work_has_ended(
    make: Make, answerer: FakeAnswerService, caplog: pytest.LogCaptureFixture
) -> None:
    client = make(request_seconds=0.2, concurrent_requests=1)
    answerer.gate.clear()
    started = time.monotonic()
    refused = client.post(ANSWERS, json=QUESTION)
    assert (refused.status_code, _code(refused)) == (503, "request_timeout")
    assert refused.headers["retry-after"] == "10"
    assert time.monotonic() - started < 5
    assert _code(client.post(ANSWERS, json=QUESTION)) == "overloaded"
    answerer.gate.set()
    for _ in range(500):
        if client.post(ANSWERS, json=QUESTION).status_code == 200:
            break
        time.sleep(0.01)
    else:
        raise AssertionError("the place was never free again")
    assert "given up on" in caplog.text


def test_a_stream_that_takes_too_long_ends_with_an_error(make: Make, answerer: FakeAnswerService) -> None:
    client = make(request_seconds=0.3, heartbeat_seconds=0.05)
    gate = threading.Event()
    answerer.between = lambda _step: gate.wait(1.0)
    body = client.post(ANSWERS, json=QUESTION, headers={"Accept": "text/event-stream"}).text
    gate.set()
    assert '"request_timeout"' in body.split("event: ")[-1]
    assert body.count(": \n\n") >= 2


@pytest.mark.parametrize(
    ("code", "seconds"),
    [
        (ErrorCode.PAGES_BUSY, "2"),
        (ErrorCode.WARMING_UP, "5"),
        (ErrorCode.INTERNAL, None),
    ],
)
def test_errors_that_pass_say_when_to_come_again(code: ErrorCode, seconds: str | None) -> None:
    assert error_response(YorozuError(code), "/api/v1/x").headers.get("retry-after") == seconds


def test_only_https_where_that_is_set(make: Make) -> None:
    assert "strict-transport-security" not in make().get("/").headers
    assert make(hsts_seconds=600).get("/").headers["strict-transport-security"] == "max-age=600"
    whole = make(hsts_seconds=600, hsts_subdomains=True).get("/").headers
    assert whole["strict-transport-security"] == "max-age=600; includeSubDomains"
    assert "strict-transport-security" not in make(hsts_subdomains=True).get("/").headers
