from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from app.api.application import create_app
from app.settings import ServiceSettings
from app.state import ServiceState
from ingest.errors import ErrorCode, YorozuError

PORTAL = "https://portal.example.jp"
ALLOWED = "access-control-allow-origin"


@pytest.fixture
def listed(state: ServiceState) -> TestClient:
    settings = state.settings.model_copy(update={"cors_origins": (PORTAL,)})
    return TestClient(create_app(replace(state, settings=settings)))


def _preflight(client: TestClient, origin: str) -> dict[str, str]:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    response = client.options("/api/v1/answers", headers=headers)
    return {"status": str(response.status_code), "text": response.text, **response.headers}


def test_nobody_is_let_in_by_default(client: TestClient) -> None:
    assert ALLOWED not in client.get("/healthz", headers={"Origin": PORTAL}).headers
    assert _preflight(client, PORTAL)["status"] == "405"


def test_those_on_the_list_are_let_in_without_cookies(listed: TestClient) -> None:
    asked = _preflight(listed, PORTAL)
    assert (asked["status"], asked[ALLOWED]) == ("200", PORTAL)
    assert "access-control-allow-credentials" not in asked
    error = listed.get("/api/v1/answers/ans_nope", headers={"Origin": PORTAL})
    assert (error.status_code, error.headers[ALLOWED]) == (404, PORTAL)
    assert "X-Request-ID" in error.headers["access-control-expose-headers"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", f"{PORTAL}.evil.example", "null", f"{PORTAL}:8443"]
)
def test_others_are_told_so(listed: TestClient, origin: str) -> None:
    asked = _preflight(listed, origin)
    assert asked["status"] == "403"
    assert "origin_not_allowed" in asked["text"]
    assert ALLOWED not in asked
    assert ALLOWED not in listed.get("/healthz", headers={"Origin": origin}).headers


def test_the_list_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOROZU_CORS_ORIGINS", " https://Portal.example.jp/ , http://10.0.0.5:8080,")
    assert ServiceSettings.load().cors_origins == (PORTAL, "http://10.0.0.5:8080")


@pytest.mark.parametrize("value", ["*", "portal.example.jp", "https://a.example/path", "ftp://a", "https://"])
def test_what_is_no_origin_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("YOROZU_CORS_ORIGINS", value)
    with pytest.raises(YorozuError) as caught:
        ServiceSettings.load()
    assert caught.value.code is ErrorCode.SETTING_INVALID
    assert "YOROZU_CORS_ORIGINS" in caught.value.message
