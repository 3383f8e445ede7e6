"""Intake, generalisation, groups and order over HTTP."""

import base64
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.access.visitor import Scope
from app.api.application import create_app
from app.api.intake_desk import IntakeDesk
from app.organiser.generalisation.generaliser import Generaliser
from app.state import ServiceState
from app.store.audit import AuditLog
from app.store.keys import KeyStore
from tests.fakes.drafting import MEETING

M = f"/api/v1/meetings/{MEETING}"
NAME = "株式会社ミドリ精機"
SHEET = (
    "会社名,ご質問,メモ\n"
    f"{NAME},{NAME}ではバックアップの取得頻度を決めていません。どの程度必要でしょうか。,急ぎ\n"
    "株式会社アオイ製作所,委託先の点検はどこまで求められますか。,\n"
    "株式会社アカネ工業,,質問なし\n"
)


@pytest.fixture
def app(state: ServiceState) -> FastAPI:
    app = create_app(state)
    app.state.intake = IntakeDesk(state.settings, app.state.desk.questions, Generaliser, lambda: None)
    return app


@pytest.fixture
def http(app: FastAPI, state: ServiceState) -> Iterator[TestClient]:
    _, key = KeyStore(state.store).create("事務局", Scope.ORGANISER)
    with TestClient(app, headers={"Authorization": f"Bearer {key}"}) as client:
        client.post("/api/v1/meetings", json={"id": MEETING, "title": "第2回"})
        yield client


def _file(text: str, name: str = "質問票.csv") -> dict[str, Any]:
    return {"name": name, "content": base64.b64encode(text.encode()).decode()}


def _code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def _taken(http: TestClient) -> list[dict[str, Any]]:
    assert http.post(f"{M}/intake", json=_file(SHEET) | {"by": "甲"}).status_code == 201
    diffs: list[dict[str, Any]] = http.get(f"{M}/generalisations").json()["diffs"]
    return diffs


def _accept(http: TestClient, diff: dict[str, Any], text: str | None = None) -> Any:
    question = diff["question"]
    body = {"version": question["version"], "by": "甲", "text": text or diff["text"]}
    return http.post(f"/api/v1/questions/{question['id']}/generalisation", json=body)


@pytest.mark.slow
def test_columns_are_shown_changed_and_given_back(http: TestClient) -> None:
    shown = http.post(f"{M}/intake/preview", json=_file(SHEET)).json()
    roles = {column["name"]: column["role"] for column in shown["plans"][0]["columns"]}
    assert roles == {"会社名": "company", "ご質問": "question", "メモ": "other"}
    assert (shown["questions"], shown["skipped"]) == (2, 1)
    assert "空" in shown["skips"][0]["why"]
    plans = shown["plans"]
    plans[0]["columns"][1]["role"], plans[0]["columns"][2]["role"] = "other", "question"
    changed = http.post(f"{M}/intake/preview", json=_file(SHEET) | {"plans": plans}).json()
    assert changed["questions"] == 2
    assert http.get("/api/v1/questions", params={"meeting_id": MEETING}).json()["total"] == 0
    first = http.post(f"{M}/intake", json=_file(SHEET) | {"by": "甲"}).json()
    assert (first["added"], first["known"]) == (2, 0)
    again = http.post(f"{M}/intake", json=_file(SHEET) | {"by": "甲"}).json()
    assert (again["added"], again["known"]) == (0, 2)


@pytest.mark.slow
def test_a_diff_is_accepted_and_the_original_stays_where_it_is(
    http: TestClient, state: ServiceState, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    diffs = _taken(http)
    assert NAME in diffs[0]["original"]
    assert diffs[0]["spans"][0]["replacement"] == "弊社"
    assert NAME not in diffs[0]["text"]
    accepted = _accept(http, diffs[0])
    assert accepted.status_code == 200
    assert _code(_accept(http, diffs[0], "別の文")) == (409, "edit_conflict")
    assert http.get(f"{M}/generalisations").json()["total"] == 1
    again = http.get(f"/api/v1/questions/{diffs[0]['question']['id']}/generalisation").json()
    assert NAME in again["original"]
    assert NAME not in http.get("/api/v1/questions", params={"meeting_id": MEETING}).text
    assert NAME not in caplog.text
    lines = AuditLog(state.store).newest(20)
    assert {"questions.taken_in", "originals.opened", "question.accepted"} <= {x.action for x in lines}
    assert NAME not in repr(lines)


def test_pasted_text_is_grouped_and_ordered(http: TestClient) -> None:
    text = "1. 委託先の点検はどこまで求められますか。\n2. バックアップはどの頻度で取ればよいですか。"
    assert http.post(f"{M}/intake/preview", json={"text": text}).json()["questions"] == 2
    assert http.post(f"{M}/intake", json={"text": text, "by": "甲"}).json()["added"] == 2
    for diff in http.get(f"{M}/generalisations").json()["diffs"]:
        _accept(http, diff)
    assert len(http.post(f"{M}/groups", json={"by": "甲"}).json()["groups"]) == 2
    questions = http.get("/api/v1/questions", params={"meeting_id": MEETING}).json()["questions"]
    for question in questions:
        body = {"version": question["version"], "by": "甲", "state": "chosen"}
        assert http.post(f"/api/v1/questions/{question['id']}/decision", json=body).status_code == 200
    meeting = http.get(M).json()["meeting"]
    ids = [question["id"] for question in reversed(questions)]
    order = {"version": meeting["version"], "by": "甲", "ids": ids}
    assert http.put(f"{M}/order", json=order).status_code == 200
    assert _code(http.put(f"{M}/order", json=order)) == (409, "edit_conflict")
    now = http.get("/api/v1/questions", params={"meeting_id": MEETING}).json()["questions"]
    assert [question["id"] for question in now] == ids
    body = {"version": now[0]["version"], "by": "甲", "theme": "委託先", "duplicate_of": ids[1]}
    described = http.patch(f"/api/v1/questions/{ids[0]}", json=body).json()
    assert (described["theme"], described["duplicate_of"]) == ("委託先", ids[1])


def test_what_cannot_be_taken_in_says_why(http: TestClient) -> None:
    assert (
        _code(http.post("/api/v1/meetings/none/intake/preview", json={"text": "x"}))[1] == "meeting_not_found"
    )
    assert _code(http.post(f"{M}/intake/preview", json={"text": "  "})) == (400, "no_questions")
    wrong = {"name": "x.csv", "content": "これは base64 ではない"}
    assert _code(http.post(f"{M}/intake/preview", json=wrong)) == (422, "invalid_request")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["x.exe", "../../x", "x.", "x.xlsx"])
def test_a_file_that_is_none_is_refused_with_a_reason(http: TestClient, name: str) -> None:
    status, code = _code(http.post(f"{M}/intake/preview", json=_file("\x00\x01", name)))
    assert status == 400
    assert code.startswith("file_")


def test_a_large_file_passes_where_files_are_taken_and_nowhere_else(http: TestClient) -> None:
    body = {"text": "あ" * 100_000}
    assert http.post(f"{M}/intake/preview", json=body).status_code != 413
    assert _code(http.post(f"{M}/groups", json=body)) == (413, "request_too_large")
