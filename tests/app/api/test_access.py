"""Who may do what, asked of every route there is: one that nobody decided about fails here."""

import dataclasses
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.access.cookies import csrf_token
from app.access.visitor import Scope
from app.api.access import check_decided, decisions, routes_of
from app.api.application import create_app
from app.settings import ServiceSettings
from app.state import ServiceState
from app.store.answers import AnswerStore
from app.store.keys import KeyStore
from app.store.people import PeopleStore
from tests.fakes.answer_service import SOURCE, FakeAnswerService, answered

OPEN = None
# The decision about every call of the API. Whoever adds one says here who may make it.
NEEDED: dict[tuple[str, str], Scope | None] = {
    ("post", "/api/v1/answers"): Scope.READER,
    ("get", "/api/v1/answers/{answer_id}"): Scope.READER,
    ("post", "/api/v1/answers/{answer_id}/feedback"): Scope.READER,
    ("post", "/api/v1/questions"): Scope.READER,
    ("get", "/api/v1/search"): Scope.READER,
    ("get", "/api/v1/sources"): Scope.READER,
    ("get", "/api/v1/sources/{source_id}"): Scope.READER,
    ("get", "/api/v1/sources/{source_id}/pages"): Scope.READER,
    ("get", "/api/v1/sources/{source_id}/pages/{page}.png"): Scope.READER,
    ("get", "/api/v1/sources/{source_id}/pages/{page}/marks"): Scope.READER,
    ("get", "/api/v1/sources/{source_id}/pages/{page}"): Scope.READER,
    ("get", "/api/v1/answers/{answer_id}/citations/{n}/page"): Scope.READER,
    ("post", "/v1/chat/completions"): Scope.READER,
    ("get", "/v1/models"): Scope.READER,
    ("get", "/v1/models/{name}"): Scope.READER,
    ("get", "/api/v1/audit"): Scope.ADMIN,
    ("get", "/api/v1/admin/overview"): Scope.ADMIN,
    ("get", "/api/v1/admin/sources"): Scope.ADMIN,
    ("get", "/api/v1/admin/files"): Scope.ADMIN,
    ("get", "/api/v1/admin/unanswered"): Scope.ADMIN,
    ("get", "/api/v1/admin/feedback"): Scope.ADMIN,
    ("get", "/api/v1/admin/keys"): Scope.ADMIN,
    ("get", "/api/v1/admin/people"): Scope.ADMIN,
    ("get", "/api/v1/admin/ingest"): Scope.ADMIN,
    ("post", "/api/v1/admin/ingest"): Scope.ADMIN,
    ("post", "/api/v1/admin/rollback"): Scope.ADMIN,
    ("get", "/api/v1/session"): OPEN,
    ("post", "/api/v1/session"): OPEN,
    ("delete", "/api/v1/session"): OPEN,
    ("put", "/api/v1/session/password"): Scope.READER,
    ("get", "/healthz"): OPEN,
    ("get", "/readyz"): OPEN,
    ("get", "/metrics"): Scope.READER,
    ("get", "/api/v1/meetings"): Scope.ORGANISER,
    ("post", "/api/v1/meetings"): Scope.ORGANISER,
    ("get", "/api/v1/meetings/{meeting_id}"): Scope.ORGANISER,
    ("post", "/api/v1/meetings/{meeting_id}/drafts"): Scope.ORGANISER,
    ("get", "/api/v1/meetings/{meeting_id}/export"): Scope.ORGANISER,
    ("post", "/api/v1/meetings/{meeting_id}/publish"): Scope.ORGANISER,
    ("post", "/api/v1/meetings/{meeting_id}/unpublish"): Scope.ORGANISER,
    ("get", "/api/v1/sent-questions"): Scope.ORGANISER,
    ("post", "/api/v1/meetings/{meeting_id}/sent-questions"): Scope.ORGANISER,
    ("get", "/api/v1/impact"): Scope.ORGANISER,
    ("post", "/api/v1/meetings/{meeting_id}/intake"): Scope.ORGANISER,
    ("post", "/api/v1/meetings/{meeting_id}/intake/preview"): Scope.ORGANISER,
    ("get", "/api/v1/meetings/{meeting_id}/generalisations"): Scope.ORGANISER,
    ("post", "/api/v1/meetings/{meeting_id}/groups"): Scope.ORGANISER,
    ("put", "/api/v1/meetings/{meeting_id}/order"): Scope.ORGANISER,
    ("patch", "/api/v1/questions/{question_id}"): Scope.ORGANISER,
    ("get", "/api/v1/questions/{question_id}/generalisation"): Scope.ORGANISER,
    ("post", "/api/v1/questions/{question_id}/generalisation"): Scope.ORGANISER,
    ("get", "/api/v1/questions"): Scope.ORGANISER,
    ("get", "/api/v1/questions/{question_id}"): Scope.ORGANISER,
    ("post", "/api/v1/questions/{question_id}/decision"): Scope.ORGANISER,
    ("get", "/api/v1/drafts"): Scope.ORGANISER,
    ("get", "/api/v1/drafts/{draft_id}"): Scope.ORGANISER,
    ("patch", "/api/v1/drafts/{draft_id}"): Scope.ORGANISER,
    ("post", "/api/v1/drafts/{draft_id}/check"): Scope.ORGANISER,
    ("post", "/api/v1/drafts/{draft_id}/citations"): Scope.ORGANISER,
    ("post", "/api/v1/drafts/{draft_id}/state"): Scope.ORGANISER,
    ("post", "/api/v1/drafts/{draft_id}/redo"): Scope.ORGANISER,
    ("get", "/api/v1/drafts/{draft_id}/history"): Scope.ORGANISER,
    ("get", "/api/v1/drafts/{draft_id}/comments"): Scope.ORGANISER,
    ("post", "/api/v1/drafts/{draft_id}/comments"): Scope.ORGANISER,
}
# What may stand in an address: an answer is somebody's, the material is everybody's who may read at all.
SOMEBODYS = {"answer_id"}
EVERYBODYS = {"source_id": SOURCE.id, "page": "1", "n": "1", "name": "yorozu"}
# The meeting's work belongs to all organisers together, and to nobody else.
ORGANISERS = {"draft_id": "drf_x", "meeting_id": "m1", "question_id": "qst_x"}
GUARDED = sorted(call for call, needed in NEEDED.items() if needed)
LOGGING_IN = ("post", "/api/v1/session")  # open, but not to whoever is no page of ours
OWN = "http://testserver"


