"""The chat model that the settings name, through LangChain's `init_chat_model`."""

from typing import TYPE_CHECKING, Any

import httpx

from app.answering.llm.settings import LlmSettings
from ingest.errors import ErrorCode, YorozuError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_OPENAI = frozenset({"openai", "azure_openai"})
# Servers that need no key are still sent one: the client libraries insist.
_NO_KEY = "none"


def chat_model(settings: LlmSettings) -> "BaseChatModel":
    """Make the model. Nothing is sent yet.

    Its own retries are off, and time is limited from outside: one place decides how long an answer takes.

    Raises:
        YorozuError: LLM_PACKAGE_MISSING; SETTING_INVALID for a provider that LangChain does not know or for
            options that it refuses.
        Exception: whatever else the provider's package raises, see `setting_error`.
    """
    from langchain.chat_models import init_chat_model

    provider, _, name = (settings.llm or "").partition(":")
    given = options(provider, settings)
    if provider in _OPENAI:
        # Otherwise all models share one that the first event loop to use it owns.
        given.setdefault("http_async_client", httpx.AsyncClient(timeout=settings.llm_seconds))
        given.setdefault("stream_chunk_timeout", 0)  # off: time is limited as a whole
    try:
        made: BaseChatModel = init_chat_model(name, model_provider=provider, **given)
    except ImportError as error:
        raise YorozuError(
            ErrorCode.LLM_PACKAGE_MISSING, model=settings.llm, package=_package(error)
        ) from error
    return made


def options(provider: str, settings: LlmSettings) -> dict[str, Any]:
    """Return the provider's own names for what the settings say; `llm_options` come last and win."""
    given: dict[str, Any] = {"temperature": 0}
    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key is not None else None
    if provider == "ollama":
        given |= {
            "base_url": settings.llm_base_url,
            "num_predict": settings.llm_max_tokens,
            "client_kwargs": {"timeout": settings.llm_seconds} | _bearer(key),
        }
    else:
        address = "azure_endpoint" if provider == "azure_openai" else "base_url"
        given |= {
            address: settings.llm_base_url,
            "api_key": key or (_NO_KEY if settings.llm_base_url and provider == "openai" else None),
            "max_tokens": settings.llm_max_tokens,
            "timeout": settings.llm_seconds,
            "max_retries": 0,
        }
    given |= settings.llm_options
    return {option: value for option, value in given.items() if value is not None}


def setting_error(error: BaseException, settings: LlmSettings) -> YorozuError:
    """Return what making the model failed with as an error of the closed list, the key taken out."""
    if isinstance(error, YorozuError):
        return error
    from pydantic import ValidationError

    # The text of a ValidationError repeats its input, and with it the key.
    reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
    if settings.llm_api_key is not None:
        reason = reason.replace(settings.llm_api_key.get_secret_value(), "***")
    lines = reason.strip().splitlines() or [type(error).__name__]
    return YorozuError(ErrorCode.SETTING_INVALID, name="YOROZU_LLM", reason=lines[0])


def _bearer(key: str | None) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {key}"}} if key else {}


def _package(error: ImportError) -> str:
    """The package that is missing: LangChain names it in its own error, the module in the cause."""
    cause = error.__cause__ if isinstance(error.__cause__, ImportError) else error
    return (cause.name or "langchain").partition(".")[0].replace("_", "-")
