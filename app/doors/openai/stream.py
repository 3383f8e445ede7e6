"""A chat completion in chunks, made while the answer is made.

What was sent cannot be taken back. So a sentence is sent as soon as it is verified only where a language
model writes and the wait is long; otherwise the finished answer goes out in pieces that add up to its text.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from app.answering.ids import new_id
from app.answering.models import Answer, Statement
from app.answering.progress import Progress, Reset, StatementReady
from app.api.openai_errors import openai_error_body
from app.doors.openai.reply import Annotation, annotations, completion_id, marks_of, pieces, spans, usage
from ingest.errors import YorozuError

DONE = b"data: [DONE]\n\n"
_INSTEAD = "\n（ここまでの文章は取り消し、次の回答に代えます。）\n\n"


@dataclass(frozen=True, slots=True)
class StreamWanted:
    """How to stream.

    Attributes:
        model: as the caller named it.
        asked: characters of the conversation, for the usage.
        include_usage: whether a last chunk gives the sizes.
        live: whether to send each sentence before the answer is whole.
    """

    model: str
    asked: int
    include_usage: bool
    live: bool


@dataclass(slots=True)
class _Sent:
    """What has gone out so far."""

    frame: dict[str, Any]
    lines: list[str] = field(default_factory=list)  # sentences sent before the answer was whole
    text: str = ""
    withdrawn: bool = False

    def content(self, piece: str) -> bytes:
        """The chunk that adds `piece` to the text."""
        self.text += piece
        return self.chunk({"content": piece})

    def chunk(self, delta: dict[str, Any], finish_reason: str | None = None, **more: Any) -> bytes:
        """A chunk of the one choice."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return _event(self.frame | {"choices": [choice]} | more)

    def begin(self) -> bytes:
        """The chunk that every completion begins with."""
        return self.chunk({"role": "assistant", "content": "", "refusal": None})


def chunks(
    first: Progress | Answer,
    rest: Generator[Progress | Answer],
    wanted: StreamWanted,
    keep: Callable[[Answer], None],
) -> Generator[bytes]:
    """Yield the server-sent events of an answer in the making, `[DONE]` last; b"" where there is nothing new.

    Args:
        first: the first step, taken already, so that a refusal still has its status.
        rest: the other steps; closed with this generator.
        wanted: how to stream.
        keep: is given the answer before it is sent.
    """
    sent = _Sent(_frame(wanted))
    with closing(rest):
        try:
            for step in chain([first], rest):
                match step:
                    case Answer():
                        keep(step)
                        yield from _whole(sent, step, wanted)
                    case StatementReady(statement) if wanted.live and not sent.withdrawn:
                        yield from _line(sent, statement)
                    case Reset():
                        sent.withdrawn = bool(sent.lines)
                    case _:
                        yield b""
        except YorozuError as error:  # the status is sent already
            yield _event(openai_error_body(error))


def _line(sent: _Sent, statement: Statement) -> Iterator[bytes]:
    if not sent.lines:
        yield sent.begin()
    sent.lines.append(_written(statement))
    yield sent.content(sent.lines[-1] + "\n")


def _whole(sent: _Sent, answer: Answer, wanted: StreamWanted) -> Iterator[bytes]:
    """What is left to send once the answer is there."""
    if not sent.lines:
        sent.frame |= {"id": completion_id(answer.id), "system_fingerprint": answer.generation}
        yield sent.begin()
        yield from map(sent.content, pieces(answer))
    elif (rest := _after(sent, answer)) is not None:
        yield sent.content(rest)
    else:
        yield sent.content(_INSTEAD + answer.text)
    notes = [note.model_dump() for note in _annotations(sent.text, answer)]
    yield sent.chunk({"annotations": notes}, "stop", yorozu=answer.model_dump(mode="json"))
    if wanted.include_usage:
        yield _event(sent.frame | {"choices": [], "usage": usage(wanted.asked, sent.text).model_dump()})
    yield DONE


def _after(sent: _Sent, answer: Answer) -> str | None:
    """What follows the sentences, None where others were sent than the answer holds."""
    found = spans(answer)
    same = Counter(sent.lines) == Counter(_written(statement) for statement in answer.statements)
    if sent.withdrawn or not same or len(found) != len(answer.statements):
        return None
    return answer.text[found[-1].end :].removeprefix("\n")


def _annotations(text: str, answer: Answer) -> list[Annotation]:
    """The annotations of the text as sent; none where it is not the answer's, more or less in front."""
    if not (answer.text.endswith(text) or text.endswith(answer.text)):
        return []
    moved = annotations(answer)
    for note in moved:
        note.url_citation.start_index += len(text) - len(answer.text)
        note.url_citation.end_index += len(text) - len(answer.text)
    return moved


def _written(statement: Statement) -> str:
    return statement.text + marks_of(statement)


def _frame(wanted: StreamWanted) -> dict[str, Any]:
    """What all chunks have in common. The answer's own id is known only once it is whole."""
    return {
        "id": completion_id(new_id()),
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": wanted.model,
        "system_fingerprint": None,
        **({"usage": None} if wanted.include_usage else {}),
    }


def _event(data: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n"
