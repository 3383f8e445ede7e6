from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.access.visitor import Scope
from app.api.application import create_app
from app.organiser.draft_desk import DraftDesk
from app.organiser.drafting import work
from app.state import ServiceState
from app.store.audit import AuditLog
from app.store.keys import KeyStore
from tests.fakes.drafting import MEETING, desk_in, with_questions

DRAFTS = "/api/v1/drafts"
MEETINGS = "/api/v1/meetings"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DraftDesk]:
    opened = desk_in(tmp_path)
    with_questions(opened, ["規程はどう作りますか", "根拠の無い質問ですか", "教育はどうしますか"])
    work(opened)
    yield opened
    opened.close()


@pytest.fixture
def http(state: ServiceState, desk: DraftDesk) -> Iterator[TestClient]:
    app = create_app(state)
    app.state.desk.close()
    app.state.desk = desk
    _, key = KeyStore(state.store).create("事務局", Scope.ORGANISER)
    with TestClient(app, headers={"Authorization": f"Bearer {key}"}) as client:
        yield client


def _first(http: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = http.get(DRAFTS, params={"meeting_id": MEETING, "limit": 1}).json()["drafts"][0]
    return found


def _code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def test_drafts_are_listed_by_page_state_and_triage(http: TestClient) -> None:
    page = http.get(DRAFTS, params={"limit": 2, "offset": 2}).json()
    assert (page["total"], len(page["drafts"])) == (3, 1)
    found = http.get(DRAFTS, params={"needs": "no_source"}).json()
    assert [draft["question"] for draft in found["drafts"]] == ["根拠の無い質問ですか"]
    assert http.get(DRAFTS, params={"state": "approved"}).json()["total"] == 0
    for wrong in ({"limit": 0}, {"limit": 1000}, {"offset": -1}, {"state": "x"}, {"needs": "x"}):
        assert _code(http.get(DRAFTS, params=wrong)) == (422, "invalid_request")


def test_the_second_editor_is_told_what_is_there_now(http: TestClient) -> None:
    draft = _first(http)
    address = f"{DRAFTS}/{draft['id']}"
    first = http.patch(address, json={"version": 1, "by": "甲", "text": "先の文です。"})
    assert (first.status_code, first.json()["version"]) == (200, 2)
    second = http.patch(address, json={"version": 1, "by": "乙", "text": "後の文です。"})
    assert _code(second) == (409, "draft_changed")
    detail = second.json()["error"]["detail"]
    assert (detail["version"], detail["text"], detail["changed_by"]) == (2, "先の文です。", "事務局")
    assert http.get(address).json()["content"]["text"] == "先の文です。"


def test_check_approve_comment_and_history(http: TestClient) -> None:
    draft = _first(http)
    address = f"{DRAFTS}/{draft['id']}"
    lines = http.post(f"{address}/check", json={"text": "独自の文です。"}).json()["lines"]
    assert lines[0]["support"] == "unsupported"
    approved = http.post(f"{address}/state", json={"version": 1, "by": "甲", "state": "approved"}).json()
    assert (approved["state"], approved["approved_by"]) == ("approved", "事務局")
    assert _code(http.patch(address, json={"version": 2, "by": "乙", "text": "x"})) == (409, "draft_state")
    assert http.post(f"{address}/comments", json={"by": "乙", "text": "良い"}).status_code == 201
    assert http.get(f"{address}/comments").json()["comments"][0]["text"] == "良い"
    actions = [change["action"] for change in http.get(f"{address}/history").json()["changes"]]
    assert actions == ["propose", "approve"]


def test_what_is_not_there_and_what_is_not_allowed(http: TestClient) -> None:
    assert _code(http.get(f"{DRAFTS}/none")) == (404, "draft_not_found")
    assert _code(http.get(f"{DRAFTS}/none/history")) == (404, "draft_not_found")
    assert _code(http.get(f"{MEETINGS}/none")) == (404, "meeting_not_found")
    assert _code(http.get("/api/v1/questions/none")) == (404, "question_not_found")
    address = f"{DRAFTS}/{_first(http)['id']}"
    for wrong in (
        {}, {"by": "甲"}, {"version": 0, "by": "甲", "text": "x"}, {"version": 1, "by": " ", "text": "x"},
        {"version": 1, "by": "甲", "text": "x" * 9000}, {"version": 1, "by": "甲", "txt": "x"},
        {"version": 1, "by": "甲", "text": "\x00"},
    ):  # fmt: skip
        assert _code(http.patch(address, json=wrong)) == (422, "invalid_request")
    assert _code(http.post(f"{MEETINGS}/{MEETING}/publish", json={"by": "甲"})) == (409, "publish_refused")


def test_a_meeting_is_registered_drafted_and_written_to_files(http: TestClient) -> None:
    request = {"id": "m2", "title": "第3回", "held_on": "2027-01-15"}
    assert http.post(MEETINGS, json=request).status_code == 201
    assert _code(http.post(MEETINGS, json=request)) == (409, "meeting_exists")
    for wrong in ({"id": "../x"}, {"held_on": "2027-02-31"}, {"title": ""}):
        assert _code(http.post(MEETINGS, json=request | wrong)) == (422, "invalid_request")
    assert http.get(MEETINGS).json()["total"] == 2
    assert http.get(f"{MEETINGS}/{MEETING}").json()["needs"] == {"ready": 2, "check": 0, "no_source": 1}
    for form, start in (("pptx", b"PK"), ("docx", b"PK"), ("md", "# 第2回".encode()), ("json", b"{")):
        response = http.get(f"{MEETINGS}/{MEETING}/export", params={"format": form})
        assert response.status_code == 200
        assert response.content.startswith(start)
        assert f'filename="{MEETING}.{form}"' in response.headers["content-disposition"]
    assert _code(http.get(f"{MEETINGS}/m2/export")) == (400, "nothing_to_export")
    assert http.post(f"{MEETINGS}/{MEETING}/drafts", json={"by": "甲"}).json()["done"] == 3


def test_questions_are_chosen_and_originals_stay_away(http: TestClient) -> None:
    found = http.get("/api/v1/questions", params={"meeting_id": MEETING, "limit": 1}).json()
    assert found["total"] == 3
    question = found["questions"][0]
    address = f"/api/v1/questions/{question['id']}"
    decision = {"version": question["version"], "by": "甲", "state": "declined", "reason": "別の議題のため"}
    assert http.post(f"{address}/decision", json=decision).json()["state"] == "declined"
    assert _code(http.post(f"{address}/decision", json=decision)) == (409, "edit_conflict")


def test_the_circle_over_http(http: TestClient, desk: DraftDesk) -> None:
    draft = _first(http)
    approve = {"version": 1, "by": "甲", "state": "approved"}
    http.post(f"{DRAFTS}/{draft['id']}/state", json=approve)
    done = http.post(f"{MEETINGS}/{MEETING}/publish", json={"by": "甲"}).json()
    assert done["questions"] == 1
    assert (desk.consultations / f"{MEETING}.yaml").is_file()
    assert http.get(f"{DRAFTS}/{draft['id']}").json()["published_no"] == 1
    assert http.post(f"{MEETINGS}/{MEETING}/unpublish", json={"by": "甲"}).json()["questions"] == 0
    assert not (desk.consultations / f"{MEETING}.yaml").exists()
    assert _code(http.get("/api/v1/impact")) == (503, "index_missing")


def test_who_acts_is_who_has_the_key_and_the_audit_log_knows(http: TestClient, state: ServiceState) -> None:
    key, token = KeyStore(state.store).create("佐藤", Scope.ORGANISER)
    http.headers["Authorization"] = f"Bearer {token}"
    draft = _first(http)
    address = f"{DRAFTS}/{draft['id']}"
    assert http.patch(address, json={"version": 1, "note": "補足です。"}).status_code == 200
    approved = http.post(f"{address}/state", json={"version": 2, "by": "別人", "state": "approved"}).json()
    assert approved["approved_by"] == "佐藤"
    assert (
        http.post(f"{address}/comments", json={"by": "別人", "text": "良い"}).json()["written_by"] == "佐藤"
    )
    changes = http.get(f"{address}/history").json()["changes"]
    assert [change["changed_by"] for change in changes] == ["yorozu", "佐藤", "佐藤"]
    http.post(MEETINGS, json={"id": "m2", "title": "第3回"})
    http.post(f"{MEETINGS}/{MEETING}/drafts", json={"redo": True})
    http.post(f"{MEETINGS}/{MEETING}/publish", json={})
    lines = AuditLog(state.store).newest(100)
    done = [(line.action, line.subject) for line in reversed(lines) if line.who == key.id]
    assert done == [
        ("draft.noted", draft["id"]),
        ("draft.approved", draft["id"]),
        ("draft.commented", draft["id"]),
        ("meeting.created", "m2"),
        ("drafts.asked", MEETING),
        ("draft.published", draft["id"]),
        ("meeting.published", MEETING),
    ]
    assert "補足です" not in str(lines)


def test_a_change_sent_twice_under_one_key_is_made_once(http: TestClient) -> None:
    draft = _first(http)
    address = f"{DRAFTS}/{draft['id']}"
    http.headers["Idempotency-Key"] = "0b8e3a54-5f4e-4a57-9a55-0c1f2d3e4b5a"
    first, again = (http.post(f"{address}/comments", json={"text": "良い"}) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert len(http.get(f"{address}/comments").json()["comments"]) == 1
    assert _code(http.post(f"{address}/comments", json={"text": "別"})) == (409, "idempotency_conflict")
    for number, (path, body) in enumerate(
        (
            (f"{address}/state", {"version": 1, "state": "approved"}),
            (f"{MEETINGS}/{MEETING}/publish", {}),
            (f"{MEETINGS}/{MEETING}/unpublish", {}),
            (MEETINGS, {"id": "m2", "title": "第3回"}),
        )
    ):
        http.headers["Idempotency-Key"] = f"0b8e3a54-5f4e-4a57-9a55-{number:012}"
        first, again = http.post(path, json=body), http.post(path, json=body)
        assert first.status_code < 300
        assert (first.status_code, first.json()) == (again.status_code, again.json())
    actions = [change["action"] for change in http.get(f"{address}/history").json()["changes"]]
    assert actions == ["propose", "approve", "publish", "unpublish"]


def test_what_failed_is_not_remembered(http: TestClient) -> None:
    draft = _first(http)
    http.headers["Idempotency-Key"] = "0b8e3a54-5f4e-4a57-9a55-0c1f2d3e4b5b"
    body = {"version": 1, "state": "rejected"}
    address = f"{DRAFTS}/{draft['id']}/state"
    assert http.post(address, json=body).status_code == 400
    assert http.post(address, json=body | {"reason": "短いため"}).status_code == 200
