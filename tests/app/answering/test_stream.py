"""An answer step by step, with a language model behind a real socket that may die on the way."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.answering.compose_llm import LlmComposer
from app.answering.evidence import EvidenceModel
from app.answering.llm.client import ModelClient
from app.answering.llm.settings import LlmSettings
from app.answering.llm.usage import DailyLimits, DailyUsage
from app.answering.models import Answer
from app.answering.progress import Citations, Progress, Reset, StatementReady, Waiting
from app.answering.service import AnswerService
from ingest.index.reader import IndexHolder
from ingest.text.words import Tokenizer
from tests.fakes.llm_server import Behaviour, LlmServer, llm_server

BADGE = "来客に渡す名札はどう管理すればよいですか。"


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with llm_server() as server:
        server.pause = 0.05
        yield server


@pytest.fixture
def service(
    server: LlmServer, holder: IndexHolder, tokenizer: Tokenizer, evidence: EvidenceModel, tmp_path: Path
) -> Iterator[AnswerService]:
    settings = LlmSettings.load(llm="openai:m", llm_base_url=server.url, llm_seconds=5)
    llm = LlmComposer(settings, ModelClient(settings, DailyUsage(tmp_path, DailyLimits())))
    yield AnswerService(
        holder, tokenizer, None, question_limit=200, ask_contact="窓口", evidence=evidence, llm=llm
    )
    llm.close()


def told(service: AnswerService, question: str = BADGE, engine: str | None = None) -> list[Progress | Answer]:
    return [step for step in service.stream(question, engine=engine) if not isinstance(step, Waiting)]


def kinds(steps: list[Progress | Answer]) -> list[type]:
    return [type(step) for step in steps]


@pytest.mark.parametrize("engine", ["extractive", "llm"])
def test_citations_then_statements_then_the_answer(service: AnswerService, engine: str) -> None:
    steps = told(service, engine=engine)
    assert kinds(steps) == [Citations, StatementReady, StatementReady, Answer]
    assert isinstance(steps[0], Citations)
    assert isinstance(steps[-1], Answer)
    assert steps[-1].engine == engine
    assert list(steps[0].citations) == steps[-1].citations
    assert [s.statement for s in steps if isinstance(s, StatementReady)] == steps[-1].statements


def test_without_evidence_there_is_nothing_to_cite(service: AnswerService) -> None:
    steps = told(service, "火星の天気予報の精度の検証方法を教えてください。")
    assert kinds(steps) == [Citations, Answer]
    assert steps[0] == Citations(())


def test_a_model_killed_half_way_ends_in_the_whole_extract(service: AnswerService, server: LlmServer) -> None:
    server.behaviour = Behaviour.DIES
    steps = told(service)
    assert kinds(steps) == [Citations, StatementReady, Reset, StatementReady, StatementReady, Answer]
    last = steps[-1]
    assert isinstance(last, Answer)
    assert last.engine == "extractive"
    assert [s.statement for s in steps[3:] if isinstance(s, StatementReady)] == last.statements
    assert last.statements == service.answer(BADGE, engine="extractive").statements


def test_nothing_is_withdrawn_where_nothing_was_said(service: AnswerService, server: LlmServer) -> None:
    server.behaviour = Behaviour.ERROR
    assert Reset not in kinds(told(service))


def test_the_first_statement_comes_while_the_model_still_writes(
    service: AnswerService, server: LlmServer
) -> None:
    server.behaviour = Behaviour.SLOW
    steps = (step for step in service.stream(BADGE) if not isinstance(step, Waiting))
    assert isinstance(next(steps), Citations)
    started = time.monotonic()
    assert isinstance(next(steps), StatementReady)
    first = time.monotonic() - started
    assert [type(step) for step in steps] == [StatementReady, Answer]
    assert time.monotonic() - started > first * 1.5


def test_closing_ends_the_call_of_the_model(service: AnswerService, server: LlmServer) -> None:
    server.behaviour = Behaviour.SILENT
    steps = service.stream(BADGE)
    assert isinstance(next(steps), Citations)
    assert isinstance(next(steps), Waiting)  # it gives a sign of life although the model says nothing
    before = threading.active_count()
    steps.close()
    assert server.hung_up.wait(3)
    assert threading.active_count() <= before
