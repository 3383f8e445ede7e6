import re

from fastapi.testclient import TestClient

CALLS = {
    "/api/v1/answers": {"post"},
    "/api/v1/answers/{answer_id}": {"get"},
    "/api/v1/answers/{answer_id}/citations/{n}/page": {"get"},
    "/api/v1/answers/{answer_id}/feedback": {"post"},
    "/api/v1/questions": {"get", "post"},
    "/api/v1/admin/overview": {"get"},
    "/api/v1/admin/sources": {"get"},
    "/api/v1/admin/files": {"get"},
    "/api/v1/admin/unanswered": {"get"},
    "/api/v1/admin/feedback": {"get"},
    "/api/v1/admin/keys": {"get"},
    "/api/v1/admin/people": {"get"},
    "/api/v1/admin/ingest": {"get", "post"},
    "/api/v1/admin/rollback": {"post"},
    "/api/v1/audit": {"get"},
    "/api/v1/session/password": {"put"},
    "/api/v1/session": {"get", "post", "delete"},
    "/api/v1/search": {"get"},
    "/api/v1/sources": {"get"},
    "/api/v1/sources/{source_id}": {"get"},
    "/api/v1/sources/{source_id}/pages": {"get"},
    "/api/v1/sources/{source_id}/pages/{page}": {"get"},
    "/api/v1/sources/{source_id}/pages/{page}.png": {"get"},
    "/api/v1/sources/{source_id}/pages/{page}/marks": {"get"},
    "/v1/chat/completions": {"post"},
    "/v1/models": {"get"},
    "/v1/models/{name}": {"get"},
    "/api/v1/meetings": {"get", "post"},
    "/api/v1/meetings/{meeting_id}": {"get"},
    "/api/v1/meetings/{meeting_id}/drafts": {"post"},
    "/api/v1/meetings/{meeting_id}/export": {"get"},
    "/api/v1/meetings/{meeting_id}/publish": {"post"},
    "/api/v1/meetings/{meeting_id}/unpublish": {"post"},
    "/api/v1/meetings/{meeting_id}/sent-questions": {"post"},
    "/api/v1/sent-questions": {"get"},
    "/api/v1/impact": {"get"},
    "/api/v1/meetings/{meeting_id}/intake": {"post"},
    "/api/v1/meetings/{meeting_id}/intake/preview": {"post"},
    "/api/v1/meetings/{meeting_id}/generalisations": {"get"},
    "/api/v1/meetings/{meeting_id}/groups": {"post"},
    "/api/v1/meetings/{meeting_id}/order": {"put"},
    "/api/v1/questions/{question_id}": {"get", "patch"},
    "/api/v1/questions/{question_id}/generalisation": {"get", "post"},
    "/api/v1/questions/{question_id}/decision": {"post"},
    "/api/v1/drafts": {"get"},
    "/api/v1/drafts/{draft_id}": {"get", "patch"},
    "/api/v1/drafts/{draft_id}/check": {"post"},
    "/api/v1/drafts/{draft_id}/citations": {"post"},
    "/api/v1/drafts/{draft_id}/state": {"post"},
    "/api/v1/drafts/{draft_id}/redo": {"post"},
    "/api/v1/drafts/{draft_id}/history": {"get"},
    "/api/v1/drafts/{draft_id}/comments": {"get", "post"},
    "/healthz": {"get"},
    "/readyz": {"get"},
    "/metrics": {"get"},
}


def test_every_call_is_described_in_japanese(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {path: set(calls) for path, calls in paths.items()} == CALLS
    for calls in paths.values():
        for call in calls.values():
            assert re.search("[ぁ-ん]", call["summary"] + call["description"])


def test_every_error_is_the_contract_s_object_with_an_example(client: TestClient) -> None:
    spec = client.get("/openapi.json").json()
    assert "HTTPValidationError" not in spec["components"]["schemas"]
    seen = set()
    for path, calls in spec["paths"].items():
        form = "OpenAIErrorBody" if path.startswith("/v1/") else "ErrorBody"
        for call in calls.values():
            for status, response in call["responses"].items():
                if status != "default" and int(status) < 400:
                    continue
                content = response["content"]["application/json"]
                assert content["schema"] == {"$ref": f"#/components/schemas/{form}"}
                for code, example in content["examples"].items():
                    error = example["value"]["error"]
                    assert error["code"] == code
                    assert "-文字" not in error["message"]
                    seen.add(code)
    assert {"question_empty", "question_too_long", "index_missing", "invalid_request", "internal"} <= seen


def test_the_pages_are_served_with_a_strict_policy(client: TestClient) -> None:
    for address in (
        "/",
        "/docs",
        "/organiser",
        "/login",
        "/password",
        "/admin",
        "/widget.js",
        "/static/organiser.js",
        "/static/admin.js",
        "/static/site.css",
        "/static/docs.js",
        "/static/page.css",
        "/static/favicon.svg",
        "/healthz",
    ):
        response = client.get(address)
        assert response.status_code == 200
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'self'" in policy
        assert "unsafe" not in policy
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "no-referrer"
    assert client.get("/healthz").headers["cache-control"] == "no-store"
    assert client.head("/").status_code == client.head("/organiser").status_code == 200
    assert client.get("/widget.js").headers["content-type"].startswith("text/javascript")


def test_unchanged_files_are_not_sent_again(client: TestClient) -> None:
    first = client.get("/static/page.css")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/static/page.css", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "no-cache"


def test_the_widget_may_be_used_by_other_pages_and_is_not_sent_twice(client: TestClient) -> None:
    first = client.get("/widget.js")
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    again = client.get("/widget.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_pages_ask_nobody_else(client: TestClient) -> None:
    files = ("page.css", "dom.js", "docs.js", "organiser.css")
    for name in (
        "/",
        "/docs",
        "/organiser",
        "/login",
        "/password",
        "/admin",
        *(f"/static/{n}" for n in files),
    ):
        text = client.get(name).text
        assert not re.search(r"https?://", text), name
        assert "innerHTML" not in text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=\"", text), name
