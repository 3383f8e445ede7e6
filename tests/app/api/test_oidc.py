"""Logging in by an OpenID Connect provider: a real one, and one that lies."""

import dataclasses
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import ECKey
from pydantic import SecretStr

from app.access.roles import roles_in
from app.api.application import create_app
from app.api.oidc import own_path
from app.state import ServiceState
from app.store.audit import AuditLog
from tests.fakes.oidc_provider import CLIENT, SECRET, LyingProvider, lying_provider
from tests.real_provider import oidc_provider

OWN = "http://testserver"
BOSS: dict[str, object] = {"sub": "boss", "name": "管理 一郎", "realm": {"roles": ["yorozu-admin"]}}
STAFF: dict[str, object] = {"sub": "staff", "name": "社員 二郎", "realm": {"roles": ["somebody"]}}


def _client(state: ServiceState, issuer: str, **given: object) -> TestClient:
    settings = state.settings.model_copy(
        update={
            "anonymous": False,
            "oidc_issuer": issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SecretStr(SECRET),
            "oidc_organiser_roles": ("staff",),
            **given,
        }
    )
    app = create_app(dataclasses.replace(state, settings=settings))
    return TestClient(app, headers={"Origin": OWN}, follow_redirects=False)


def _failure(response: httpx.Response | Any) -> str:
    """The code that the login page is sent, "" after a login."""
    assert response.status_code == 303
    return parse_qs(urlsplit(response.headers["location"]).query).get("error", [""])[0]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with oidc_provider(BOSS, STAFF) as address:
        yield address


@pytest.fixture
def liar() -> Iterator[LyingProvider]:
    with lying_provider() as provider:
        yield provider


@pytest.fixture
def browser(state: ServiceState, liar: LyingProvider) -> Iterator[TestClient]:
    with _client(state, liar.issuer) as client:
        yield client


def _come_back(browser: TestClient, liar: LyingProvider, **changed: str) -> Any:
    """Go to the provider and come back."""
    start = browser.get("/auth/oidc/start", params={"after": "/admin"})
    assert start.status_code == 303
    query = liar.authorize(start.headers["location"])
    return browser.get("/auth/oidc/callback", params=query | changed)


@pytest.mark.parametrize(("sub", "scope"), [("boss", "admin"), ("staff", "reader")])
def test_a_real_provider_vouches_for_a_person(state: ServiceState, issuer: str, sub: str, scope: str) -> None:
    given = {"oidc_role_claim": "realm.roles", "oidc_admin_roles": ("yorozu-admin",)}
    with _client(state, issuer, **given) as client:
        assert client.get("/api/v1/session").json()["ways"]["oidc"] == "会社のアカウントでログイン"
        start = client.get("/auth/oidc/start", params={"after": "/admin"})
        there = httpx.post(start.headers["location"], data={"sub": sub})
        back = urlsplit(there.headers["location"])
        assert f"{back.scheme}://{back.netloc}{back.path}" == f"{OWN}/auth/oidc/callback"
        done = client.get(f"{back.path}?{back.query}")
        assert (done.status_code, done.headers["location"]) == (303, "/admin")
        person = client.get("/api/v1/session").json()["person"]
        assert (person["name"], person["scope"]) == ({"boss": "管理 一郎", "staff": "社員 二郎"}[sub], scope)
        assert client.get("/api/v1/audit").status_code == (200 if scope == "admin" else 403)
        assert AuditLog(state.store).newest(1)[0].name == person["name"]
        assert 'yorozu_logins_total{outcome="done",way="oidc"} 1.0' in state.meters.text().decode()
        token = {"X-CSRF-Token": client.cookies["yorozu_csrf"]}
        leave = client.delete("/api/v1/session", headers=token).json()["provider"]
        assert leave.startswith(f"{issuer}/oauth2/end_session?")
        assert client.get("/api/v1/sources").status_code == 401
        assert _failure(client.get(f"{back.path}?{back.query}")) == "login_stale"  # once, and not again


