import pytest
from fastapi.testclient import TestClient

from app.state import ServiceState
from app.store.sent_questions import SentQuestions

QUESTIONS = "/api/v1/questions"


def test_a_question_gets_a_number_and_waits_for_the_organisers(
    client: TestClient, state: ServiceState
) -> None:
    body = {"question": " 委託先の点検は ", "note": "海外もあります", "answer_id": "ans_1"}
    first = client.post(QUESTIONS, json=body)
    assert first.status_code == 201
    sent = first.json()
    assert sent["id"].startswith("qst_")
    assert (sent["number"], sent["origin"], sent["state"]) == (1, "chat", "new")
    assert client.post(QUESTIONS, json={"question": "もう一つ"}).json()["number"] == 2
    newest, oldest = SentQuestions(state.store).newest()
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
