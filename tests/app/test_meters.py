from concurrent.futures import ThreadPoolExecutor

from fastapi.testclient import TestClient

from app.answering.models import Timings
from app.meters import CONTENT_TYPE, Meters
from tests.fakes.answer_service import FakeAnswerService, answered, insufficient


def lines(text: str) -> list[str]:
    """What was counted, without comments, without times and without when counting began."""
    passed_over = (
        "#",
        "yorozu_stage_seconds",
        "yorozu_verification_failures",
        "yorozu_limits_counted",
        "yorozu_vectors",
        "yorozu_answers_unkept",
        "yorozu_degraded",
    )
    return [line for line in text.splitlines() if not line.startswith(passed_over) and "_created" not in line]


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


def test_the_steps_of_an_answer_are_timed() -> None:
    meters = Meters()
    meters.answered(answered(timings_ms=Timings(retrieve=20, compose=1, verify=2, total=300)))
    text = meters.text().decode()
    assert 'yorozu_stage_seconds_sum{stage="retrieve"} 0.02' in text
    assert 'yorozu_stage_seconds_bucket{le="0.25",stage="total"} 0.0' in text
    assert 'yorozu_stage_seconds_bucket{le="0.5",stage="total"} 1.0' in text


def test_dropped_sentences_and_refusals_are_counted() -> None:
    meters = Meters()
    meters.not_verified(2)
    meters.not_verified(0)
    meters.turned_away("rate_limited")
    text = meters.text().decode()
    assert "yorozu_verification_failures_total 2.0" in text
    assert 'yorozu_requests_refused_total{code="rate_limited"} 1.0' in text


def test_the_service_counts_whom_it_turns_away(client: TestClient) -> None:
    assert client.get("/api/v1/audit").status_code == 401
    assert 'yorozu_requests_refused_total{code="key_missing"} 1.0' in client.get("/metrics").text


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
