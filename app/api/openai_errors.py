"""The errors of the closed list in OpenAI's form, for the addresses under /v1."""

from typing import Any, Literal

from pydantic import BaseModel

from ingest.errors import ErrorCode, YorozuError

OPENAI_PREFIX = "/v1"
_SERVER_ERROR = 500
_CHANGED = {422: 400}  # OpenAI answers every malformed request with 400
# Which field of the request an error is about, where the error does not say it itself.
_PARAMS = {
    ErrorCode.QUESTION_EMPTY: "messages",
    ErrorCode.QUESTION_TOO_LONG: "messages",
    ErrorCode.ENGINE_UNAVAILABLE: "model",
}


class OpenAIErrorInfo(BaseModel):
    """One error: ours, and what OpenAI's clients look at."""

    message: str
    type: Literal["invalid_request_error", "server_error"]
    param: str | None
    code: ErrorCode
    detail: dict[str, Any] = {}


class OpenAIErrorBody(BaseModel):
    """The body of every response under /v1 that is not a success."""

    error: OpenAIErrorInfo


def speaks_openai(path: str) -> bool:
    """Tell whether an address belongs to the OpenAI-compatible door."""
    return path.startswith(f"{OPENAI_PREFIX}/")


def openai_status(error: YorozuError) -> int:
    """Return the status that OpenAI's clients expect."""
    return _CHANGED.get(error.status, error.status)


def openai_error_body(error: YorozuError) -> dict[str, Any]:
    """Return the error as OpenAI writes it, with our code, message and detail."""
    kind: Literal["invalid_request_error", "server_error"] = (
        "server_error" if error.status >= _SERVER_ERROR else "invalid_request_error"
    )
    info = {
        "message": error.message,
        "type": kind,
        "param": _param(error),
        "code": error.code.value,
        "detail": error.detail,
    }
    return {"error": info}


def _param(error: YorozuError) -> str | None:
    if error.code is ErrorCode.INVALID_REQUEST:
        field = str(error.detail["errors"][0]["field"]) if error.detail.get("errors") else ""
        return field.removeprefix("body").removeprefix(".") or None
    named = error.detail.get("param")
    return str(named) if named is not None else _PARAMS.get(error.code)
