"""Call the chat model: its reply piece by piece, within the limits of time, length, number and money."""

import asyncio
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from app.answering.compose import ComposeFailed
from app.answering.llm.chat_model import chat_model, setting_error
from app.answering.llm.loop import LoopThread
from app.answering.llm.settings import LlmSettings
from app.answering.llm.usage import DailyUsage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage, BaseMessageChunk

_WAIT_SHARE = 0.25  # of the time for an answer may be spent waiting for a free place
_RETRY_PAUSE = 0.3  # seconds, doubled each time
_POLL = 0.2  # seconds after which a reader hears that nothing has come
_GRACE = 1.0  # seconds beyond the time limit, for a provider that blocks the event loop
_CUT = frozenset({"length", "max_tokens", "max_output_tokens", "MAX_TOKENS"})  # how providers say "too long"
# These say why a reply ended. One that did not say so was broken off on the way, by a proxy for instance.
_SAY_THEIR_END = frozenset({"openai", "azure_openai", "anthropic", "ollama"})
_CHARACTERS_PER_TOKEN = 4  # at most, in any language: what goes beyond ignores the limit of tokens
_TEXT_PER_TOKEN = 1.0  # characters in Japanese, where the provider counts no tokens


class ModelFailed(ComposeFailed):
    """The model is down, slow or rambling: something that its next answer will likely be as well."""


@dataclass(slots=True)
class _Call:
    """One call under way. `pieces` ends with None."""

    sent: int  # characters
    pieces: queue.SimpleQueue[str | None] = field(default_factory=queue.SimpleQueue)
    received: int = 0  # characters
    tokens_in: int = 0
    tokens_out: int = 0
    ended: str | None = None  # why, in the provider's words
    silent: float = 0.0  # seconds since the last piece
    started: threading.Event = field(default_factory=threading.Event)

    def take(self, chunk: "BaseMessageChunk") -> None:
        usage = getattr(chunk, "usage_metadata", None) or {}
        self.tokens_in += usage.get("input_tokens", 0)
        self.tokens_out += usage.get("output_tokens", 0)
        said = chunk.response_metadata
        ended = said.get("finish_reason") or said.get("stop_reason") or said.get("done_reason")
        self.ended = ended or self.ended
        if text := str(chunk.text):
            self.received += len(text)
            self.pieces.put(text)

    def next_piece(self, patience: float) -> str | None:
        """The next piece, "" where none comes for a moment, None at the end.

        Raises:
            queue.Empty: none has come for `patience` seconds.
        """
        try:
            piece = self.pieces.get(timeout=min(_POLL, patience))
        except queue.Empty:
            self.silent += _POLL
            if self.silent >= patience:
                raise
            return ""
        self.silent = 0.0
        return piece

    def tokens(self) -> tuple[int, int]:
        """Input and output tokens as counted by the provider, else as the characters let expect."""
        if self.tokens_in or self.tokens_out:
            return self.tokens_in, self.tokens_out
        return int(self.sent / _TEXT_PER_TOKEN), int(self.received / _TEXT_PER_TOKEN)


