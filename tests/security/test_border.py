"""Between the network and the calls: methods, repeated parameters, proxies, where messages end."""

import dataclasses
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from app.access.visitor import Scope
from app.api.server import make_server
from tests.security.conftest import Running
from tests.serving import serving


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "DEBUG"])
def test_methods_that_no_call_has_do_nothing(service: Running, method: str) -> None:
    for path in ("/", "/api/v1/answers", "/healthz"):
        response = service.client.request(method, path, headers={"X-Secret": "planted"})
        assert response.status_code in {404, 405}
        assert response.json()["error"]["code"] in {"method_not_allowed", "not_found"}
        assert "planted" not in response.text


def test_nothing_that_changes_is_done_by_a_safe_method(service: Running) -> None:
    admin = service.shown(Scope.ADMIN)
    for path in (
        "/api/v1/admin/rollback",
        "/api/v1/meetings/m1/publish",
        "/api/v1/answers",
        "/api/v1/questions",
    ):
        for method in ("GET", "HEAD"):
            assert service.client.request(method, path, headers=admin).status_code == 405 or (
                path == "/api/v1/questions" and method == "GET"  # the organisers' list
            )


def test_a_parameter_or_a_field_given_twice_is_no_other_request(service: Running) -> None:
    admin = service.shown(Scope.ADMIN)
    for path in ("/api/v1/audit?limit=1&limit=x", "/api/v1/audit?limit=x&limit=1"):
        response = service.client.get(path, headers=admin)
        assert response.status_code in {200, 422}
        if response.status_code == 200:
            assert len(response.json()["lines"]) == 1
    # A query adds nothing to a body, and a body nothing to a query.
    added = service.client.post("/api/v1/answers?question=名札はどう管理しますか&engine=llm", json={})
    assert added.json()["error"]["code"] == "invalid_request"
    twice = b'{"question": "", "question": "\xe5\x90\x8d\xe6\x9c\xad\xe3\x81\xaf"}'
    asked = service.client.post(
        "/api/v1/answers", content=twice, headers={"Content-Type": "application/json"}
    )
    assert asked.json()["question"] == "名札は"


@pytest.mark.parametrize(
    "field", ["id", "owner", "key_id", "scope", "status", "visitor", "__proto__", "constructor"]
)
def test_fields_that_a_call_does_not_take_are_refused(service: Running, field: str) -> None:
    admin = service.shown(Scope.ADMIN)
    answer = service.client.post("/api/v1/answers", json={"question": "名札の管理は"}, headers=admin).json()
    for path, body in (
        ("/api/v1/answers", {"question": "名札の管理は"}),
        (f"/api/v1/answers/{answer['id']}/feedback", {"verdict": "helpful"}),
        ("/api/v1/questions", {"question": "名札の管理は"}),
        ("/api/v1/session", {"name": "x", "password": "y"}),
        ("/api/v1/admin/ingest", {}),
    ):
        response = service.client.post(path, json=body | {field: "admin"}, headers=admin)
        assert (response.status_code, response.json()["error"]["code"]) == (422, "invalid_request"), path


@pytest.mark.parametrize(("peer", "believed"), [("203.0.113.7", False), ("127.0.0.1", True)])
def test_only_a_proxy_on_this_machine_says_whom_it_stands_for(
    service: Running, peer: str, *, believed: bool
) -> None:
    """A limit by address is no limit where everybody may name an address."""
    settings = service.settings.model_copy(update={"address_rate": 60})
    config = make_server(dataclasses.replace(service.state, settings=settings)).config
    config.load()
    with TestClient(config.loaded_app, client=(peer, 1)) as client:
        codes = [
            client.get("/api/v1/sources", headers={"X-Forwarded-For": f"198.51.100.{n}"}).status_code
            for n in range(13)
        ]
    assert (429 not in codes) is believed


@pytest.fixture(scope="module")
def address(service: Running) -> Iterator[str]:
    """Where a real server listens on loopback."""
    with serving(service.state) as address:
        yield address


def _said(address: str, request: bytes) -> bytes:
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 5) as connection:
        connection.sendall(request)
        connection.settimeout(5)
        said = b""
        while piece := connection.recv(65536):
            said += piece
    return said


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 4\r\nContent-Length: 40\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 4, 40\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding : chunked\r\n",
    ],
)
def test_a_request_within_a_request_is_not_heard(address: str, head: bytes) -> None:
    inner = b"0\r\n\r\nGET /readyz?smuggled HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    said = _said(address, b"POST /api/v1/answers HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n" + inner)
    assert b"HTTP/1.1 200" not in said
    assert b'"ready"' not in said


def test_a_line_end_in_a_header_makes_no_second_one(address: str) -> None:
    head = b"Host: x\r\nConnection: close\r\nX-Request-ID: a\nSet-Cookie: planted=1\r\n\r\n"
    said = _said(address, b"GET /healthz HTTP/1.1\r\n" + head)
    assert b"set-cookie" not in said.lower()
