import pytest
from fastapi.testclient import TestClient

from app.state import ServiceState
from app.store.feedback import FeedbackStore


@pytest.fixture
def answer_id(client: TestClient) -> str:
    return str(client.post("/api/v1/answers", json={"question": "規程は"}).json()["id"])


def test_a_verdict_is_kept_and_a_later_one_takes_its_place(
    client: TestClient, state: ServiceState, answer_id: str
) -> None:
    address = f"/api/v1/answers/{answer_id}/feedback"
    first = client.post(address, json={"verdict": "wrong", "reason": " 古い情報です "})
    assert first.status_code == 200
    assert first.json()["reason"] == "古い情報です"
    client.post(address, json={"verdict": "helpful", "reason": "  "})
    kept = FeedbackStore(state.store).get(answer_id)
    assert kept is not None
    assert (kept.answer_id, kept.verdict, kept.reason) == (answer_id, "helpful", None)


def test_an_unknown_answer_is_named_and_nothing_is_kept(client: TestClient, state: ServiceState) -> None:
    response = client.post("/api/v1/answers/ans_nope/feedback", json={"verdict": "helpful"})
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "answer_not_found"
    assert FeedbackStore(state.store).get("ans_nope") is None


@pytest.mark.parametrize(
    "body",
    [{}, {"verdict": "great"}, {"verdict": "wrong", "reason": "あ" * 1001}, {"verdict": "wrong", "more": 1}],
)
def test_what_is_no_verdict_is_refused(client: TestClient, answer_id: str, body: object) -> None:
    response = client.post(f"/api/v1/answers/{answer_id}/feedback", json=body)
    assert response.status_code == 422
    assert response.json()["error"]["code"] == "invalid_request"
