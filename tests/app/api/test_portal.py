"""What a portal relies on: requests that may be sent twice, tags, lists in pieces."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.access.visitor import Scope
from app.state import ServiceState
from app.store.keys import KeyStore
from app.store.repeats import REMEMBERED
from ingest.models import Source
from tests.fakes.answer_service import FakeAnswerService

ANSWERS = "/api/v1/answers"
KEY = "0b8e3a54-5f4e-4a57-9a55-0c1f2d3e4b5a"


def _ask(client: TestClient, question: str = "規程は", key: str = KEY, **headers: str) -> Any:
    return client.post(ANSWERS, json={"question": question}, headers={"Idempotency-Key": key, **headers})


def test_the_same_request_again_is_answered_once(client: TestClient, answerer: FakeAnswerService) -> None:
    first, again = _ask(client), _ask(client)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert len(answerer.asked) == 1
    assert _ask(client, key=KEY + "x").json()["id"] != first.json()["id"]


def test_a_stream_again_is_the_answer_at_once(client: TestClient, answerer: FakeAnswerService) -> None:
    first = _ask(client, Accept="text/event-stream").text
    again = _ask(client, Accept="text/event-stream").text
    assert again.startswith("event: answer\n")
    assert first.endswith(again)
    assert len(answerer.asked) == 1


def test_another_body_under_the_same_key_is_refused(client: TestClient, answerer: FakeAnswerService) -> None:
    _ask(client)
    refused = _ask(client, "別の質問")
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "idempotency_conflict"
    assert len(answerer.asked) == 1


def test_blanks_and_order_are_not_another_body(client: TestClient, answerer: FakeAnswerService) -> None:
    headers = {"Idempotency-Key": KEY, "Content-Type": "application/json"}
    client.post(ANSWERS, content='{"question": "a", "engine": null}', headers=headers)
    assert client.post(ANSWERS, content='{ "question":"a" }', headers=headers).status_code == 200
    assert len(answerer.asked) == 1


def test_a_failure_is_not_remembered(client: TestClient, answerer: FakeAnswerService) -> None:
    answerer.queue.append(RuntimeError("x"))
    assert _ask(client).status_code == 500
    assert _ask(client).status_code == 200


def test_each_visitor_s_keys_are_apart(
    client: TestClient, state: ServiceState, answerer: FakeAnswerService
) -> None:
    tokens = [str(KeyStore(state.store).create(name, Scope.READER)[1]) for name in "ab"]
    ids = {_ask(client, Authorization=f"Bearer {token}").json()["id"] for token in tokens}
    ids.add(_ask(client).json()["id"])
    assert len(ids) == 3
    assert len(answerer.asked) == 3


def test_two_at_once_get_the_same_answer(client: TestClient, answerer: FakeAnswerService) -> None:
    answerer.gate.clear()
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(_ask, client) for _ in range(2)]
        while len(answerer.asked) < 2:
            pass
        answerer.gate.set()
    assert len({one.result().json()["id"] for one in both}) == 1


def test_an_answer_that_has_gone_is_made_again(client: TestClient, state: ServiceState) -> None:
    first = _ask(client).json()["id"]
    state.store._kept = 1
    _ask(client, "別の質問", KEY + "2")
    second = _ask(client)
    assert second.status_code == 200
    assert second.json()["id"] != first
    assert _ask(client).json() == second.json()
    assert REMEMBERED.days == 1


@pytest.mark.parametrize(
    "key", ["short", "x" * 256, "with blanks in between", "日本語の鍵日本語の鍵日本語の鍵"]
)
def test_keys_that_are_none(client: TestClient, key: str) -> None:
    headers = {b"Idempotency-Key": key.encode()}
    response = client.post(ANSWERS, json={"question": "a"}, headers=headers)
    assert response.status_code == 422
    assert response.json()["error"]["detail"]["errors"][0]["field"] == "header.Idempotency-Key"


def test_an_unchanged_answer_is_not_sent_again(client: TestClient) -> None:
    address = f"{ANSWERS}/{_ask(client).json()['id']}"
    first = client.get(address)
    assert first.headers["cache-control"] == "private, no-cache"
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = client.get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(address, headers={"If-None-Match": '"x"'}).json() == first.json()


def test_sources_in_pieces(
    client: TestClient, answerer: FakeAnswerService, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = [Source(id=f"s{n}", title=f"資料{n}", kind="web") for n in range(7)]
    monkeypatch.setattr(answerer, "sources", lambda: everything)
    seen: list[str] = []
    after: dict[str, str] = {}
    sizes = []
    while True:
        body = client.get("/api/v1/sources", params={"limit": 3, **after}).json()
        assert body["total"] == 7
        sizes.append(len(body["sources"]))
        seen += [source["id"] for source in body["sources"]]
        if body["next"] is None:
            break
        after = {"after": body["next"]}
    assert (seen, sizes) == ([source.id for source in everything], [3, 3, 1])
    assert len(client.get("/api/v1/sources").json()["sources"]) == 7
    gone = client.get("/api/v1/sources", params={"after": "nope"})
    assert (gone.status_code, gone.json()["error"]["code"]) == (422, "invalid_request")
