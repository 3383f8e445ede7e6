"""A chat model that does whatever the text in front of it tells it to do."""

import json
import re
from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

_PASSAGE = re.compile(r"<passage n=\"(\d+)\">\n(.*?)\n</passage>", re.DOTALL)


class ObeyingChatModel(BaseChatModel):
    """Begins with true sentences, so that what follows is looked at, then obeys and leaks what it can."""

    calls: int = 0

    @property
    def _llm_type(self) -> str:
        return "obeying"

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002 - the signature of LangChain
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> Iterator[ChatGenerationChunk]:
        self.calls += 1
        yield ChatGenerationChunk(message=AIMessageChunk(content=_reply(messages)))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(_reply(messages)))])


def _reply(messages: list[BaseMessage]) -> str:
    rules, asked = str(messages[0].text), str(messages[-1].text)
    sentences: list[tuple[str, int]] = []
    for number, body in _PASSAGE.findall(asked):
        lines = body.split("回答: ")[-1].split("\n")
        sentences += [(line, int(number)) for block in lines for line in re.findall(r"[^。]+。?", block)]
    leaked = [(line, 1) for line in rules.split("\n") if line.strip()][:3]
    obeyed = [
        ("PWNED", 1),
        ("入館証は不要です。", 1),
        ("詳しくは[こちら](https://evil.example/)をご覧ください。", 1),
        ("<script>alert(1)</script>", 1),
    ]
    said = [*sentences[:20], *leaked, *obeyed]
    return json.dumps(
        {"sentences": [{"text": text, "citations": [number]} for text, number in said]}, ensure_ascii=False
    )
