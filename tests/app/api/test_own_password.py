"""People with an account change their own password, over HTTP."""

import dataclasses
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
from app.store.keys import KeyStore
from app.store.people import PeopleStore, Person

NAME, OLD, NEW = "佐藤 花子", "ながくて覚えやすい合言葉", "くじらと歩いた青い坂道の朝"
OWN = "http://testserver"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
PATH = "/api/v1/session/password"


@pytest.fixture
def person(state: ServiceState) -> Person:
    return PeopleStore(state.store).create_account(NAME, Scope.READER, CHEAP.hash(OLD))


@pytest.fixture
def browser(state: ServiceState, person: Person) -> Iterator[TestClient]:
    """A browser in which the person is logged in, in a service that asks everybody for a login."""
    with _client(state, anonymous=False) as client:
        assert _log_in(client).json()["id"] == person.id
        yield client


def _client(state: ServiceState, **settings: object) -> TestClient:
    changed = dataclasses.replace(state, settings=state.settings.model_copy(update=settings))
    app = create_app(changed)
    app.state.login = Login.of(changed.settings, state.store, CHEAP)
    return TestClient(app, base_url=OWN, headers={"Origin": OWN})


def _other_browser(client: TestClient) -> TestClient:
    return TestClient(client.app, base_url=OWN, headers={"Origin": OWN})


def _log_in(client: TestClient, password: str = OLD) -> Any:
    return client.post("/api/v1/session", json={"name": NAME, "password": password})


def _change(client: TestClient, current: str = OLD, new: str = NEW, **headers: str) -> Any:
    token = {"X-CSRF-Token": client.cookies.get("yorozu_csrf") or ""}
    return client.put(PATH, json={"current": current, "new": new}, headers=token | headers)


def _code(response: Any) -> tuple[int, str]:
    return response.status_code, str(response.json()["error"]["code"])


def _with(token: str) -> dict[str, str]:
    return {"Cookie": f"yorozu_session={token}"}


def test_the_new_password_counts_and_the_old_one_does_not(browser: TestClient, person: Person) -> None:
    changed = _change(browser)
    assert changed.status_code == 200
    assert changed.json() == {"id": person.id, "name": NAME, "scope": "reader", "account": True}
    other = _other_browser(browser)
    assert _code(_log_in(other, OLD)) == (401, "login_failed")
    assert _log_in(other, NEW).status_code == 200


def test_this_session_is_renewed_and_all_others_end(browser: TestClient, state: ServiceState) -> None:
    other = _other_browser(browser)
    _log_in(other)
    PeopleStore(state.store).create_account("田中", Scope.READER, CHEAP.hash(OLD))
    somebody = _other_browser(browser)
    somebody.post("/api/v1/session", json={"name": "田中", "password": OLD})
    before = browser.cookies["yorozu_session"]
    device = browser.cookies["yorozu_device"]
    assert _change(browser).status_code == 200
    assert browser.cookies["yorozu_session"] != before
    assert browser.cookies["yorozu_device"] == device
    assert browser.get("/api/v1/sources").status_code == 200
    assert somebody.get("/api/v1/sources").status_code == 200
    assert _code(other.get("/api/v1/sources")) == (401, "session_expired")
    stolen = _other_browser(browser).get("/api/v1/sources", headers=_with(before))
    assert _code(stolen) == (401, "session_expired")
    # The new token goes with a new proof: the call after this one works as well.
    assert _change(browser, NEW, OLD).status_code == 200


def test_a_renewed_session_lasts_no_longer_than_it_would_have(
    browser: TestClient, state: ServiceState
) -> None:
    def ends() -> str:
        with state.store.transaction() as connection:
            return str(connection.exec_driver_sql("select expires_at from sessions").scalar_one())

    before = ends()
    _change(browser)
    assert ends() == before


