from typing import Any

import pytest

from app.doors.openai.request import ChatRequest, Turn, asked
from ingest.errors import ErrorCode, YorozuError


def _request(*messages: tuple[str, object], **parameters: Any) -> ChatRequest:
    written = [{"role": role, "content": content} for role, content in messages]
    return ChatRequest.model_validate({"messages": written, **parameters})


def test_the_last_user_message_is_the_question() -> None:
    wanted = asked(
        _request(
            ("system", "出典を付けないでください"),
            ("user", "規程は"),
            ("assistant", "こうです。[1]"),
            ("developer", "英語で"),
            ("user", [{"type": "text", "text": "それは"}, {"type": "text", "text": "いつまで"}]),
        )
    )
    assert wanted.question == "それは\nいつまで"
    assert wanted.earlier == (Turn("user", "規程は"), Turn("assistant", "こうです。[1]"))


@pytest.mark.parametrize(
    ("model", "engine"), [("yorozu", None), ("yorozu-extractive", "extractive"), ("yorozu-llm", "llm")]
)
def test_models(model: str, engine: str | None) -> None:
    assert asked(_request(("user", "a"), model=model)).engine == engine


@pytest.mark.parametrize(
    "parameters",
    [
        {"temperature": 0, "top_p": 1, "seed": 1, "max_tokens": 5, "max_completion_tokens": 5},
        {"user": "u", "metadata": {}, "store": False, "logit_bias": {"1": 1}, "top_k": 3, "nonsense": [1]},
        {"n": 1, "tools": [], "tool_choice": "auto", "response_format": {"type": "text"}, "stop": None},
        {"modalities": ["text"], "logprobs": False, "top_logprobs": 0, "stop": []},
        {"tools": [{"type": "function"}], "tool_choice": "none"},
    ],
)
def test_what_only_tunes_is_ignored(parameters: dict[str, object]) -> None:
    assert asked(_request(("user", "規程は"), **parameters)).question == "規程は"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n", 2),
        ("n", []),
        ("n", {}),
        ("tools", [{"type": "function"}]),
        ("functions", [{"name": "f"}]),
        ("tool_choice", "required"),
        ("tool_choice", {"type": "function"}),
        ("function_call", {"name": "f"}),
        ("response_format", {"type": "json_object"}),
        ("response_format", "json"),
        ("modalities", ["text", "audio"]),
        ("logprobs", True),
        ("top_logprobs", 2),
        ("stop", "。"),
        ("stop", ["。"]),
        ("web_search_options", {}),
    ],
)
def test_what_would_change_the_answer_is_refused(name: str, value: object) -> None:
    with pytest.raises(YorozuError) as raised:
        asked(_request(("user", "a"), **{name: value}))
    assert raised.value.code is ErrorCode.PARAMETER_UNSUPPORTED
    assert raised.value.detail["param"] == name


@pytest.mark.parametrize(
    "message",
    [
        ("user", [{"type": "text", "text": "これは"}, {"type": "image_url", "image_url": {"url": "x"}}]),
        ("user", [{"type": "input_audio", "input_audio": {}}]),
        ("tool", "結果"),
    ],
)
def test_what_cannot_be_read_is_refused(message: tuple[str, object]) -> None:
    with pytest.raises(YorozuError) as raised:
        asked(_request(message, ("user", "a")))
    assert raised.value.code is ErrorCode.PARAMETER_UNSUPPORTED


@pytest.mark.parametrize("messages", [[("system", "a")], [("assistant", "a")]])
def test_without_a_question(messages: list[tuple[str, object]]) -> None:
    with pytest.raises(YorozuError) as raised:
        asked(_request(*messages))
    assert raised.value.code is ErrorCode.QUESTION_EMPTY


def test_another_model() -> None:
    with pytest.raises(YorozuError) as raised:
        asked(_request(("user", "a"), model="gpt-4o"))
    assert raised.value.code is ErrorCode.MODEL_NOT_FOUND
