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