class ModelClient:
    """Calls one model. Safe to use from several threads."""

    def __init__(
        self,
        settings: LlmSettings,
        usage: DailyUsage,
        make: Callable[[LlmSettings], "BaseChatModel"] = chat_model,
    ) -> None:
        self._settings = settings
        self._usage = usage
        self._make = make
        self._loop = LoopThread()
        self._places = threading.BoundedSemaphore(settings.llm_concurrency)
        self._making = threading.Lock()
        self._model: BaseChatModel | None = None

    def prepare(self) -> "BaseChatModel":
        """Make the model, once: it takes a second or two, and nothing is sent.

        Raises:
            YorozuError: LLM_PACKAGE_MISSING, SETTING_INVALID.
        """
        with self._making:
            if self._model is None:
                made = self._loop.run(self._made())
                if error := made.exception():  # any exception of any provider's package
                    raise setting_error(error, self._settings) from None
                self._model = made.result()
            return self._model

    def close(self) -> None:
        """Stop what runs and close the connections."""
        connections = getattr(self._model, "http_async_client", None)
        if isinstance(connections, httpx.AsyncClient):
            self._loop.run(connections.aclose()).result()
        self._loop.close()

    def pieces(self, messages: Sequence["BaseMessage"], **bound: Any) -> Generator[str]:
        """Yield the text of the reply as it comes, "" while nothing does. Closing ends the call.

        Args:
            messages: what is sent.
            bound: options of this call, such as `response_format`.

        Raises:
            ModelFailed: it is down, slow, or writes without end.
            ComposeFailed: no place is free, or the day's limit is reached.
            YorozuError: of `prepare`.
        """
        model = self.prepare()
        self._usage.check()
        seconds = self._settings.llm_seconds
        if not self._places.acquire(timeout=seconds * _WAIT_SHARE):
            raise ComposeFailed("混み合っています")
        call = _Call(sent=sum(len(str(message.text)) for message in messages))
        future = self._loop.run(self._read(model, messages, bound, call))
        future.add_done_callback(lambda _: call.pieces.put(None))
        try:
            while (piece := call.next_piece(seconds + _GRACE)) is not None:
                if call.received > self._settings.llm_max_tokens * _CHARACTERS_PER_TOKEN:
                    raise ModelFailed("書き終わりません")
                yield piece
            if future.cancelled():
                raise ModelFailed("止められました")
            if error := future.exception():
                raise ModelFailed(_named(error))
            self._check_end(call)
        except queue.Empty as error:
            raise ModelFailed("時間内に終わりません") from error
        finally:
            # What has not started cannot give its place back; it starts at once, unless a provider blocks.
            if call.started.wait(_GRACE):
                future.cancel()
            self._usage.add(*call.tokens())

    def _check_end(self, call: _Call) -> None:
        if call.ended in _CUT:
            raise ModelFailed("書かせる上限（トークン）に達しました")
        if call.ended is None and (self._settings.llm or "").partition(":")[0] in _SAY_THEIR_END:
            raise ModelFailed("途中で終わりました")

    async def _made(self) -> "BaseChatModel":
        return self._make(self._settings)

    async def _read(
        self, model: "BaseChatModel", messages: Sequence["BaseMessage"], bound: dict[str, Any], call: _Call
    ) -> None:
        from langsmith import tracing_context

        call.started.set()
        try:
            # Questions go to the model that is configured and, whatever the environment says, nowhere else.
            with tracing_context(enabled=False):
                async with asyncio.timeout(self._settings.llm_seconds):
                    await self._attempts(model, messages, bound, call)
        finally:
            self._places.release()

    async def _attempts(
        self, model: "BaseChatModel", messages: Sequence["BaseMessage"], bound: dict[str, Any], call: _Call
    ) -> None:
        from langchain_core.exceptions import ModelError

        for attempt in range(self._settings.llm_retries + 1):
            try:
                async with aclosing(_stream(model, messages, bound)) as chunks:
                    async for chunk in chunks:
                        call.take(chunk)
                        await _let_go()
            except (ModelError, httpx.TransportError, OSError) as error:
                lasting = isinstance(error, ModelError) and not error.is_retryable
                if lasting or call.received or attempt == self._settings.llm_retries:
                    raise
                await asyncio.sleep(_RETRY_PAUSE * 2**attempt)
            else:
                return


async def _stream(
    model: "BaseChatModel", messages: Sequence["BaseMessage"], bound: dict[str, Any]
) -> AsyncGenerator["BaseMessageChunk"]:
    async for chunk in model.astream(list(messages), **bound):
        yield chunk


async def _let_go() -> None:
    """Give a time limit, or a reader that has left, the chance to end the call.

    A server that writes faster than this reads keeps the loop to itself, and `asyncio.wait_for`, which
    providers use, may swallow being cancelled.
    """
    await asyncio.sleep(0)
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _named(error: BaseException) -> str:
    """What went wrong, without its text: providers repeat part of the key, or of the question, in it."""
    return (
        "時間内に終わりません"
        if isinstance(error, TimeoutError)
        else f"失敗しました（{type(error).__name__}）"
    )
