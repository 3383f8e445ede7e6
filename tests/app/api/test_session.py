"""Logging in with an account, over HTTP."""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from app.access.login import Login
from app.access.passwords import Passwords
from app.access.visitor import Scope
from app.api.application import create_app
from app.state import ServiceState
from app.store.audit import AuditLog
from app.store.people import PeopleStore, Person

NAME, PASSWORD = "佐藤 花子", "ながくて覚えやすい合言葉"
OWN = "http://testserver"
HTTPS = "https://yorozu.example.jp"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def _client(state: ServiceState, base: str = OWN, **settings: object) -> TestClient:
    changed = dataclasses.replace(state, settings=state.settings.model_copy(update=settings))
    app = create_app(changed)
    app.state.login = Login.of(changed.settings, state.store, CHEAP)
    return TestClient(app, base_url=base, headers={"Origin": base})


@pytest.fixture
def browser(state: ServiceState) -> Iterator[TestClient]:
    """A browser on a page of ours; anonymous visitors may not read."""
    with _client(state, anonymous=False) as client:
        yield client


@pytest.fixture
def person(state: ServiceState) -> Person:
    return PeopleStore(state.store).create_account(NAME, Scope.ORGANISER, CHEAP.hash(PASSWORD))


def _log_in(client: TestClient, name: str = NAME, password: str = PASSWORD, **headers: str) -> Any:
    return client.post("/api/v1/session", json={"name": name, "password": password}, headers=headers)


def _token(client: TestClient) -> dict[str, str]:
    return {"X-CSRF-Token": client.cookies["yorozu_csrf"]}


def _code(response: Any) -> str:
    return str(response.json()["error"]["code"])


def test_a_person_logs_in_asks_and_logs_out(browser: TestClient, person: Person, state: ServiceState) -> None:
    before = browser.get("/api/v1/session").json()
    assert before == {"person": None, "anonymous": False, "ways": {"account": True, "oidc": None}}
    assert browser.get("/api/v1/sources").status_code == 401
    me = {"id": person.id, "name": NAME, "scope": "organiser", "account": True}
    assert _log_in(browser).json() == me
    assert browser.get("/api/v1/session").json()["person"] == me
    assert browser.get("/api/v1/meetings").status_code == 200
    answer = browser.post("/api/v1/answers", json={"question": "規程は"}, headers=_token(browser))
    assert browser.get(f"/api/v1/answers/{answer.json()['id']}").status_code == 200
    line = AuditLog(state.store).newest(1)[0]
    assert (line.action, line.who, line.name) == ("answer.asked", person.id, NAME)
    session = browser.cookies["yorozu_session"]
    assert _code(browser.delete("/api/v1/session")) == "csrf_failed"
    assert browser.delete("/api/v1/session", headers=_token(browser)).json() == {"provider": None}
    assert "yorozu_session" not in browser.cookies
    stolen = browser.get("/api/v1/sources", headers={"Cookie": f"yorozu_session={session}"})
    assert (stolen.status_code, _code(stolen)) == (401, "session_expired")
    actions = [entry.action for entry in AuditLog(state.store).newest(4)]
    assert actions == ["logout", "answer.asked", "login.succeeded", "account.created"]


def test_the_token_is_nowhere_in_the_store(browser: TestClient, person: Person, state: ServiceState) -> None:
    _log_in(browser)
    with state.store.transaction() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert person.id in dump
    assert PASSWORD not in dump
    for cookie in ("yorozu_session", "yorozu_csrf", "yorozu_device"):
        assert browser.cookies[cookie] not in dump


@pytest.mark.usefixtures("person")
def test_what_a_browser_keeps_goes_with_the_login(browser: TestClient) -> None:
    _log_in(browser)
    assert (
        browser.delete("/api/v1/session", headers=_token(browser)).headers["clear-site-data"] == '"storage"'
    )
    nobody = browser.delete("/api/v1/session")  # whoever asks without a login keeps what is theirs
    assert "clear-site-data" not in nobody.headers


@pytest.mark.usefixtures("person")
def test_cookies_say_how_they_may_be_used(state: ServiceState) -> None:
    with _client(state) as client:
        here = _log_in(client).headers.get_list("set-cookie")
    assert [cookie.split("=")[0] for cookie in here] == ["yorozu_session", "yorozu_csrf", "yorozu_device"]
    with _client(state, HTTPS, public_url=HTTPS) as client:
        there = _log_in(client).headers.get_list("set-cookie")
    assert all(cookie.startswith("__Host-yorozu_") for cookie in there)
    for cookies, secure in ((here, False), (there, True)):
        for cookie in cookies:
            words = set(cookie.split("; ")[1:])
            assert {"Path=/", "SameSite=lax"} <= words
            assert ("Secure" in words) is secure
            assert ("HttpOnly" in words) is not ("csrf" in cookie)
            assert not any(word.startswith("Domain") for word in words)
    assert "Max-Age=43200" in here[0]


