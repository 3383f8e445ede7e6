from datetime import date

import pytest

from app.settings import ServiceSettings
from ingest.errors import ErrorCode, YorozuError


def test_only_this_machine_is_served_unless_told_otherwise() -> None:
    settings = ServiceSettings.load()
    assert settings.host == "127.0.0.1"
    assert settings.log_questions is False
    assert settings.today is None


def test_environment_and_options_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOROZU_TODAY", "2027-01-31")
    monkeypatch.setenv("YOROZU_PORT", "9000")
    settings = ServiceSettings.load(port=9100, host=None)
    assert (settings.today, settings.port, settings.host) == (date(2027, 1, 31), 9100, "127.0.0.1")


def test_nothing_is_reranked_unless_a_model_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = ServiceSettings.load()
    assert (settings.reranker, settings.rerank_depth, settings.rerank_ms) == (None, 20, 300.0)
    monkeypatch.setenv("YOROZU_RERANKER", "models/reranker")
    monkeypatch.setenv("YOROZU_RERANK_DEPTH", "200")
    monkeypatch.setenv("YOROZU_RERANK_MS", "50.5")
    settings = ServiceSettings.load()
    assert (settings.reranker, settings.rerank_depth, settings.rerank_ms) == ("models/reranker", 200, 50.5)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("YOROZU_PORT", "70000"),
        ("YOROZU_ANSWERS_KEPT", "0"),
        ("YOROZU_PROT", "1"),
        ("YOROZU_RERANK_DEPTH", "0"),
        ("YOROZU_RERANK_DEPTH", "201"),
        ("YOROZU_RERANK_MS", "0"),
        ("YOROZU_RERANK_MS", "soon"),
        ("YOROZU_RERANKERS", "x"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(YorozuError) as caught:
        ServiceSettings.load()
    assert caught.value.code is ErrorCode.SETTING_INVALID
    assert name in caught.value.message


GOOD_SECRET = "kX9-mN2_pQ7.rT4~vW"


@pytest.mark.parametrize(
    ("given", "named", "why"),
    [
        ({"OIDC_CLIENT_SECRET": "short"}, "OIDC_CLIENT_SECRET", "短すぎ"),
        ({"OIDC_CLIENT_SECRET": "changeme-changeme"}, "OIDC_CLIENT_SECRET", "見本"),
        ({"OIDC_CLIENT_SECRET": "YOUR_SECRET_GOES_HERE"}, "OIDC_CLIENT_SECRET", "見本"),
        ({"OIDC_CLIENT_SECRET": "a" * 40}, "OIDC_CLIENT_SECRET", "見本"),
        ({"OIDC_ISSUER": "http://id.example.jp"}, "OIDC_ISSUER", "https://"),
        ({"OIDC_ISSUER": "id.example.jp"}, "OIDC_ISSUER", "https://"),
        ({"OIDC_ISSUER": "https://id.example.jp/?a=1"}, "OIDC_ISSUER", "「?」"),
        ({"OIDC_CLIENT_ID": None}, "OIDC_CLIENT_ID", "この設定も必要"),
        ({"OIDC_ISSUER": None}, "OIDC_CLIENT_ID", "YOROZU_OIDC_ISSUER"),
        ({"OIDC_SCOPES": "profile"}, "OIDC_SCOPES", "使えない"),
        ({"PUBLIC_URL": "http://yorozu.example.jp"}, "PUBLIC_URL", "https://"),
        ({"PUBLIC_URL": "https://yorozu.example.jp/sub"}, "PUBLIC_URL", "パスのない"),
        ({"SESSION_HOURS": "0"}, "SESSION_HOURS", "0より大きい"),
        ({"ANONYMOUS": "maybe"}, "ANONYMOUS", "true か false"),
        ({"TODAY": "someday"}, "TODAY", "日付"),
    ],
)
def test_a_setting_that_would_not_protect_anybody_is_refused_in_japanese(
    given: dict[str, str | None], named: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {"OIDC_ISSUER": "https://id.example.jp", "OIDC_CLIENT_ID": "y", "OIDC_CLIENT_SECRET": GOOD_SECRET}
    for name, value in (whole | given).items():
        if value is not None:
            monkeypatch.setenv(f"YOROZU_{name}", value)
    with pytest.raises(YorozuError) as caught:
        ServiceSettings.load()
    assert caught.value.code is ErrorCode.SETTING_INVALID
    assert (caught.value.detail["name"], why in caught.value.message) == (f"YOROZU_{named}", True)
    secret = (whole | given)["OIDC_CLIENT_SECRET"] or ""
    assert secret not in repr(caught.value.__cause__) + caught.value.message


def test_a_provider_and_a_public_address_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOROZU_OIDC_ISSUER", "https://id.example.jp/realms/a")
    monkeypatch.setenv("YOROZU_OIDC_CLIENT_ID", "yorozu")
    monkeypatch.setenv("YOROZU_OIDC_CLIENT_SECRET", GOOD_SECRET)
    monkeypatch.setenv("YOROZU_OIDC_ADMIN_ROLES", "a, b")
    monkeypatch.setenv("YOROZU_PUBLIC_URL", "https://Yorozu.example.jp/")
    settings = ServiceSettings.load()
    assert settings.oidc_admin_roles == ("a", "b")
    assert settings.public_url == "https://yorozu.example.jp"
    assert GOOD_SECRET not in repr(settings)
    # Behind a proxy it is not this machine alone that can ask.
    assert (settings.on_this_machine, settings.anonymous_reading, settings.login_possible) == (
        False,
        False,
        True,
    )


@pytest.mark.parametrize("url", [None, "http://localhost:8000", "http://127.0.0.1:8000"])
def test_on_this_machine_logins_need_no_https(url: str | None) -> None:
    assert ServiceSettings.load(public_url=url).login_possible
    assert not ServiceSettings.load(public_url=url, host="0.0.0.0").by_https
