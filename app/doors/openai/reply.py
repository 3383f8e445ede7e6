"""An answer as a whole chat completion, and where its sentences and addresses stand in the text."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

from app.answering.models import Answer, Statement


class UrlCitation(BaseModel):
    """Where in the text it stands (characters, end excluded) and what it points to."""

    start_index: int
    end_index: int
    url: str
    title: str


class Annotation(BaseModel):
    """One mark like [1] whose source has an address, or an address under 参考資料."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class AssistantMessage(BaseModel):
    """The answer's text, and the addresses behind its marks."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation] = []


class Choice(BaseModel):
    """The one choice."""

    index: int = 0
    message: AssistantMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(BaseModel):
    """Characters, where OpenAI counts tokens."""

    prompt_tokens: int = Field(description="会話の文字数")
    completion_tokens: int = Field(description="回答の文字数")
    total_tokens: int


class Completion(BaseModel):
    """A whole chat completion."""

    id: str = Field(description="chatcmpl- に回答のIDが続きます")
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    system_fingerprint: str | None = Field(None, description="索引の世代")
    yorozu: Answer = Field(description="/api/v1/answers と同じ回答")


def completion(answer: Answer, *, model: str, asked: int) -> Completion:
    """Return the whole completion.

    Args:
        answer: what was answered.
        model: as the caller named it.
        asked: characters of the conversation, for `usage`.
    """
    message = AssistantMessage(content=answer.text, annotations=annotations(answer))
    return Completion(
        id=completion_id(answer.id),
        created=int(time.time()),
        model=model,
        choices=[Choice(message=message)],
        usage=usage(asked, answer.text),
        system_fingerprint=answer.generation,
        yorozu=answer,
    )


def marks_of(statement: Statement) -> str:
    """Return the marks behind a statement, as the answer's text has them."""
    return "".join(f"[{n}]" for n in statement.citations)


@dataclass(frozen=True, slots=True)
class Span:
    """Where a statement stands in the answer's text: [start, marks) its words, [marks, end) its marks."""

    statement: Statement
    start: int
    marks: int
    end: int


def spans(answer: Answer) -> list[Span]:
    """Return where the statements stand in `answer.text`, in order.

    From the back: what follows the statements is the program's own, what precedes them is the question,
    which may hold the very words of the answer.
    """
    found: list[Span] = []
    before = len(answer.text)
    for statement in reversed(answer.statements):
        marks = marks_of(statement)
        start = answer.text.rfind(statement.text + marks, 0, before)
        if start < 0:
            continue
        end_of_words = start + len(statement.text)
        found.append(Span(statement, start, end_of_words, end_of_words + len(marks)))
        before = start
    return found[::-1]


def annotations(answer: Answer) -> list[Annotation]:
    """Return the addresses in the text: marks whose source has one, then the lines under 参考資料."""
    cited = {citation.n: citation for citation in answer.citations}
    found = []
    for span in spans(answer):
        place = span.marks
        for n in span.statement.citations:
            end = place + len(f"[{n}]")
            citation = cited.get(n)
            if citation is not None and citation.url:
                found.append(_annotation(place, end, citation.url, citation.title))
            place = end
    place = max((span.end for span in spans(answer)), default=0)
    for reference in answer.references:
        start = answer.text.find(reference.url, place) if reference.url else -1
        if reference.url and start >= 0:
            place = start + len(reference.url)
            found.append(_annotation(start, place, reference.url, reference.label))
    return found


def _annotation(start: int, end: int, url: str, title: str) -> Annotation:
    where = UrlCitation(start_index=start, end_index=end, url=url, title=title)
    return Annotation(url_citation=where)


def pieces(answer: Answer) -> Iterator[str]:
    """Yield the text in pieces: what leads in, each statement with its marks, what follows."""
    place = 0
    for span in spans(answer):
        if span.start > place:
            yield answer.text[place : span.start]
        yield answer.text[span.start : span.end]
        place = span.end
    if place < len(answer.text):
        yield answer.text[place:]


def characters(texts: Iterable[str]) -> int:
    """Return how many characters there are in all."""
    return sum(len(text) for text in texts)


def completion_id(answer_id: str) -> str:
    """Return the id of the completion that carries an answer."""
    return f"chatcmpl-{answer_id}"


def usage(asked: int, text: str) -> Usage:
    """Return the sizes of a conversation of `asked` characters and of what was answered."""
    return Usage(prompt_tokens=asked, completion_tokens=len(text), total_tokens=asked + len(text))
