import re

import pytest

from app.answering.filters import Filters
from app.answering.models import Answer, SearchResult
from app.doors.mcp.tools import TOOLS, call
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.answer_service import FakeAnswerService, insufficient


def test_an_answer_to_read_and_as_an_object(answerer: FakeAnswerService) -> None:
    arguments = {"question": "規程は", "engine": "extractive", "filters": {"kinds": ["guideline"]}}
    text, answer = call(answerer, "ask", arguments)
    assert isinstance(answer, Answer)
    assert text == answer.text
    assert answerer.asked == [("規程は", "extractive", None, Filters(kinds=("guideline",)))]


def test_no_evidence_is_a_result(answerer: FakeAnswerService) -> None:
    answerer.queue.append(insufficient())
    _, answer = call(answerer, "ask", {"question": "社食の献立は"})
    assert isinstance(answer, Answer)
    assert answer.status == "insufficient_evidence"


def test_hits_to_read(answerer: FakeAnswerService) -> None:
    text, found = call(answerer, "search", {"query": "規程", "k": 2})
    assert isinstance(found, SearchResult)
    assert len(found.results) == 2
    assert text == "1. 議題１\n一節\n\n2. 議題１\n一節"
    none, _ = call(answerer, "search", {"query": "規程", "filters": {"source_ids": ["x"]}})
    assert none.startswith("見つかりませんでした")


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("ask", {}, ErrorCode.INVALID_REQUEST),
        ("ask", {"question": 1}, ErrorCode.INVALID_REQUEST),
        ("ask", {"question": "a\x00"}, ErrorCode.INVALID_REQUEST),
        ("ask", {"question": "a", "engine": "magic"}, ErrorCode.INVALID_REQUEST),
        ("ask", {"question": "a", "questoin": "a"}, ErrorCode.INVALID_REQUEST),
        ("search", {"query": "a", "k": 0}, ErrorCode.INVALID_REQUEST),
        ("search", {"query": "a", "k": 51}, ErrorCode.INVALID_REQUEST),
        ("search", {"query": "a", "filters": {"kinds": ["novel"]}}, ErrorCode.INVALID_REQUEST),
        ("ask", {"question": "　"}, ErrorCode.QUESTION_EMPTY),
        ("ask", {"question": "あ" * 2001}, ErrorCode.QUESTION_TOO_LONG),
        ("drop", {}, ErrorCode.TOOL_NOT_FOUND),
    ],
)
def test_wrong_calls(
    answerer: FakeAnswerService, name: str, arguments: dict[str, object], code: ErrorCode
) -> None:
    with pytest.raises(YorozuError) as raised:
        call(answerer, name, arguments)
    assert raised.value.code is code


def test_every_argument_is_described_in_japanese() -> None:
    for tool in TOOLS.values():
        schema = tool.arguments.model_json_schema()
        described = [schema, *schema["properties"].values(), *schema["$defs"].values()]
        assert all(re.search("[ぁ-ん]", part["description"]) for part in described)
        assert re.search("[ぁ-ん]", tool.title + tool.description)
