"""A model by configuration only: what each provider is told, and what is said where that cannot be."""

import sys
from typing import Any

import pytest

from app.answering.llm.chat_model import chat_model, options, setting_error
from app.answering.llm.settings import LlmSettings
from ingest.errors import ErrorCode, YorozuError

KEY = "sk-very-secret"


def settings(llm: str, **given: Any) -> LlmSettings:
    return LlmSettings.load(llm=llm, **given)


def made(given: LlmSettings) -> Any:
    return chat_model(given)


def test_openai_and_whatever_speaks_like_it() -> None:
    given = settings(
        "openai:some-model", llm_base_url="http://127.0.0.1:9/v1", llm_max_tokens=7, llm_seconds=3
    )
    model = made(given)
    assert type(model).__name__ == "ChatOpenAI"
    assert (model.model_name, model.openai_api_base) == ("some-model", "http://127.0.0.1:9/v1")
    assert (model.max_retries, model.max_tokens, model.request_timeout) == (0, 7, 3)
    assert model.temperature == 0
    assert model.openai_api_key.get_secret_value() == "none"  # a server of one's own asks for no key


def test_azure_takes_its_endpoint_and_version() -> None:
    given = settings(
        "azure_openai:deployed",
        llm_base_url="https://example.invalid/",
        llm_api_key=KEY,
        llm_options={"api_version": "2024-10-21"},
    )
    model = made(given)
    assert type(model).__name__ == "AzureChatOpenAI"
    assert model.azure_endpoint == "https://example.invalid/"
    assert model.openai_api_key.get_secret_value() == KEY


def test_other_providers_get_their_own_names() -> None:
    given = settings("x:y", llm_base_url="http://h/", llm_api_key=KEY, llm_max_tokens=5, llm_seconds=2)
    assert options("anthropic", given) == {
        "temperature": 0, "base_url": "http://h/", "api_key": KEY, "max_tokens": 5, "timeout": 2,
        "max_retries": 0,
    }  # fmt: skip
    assert options("ollama", given) == {
        "temperature": 0,
        "base_url": "http://h/",
        "num_predict": 5,
        "client_kwargs": {"timeout": 2, "headers": {"Authorization": f"Bearer {KEY}"}},
    }


def test_options_win_and_null_takes_one_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOROZU_LLM_OPTIONS", '{"temperature": null, "max_tokens": 3, "top_p": 0.5}')
    chosen = options("openai", settings("openai:m", llm_api_key=KEY))
    assert "temperature" not in chosen
    assert (chosen["max_tokens"], chosen["top_p"]) == (3, 0.5)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_mistralai", None)
    with pytest.raises(YorozuError) as caught:
        chat_model(settings("mistralai:m"))
    assert caught.value.code is ErrorCode.LLM_PACKAGE_MISSING
    assert "pip install langchain-mistralai" in caught.value.message
    assert "mistralai:m" in caught.value.message


def test_a_provider_that_does_not_exist_is_a_wrong_setting() -> None:
    given = settings("nobody:m")
    with pytest.raises(ValueError, match="nobody") as caught:
        chat_model(given)
    error = setting_error(caught.value, given)
    assert error.code is ErrorCode.SETTING_INVALID
    assert "YOROZU_LLM" in error.message


def test_the_key_is_never_repeated() -> None:
    given = settings("openai:m", llm_api_key=KEY, llm_options={"timeout": "soon", "n": "many"})
    with pytest.raises(ValueError, match="validation error") as caught:
        chat_model(given)
    for text in (repr(given), str(given), setting_error(caught.value, given).message):
        assert KEY not in text
    assert KEY not in setting_error(RuntimeError(f"key {KEY} refused"), given).message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("YOROZU_LLM", "gpt-5.5"),
        ("YOROZU_LLM_BASE_URL", "localhost:8080"),
        ("YOROZU_LLM_SECONDS", "0"),
        ("YOROZU_LLM_OPTIONS", "{api_version: 1}"),
        ("YOROZU_LLM_OPTIONS", "[1]"),
        ("YOROZU_LLM_MODEL", "x"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(YorozuError) as caught:
        LlmSettings.load()
    assert caught.value.code is ErrorCode.SETTING_INVALID
    assert name in caught.value.message


@pytest.mark.parametrize("value", ["", "none"])
def test_no_model_is_named_by_default(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert LlmSettings.load().llm is None
    monkeypatch.setenv("YOROZU_LLM", value)
    assert LlmSettings.load().llm is None