@dataclass
class Service:
    client: TestClient
    state: ServiceState
    tokens: dict[str, str]
    sessions: dict[str, str]
    spec: dict[str, Any]

    def call(
        self, call: tuple[str, str], as_: str | None, *, answer_id: str = "ans_x", **changed: Any
    ) -> Any:
        """Make a call of the description with everything that it asks for, as the holder of a key."""
        method, path = call
        operation = self.spec["paths"][path][method]
        values = {**EVERYBODYS, **ORGANISERS, "answer_id": answer_id}
        params = {
            p["name"]: "x" for p in operation.get("parameters", []) if p["in"] == "query" and p["required"]
        }
        body = (
            {"verdict": "helpful"}
            if path.endswith("/feedback")
            else {"question": "規程は"}
            if "requestBody" in operation
            else None
        )
        headers = self.shown(as_) if as_ else {}
        return self.client.request(
            method,
            path.format_map(values),
            params=params | changed.get("params", {}),
            json=(body or {}) | changed.get("json", {}) if body else None,
            headers=headers | changed.get("headers", {}),
            follow_redirects=False,
        )

    def shown(self, as_: str) -> dict[str, str]:
        """What a key's holder sends, and what a person's browser sends from a page of ours."""
        if as_ in self.tokens:
            return {"Authorization": f"Bearer {self.tokens[as_]}"}
        session = self.sessions[as_]
        return {
            "Cookie": f"yorozu_session={session}",
            "X-CSRF-Token": csrf_token(session),
            "Origin": OWN,
            "Sec-Fetch-Site": "same-origin",
        }


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    """The description of the API: the same for every service, and slow to make."""
    with tempfile.TemporaryDirectory() as folder:
        settings = ServiceSettings(data_dir=Path(folder) / "var", embedder="none")
        store = AnswerStore.open(settings.data_dir, kept=1)
        described = create_app(ServiceState(settings, FakeAnswerService(), store)).openapi()
        store.close()
    return described