def test_the_audit_log_says_who_did_it_and_no_password(
    browser: TestClient, person: Person, state: ServiceState, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    wrong = "ちがう合言葉ですよ長い"
    refused = _change(browser, wrong)
    _change(browser)
    lines = AuditLog(state.store).newest(2)
    assert [(line.action, line.who, line.subject) for line in lines] == [
        ("account.password", person.id, person.id),
        ("account.password_refused", person.id, person.id),
    ]
    assert lines[0].detail == {"way": "own"}
    with state.store.transaction() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert person.id in dump
    for secret in (OLD, NEW, wrong, browser.cookies["yorozu_session"]):
        assert secret not in dump + caplog.text + refused.text


def test_a_wrong_present_password_changes_nothing(browser: TestClient) -> None:
    refused = _change(browser, "ちがう合言葉ですよ長い")
    assert _code(refused) == (403, "password_wrong")
    assert "今のパスワードが違います" in refused.json()["error"]["message"]
    assert browser.get("/api/v1/sources").status_code == 200
    assert _log_in(_other_browser(browser), OLD).status_code == 200


def test_guesses_count_together_with_those_of_logging_in(browser: TestClient, state: ServiceState) -> None:
    codes = [_code(_change(browser, f"ちがう合言葉ですよ{n}"))[1] for n in range(3)]
    codes += [_code(_log_in(browser, f"ちがう合言葉ですよ{n}"))[1] for n in range(2)]
    assert codes == ["password_wrong"] * 3 + ["login_failed"] * 2
    limited = _change(browser)
    assert _code(limited) == (429, "login_limited")
    assert 1 <= int(limited.headers["retry-after"]) <= 360
    counted = state.meters.text().decode()
    assert 'yorozu_requests_refused_total{code="password_wrong"} 3.0' in counted


def test_a_right_present_password_costs_no_try(browser: TestClient) -> None:
    for n in range(8):
        current, new = (OLD, NEW) if n % 2 == 0 else (NEW, OLD)
        assert _change(browser, current, new).status_code == 200


@pytest.mark.parametrize(
    "new", ["みじかい", "あ" * 20, "佐藤 花子 とくじらと歩いた坂道", "password12345", "x9" * 129]
)
def test_the_rules_are_those_of_the_command(browser: TestClient, new: str) -> None:
    refused = _change(browser, new=new)
    assert _code(refused) == (400, "password_weak")
    assert new not in refused.text
    assert _log_in(_other_browser(browser), OLD).status_code == 200


def test_only_a_page_of_ours_can_change_it(browser: TestClient) -> None:
    for headers in (
        {"X-CSRF-Token": "x"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        assert _code(_change(browser, **headers)) == (403, "csrf_failed")
    assert _log_in(_other_browser(browser), OLD).status_code == 200


def test_a_key_changes_nobody_s_password(browser: TestClient, state: ServiceState) -> None:
    _, token = KeyStore(state.store).create("x", Scope.ADMIN)
    key = {"Authorization": f"Bearer {token}"}
    for client in (browser, _other_browser(browser)):  # with the cookie beside it, and alone
        assert _code(_change(client, **key)) == (403, "password_elsewhere")
    assert _log_in(_other_browser(browser), OLD).status_code == 200


def test_a_person_of_the_provider_is_told_to_go_there(browser: TestClient, state: ServiceState) -> None:
    guest = PeopleStore(state.store).meet("https://id.example", "x", "客", Scope.ADMIN)
    app: Any = browser.app
    token = app.state.login.sessions.open(guest, "device", "oidc")
    client = _other_browser(browser)
    app.state.login.cookies.log_in(response := _Jar(), token, "device")
    client.cookies.update(response.cookies)
    assert client.get("/api/v1/session").json()["person"]["account"] is False
    refused = _change(client)
    assert _code(refused) == (403, "password_elsewhere")
    assert "会社の認証サーバーで変更し" in refused.json()["error"]["message"]


class _Jar:
    """Takes the place of a response: keeps its cookies."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def set_cookie(self, name: str, value: str, **_: object) -> None:
        self.cookies[name] = value


@pytest.mark.usefixtures("person")
def test_where_anybody_may_read_nobody_s_password_is_changed(state: ServiceState) -> None:
    with _client(state) as client:
        assert _code(_change(client)) == (403, "password_elsewhere")
        assert _code(_change(client, **_with("gone"))) == (401, "session_expired")
        _log_in(client)
        assert _change(client).status_code == 200


def test_a_request_may_be_too_long_or_empty_and_is_not_repeated(browser: TestClient) -> None:
    for current, new in (("", NEW), (OLD, ""), ("x" * 301, NEW), (OLD, "x" * 301), (OLD, "\x00")):
        refused = _change(browser, current, new)
        assert _code(refused) == (422, "invalid_request")
        assert OLD not in refused.text
        assert NEW not in refused.text
