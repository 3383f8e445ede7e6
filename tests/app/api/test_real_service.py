"""The HTTP side around the real answering side, over a small corpus of its own and words alone."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.api.application import create_app
from app.assemble import service_state
from app.settings import ServiceSettings
from ingest.pipeline import ingest
from tests.fakes.small_corpus import CONSULTATION, settings_in


@pytest.fixture
def settings(tmp_path: Path) -> ServiceSettings:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "tokei.yaml").write_text(CONSULTATION, encoding="utf-8")
    return settings_in(tmp_path)


@pytest.fixture
def real(settings: ServiceSettings) -> Iterator[TestClient]:
    ingest(settings, embedder=None)
    state = service_state(settings)
    with TestClient(create_app(state)) as client:
        yield client
    state.store.close()


def _ready(client: TestClient) -> None:
    for _ in range(500):
        if client.get("/readyz").status_code == 200:
            return
        time.sleep(0.02)
    raise AssertionError(client.get("/readyz").text)


def test_a_cited_answer_that_can_be_opened_again(real: TestClient) -> None:
    _ready(real)
    response = real.post("/api/v1/answers", json={"question": "来客に渡す名札はどう管理すればよいですか"})
    answer = response.json()
    assert answer["status"] == "answered", answer["text"]
    first = answer["citations"][0]
    assert (first["question_no"], first["item_nos"]) == (2, [44])
    assert all(statement["text"] in first["quote"] for statement in answer["statements"])
    stored = real.get(f"/api/v1/answers/{answer['id']}").json()
    assert stored == answer | {"conversation_id": None}  # whoever opens it is not let into the conversation


def test_a_follow_up_over_http(real: TestClient) -> None:
    _ready(real)
    first = real.post(
        "/api/v1/answers", json={"question": "工場の時計が遅れるときはどう直せばよいですか"}
    ).json()
    body = {"question": "その電池はいつ交換しますか", "conversation_id": first["conversation_id"]}
    answer = real.post("/api/v1/answers", json=body).json()
    assert [statement["text"] for statement in answer["statements"]] == ["電池は一年ごとに交換してください。"]
    assert "続きとして" in answer["asked_as"]
    assert answer["conversation_id"] == first["conversation_id"]


def test_what_the_corpus_does_not_hold(real: TestClient) -> None:
    answer = real.post("/api/v1/answers", json={"question": "火星の天気を教えてください"}).json()
    assert answer["status"] == "insufficient_evidence"
    assert answer["citations"] == []
    assert "よろず相談会の事務局" in answer["missing"]["ask"]


def test_search_and_sources(real: TestClient) -> None:
    hits = real.get("/api/v1/search", params={"q": "標準電波", "k": 1}).json()["results"]
    assert [hit["question_no"] for hit in hits] == [1]
    (source,) = real.get("/api/v1/sources").json()["sources"]
    assert source["id"] == hits[0]["source_id"]
    assert real.get(f"/api/v1/sources/{source['id']}").json() == source


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"question": "　\n"}, 400, "question_empty"),
        ({"question": "あ" * 2001}, 413, "question_too_long"),
        ({"question": "名札", "engine": "llm"}, 400, "engine_unavailable"),
    ],
)
def test_errors_of_the_real_service(real: TestClient, body: dict[str, str], status: int, code: str) -> None:
    response = real.post("/api/v1/answers", json=body)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)


def test_without_an_index_the_command_is_named(settings: ServiceSettings) -> None:
    state = service_state(settings)
    with TestClient(create_app(state)) as client:
        for _ in range(200):
            body = client.get("/readyz").json()
            if body["error"]["code"] != "warming_up":
                break
            time.sleep(0.02)
        assert body["error"]["code"] == "index_missing"
        assert "yorozu ingest" in body["error"]["message"]
        assert client.post("/api/v1/answers", json={"question": "名札"}).status_code == 503
        assert client.get("/").status_code == 200
    state.store.close()
