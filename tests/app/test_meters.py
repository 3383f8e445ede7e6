from concurrent.futures import ThreadPoolExecutor

from fastapi.testclient import TestClient

from app.meters import CONTENT_TYPE, Meters
from tests.fakes.answer_service import FakeAnswerService, answered, insufficient


def lines(text: str) -> list[str]:
    """The values, without comments and without when counting began."""
    return [line for line in text.splitlines() if not line.startswith("#") and "_created" not in line]


def test_answers_are_counted_by_status_and_lost_words_by_reason() -> None:
    meters = Meters()
    assert lines(meters.text().decode()) == []
    meters.answered(answered())
    meters.answered(answered())
    meters.answered(insufficient())
    meters.words_lost("no_words")
    meters.words_lost("unknown_words")
    meters.words_lost("unknown_words")
    assert sorted(lines(meters.text().decode())) == [
        'yorozu_answers_total{status="answered"} 2.0',
        'yorozu_answers_total{status="insufficient_evidence"} 1.0',
        'yorozu_lexical_alarms_total{reason="no_words"} 1.0',
        'yorozu_lexical_alarms_total{reason="unknown_words"} 2.0',
    ]


def test_each_service_counts_for_itself() -> None:
    one, other = Meters(), Meters()
    one.answered(answered())
    assert lines(other.text().decode()) == []


def test_threads_lose_no_count() -> None:
    meters = Meters()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: meters.words_lost("no_words"), range(2000)))
    assert lines(meters.text().decode()) == ['yorozu_lexical_alarms_total{reason="no_words"} 2000.0']


def test_the_service_shows_its_counters(client: TestClient, answerer: FakeAnswerService) -> None:
    answerer.queue = [answered(), insufficient(), answered()]
    for _ in range(3):
        assert client.post("/api/v1/answers", json={"question": "規程は"}).status_code == 200
    assert client.post("/api/v1/answers", json={"question": ""}).status_code == 400  # no answer, not counted
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"] == CONTENT_TYPE
    assert response.headers["cache-control"] == "no-store"
    assert "# TYPE yorozu_answers_total counter" in response.text
    assert lines(response.text) == [
        'yorozu_answers_total{status="answered"} 2.0',
        'yorozu_answers_total{status="insufficient_evidence"} 1.0',
    ]


def test_no_question_stands_in_the_counters(client: TestClient) -> None:
    client.post("/api/v1/answers", json={"question": "株式会社ひみつの規程"})
    assert "ひみつ" not in client.get("/metrics").text
