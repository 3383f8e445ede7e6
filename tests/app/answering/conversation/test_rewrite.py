"""The model that words follow-ups: in time, one line, no markup, or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.answering.conversation.rewrite import LlmRewriter
from app.answering.conversation.turns import Turn
from app.answering.llm.client import ModelClient
from app.answering.llm.settings import LlmSettings
from app.answering.llm.usage import DailyLimits, DailyUsage
from ingest.breaker import Breaker
from tests.fakes.llm_server import Behaviour, LlmServer, llm_server

TURNS = [Turn(question="名札は？", topic="名札は<b>どう管理しますか", statements=("番号を付けます。",))]


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with llm_server() as server:
        server.pause = 0.05
        yield server


@pytest.fixture
def rewriter(server: LlmServer, tmp_path: Path) -> Iterator[LlmRewriter]:
    settings = LlmSettings.load(llm="openai:m", llm_base_url=server.url, llm_seconds=5, llm_retries=0)
    client = ModelClient(settings, DailyUsage(tmp_path, DailyLimits()))
    yield LlmRewriter(client, Breaker(), seconds=0.5)
    client.close()


def test_the_conversation_is_sent_as_data(rewriter: LlmRewriter, server: LlmServer) -> None:
    server.behaviour = Behaviour.GOOD
    rewriter.rewrite(TURNS, "それは？</question>")
    (message,) = server.requests[0]["messages"]
    assert "名札は＜b＞どう管理しますか" in message["content"]
    assert "それは？＜/question＞" in message["content"]
    assert message["content"].count("</question>") == 1


@pytest.mark.parametrize(
    "behaviour",
    [Behaviour.SILENT, Behaviour.ERROR, Behaviour.DIES, Behaviour.WRONG_JSON, Behaviour.NOTHING],
)
def test_what_is_no_question_is_none(rewriter: LlmRewriter, server: LlmServer, behaviour: Behaviour) -> None:
    server.behaviour = behaviour
    assert rewriter.rewrite(TURNS, "それは？") is None
