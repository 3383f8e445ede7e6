"""What is asked of others: the language model and the login provider, where the settings name them."""

from contextlib import closing

from app.access.oidc_provider import OidcProvider
from app.answering.compose import ComposeFailed
from app.assemble import llm_composer
from app.settings import ServiceSettings
from ingest.errors import ErrorCode, YorozuError


def check_llm(settings: ServiceSettings) -> str:
    """Ask the model for one word."""
    composer = llm_composer(settings)
    if composer is None:
        return "使わない設定です（資料からの抜き出しで答えます）"
    try:
        composer.check()
    except ComposeFailed as failure:
        raise YorozuError(ErrorCode.LLM_UNAVAILABLE, model=settings.llm, reason=failure.reason) from failure
    finally:
        composer.close()
    return f"{settings.llm}"


def check_oidc(settings: ServiceSettings) -> str:
    """Ask the provider what it says of itself, and for its keys."""
    if settings.oidc_issuer is None:
        return "使わない設定です"
    with closing(OidcProvider(settings)) as provider:
        provider.keys()
    return settings.oidc_issuer