@pytest.fixture
def service(state: ServiceState, spec: dict[str, Any]) -> Iterator[Service]:
    """A service that anonymous visitors may not read, and a few keys."""
    with _closed(state, spec) as service:
        yield service


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory, spec: dict[str, Any]) -> Iterator[Service]:
    """The same, one for all that only ask who is let in; fewer requests than a person's limit."""
    folder = tmp_path_factory.mktemp("lasting")
    settings = ServiceSettings(data_dir=folder / "var", corpus=folder / "corpus", embedder="none", port=0)
    store = AnswerStore.open(settings.data_dir, kept=settings.answers_kept)
    with _closed(ServiceState(settings, FakeAnswerService(), store), spec) as service:
        yield service
    store.close()


@contextmanager
def _closed(state: ServiceState, spec: dict[str, Any]) -> Iterator[Service]:
    closed = dataclasses.replace(state, settings=state.settings.model_copy(update={"anonymous": False}))
    keys = KeyStore(state.store)
    made = {
        name: keys.create(name, scope)
        for name, scope in [
            ("reader", Scope.READER),
            ("other", Scope.READER),
            ("organiser", Scope.ORGANISER),
            ("admin", Scope.ADMIN),
            ("revoked", Scope.ADMIN),
        ]
    }
    keys.revoke(made["revoked"][0].id)
    expired = keys.create("expired", Scope.ADMIN, timedelta(seconds=-1))
    tokens = {name: str(token) for name, (_, token) in made.items()} | {"expired": str(expired[1])}
    people = PeopleStore(state.store)
    with TestClient(create_app(closed)) as client:
        app = client.app
        assert isinstance(app, FastAPI)
        sessions = {
            f"person {name}": app.state.login.sessions.open(
                people.meet("https://id.example", name, name, scope), "device", "oidc"
            )
            for name, scope in [("other", Scope.READER), *((scope.value, scope) for scope in Scope)]
        }
        yield Service(client, closed, tokens, sessions, spec)


def _code(response: Any) -> str:
    body = response.json() if response.headers.get("content-type", "").startswith("application/json") else {}
    return str((body.get("error") or {}).get("code", ""))


def test_every_call_has_the_decision_that_stands_here(service: Service) -> None:
    described = {(method, path) for path, calls in service.spec["paths"].items() for method in calls}
    assert described == set(NEEDED)
    app = service.client.app
    assert isinstance(app, FastAPI)
    for route in routes_of(app):
        for method in route.methods or ():
            if route.include_in_schema:
                assert decisions(route) == [NEEDED[method.lower(), str(route.path_format)]], route.path
            else:
                assert decisions(route) == [OPEN], route.path  # files of the page


def test_a_route_without_a_decision_stops_the_service_from_being_built(state: ServiceState) -> None:
    app = create_app(state)
    app.add_api_route("/api/v1/secrets", lambda: "x")
    with pytest.raises(RuntimeError, match="/api/v1/secrets"):
        check_decided(app)


@pytest.mark.parametrize("call", GUARDED, ids=" ".join)
def test_nobody_comes_in_without_a_good_key(lasting: Service, call: tuple[str, str]) -> None:
    missing = lasting.call(call, None)
    assert (missing.status_code, _code(missing)) == (401, "key_missing")
    assert missing.headers["www-authenticate"] == 'Bearer realm="yorozu"'
    for as_, code in (("revoked", "key_invalid"), ("expired", "key_expired")):
        refused = lasting.call(call, as_)
        assert (refused.status_code, _code(refused)) == (401, code)
        assert 'error="invalid_token"' in refused.headers["www-authenticate"]
    good = lasting.tokens["admin"]
    for header in (good, f"Basic {good}", "Bearer", "Bearer x", f"Bearer {good[:-1]}", f"Bearer {good}x"):
        refused = lasting.call(call, None, headers={"Authorization": header})
        assert (refused.status_code, _code(refused)) == (401, "key_invalid"), header
    turned = ("A" if good[-1] != "A" else "B") + ""
    refused = lasting.call(call, None, headers={"Authorization": f"Bearer {good[:-1]}{turned}"})
    assert _code(refused) == "key_invalid"


