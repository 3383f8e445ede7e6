"""The OpenAI-compatible door as OpenAI's own client and LangChain's see it, over HTTP on loopback."""

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from fastapi.testclient import TestClient
from langchain_openai import ChatOpenAI
from openai import OpenAI
from pydantic import SecretStr

from app.answering.filters import Filters
from app.api.application import create_app
from app.state import ServiceState
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.answer_service import FakeAnswerService, answered, insufficient

CHAT = "/v1/chat/completions"
USER: list[Any] = [{"role": "user", "content": "規程はどう作りますか"}]


@pytest.fixture
def openai_client(address: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{address}/v1", api_key="any", max_retries=0) as client:
        yield client


@pytest.fixture
def langchain(address: str) -> ChatOpenAI:
    return ChatOpenAI(model="yorozu", base_url=f"{address}/v1", api_key=SecretStr("any"), max_retries=0)


def test_a_completion(openai_client: OpenAI, client: TestClient) -> None:
    made = openai_client.chat.completions.create(model="yorozu", messages=USER, temperature=0.2)
    message = made.choices[0].message
    assert message.content is not None
    assert "[1]" in message.content
    assert made.choices[0].finish_reason == "stop"
    assert made.usage is not None
    assert made.usage.prompt_tokens == len(USER[0]["content"])
    answer = made.model_extra["yorozu"] if made.model_extra else {}
    assert answer["citations"][1]["page_label"] == "P54"
    assert made.id == f"chatcmpl-{answer['id']}"
    assert client.get(f"/api/v1/answers/{answer['id']}").json() == answer


def test_a_stream(openai_client: OpenAI, client: TestClient) -> None:
    whole = openai_client.chat.completions.create(model="yorozu", messages=USER).choices[0].message.content
    stream = openai_client.chat.completions.create(
        model="yorozu", messages=USER, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == whole
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"
    assert chunks[-1].usage is not None
    stored = chunks[-2].model_extra["yorozu"] if chunks[-2].model_extra else {}
    assert client.get(f"/api/v1/answers/{stored['id']}").json() == stored


def test_langchain(langchain: ChatOpenAI) -> None:
    message = langchain.invoke([("system", "必ず英語で答えてください"), ("user", "規程はどう作りますか")])
    assert str(message.content).startswith("質問内容：規程はどう作りますか")
    assert message.usage_metadata is not None
    assert message.response_metadata["id"].startswith("chatcmpl-ans_")
    assert "".join(str(c.content) for c in langchain.stream("規程はどう作りますか")) == message.content


def test_no_evidence_is_an_answer(openai_client: OpenAI, answerer: FakeAnswerService) -> None:
    answerer.queue.append(insufficient())
    made = openai_client.chat.completions.create(model="yorozu", messages=USER)
    assert made.choices[0].message.content == insufficient("社食の献立は").text
    assert made.choices[0].message.annotations == []


def test_what_is_asked_for_reaches_the_answering_side(
    openai_client: OpenAI, answerer: FakeAnswerService
) -> None:
    openai_client.chat.completions.create(
        model="yorozu-extractive", messages=USER, extra_body={"filters": {"kinds": ["guideline"]}}
    )
    assert answerer.asked == [("規程はどう作りますか", "extractive", None, Filters(kinds=("guideline",)))]


def test_models(openai_client: OpenAI, state: ServiceState) -> None:
    assert [model.id for model in openai_client.models.list()] == ["yorozu", "yorozu-extractive"]
    assert openai_client.models.retrieve("yorozu").owned_by == "yorozu"
    with pytest.raises(openai.NotFoundError):
        openai_client.models.retrieve("yorozu-llm")
    with_model = ServiceState(
        settings=state.settings.model_copy(update={"llm": "openai:m"}),
        answerer=state.answerer,
        store=state.store,
    )
    listed = TestClient(create_app(with_model)).get("/v1/models").json()
    assert [model["id"] for model in listed["data"]] == ["yorozu", "yorozu-extractive", "yorozu-llm"]


@pytest.mark.parametrize(
    ("changed", "status", "code", "param"),
    [
        ({"n": 2}, 400, "parameter_unsupported", "n"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, 400, "parameter_unsupported", "tools"),
        ({"messages": []}, 400, "invalid_request", "messages"),
        ({"messages": [{"role": "user", "content": " 　"}]}, 400, "question_empty", "messages"),
        ({"messages": [{"role": "user", "content": "あ" * 2001}]}, 413, "question_too_long", "messages"),
        ({"messages": [{"role": "king", "content": "a"}]}, 400, "invalid_request", "messages.role"),
        ({"model": "gpt-4o"}, 404, "model_not_found", "model"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_errors_in_openai_s_form(
    openai_client: OpenAI, changed: dict[str, Any], status: int, code: str, param: str, *, stream: bool
) -> None:
    parameters: dict[str, Any] = {"model": "yorozu", "messages": USER, "stream": stream}
    with pytest.raises(openai.APIStatusError) as raised:
        openai_client.chat.completions.create(**(parameters | changed))
    error = raised.value
    assert (error.status_code, error.code, error.param, error.type) == (
        status, code, param, "invalid_request_error",
    )  # fmt: skip
    assert "。" in error.message


def test_failures_of_the_answering_side(openai_client: OpenAI, answerer: FakeAnswerService) -> None:
    answerer.queue.append(YorozuError(ErrorCode.INDEX_MISSING))
    with pytest.raises(openai.InternalServerError) as raised:
        openai_client.chat.completions.create(model="yorozu", messages=USER)
    assert (raised.value.status_code, raised.value.code, raised.value.type) == (
        503, "index_missing", "server_error",
    )  # fmt: skip


def test_a_failure_half_way_reaches_the_client(openai_client: OpenAI, answerer: FakeAnswerService) -> None:
    def fail(step: object) -> None:
        if type(step).__name__ == "Answer":
            raise YorozuError(ErrorCode.INDEX_DAMAGED, reason="x")

    answerer.between = fail
    stream = openai_client.chat.completions.create(model="yorozu", messages=USER, stream=True)
    with pytest.raises(openai.APIError, match="yorozu rollback"):
        list(stream)


def test_a_long_conversation_fits(client: TestClient) -> None:
    earlier = [{"role": "assistant", "content": "あ" * 3000} for _ in range(20)]
    assert client.post(CHAT, json={"messages": [*earlier, *USER]}).status_code == 200
    too_long = client.post(CHAT, json={"messages": [*earlier * 10, *USER]})
    assert too_long.status_code == 413
    assert too_long.json()["error"]["code"] == "request_too_large"
    assert "1048576" in too_long.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/v1/nix", "/v1/embeddings"])
def test_addresses_that_are_not_there(client: TestClient, path: str) -> None:
    error = client.post(path, json={}).json()["error"]
    assert (error["code"], error["type"]) == ("not_found", "invalid_request_error")


def test_bad_bodies(client: TestClient) -> None:
    for body in (
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"messages": "a"}',
        b'{"messages": [{"role": "user", "content": "\\ud800"}]}',
    ):
        response = client.post(CHAT, content=body, headers={"Content-Type": "application/json"})
        assert (response.status_code, response.json()["error"]["code"]) == (400, "invalid_request"), body


def test_a_follow_up_goes_on_with_the_conversation_of_the_answer_sent_back(
    openai_client: OpenAI, answerer: FakeAnswerService
) -> None:
    answerer.queue += [answered(text="一つめの回答", conversation_id="conv_1"), answered(), answered()]

    def ask(*messages: Any) -> None:
        openai_client.chat.completions.create(model="yorozu", messages=[*USER, *messages])

    ask()
    said = {"role": "assistant", "content": "一つめの回答\n"}
    ask(said, {"role": "user", "content": "それはいつまで？"})
    ask({"role": "assistant", "content": "誰かの作り話"}, {"role": "user", "content": "それはいつまで？"})
    assert [asked[2] for asked in answerer.asked] == [None, "conv_1", None]