@pytest.mark.parametrize(
    ("site", "there"),
    [("same-origin", True), ("none", True), (None, True), ("cross-site", False), ("same-site", False)],
)
def test_no_other_site_begins_a_login(
    browser: TestClient, liar: LyingProvider, site: str | None, *, there: bool
) -> None:
    headers = {"Sec-Fetch-Site": site} if site else {}
    start = browser.get("/auth/oidc/start", params={"after": "/admin"}, headers=headers)
    assert start.status_code == 303
    assert start.headers["location"].startswith(liar.issuer) is there
    if not there:
        assert start.headers["location"] == "/login?after=%2Fadmin"
        assert not browser.cookies


def test_a_person_who_says_no_is_told_so(state: ServiceState, issuer: str) -> None:
    with _client(state, issuer) as client:
        start = client.get("/auth/oidc/start")
        there = httpx.post(start.headers["location"], data={"action": "deny"})
        query = dict(parse_qs(urlsplit(there.headers["location"]).query))
        state_sent = parse_qs(urlsplit(start.headers["location"]).query)["state"]
        back = client.get("/auth/oidc/callback", params={"state": state_sent, **query})
        assert _failure(back) == "login_not_allowed"


def test_the_exchange_is_bound_to_the_browser_and_good_once(
    browser: TestClient, liar: LyingProvider, state: ServiceState
) -> None:
    done = _come_back(browser, liar)
    assert (_failure(done), done.headers["location"]) == ("", "/admin")
    assert "yorozu_login" not in browser.cookies
    first = browser.get("/auth/oidc/start").headers["location"]
    query = liar.authorize(first)
    with _client(state, liar.issuer) as another:  # somebody else's browser, given the address to open
        assert _failure(another.get("/auth/oidc/callback", params=query)) == "login_stale"
    assert _failure(browser.get("/auth/oidc/callback", params=query | {"state": "x"})) == "login_stale"
    assert _failure(browser.get("/auth/oidc/callback")) == "login_stale"


def _with(**changed: object) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda claims: {name: value for name, value in (claims | changed).items() if value is not None}


@pytest.mark.parametrize(
    "change",
    [
        _with(aud="another"),
        _with(aud=[CLIENT, "another"]),
        _with(aud=None),
        _with(azp="another"),
        _with(iss="https://another.example"),
        _with(nonce="x"),
        _with(nonce=None),
        _with(sub=""),
        _with(sub=None),
        _with(sub="x" * 256),
        _with(exp=int(time.time()) - 120),
        _with(exp=None),
        _with(exp="soon"),
        _with(iat=int(time.time()) + 3600),
        _with(nbf=int(time.time()) + 3600),
    ],
)
def test_a_token_that_is_not_ours_now_is_refused(
    browser: TestClient, liar: LyingProvider, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    liar.change = change
    assert _failure(_come_back(browser, liar)) == "oidc_refused"
    assert "yorozu_session" not in browser.cookies


def test_without_a_secret_the_code_is_bound_by_pkce(state: ServiceState, liar: LyingProvider) -> None:
    liar.public = True
    with _client(state, liar.issuer, oidc_client_secret=None) as client:
        assert _failure(_come_back(client, liar)) == ""
        address = client.get("/auth/oidc/start").headers["location"]
        query = liar.authorize(address)
        liar.codes[query["code"]]["code_challenge"] = "another's"
        assert _failure(client.get("/auth/oidc/callback", params=query)) == "oidc_refused"


def test_clocks_may_differ_a_little(browser: TestClient, liar: LyingProvider) -> None:
    now = int(time.time())
    liar.change = _with(exp=now - 30, iat=now + 30, aud=[CLIENT, "another"], azp=CLIENT)
    assert _failure(_come_back(browser, liar)) == ""


@pytest.mark.parametrize("trick", ["with_public_key_as_secret", "without_signature", "another key", "none"])
def test_a_token_that_the_provider_did_not_sign_is_refused(
    browser: TestClient, liar: LyingProvider, trick: str
) -> None:
    if trick == "another key":
        liar.published = [ECKey.generate_key("P-256", {"kid": "k1", "use": "sig"})]
    elif trick == "none":
        liar.sign = lambda _: "x.y.z"
    else:
        liar.sign = getattr(liar, trick)
    assert _failure(_come_back(browser, liar)) == "oidc_refused"


def test_a_new_key_is_fetched_when_it_is_met(
    browser: TestClient, liar: LyingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.access.oidc_provider._KEYS_AGAIN_SECONDS", -1.0)
    assert _failure(_come_back(browser, liar)) == ""
    liar.key = ECKey.generate_key("P-256", {"kid": "k2", "use": "sig"})
    assert _failure(_come_back(browser, liar)) == ""
    assert liar.asked.count("/keys") == 2


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"issuer": "https://another.example"}, "oidc_refused"),
        ({"token_endpoint": None}, "oidc_refused"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "oidc_refused"),
        ({"id_token_signing_alg_values_supported": ["HS256"]}, "oidc_refused"),
    ],
)
def test_what_a_provider_says_of_itself_is_checked(
    browser: TestClient, liar: LyingProvider, about: dict[str, Any], code: str
) -> None:
    liar.about = about
    start = browser.get("/auth/oidc/start")
    if start.headers["location"].startswith("/login"):
        assert _failure(start) == code
    else:
        query = liar.authorize(start.headers["location"])
        assert _failure(browser.get("/auth/oidc/callback", params=query)) == code


