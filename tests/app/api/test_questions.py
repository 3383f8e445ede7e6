from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.access.visitor import Scope
from app.state import ServiceState
from app.store.keys import KeyStore
from app.store.originals import OriginalStore
from app.store.sent_questions import SentQuestions

QUESTIONS = "/api/v1/questions"


@pytest.fixture
def inbox(state: ServiceState) -> Iterator[SentQuestions]:
    originals = OriginalStore.open(state.settings.data_dir)
    yield SentQuestions(state.store, originals)
    originals.close()


def test_a_question_gets_a_number_and_waits_for_the_organisers(
    client: TestClient, inbox: SentQuestions
) -> None:
    body = {"question": " 委託先の点検は ", "note": "海外もあります", "answer_id": "ans_1"}
    first = client.post(QUESTIONS, json=body)
    assert first.status_code == 201
    sent = first.json()
    assert sent["id"].startswith("qst_")
    assert (sent["number"], sent["origin"], sent["state"]) == (1, "chat", "new")
    assert client.post(QUESTIONS, json={"question": "もう一つ"}).json()["number"] == 2
    oldest, newest = inbox.waiting()
    assert (newest.question, newest.note) == ("もう一つ", None)
    assert (oldest.question, oldest.note, oldest.answer_id) == ("委託先の点検は", "海外もあります", "ans_1")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"question": " 　\n"}, 400, "question_empty"),
        ({"question": "あ" * 2001}, 413, "question_too_long"),
        ({}, 422, "invalid_request"),
        ({"question": "あ", "note": "あ" * 1001}, 422, "invalid_request"),
        ({"question": "あ", "origin": "import"}, 422, "invalid_request"),
    ],
)
def test_what_is_no_question_is_refused(client: TestClient, body: object, status: int, code: str) -> None:
    response = client.post(QUESTIONS, json=body)
    assert response.status_code == status
    assert response.json()["error"]["code"] == code


def test_organisers_see_that_questions_wait_and_take_them_over_once(
    client: TestClient, state: ServiceState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.assemble.prepare_recogniser", lambda _: None)
    for question in ("株式会社ナナホシ精機の規程は", "教育は"):
        client.post(QUESTIONS, json={"question": question})
    assert client.get("/api/v1/sent-questions").status_code == 401
    _, key = KeyStore(state.store).create("事務局", Scope.ORGANISER)
    client.headers["Authorization"] = f"Bearer {key}"
    waiting = client.get("/api/v1/sent-questions").json()
    assert (waiting["total"], [one["number"] for one in waiting["questions"]]) == (2, [1, 2])
    assert "ナナホシ" not in str(waiting)
    address = "/api/v1/meetings/m1/sent-questions"
    assert client.post(address, json={}).status_code == 404
    client.post("/api/v1/meetings", json={"id": "m1", "title": "第2回"})
    assert client.post(address, json={}).json() == {"added": 2, "known": 0}
    assert client.post(address, json={}).json() == {"added": 0, "known": 0}
    assert client.get(QUESTIONS, params={"meeting_id": "m1"}).json()["total"] == 2
