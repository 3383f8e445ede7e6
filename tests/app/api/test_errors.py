import logging
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import ErrorCode
from tests.fakes.answer_service import FakeAnswerService

ANSWERS = "/api/v1/answers"
JSON = {"Content-Type": "application/json"}


def _error(response: object, status: int, code: str) -> dict[str, object]:
    assert response.status_code == status, response.text  # type: ignore[attr-defined]
    body = response.json()  # type: ignore[attr-defined]
    assert set(body) == {"error"}
    error: dict[str, object] = body["error"]
    assert set(error) == {"code", "message", "detail"}
    assert error["code"] == code
    assert "。" in str(error["message"])
    assert response.headers["X-Request-ID"]  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"question": "\xff"}',
        b'{"question": "\\ud800"}',
        b'{"question": "a\\u0000b"}',
        b'{"question": 1}',
        b'{"question": NaN}',
        b'{"question": ["a"]}',
        b'{"question": ' + b"9" * 6000 + b"}",
        b'{"questoin": "a"}',
        b'{"question": "a", "k": 1}',
        b'{"question": "a", "\\ud800": 1}',
        b'{"question": "a", "engine": "\\ud800"}',
        b'{"question": "a", "engine": "' + b"x" * 51 + b'"}',
        b'{"question": "a", "conversation_id": 5}',
        b'{"question": "a", "filters": {"kinds": ["novel"]}}',
        b'{"question": "a", "filters": {"colour": 1}}',
        b"[" * 60_000,
    ],
)
def test_bad_bodies_are_explained(client: TestClient, body: bytes) -> None:
    error = _error(client.post(ANSWERS, content=body, headers=JSON), 422, "invalid_request")
    detail = error["detail"]
    assert isinstance(detail, dict)
    assert all(problem["field"].startswith("body") and problem["reason"] for problem in detail["errors"])


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_a_wrong_content_type_is_named(client: TestClient, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    error = _error(client.post(ANSWERS, content=b'{"question":"a"}', headers=headers), 422, "invalid_request")
    assert "Content-Type: application/json" in str(error["detail"])


@pytest.mark.parametrize(
    "address",
    [
        "/nix",
        "/api/v1/",
        "/api/v1/answers/",
        "/static/nix.css",
        "/static/__init__.py",
        "/static/index.html",
        "/static/../index.html",
    ],
)
def test_unknown_addresses(client: TestClient, address: str) -> None:
    _error(client.get(address), 404, "not_found")


def test_wrong_methods_say_which_are_right(client: TestClient) -> None:
    response = client.delete(ANSWERS)
    _error(response, 405, "method_not_allowed")
    assert response.headers["allow"] == "POST"
    _error(client.post("/static/page.css"), 405, "method_not_allowed")


def test_nul_in_addresses(client: TestClient) -> None:
    for address in ("/api/v1/search?q=%00", "/api/v1/answers/%00", "/api/v1/sources/a%00"):
        _error(client.get(address), 422, "invalid_request")
    _error(client.get("/static/%00.css"), 404, "not_found")


def test_bodies_over_the_limit_are_refused_by_their_announced_length(
    client: TestClient, answerer: FakeAnswerService
) -> None:
    error = _error(client.post(ANSWERS, content=b"x" * 65_537, headers=JSON), 413, "request_too_large")
    assert error["detail"] == {"limit": 65_536}
    assert answerer.asked == []


def test_bodies_over_the_limit_are_refused_while_reading(client: TestClient) -> None:
    sent = 0

    def chunks() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield b" " * 1024

    error = _error(client.post(ANSWERS, content=chunks(), headers=JSON), 413, "request_too_large")
    assert error["detail"] == {"limit": 65_536}


def test_a_body_of_exactly_the_limit_passes(client: TestClient) -> None:
    body = b'{"question": "a"}'
    padded = body + b" " * (65_536 - len(body))
    assert client.post(ANSWERS, content=padded, headers=JSON).status_code == 200


def test_what_nobody_expected_shows_an_id_and_nothing_else(
    client: TestClient, answerer: FakeAnswerService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    answerer.queue.append(RuntimeError("secret detail"))
    response = client.post(ANSWERS, json={"question": "あ"})
    error = _error(response, 500, "internal")
    assert error["detail"] == {"request_id": response.headers["X-Request-ID"]}
    assert "secret" not in response.text
    (record,) = caplog.records
    assert response.headers["X-Request-ID"] in record.getMessage()
    assert record.exc_info is not None
    assert "secret detail" in str(record.exc_info[1])


@pytest.mark.parametrize(
    ("given_id", "kept"),
    [("portal-42.a_B", True), ("a b", False), ("x" * 65, False), ("a\tb", False), ("", False)],
)
def test_a_portal_may_name_its_request(client: TestClient, given_id: str, *, kept: bool) -> None:
    answer_id = client.get("/healthz", headers={"X-Request-ID": given_id}).headers["X-Request-ID"]
    assert (answer_id == given_id) is kept
    assert answer_id


def test_requests_have_different_ids(client: TestClient) -> None:
    assert len({client.get("/healthz").headers["X-Request-ID"] for _ in range(20)}) == 20


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.one_of(
        st.binary(max_size=200),
        st.text(max_size=100).map(lambda s: f'{{"question": "{s}"}}'.encode("utf-8", "surrogatepass")),
    )
)
def test_no_body_is_worth_a_500(client: TestClient, body: bytes) -> None:
    response = client.post(ANSWERS, content=body, headers=JSON)
    assert response.status_code in {200, 400, 413, 422}
    if response.status_code != 200:
        assert response.json()["error"]["code"] in set(ErrorCode)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.from_regex(r"[!-~]{0,40}", fullmatch=True))
def test_no_address_is_worth_a_500(client: TestClient, query: str) -> None:
    for address in (f"/api/v1/search?{query.replace('#', '')}", f"/{query.strip('/?#') or 'x'}"):
        response = client.get(address)
        assert response.status_code < 500
