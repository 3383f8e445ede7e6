"""Markup stays text: what people wrote comes back as data, and no page repeats what an address says."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from app.access.visitor import Scope
from app.store.feedback import FeedbackStore
from app.store.keys import KeyStore
from ingest.pipeline import ingest
from tests.fakes.answer_service import insufficient
from tests.security.conftest import Running, running

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}${7*7}`</title>"
PAGES = ("/", "/login", "/password", "/admin", "/organiser", "/docs")
CONSULTATION = {
    "id": "markup",
    "title": MARKUP,
    "status": "要約",
    "qas": [
        {
            "no": 1,
            "question": f"名札はどう管理しますか。{MARKUP}",
            "answer": f"{MARKUP}名札は番号を付けます。",
        }
    ],
}


def _is_data(response: Any) -> str:
    """Data that no browser shows as a page; returns its text."""
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-content-type-options"] == "nosniff"
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    text: str = response.text
    json.loads(text)
    return text


def _texts(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {text for one in value.values() for text in _texts(one)}
    if isinstance(value, list):
        return {text for one in value for text in _texts(one)}
    return {value} if isinstance(value, str) else set()


@pytest.fixture(scope="module")
def marked(service: Running, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A service whose material, names and judgements are full of markup."""
    folder = tmp_path_factory.mktemp("marked")
    settings = service.settings.model_copy(
        update={"corpus": folder / "corpus", "data_dir": folder / "var", "log_questions": True}
    )
    settings.corpus.mkdir()
    # YAML is a superset of JSON, which writes any text without further thought.
    (settings.corpus / "markup.yaml").write_text(json.dumps(CONSULTATION), encoding="utf-8")
    (settings.corpus / "<img src=x onerror=alert(3)>.pdf").write_bytes(b"%PDF-1.4 nothing")
    ingest(settings, embedder=None)
    with running(settings) as found:
        answer = insufficient(MARKUP)
        found.state.store.save(answer)
        FeedbackStore(found.state.store).save(answer.id, "wrong", MARKUP)
        KeyStore(found.state.store).create(MARKUP, Scope.READER)
        yield found


def test_what_people_wrote_comes_back_as_data(marked: Running) -> None:
    admin = marked.shown(Scope.ADMIN)
    made = marked.client.post("/api/v1/meetings", json={"id": "m1", "title": MARKUP}, headers=admin)
    assert made.status_code == 201
    for address, shown in (
        ("/api/v1/sources", MARKUP),
        ("/api/v1/search?q=名札", f"{MARKUP}名札は番号を付けます。"),
        ("/api/v1/meetings", MARKUP),
        ("/api/v1/admin/sources", MARKUP),
        ("/api/v1/admin/files", "<img src=x onerror=alert(3)>.pdf"),
        ("/api/v1/admin/unanswered", MARKUP),
        ("/api/v1/admin/feedback", MARKUP),
        ("/api/v1/admin/keys", MARKUP),
        ("/api/v1/audit", MARKUP),
    ):
        text = _is_data(marked.client.get(address, headers=admin))
        found = _texts(json.loads(text))
        assert shown in found or address == "/api/v1/audit" or any(shown in one for one in found), address
    asked = marked.client.post("/api/v1/answers", json={"question": MARKUP + "名札の管理は"})
    assert json.loads(_is_data(asked))["question"].startswith(MARKUP)


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/answers/{}",
        "/api/v1/sources/{}",
        "/api/v1/sources/{}/pages/1",
        "/{}",
        "/static/{}.js",
        "/v1/models/{}",
    ],
)
def test_errors_that_repeat_an_address_are_data(service: Running, address: str) -> None:
    response = service.client.get(address.format(quote(MARKUP, safe="")))
    assert response.status_code >= 400
    _is_data(response)


def test_pages_are_the_same_whatever_the_address_says(service: Running) -> None:
    for page in PAGES:
        plain = service.client.get(page)
        assert plain.headers["content-type"] == "text/html; charset=utf-8"
        for key in ("error", "after", "q", "question"):
            asked = service.client.get(
                page, params={key: MARKUP}, headers={"User-Agent": MARKUP, "Referer": MARKUP}
            )
            assert asked.content == plain.content
    gone = service.client.get(
        "/auth/oidc/start", params={"after": "javascript:alert(1)"}, follow_redirects=False
    )
    assert gone.headers["location"] == "/login?error=not_found"


def test_every_answer_carries_the_headers_that_browsers_obey(service: Running) -> None:
    asked = (
        *PAGES,
        "/openapi.json",
        "/healthz",
        "/metrics",
        "/nix",
        "/static/page.css",
        "/widget.js",
        "/auth/oidc/start",
    )
    for address in asked:
        response = service.client.get(address, follow_redirects=False)
        policy = response.headers["content-security-policy"]
        for directive in (
            "default-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        ):
            assert directive in policy, address
        assert "unsafe" not in policy
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert response.headers["cache-control"] in {"no-store", "no-cache"}
        assert "server" not in response.headers
        kind = response.headers.get("content-type", "")
        assert not kind.startswith("text/") or "charset=utf-8" in kind, address
