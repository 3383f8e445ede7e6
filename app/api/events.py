"""Server-sent events: what they are called, what they carry. docs/api_events.md is the contract."""

import json
from typing import Any

from fastapi.sse import format_sse_event

from app.answering.models import Answer
from app.answering.progress import Citations, Progress, Reset, StatementReady
from app.api.errors import error_body
from ingest.errors import YorozuError

EVENT_STREAM = "text/event-stream"
HEARTBEAT = b": \n\n"  # a comment: it keeps the connection alive, and clients pass over it


def wants_events(accept: str) -> bool:
    """Tell whether an Accept header names the event stream and nothing else."""
    return {part.partition(";")[0].strip().lower() for part in accept.split(",")} == {EVENT_STREAM}


def event_of(step: Progress | Answer) -> bytes:
    """Return the event of one step, nothing for a step that only says that the work goes on."""
    match step:
        case Citations(citations):
            return _event("citations", [citation.model_dump(mode="json") for citation in citations])
        case StatementReady(statement):
            return _event("statement", statement.model_dump(mode="json"))
        case Reset():
            return _event("reset", {})
        case Answer():
            return _event("answer", step.model_dump(mode="json"))
        case _:
            return b""


def error_event(error: YorozuError) -> bytes:
    """Return the event that ends a stream without an answer."""
    return _event("error", error_body(error))


def _event(name: str, data: Any) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
