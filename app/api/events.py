"""An answer as server-sent events: `citations`, one `statement` a sentence, `answer`; or `error`."""

import json
from typing import Any

from fastapi.sse import format_sse_event

from app.answering.models import Answer
from app.api.errors import error_body
from ingest.errors import YorozuError

EVENT_STREAM = "text/event-stream"


def wants_events(accept: str) -> bool:
    """Tell whether an Accept header names the event stream and nothing else."""
    return {part.partition(";")[0].strip().lower() for part in accept.split(",")} == {EVENT_STREAM}


def answer_events(answer: Answer) -> bytes:
    """Return the events of a finished answer."""
    whole = answer.model_dump(mode="json")
    events = [_event("citations", whole["citations"])]
    events += [_event("statement", statement) for statement in whole["statements"]]
    return b"".join([*events, _event("answer", whole)])


def error_event(error: YorozuError) -> bytes:
    """Return the event that ends a stream without an answer."""
    return _event("error", error_body(error))


def _event(name: str, data: Any) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
