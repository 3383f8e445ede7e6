"""A language model or a login provider that is down, slow or talks nonsense: an answer comes in time."""

import time
from collections.abc import Iterator

import pytest

from app.access.login_settings import LoginSettings
from app.access.oidc_provider import OidcProvider
from app.doctor.examine import examine
from app.settings import ServiceSettings
from ingest.breaker import FAILURES, FIRST_REST
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.llm_server import Behaviour, LlmServer, llm_server
from tests.fakes.oidc_provider import LyingProvider, lying_provider
from tests.fakes.small_corpus import QUESTION
from tests.faults.conftest import Serve


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with llm_server() as running:
        yield running


@pytest.fixture
def with_llm(settings: ServiceSettings, server: LlmServer) -> ServiceSettings:
    given = {"llm": "openai:m", "llm_base_url": server.url, "llm_seconds": 1.0, "llm_retries": 0}
    return settings.model_copy(update=given)


@pytest.mark.parametrize(
    "behaviour", [Behaviour.ERROR, Behaviour.SILENT, Behaviour.WRONG_JSON, Behaviour.INVENTED, Behaviour.DIES]
)
def test_whatever_the_model_does_an_extract_answers_in_time(
    with_llm: ServiceSettings, serve: Serve, server: LlmServer, behaviour: Behaviour
) -> None:
    server.behaviour = behaviour
    with serve(with_llm) as (client, _):
        started = time.monotonic()
        answer = client.post("/api/v1/answers", json={"question": QUESTION}).json()
        assert (answer["status"], answer["engine"]) == ("answered", "extractive")
        assert time.monotonic() - started < 10


def test_a_model_that_is_down_is_left_alone_and_readyz_says_so(
    with_llm: ServiceSettings, serve: Serve, server: LlmServer
) -> None:
    server.behaviour = Behaviour.ERROR
    with serve(with_llm) as (client, _):
        for _ in range(FAILURES + 2):
            assert (
                client.post("/api/v1/answers", json={"question": QUESTION}).json()["engine"] == "extractive"
            )
        asked = len(server.requests)
        client.post("/api/v1/answers", json={"question": QUESTION})
        assert len(server.requests) == asked
        ready = client.get("/readyz")
        assert ready.status_code == 200
        assert "llm" in [trouble["part"] for trouble in ready.json()["degraded"]]
        assert 'yorozu_degraded{part="llm"} 1.0' in client.get("/metrics").text


def test_doctor_names_a_model_that_is_down(with_llm: ServiceSettings, server: LlmServer) -> None:
    server.behaviour = Behaviour.ERROR
    assert {f.what: f.code for f in examine(with_llm)}["言語モデル"] is ErrorCode.LLM_UNAVAILABLE


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def liar() -> Iterator[LyingProvider]:
    with lying_provider() as provider:
        yield provider


def code_of(provider: OidcProvider) -> tuple[ErrorCode, str]:
    with pytest.raises(YorozuError) as caught:
        provider.about()
    return caught.value.code, str(caught.value.detail.get("reason"))


def test_a_provider_that_is_down_is_asked_a_few_times_and_then_left_alone(liar: LyingProvider) -> None:
    clock = Clock()
    settings = LoginSettings(oidc_issuer=liar.issuer, oidc_client_id="yorozu")
    provider = OidcProvider(settings, clock=clock)
    liar.status = 503
    for _ in range(FAILURES):
        assert code_of(provider)[0] is ErrorCode.OIDC_UNAVAILABLE
    asked = len(liar.asked)
    code, reason = code_of(provider)
    assert (code, len(liar.asked)) == (ErrorCode.OIDC_UNAVAILABLE, asked)
    assert "休んで" in reason
    assert provider.trouble() is not None
    clock.now += FIRST_REST + 1
    liar.status = 200
    assert provider.about()["issuer"] == liar.issuer
    assert provider.trouble() is None
    provider.close()


def test_a_provider_that_talks_nonsense_is_refused_and_not_taken_for_down(liar: LyingProvider) -> None:
    settings = LoginSettings(oidc_issuer=liar.issuer, oidc_client_id="yorozu")
    provider = OidcProvider(settings)
    liar.status = 404
    for _ in range(FAILURES + 1):
        assert code_of(provider)[0] is ErrorCode.OIDC_REFUSED
    assert provider.trouble() is None
    provider.close()


def test_a_provider_that_sends_a_byte_now_and_then_is_given_up_on() -> None:
    import httpx

    clock = Clock()

    class Dripping(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                clock.now += 5
                yield b" "

    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Dripping()))
    settings = LoginSettings(oidc_issuer="https://login.example.jp", oidc_client_id="yorozu")
    provider = OidcProvider(settings, transport=transport, clock=clock)
    assert code_of(provider) == (ErrorCode.OIDC_UNAVAILABLE, "時間内に終わりません")
    provider.close()