@pytest.mark.usefixtures("person")
def test_each_login_is_a_new_session_and_ends_the_one_before(browser: TestClient) -> None:
    _log_in(browser)
    first = browser.cookies["yorozu_session"]
    _log_in(browser)
    assert browser.cookies["yorozu_session"] != first
    old = browser.get("/api/v1/sources", headers={"Cookie": f"yorozu_session={first}"})
    assert _code(old) == "session_expired"


@pytest.mark.usefixtures("person")
def test_what_is_wrong_is_not_said(browser: TestClient) -> None:
    wrong = [_log_in(browser, NAME, "ちがう合言葉です長い"), _log_in(browser, "だれか", PASSWORD)]
    assert {(response.status_code, response.text) for response in wrong} == {(401, wrong[0].text)}
    assert _code(wrong[0]) == "login_failed"
    assert re.search("[ぁ-ん]", wrong[0].json()["error"]["message"])


def test_a_password_is_the_same_in_any_width(browser: TestClient, state: ServiceState) -> None:
    PeopleStore(state.store).create_account("Ｓato", Scope.READER, CHEAP.hash("Abcdef-123456"))
    assert _log_in(browser, "sATO", "Ａｂｃｄｅｆ－１２３４５６").status_code == 200


@pytest.mark.usefixtures("person")
def test_only_a_page_of_ours_can_log_in(state: ServiceState) -> None:
    with _client(state) as client:
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            refused = _log_in(client, **headers)
            assert (refused.status_code, _code(refused)) == (403, "csrf_failed")
            assert not client.cookies


@pytest.mark.usefixtures("person")
def test_nobody_logs_in_where_it_could_be_overheard(state: ServiceState) -> None:
    with _client(state, host="0.0.0.0", anonymous=True) as client:
        refused = _log_in(client)
        assert (refused.status_code, _code(refused)) == (503, "login_needs_https")
        assert client.get("/api/v1/session").json()["ways"] == {"account": False, "oidc": None}


def test_a_disabled_person_is_out_at_once(browser: TestClient, person: Person, state: ServiceState) -> None:
    _log_in(browser)
    PeopleStore(state.store).change(NAME, disabled=True)
    assert browser.get("/api/v1/sources").status_code == 401
    assert _code(_log_in(browser)) == "login_failed"
    PeopleStore(state.store).change(person.id, disabled=False)
    assert _log_in(browser).status_code == 200


@pytest.mark.usefixtures("person")
def test_another_scope_counts_at_once(browser: TestClient, state: ServiceState) -> None:
    _log_in(browser)
    assert browser.get("/api/v1/audit").status_code == 403
    PeopleStore(state.store).change(NAME, scope=Scope.ADMIN)
    assert browser.get("/api/v1/audit").status_code == 200


@pytest.mark.usefixtures("person")
def test_who_has_logged_out_may_still_read_where_anybody_may(state: ServiceState) -> None:
    with _client(state) as client:
        gone = {"Cookie": "yorozu_session=gone"}
        assert client.get("/api/v1/sources", headers=gone).status_code == 200
        assert _code(client.get("/api/v1/audit", headers=gone)) == "session_expired"


@pytest.mark.usefixtures("person")
def test_a_key_comes_before_a_cookie(browser: TestClient) -> None:
    _log_in(browser)
    refused = browser.get("/api/v1/sources", headers={"Authorization": "Bearer yz_x"})
    assert _code(refused) == "key_invalid"
    assert browser.get("/api/v1/sources", headers={"Authorization": "Basic x"}).status_code == 200


@pytest.mark.usefixtures("person")
def test_guesses_are_slowed_down(browser: TestClient, state: ServiceState) -> None:
    codes = [_code(_log_in(browser, password=f"ちがう合言葉です{n}")) for n in range(6)]
    assert codes == ["login_failed"] * 5 + ["login_limited"]
    limited = _log_in(browser)
    assert limited.status_code == 429
    assert 1 <= int(limited.headers["retry-after"]) <= 360
    counted = state.meters.text().decode()
    assert 'yorozu_logins_total{outcome="login_failed",way="account"} 5.0' in counted
    assert 'yorozu_requests_refused_total{code="login_limited"} 2.0' in counted


@pytest.mark.usefixtures("person")
def test_a_request_may_be_too_long_or_empty(browser: TestClient) -> None:
    for name, password in (
        ("", PASSWORD),
        (NAME, ""),
        ("x" * 101, PASSWORD),
        (NAME, "x" * 301),
        ("\x00", "x"),
    ):
        refused = _log_in(browser, name, password)
        assert (refused.status_code, _code(refused)) == (422, "invalid_request")
        assert PASSWORD not in refused.text
