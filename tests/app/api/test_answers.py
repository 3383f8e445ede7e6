import json
import logging

import pytest
from fastapi.testclient import TestClient

from app.answering.filters import Filters
from app.api.application import create_app
from app.state import ServiceState
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.answer_service import FakeAnswerService, insufficient

ANSWERS = "/api/v1/answers"
EVENTS = {"Accept": "text/event-stream"}


def _events(body: str) -> list[tuple[str, object]]:
    pairs = []
    for block in body.strip().split("\n\n"):
        name, data = block.split("\n")
        pairs.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return pairs


def test_an_answer_comes_back_whole_and_can_be_opened_again(client: TestClient) -> None:
    created = client.post(ANSWERS, json={"question": "規程はどう作りますか"})
    assert created.status_code == 200
    answer = created.json()
    assert answer["status"] == "answered"
    assert answer["citations"][1]["page_label"] == "P54"
    assert client.get(f"{ANSWERS}/{answer['id']}").json() == answer


def test_what_the_caller_asks_for_reaches_the_answering_side(
    client: TestClient, answerer: FakeAnswerService
) -> None:
    body = {
        "question": "あ",
        "engine": "llm",
        "conversation_id": "c1",
        "filters": {"kinds": ["guideline"], "source_ids": ["x"]},
    }
    assert client.post(ANSWERS, json=body).status_code == 200
    assert answerer.asked == [("あ", "llm", "c1", Filters(kinds=("guideline",), source_ids=("x",)))]


def test_no_evidence_is_an_answer_not_an_error(client: TestClient, answerer: FakeAnswerService) -> None:
    answerer.queue.append(insufficient())
    answer = client.post(ANSWERS, json={"question": "社食の献立は"}).json()
    assert answer["status"] == "insufficient_evidence"
    assert answer["missing"]["ask"] == "よろず相談会の事務局にお問い合わせください。"
    assert client.get(f"{ANSWERS}/{answer['id']}").json() == answer


@pytest.mark.parametrize(
    ("question", "status", "code"),
    [(" 　", 400, "question_empty"), ("あ" * 2001, 413, "question_too_long")],
)
def test_questions_that_cannot_be_answered(client: TestClient, question: str, status: int, code: str) -> None:
    response = client.post(ANSWERS, json={"question": question})
    assert response.status_code == status
    assert response.json()["error"]["code"] == code


def test_failures_of_the_answering_side_keep_their_status(
    client: TestClient, answerer: FakeAnswerService
) -> None:
    answerer.queue.append(YorozuError(ErrorCode.INDEX_MISSING))
    response = client.post(ANSWERS, json={"question": "あ"})
    assert response.status_code == 503
    assert "yorozu ingest" in response.json()["error"]["message"]


def test_an_unknown_answer_is_named(client: TestClient) -> None:
    response = client.get(f"{ANSWERS}/ans_nope")
    assert response.status_code == 404
    assert response.json()["error"]["detail"] == {"id": "ans_nope"}


def test_events_carry_the_same_answer(client: TestClient) -> None:
    response = client.post(ANSWERS, json={"question": "あ\r\ndata: x"}, headers=EVENTS)
    assert response.headers["content-type"].startswith("text/event-stream")
    events = _events(response.text)
    assert [name for name, _ in events] == ["citations", "statement", "statement", "answer"]
    answer = events[-1][1]
    assert isinstance(answer, dict)
    assert events[0][1] == answer["citations"]
    assert [data for name, data in events if name == "statement"] == answer["statements"]
    assert client.get(f"{ANSWERS}/{answer['id']}").json() == answer


def test_events_say_errors_as_an_event(client: TestClient, answerer: FakeAnswerService) -> None:
    answerer.queue.append(YorozuError(ErrorCode.ENGINE_UNAVAILABLE, engine="llm"))
    response = client.post(ANSWERS, json={"question": "あ"}, headers=EVENTS)
    ((name, data),) = _events(response.text)
    assert name == "error"
    assert data == {
        "error": {
            "code": "engine_unavailable",
            "message": YorozuError(ErrorCode.ENGINE_UNAVAILABLE, engine="llm").message,
            "detail": {"engine": "llm"},
        }
    }


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/event-stream, application/json", ""])
def test_json_unless_only_events_are_accepted(client: TestClient, accept: str) -> None:
    response = client.post(ANSWERS, json={"question": "あ"}, headers={"Accept": accept})
    assert response.headers["content-type"] == "application/json"


def test_questions_stay_out_of_the_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answer = client.post(ANSWERS, json={"question": "株式会社ひみつの規程"}).json()
    client.get("/api/v1/search", params={"q": "himitsu-search"})
    mine = [record.getMessage() for record in caplog.records if record.name.startswith("app.")]
    assert any(answer["id"] in line for line in mine)
    assert not any("ひみつ" in line or "himitsu" in line for line in mine)


def test_questions_are_logged_when_wanted(state: ServiceState, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    chatty = ServiceState(
        settings=state.settings.model_copy(update={"log_questions": True}),
        answerer=state.answerer,
        store=state.store,
    )
    TestClient(create_app(chatty)).post(ANSWERS, json={"question": "規程\n偽の行"})
    assert any("規程\\n偽の行" in record.getMessage() for record in caplog.records)
