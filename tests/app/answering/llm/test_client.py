"""The call itself, over a real socket and with a queued model: every way in which a model can fail."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from langchain_core.exceptions import ModelRateLimitError
from langchain_core.messages import BaseMessage, HumanMessage

from app.answering.compose import ComposeFailed
from app.answering.llm.client import ModelClient, ModelFailed
from app.answering.llm.settings import LlmSettings
from app.answering.llm.usage import DailyLimits, DailyUsage
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.chat_model import QueuedChatModel
from tests.fakes.llm_server import Behaviour, LlmServer, llm_server

MESSAGES: list[BaseMessage] = [
    HumanMessage('<passage n="1">\n出典: 手引き\n名札を管理します。毎年見直します。\n</passage>')
]
DAY = date(2026, 11, 24)
Make = Callable[..., ModelClient]


@pytest.fixture(scope="module")
def running() -> Iterator[LlmServer]:
    with llm_server() as server:
        yield server


@pytest.fixture
def server(running: LlmServer) -> LlmServer:
    running.behaviour, running.pause = Behaviour.GOOD, 0.05
    running.requests.clear()
    running.keys.clear()
    running.hung_up.clear()
    return running


@pytest.fixture
def make(server: LlmServer, tmp_path: Path) -> Iterator[Make]:
    clients: list[ModelClient] = []

    def _make(model: QueuedChatModel | None = None, tokens: int | None = None, **given: Any) -> ModelClient:
        settings = LlmSettings.load(
            **({"llm": "openai:m", "llm_base_url": server.url, "llm_seconds": 5, "llm_retries": 0} | given)
        )
        usage = DailyUsage(tmp_path, DailyLimits(tokens=tokens), lambda: DAY)
        client = ModelClient(settings, usage, lambda _: model) if model else ModelClient(settings, usage)
        clients.append(client)
        return client

    yield _make
    for client in clients:
        client.close()


def text(client: ModelClient) -> str:
    return "".join(client.pieces(MESSAGES))


def reason(client: ModelClient) -> str:
    with pytest.raises(ModelFailed) as caught:
        text(client)
    return caught.value.reason


def test_the_reply_comes_in_pieces_with_the_key_and_the_limits(make: Make, server: LlmServer) -> None:
    client = make(llm_api_key="sk-1", llm_max_tokens=77)
    assert len(list(client.pieces(MESSAGES))) > 5
    assert text(client).count("citations") == 2
    assert server.keys == ["Bearer sk-1"] * 2
    (sent, _) = server.requests
    assert (sent["model"], sent["temperature"], sent["stream"]) == ("m", 0, True)
    assert 77 in (sent.get("max_tokens"), sent.get("max_completion_tokens"))


def test_options_of_a_call_reach_the_server(make: Make, server: LlmServer) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}
    assert "".join(make().pieces(MESSAGES, response_format=form))
    assert server.requests[0]["response_format"] == form


@pytest.mark.parametrize("behaviour", [Behaviour.SLOW, Behaviour.SILENT, Behaviour.KEEPALIVE])
def test_time_is_limited_whatever_trickles_in_and_the_connection_closed(
    make: Make, server: LlmServer, behaviour: Behaviour
) -> None:
    server.behaviour, server.pause = behaviour, 0.2
    started = time.perf_counter()
    assert reason(make(llm_seconds=0.5)) == "時間内に終わりません"
    assert time.perf_counter() - started < 2.5
    assert server.hung_up.wait(2)


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        (Behaviour.DIES, "失敗しました"),
        (Behaviour.STOPS, "途中で終わりました"),
        (Behaviour.ERROR, "失敗しました（OpenAIAPIError）"),
        (Behaviour.UNAUTHORISED, "失敗しました（OpenAIAuthenticationError）"),
        (Behaviour.RAMBLING, "書き終わりません"),
        (Behaviour.CUT, "上限（トークン）"),
    ],
)
def test_every_other_failure_is_one(make: Make, server: LlmServer, behaviour: Behaviour, why: str) -> None:
    server.behaviour = behaviour
    client = make(llm_api_key="sk-secret", llm_max_tokens=200)
    said = reason(client)
    assert why in said
    assert "sk-secret" not in said
    server.behaviour = Behaviour.GOOD
    assert text(client)


def test_nobody_listens(make: Make) -> None:
    assert "失敗しました" in reason(make(llm_base_url="http://127.0.0.1:9/v1"))


def test_a_passing_failure_is_tried_again(make: Make, server: LlmServer) -> None:
    server.behaviour = Behaviour.FLAKY
    assert text(make(llm_retries=1))
    assert len(server.requests) == 2


def test_a_lasting_one_is_not_nor_one_within_the_reply(make: Make, server: LlmServer) -> None:
    for behaviour in (Behaviour.UNAUTHORISED, Behaviour.DIES):
        server.requests.clear()
        server.behaviour = behaviour
        reason(make(llm_retries=3))
        assert len(server.requests) == 1


def test_retries_end(make: Make) -> None:
    model = QueuedChatModel(replies=[[ModelRateLimitError()], [ModelRateLimitError()], ["遅い"]])
    assert "ModelRateLimitError" in reason(make(model, llm_retries=1))
    assert len(model.seen) == 2


def test_any_exception_of_a_provider_s_package_is_a_failure_of_the_model(make: Make) -> None:
    model = QueuedChatModel(replies=[["一", KeyError("choices")]])
    assert reason(make(model)) == "失敗しました（KeyError）"


def test_a_reader_that_leaves_ends_the_call(make: Make, server: LlmServer) -> None:
    server.behaviour = Behaviour.RAMBLING
    with closing(make(llm_max_tokens=10**6).pieces(MESSAGES)) as pieces:
        next(pieces)
    assert server.hung_up.wait(2)


def test_only_so_many_at_once(make: Make, server: LlmServer) -> None:
    client = make(llm_concurrency=1, llm_seconds=1.0, llm_max_tokens=10**6)
    server.behaviour = Behaviour.RAMBLING
    first = client.pieces(MESSAGES)
    next(first)
    with pytest.raises(ComposeFailed, match="混み合って") as caught:
        text(client)
    assert not isinstance(caught.value, ModelFailed)  # it says nothing about the model
    first.close()
    server.behaviour = Behaviour.GOOD
    assert text(client)


def test_places_come_back_after_every_failure(make: Make, server: LlmServer) -> None:
    client = make(llm_concurrency=1, llm_seconds=0.6)
    for behaviour in (Behaviour.ERROR, Behaviour.DIES, Behaviour.SILENT, Behaviour.STOPS):
        server.behaviour = behaviour
        reason(client)
    server.behaviour = Behaviour.GOOD
    assert text(client)


def test_many_threads_share_a_client(make: Make) -> None:
    client = make(llm_concurrency=4, llm_seconds=20)
    replies: list[str] = []
    threads = [threading.Thread(target=lambda: replies.append(text(client))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(replies) == 12
    assert len(set(replies)) == 1


def test_tokens_are_counted_as_the_provider_says(make: Make, tmp_path: Path) -> None:
    usage = {"input_tokens": 30, "output_tokens": 12, "total_tokens": 42}
    model = QueuedChatModel(replies=[["はい"], ["はい"]], usage=usage)
    client = make(model, tokens=42)
    text(client)
    assert DailyUsage(tmp_path, DailyLimits(), lambda: DAY).today() == (30, 12)
    with pytest.raises(ComposeFailed, match="一日の上限"):
        text(client)
    assert len(model.seen) == 1


def test_without_its_count_by_the_characters(make: Make, tmp_path: Path) -> None:
    text(make(QueuedChatModel(replies=[["はい", "。"]]), tokens=10**6))
    sent, received = DailyUsage(tmp_path, DailyLimits(), lambda: DAY).today()
    assert (sent, received) == (len(str(MESSAGES[0].text)), 3)


def test_a_model_that_cannot_be_made_is_a_wrong_setting(make: Make) -> None:
    client = make(llm="nobody:m", llm_base_url=None)
    for _ in range(2):
        with pytest.raises(YorozuError) as caught:
            client.prepare()
        assert caught.value.code is ErrorCode.SETTING_INVALID


def test_it_is_made_once(make: Make) -> None:
    client = make()
    assert client.prepare() is client.prepare()