@pytest.mark.parametrize("call", GUARDED, ids=" ".join)
def test_each_scope_covers_those_below_it(lasting: Service, call: tuple[str, str]) -> None:
    for scope in Scope:
        for as_ in (scope.value, f"person {scope.value}"):
            response = lasting.call(call, as_)
            needed = NEEDED[call]
            assert needed is not None
            assert (_code(response) == "scope_missing") is not scope.covers(needed)
            assert (response.status_code == 403) is not scope.covers(needed)


@pytest.mark.parametrize("call", GUARDED, ids=" ".join)
def test_a_cookie_alone_changes_nothing(service: Service, call: tuple[str, str]) -> None:
    """Another site can make a browser send it, but neither knows the token nor passes for a page of ours."""
    good = service.shown("person admin")
    attempts: list[dict[str, str | None]] = [
        {"X-CSRF-Token": None},
        {"X-CSRF-Token": "x"},
        {"X-CSRF-Token": csrf_token(service.sessions["person other"])},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": None},
        {"Origin": "null", "Sec-Fetch-Site": None},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": None, "Sec-Fetch-Site": None},
    ]
    for changed in attempts:
        headers = {name: value for name, value in (good | changed).items() if value is not None}
        refused = service.call(call, None, headers=headers)
        if call[0] == "get":
            assert refused.status_code not in {401, 403}
        else:
            assert (refused.status_code, _code(refused)) == (403, "csrf_failed"), changed
    assert _code(service.call(call, None, headers=good | {"Cookie": "yorozu_session=x"})) == "session_expired"


@pytest.mark.parametrize("call", GUARDED, ids=" ".join)
def test_the_description_says_that_a_key_is_asked_for(lasting: Service, call: tuple[str, str]) -> None:
    operation = lasting.spec["paths"][call[1]][call[0]]
    assert operation["security"] == [{"ApiKey": []}]
    assert {"401", "403", "429", "503"} <= set(operation["responses"])


def test_open_calls_ask_for_nothing_and_hear_no_wrong_key(service: Service) -> None:
    for call in (call for call, needed in NEEDED.items() if needed is OPEN):
        for as_ in (None, "revoked", "reader"):
            expected = {200, 503} if call != LOGGING_IN else {422}
            assert service.call(call, as_).status_code in expected
        assert "security" not in service.spec["paths"][call[1]][call[0]]


@pytest.mark.parametrize("owner", ["reader", "person reader"])
def test_another_s_answer_is_not_there_by_any_call(service: Service, owner: str) -> None:
    answer = service.call(("post", "/api/v1/answers"), owner).json()
    tried = 0
    for call in GUARDED:
        operation = service.spec["paths"][call[1]][call[0]]
        parameters = operation.get("parameters", [])
        in_path = {p["name"] for p in parameters if p["in"] == "path"}
        assert in_path <= SOMEBODYS | set(EVERYBODYS) | set(ORGANISERS), "say above whose this is"
        if in_path & set(ORGANISERS):
            assert NEEDED[call] is not Scope.READER
            continue
        changed: dict[str, Any] = {}
        if any(p["name"] == "highlight" for p in parameters):
            changed = {"params": {"highlight": f"{answer['id']}:1"}}
        elif not in_path & SOMEBODYS:
            continue
        tried += 1
        others = {"reader", "person reader"} - {owner}
        for as_ in ("other", "organiser", "person other", "person organiser", *others):
            refused = service.call(call, as_, answer_id=answer["id"], **changed)
            assert (refused.status_code, _code(refused)) == (404, "answer_not_found"), call
            assert "規程" not in refused.text
        for as_ in (owner, "admin", "person admin"):
            seen = service.call(call, as_, answer_id=answer["id"], **changed)
            assert _code(seen) != "answer_not_found", call
            assert seen.status_code != 401
    assert tried >= 6