def test_another_issuer_s_answer_is_refused(browser: TestClient, liar: LyingProvider) -> None:
    assert _failure(_come_back(browser, liar, iss="https://another.example")) == "oidc_refused"


def test_a_provider_that_is_down_is_named(state: ServiceState, liar: LyingProvider) -> None:
    liar.status = 503
    with _client(state, liar.issuer) as client:
        assert _failure(client.get("/auth/oidc/start")) == "oidc_unavailable"
    with _client(state, "http://127.0.0.1:9") as client:
        assert _failure(client.get("/auth/oidc/start")) == "oidc_unavailable"


def test_roles_may_stand_where_only_the_provider_s_answer_has_them(
    browser: TestClient, liar: LyingProvider
) -> None:
    liar.change = _with(groups=None, name=None)
    liar.person = {"sub": "u1", "name": "別名", "groups": ["staff"]}
    assert _failure(_come_back(browser, liar)) == ""
    person = browser.get("/api/v1/session").json()["person"]
    assert (person["name"], person["scope"]) == ("別名", "organiser")
    liar.person["sub"] = "another"
    assert _failure(_come_back(browser, liar)) == "oidc_refused"


def test_without_a_role_that_counts_nobody_comes_in(state: ServiceState, liar: LyingProvider) -> None:
    with _client(state, liar.issuer, oidc_reader_roles=("x",), oidc_organiser_roles=()) as client:
        assert _failure(_come_back(client, liar)) == "login_not_allowed"


@pytest.mark.parametrize(
    ("claims", "name", "roles"),
    [
        ({"groups": ["a", 1]}, "groups", {"a"}),
        ({"role": "a"}, "role", {"a"}),
        ({"r": {"roles": ["a"]}}, "r.roles", {"a"}),
        ({"https://x.example/r": ["a"]}, "https://x.example/r", {"a"}),
        ({"r": {"a": {}, "b": {}}}, "r", {"a", "b"}),
        ({"groups": 3}, "groups", set()),
        ({}, "groups", None),
        ({"r": "x"}, "r.roles", None),
    ],
)
def test_roles_are_read_wherever_providers_put_them(
    claims: dict[str, Any], name: str, roles: set[str] | None
) -> None:
    assert roles_in(claims, name) == roles


@pytest.mark.parametrize("path", ["/", "/admin", "/organiser?a=1&b=%E3%81%82", "/a/b.html"])
def test_after_a_login_one_goes_to_a_page_of_ours(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    ["", "//evil.example", "/\\evil.example", "https://evil.example", "admin", "/a\n", "/" + "a" * 400],
)
def test_and_never_elsewhere(path: str) -> None:
    assert own_path(path) == "/"
