"""Looking after the service, over a real index."""

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.access.visitor import Scope
from app.admin.ingesting import Ingesting
from app.api.application import create_app
from app.assemble import service_state
from app.settings import ServiceSettings
from app.state import ServiceState
from app.store.feedback import FeedbackStore
from app.store.keys import KeyStore
from ingest.pipeline import Hear, IngestReport, ingest
from tests.fakes.answer_service import answered, insufficient

CONSULTATION = """
id: tokei
title: 時計の相談会
status: 要約
qas:
  - no: {no}
    question: 来客に渡す名札は、どう管理すればよいですか。
    answer: 名札は番号を付けて受付で管理してください。
"""


@pytest.fixture
def state(tmp_path: Path) -> Iterator[ServiceState]:
    corpus = tmp_path / "corpus"
    (corpus / "documents").mkdir(parents=True)
    (corpus / "tokei.yaml").write_text(CONSULTATION.format(no=1), encoding="utf-8")
    (corpus / "documents" / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    settings = ServiceSettings(
        corpus=corpus, data_dir=tmp_path / "var", embedder="none", log_questions=True, anonymous=False
    )
    ingest(settings, embedder=None)
    state = service_state(settings)
    yield state
    state.store.close()


@pytest.fixture
def admin(state: ServiceState) -> Iterator[TestClient]:
    _, token = KeyStore(state.store).create("運用", Scope.ADMIN)
    with TestClient(create_app(state), headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


def _get(admin: TestClient, what: str, **params: Any) -> Any:
    response = admin.get(f"/api/v1/admin/{what}", params=params)
    assert response.status_code == 200, response.text
    return response.json()


def _ended(admin: TestClient) -> Any:
    until = time.monotonic() + 60
    while (state := _get(admin, "ingest"))["state"] == "running" and time.monotonic() < until:
        time.sleep(0.05)
    return state


def test_the_state_of_index_sources_and_files(admin: TestClient) -> None:
    overview = _get(admin, "overview")
    (generation,) = overview["generations"]
    assert (generation["name"], generation["current"], generation["embedder"]) == ("gen-000001", True, None)
    assert generation["qas"] == 1
    (source,) = [one for one in _get(admin, "sources")["sources"] if one["id"] == "tokei"]
    assert (source["state"], source["files"]) == ("indexed", ["tokei.yaml"])
    first = _get(admin, "files")["files"][0]
    assert (first["file"], first["state"]) == ("documents/broken.pdf", "unread")
    assert first["code"].startswith("file_")
    assert "ください" in first["message"]


def test_an_ingest_runs_beside_and_can_be_undone(admin: TestClient, state: ServiceState) -> None:
    assert _get(admin, "ingest")["state"] == "idle"
    (state.settings.corpus / "zwei.yaml").write_text(
        CONSULTATION.format(no=2).replace("tokei", "zwei"), encoding="utf-8"
    )
    begun = admin.post("/api/v1/admin/ingest", json={"rebuild": False})
    assert (begun.status_code, begun.json()["state"]) == (202, "running")
    ended = _ended(admin)
    assert (ended["state"], ended["error"]) == ("done", None)
    assert (ended["result"]["generation"], ended["result"]["failed"]) == ("gen-000002", 1)
    assert _get(admin, "overview")["generations"][0]["name"] == "gen-000002"
    back = admin.post("/api/v1/admin/rollback")
    assert back.json() == {"generation": "gen-000001"}
    assert [one["current"] for one in _get(admin, "overview")["generations"]] == [False, True]
    again = admin.post("/api/v1/admin/rollback")
    assert (again.status_code, again.json()["error"]["code"]) == (404, "generation_missing")
    lines = admin.get("/api/v1/audit").json()["lines"]
    assert [line["action"] for line in lines][:3] == ["index.rolled_back", "ingest.ended", "ingest.started"]
    assert {line["name"] for line in lines[:3]} == {"運用"}


def test_one_ingest_at_a_time_says_how_far_it_is(admin: TestClient) -> None:
    begun, go_on = Event(), Event()

    def slow(_: object, hear: Hear) -> IngestReport:
        hear("embed", 3, 10)
        begun.set()
        go_on.wait(10)
        raise RuntimeError("本文の断片")

    app = admin.app
    assert isinstance(app, FastAPI)
    app.state.ingesting = Ingesting(slow)
    assert admin.post("/api/v1/admin/ingest", json={}).status_code == 202
    assert begun.wait(10)
    now = _get(admin, "ingest")
    assert (now["stage"], now["done"], now["total"]) == ("embed", 3, 10)
    second = admin.post("/api/v1/admin/ingest", json={})
    assert (second.status_code, second.json()["error"]["code"]) == (409, "ingest_running")
    go_on.set()
    ended = _ended(admin)
    assert (ended["state"], ended["error"]["code"]) == ("failed", "internal")
    assert "断片" not in str(ended)


def test_an_ingest_that_cannot_be_done_says_why(admin: TestClient, state: ServiceState) -> None:
    (state.settings.corpus / "sources.yaml").write_text("- {", encoding="utf-8")
    admin.post("/api/v1/admin/ingest", json={})
    assert _ended(admin)["error"]["code"] == "catalogue_invalid"
    assert _get(admin, "overview")["generations"][0]["name"] == "gen-000001"


def test_questions_and_verdicts_in_pieces(admin: TestClient, state: ServiceState) -> None:
    for number in range(3):
        state.store.save(insufficient(f"社食の献立は {number}"))
        answer = answered(f"規程は {number}")
        state.store.save(answer)
        FeedbackStore(state.store).save(answer.id, "wrong", f"理由 {number}")
    first = _get(admin, "unanswered", limit=2)
    assert [one["question"] for one in first["questions"]] == ["社食の献立は 2", "社食の献立は 1"]
    rest = _get(admin, "unanswered", limit=2, before=first["next"])
    assert ([one["question"] for one in rest["questions"]], rest["next"]) == (["社食の献立は 0"], None)
    verdicts = _get(admin, "feedback", limit=2)
    assert (len(verdicts["feedback"]), verdicts["more"]) == (2, True)
    last = _get(admin, "feedback", limit=2, offset=2)
    assert (len(last["feedback"]), last["more"]) == (1, False)
    seen = {(one["reason"][-1], one["question"][-1]) for one in verdicts["feedback"] + last["feedback"]}
    assert seen == {("0", "0"), ("1", "1"), ("2", "2")}
    assert _get(admin, "overview")["counts"] == {"answers": 6, "helpful": 0, "wrong": 3, "sent": 0}


def test_what_was_asked_stays_hidden_unless_the_settings_say_otherwise(state: ServiceState) -> None:
    state.store.save(insufficient("株式会社ひみつの献立は"))
    answer = answered("株式会社ひみつの規程は")
    state.store.save(answer)
    FeedbackStore(state.store).save(answer.id, "wrong", "理由")
    _, token = KeyStore(state.store).create("運用", Scope.ADMIN)
    closed = state.settings.model_copy(update={"log_questions": False})
    app = create_app(ServiceState(closed, state.answerer, state.store))
    with TestClient(app, headers={"Authorization": f"Bearer {token}"}) as admin:
        for what in ("overview", "unanswered", "feedback"):
            assert "ひみつ" not in str(_get(admin, what))
        assert _get(admin, "unanswered") == {"questions_kept": False, "questions": [], "next": None}
        assert _get(admin, "feedback")["feedback"][0]["reason"] == "理由"


def test_keys_and_people_are_listed_without_secrets(admin: TestClient) -> None:
    (key,) = _get(admin, "keys")["keys"]
    assert (key["name"], key["scope"]) == ("運用", "admin")
    assert set(key) == {"id", "name", "scope", "created_at", "expires_at", "revoked_at", "last_used_at"}
    assert _get(admin, "people") == {"people": []}