def test_another_key_s_conversation_is_not_gone_on_with(service: Service) -> None:
    owner = service.state.store.seen_by(
        dataclasses.replace(service.state.store.visitor, key_id=service.tokens["reader"].split("_")[1])
    )
    owner.own("cnv_of_reader")
    answerer = service.state.answerer
    assert isinstance(answerer, FakeAnswerService)
    for as_, given in (("reader", "cnv_of_reader"), ("other", None), ("organiser", None)):
        for accept in ("application/json", "text/event-stream"):
            service.call(
                ("post", "/api/v1/answers"),
                as_,
                json={"conversation_id": "cnv_of_reader"},
                headers={"Accept": accept},
            )
            assert answerer.asked[-1][2] == given, (as_, accept)


def test_what_an_anonymous_visitor_made_is_protected_by_its_id_alone(client: TestClient) -> None:
    answer = client.post("/api/v1/answers", json={"question": "規程は"}).json()
    assert client.get(f"/api/v1/answers/{answer['id']}").status_code == 200


def test_an_anonymous_visitor_sees_no_key_s_answer(state: ServiceState, client: TestClient) -> None:
    key, token = KeyStore(state.store).create("x", Scope.READER)
    header = {"Authorization": f"Bearer {token}"}
    answer = client.post("/api/v1/answers", json={"question": "規程は"}, headers=header).json()
    address = f"/api/v1/answers/{answer['id']}"
    assert client.get(address, headers=header).status_code == 200
    assert _code(client.get(address)) == "answer_not_found"
    KeyStore(state.store).rotate(key.id, timedelta(0))
    assert _code(client.get(address, headers=header)) == "key_expired"


def test_anonymous_visitors_read_and_nothing_else(client: TestClient) -> None:
    assert client.get("/api/v1/sources").status_code == 200
    assert _code(client.get("/api/v1/audit")) == "key_missing"


def test_where_nobody_asks_for_a_key_other_logins_pass_and_wrong_keys_do_not(client: TestClient) -> None:
    for header in ("Basic abc", "Bearer sk-anything", "Bearer not-needed"):
        assert client.get("/api/v1/sources", headers={"Authorization": header}).status_code == 200
    wrong = client.get("/api/v1/sources", headers={"Authorization": "Bearer yz_x"})
    assert _code(wrong) == "key_invalid"


def test_who_has_a_key_is_given_no_cookie_and_a_key_in_one_opens_nothing(service: Service) -> None:
    for call, needed in NEEDED.items():
        if call == ("delete", "/api/v1/session"):
            continue  # it takes cookies away
        operation = service.spec["paths"][call[1]][call[0]]
        assert all(parameter["in"] != "cookie" for parameter in operation.get("parameters", []))
        response = service.call(call, "admin")
        assert "set-cookie" not in response.headers
        assert not service.client.cookies
        token = service.tokens["admin"]
        only_a_cookie = service.call(call, None, headers={"Cookie": f"Authorization=Bearer {token}"})
        assert "set-cookie" not in only_a_cookie.headers
        if needed is not OPEN:
            assert _code(only_a_cookie) == "key_missing"


def test_the_log_says_who_and_never_the_key(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    service.call(("get", "/api/v1/sources"), "reader")
    token = service.tokens["reader"]
    assert token.split("_")[1] in caplog.text
    assert token.split("_", 2)[2] not in caplog.text


def test_the_audit_log_says_who_asked_and_not_what(service: Service) -> None:
    answerer = service.state.answerer
    assert isinstance(answerer, FakeAnswerService)
    answerer.queue.append(answered("株式会社ひみつの規程は"))
    answer = service.call(("post", "/api/v1/answers"), "reader").json()
    response = service.call(("get", "/api/v1/audit"), "admin", params={"limit": 1})
    (line,) = response.json()["lines"]
    assert (line["who"], line["action"], line["subject"]) == (
        service.tokens["reader"].split("_")[1],
        "answer.asked",
        answer["id"],
    )
    assert "ひみつ" not in response.text
    following = response.json()["next"]
    older = service.call(("get", "/api/v1/audit"), "admin", params={"before": following}).json()
    assert [entry["action"] for entry in older["lines"]][-6:-4] == ["key.revoked", "key.created"]
    assert older["next"] is None
    assert {"reader", "admin"} <= {entry["name"] for entry in older["lines"]}
