"""A chat completion as asked for: what of it is a question, what is ignored, what is refused.

The last user message is the question, the turns before it are the conversation. System messages are read and
set aside: the rules of an answer are the program's own, whoever writes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.answering.filters import Filters
from app.answering.models import Engine
from app.api.deps import Text
from ingest.errors import ErrorCode, YorozuError

MODELS: Mapping[str, Engine | None] = {
    "yorozu": None,
    "yorozu-extractive": "extractive",
    "yorozu-llm": "llm",
}
_READ_PARTS = {"text", "refusal"}  # what a message may consist of
# Parameters that would make the answer another one: told apart from values that ask for nothing. Tuples, not
# sets: a value may be a list.
_CHANGES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "n": (lambda n: n not in (None, 1), "回答は一つだけ返します"),
    "tools": (bool, "道具の呼び出しは行いません"),
    "functions": (bool, "道具の呼び出しは行いません"),
    "tool_choice": (lambda choice: choice not in (None, "none", "auto"), "道具の呼び出しは行いません"),
    "function_call": (lambda choice: choice not in (None, "none", "auto"), "道具の呼び出しは行いません"),
    "response_format": (lambda form: form is not None and form != {"type": "text"}, "回答は文章で返します"),
    "modalities": (lambda kinds: kinds not in (None, ["text"]), "回答は文章で返します"),
    "logprobs": (bool, "確率は出しません"),
    "top_logprobs": (bool, "確率は出しません"),
    "stop": (bool, "出典が欠けるため、回答を途中で止めません"),
    "web_search_options": (lambda options: options is not None, "手元の資料だけから答えます"),
}


class StreamOptions(BaseModel):
    """How to stream."""

    include_usage: bool | None = Field(None, description="最後に文字数（usage）を送る")


class ContentPart(BaseModel):
    """A piece of a message. Anything but text is refused by name."""

    type: Text = Field(max_length=50)
    text: Text | None = None


class Message(BaseModel):
    """One message; what else a client writes into it (names, annotations) says nothing here."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Text | list[ContentPart] | None = None

    @property
    def text(self) -> str:
        """The words of the message."""
        if isinstance(self.content, list):
            return "\n".join(part.text or "" for part in self.content if part.type == "text")
        return self.content or ""


class ChatRequest(BaseModel):
    """OpenAI's request. Parameters that only tune a language model are ignored, as are unknown ones."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model": "yorozu",
                    "messages": [{"role": "user", "content": "持出し物の制限はどこまで必要ですか"}],
                }
            ]
        }
    )

    model: Text = Field("yorozu", max_length=100, description=" / ".join(MODELS))
    messages: list[Message] = Field(min_length=1, description="会話。最後の user の発言が質問です")
    stream: bool | None = Field(None, description="文ごとに送る")
    stream_options: StreamOptions | None = None
    filters: Filters | None = Field(None, description="使う資料の絞り込み（よろず独自の項目）")
    n: Any = Field(None, description="1 だけ")
    tools: Any = Field(None, description="対応していません")
    functions: Any = Field(None, description="対応していません")
    tool_choice: Any = Field(None, description="none / auto だけ")
    function_call: Any = Field(None, description="none / auto だけ")
    response_format: Any = Field(None, description='{"type": "text"} だけ')
    modalities: Any = Field(None, description='["text"] だけ')
    logprobs: Any = Field(None, description="false だけ")
    top_logprobs: Any = Field(None, description="0 だけ")
    stop: Any = Field(None, description="対応していません")
    web_search_options: Any = Field(None, description="対応していません")


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is left of a request: the question, what was said before it, and how to answer."""

    question: str
    earlier: tuple[Turn, ...]
    engine: Engine | None


def asked(request: ChatRequest) -> Asked:
    """Read a request.

    Raises:
        YorozuError: MODEL_NOT_FOUND, PARAMETER_UNSUPPORTED, QUESTION_EMPTY.
    """
    if request.model not in MODELS:
        raise model_not_found(request.model)
    _refuse_changes(request)
    for message in request.messages:
        _refuse_unread(message)
    said = [m for m in request.messages if m.role in {"user", "assistant"}]
    last = max((place for place, m in enumerate(said) if m.role == "user"), default=None)
    if last is None:
        raise YorozuError(ErrorCode.QUESTION_EMPTY, param="messages")
    earlier = tuple(
        Turn("user" if message.role == "user" else "assistant", message.text) for message in said[:last]
    )
    return Asked(said[last].text, earlier, MODELS[request.model])


def model_not_found(name: str) -> YorozuError:
    """The error for a model that is none of ours."""
    return YorozuError(ErrorCode.MODEL_NOT_FOUND, model=name, models="、".join(MODELS), param="model")


def _refuse_changes(request: ChatRequest) -> None:
    for name, (changes, reason) in _CHANGES.items():
        if name == "tools" and request.tool_choice == "none":
            continue  # told not to call any
        if changes(getattr(request, name)):
            raise YorozuError(ErrorCode.PARAMETER_UNSUPPORTED, param=name, reason=reason)


def _refuse_unread(message: Message) -> None:
    if message.role in {"tool", "function"}:
        reason = f"role「{message.role}」の発言は読みません"
        raise YorozuError(ErrorCode.PARAMETER_UNSUPPORTED, param="messages", reason=reason)
    for part in message.content if isinstance(message.content, list) else []:
        if part.type not in _READ_PARTS:
            reason = f"文章でない内容（{part.type}）は読めません"
            raise YorozuError(ErrorCode.PARAMETER_UNSUPPORTED, param="messages", reason=reason)
