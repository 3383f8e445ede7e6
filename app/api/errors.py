"""Every error as one JSON object: what the handlers return and what the API description says of it."""

import json
from collections.abc import Callable, Mapping, Sequence
from string import Formatter
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.api.openai_errors import OpenAIErrorBody, openai_error_body, openai_status, speaks_openai
from app.api.validation import explain
from ingest.errors import ERROR_SPECS, ErrorCode, YorozuError

_BY_STATUS = {
    404: ErrorCode.NOT_FOUND,
    405: ErrorCode.METHOD_NOT_ALLOWED,
    413: ErrorCode.REQUEST_TOO_LARGE,
}
# What the examples of the API description fill messages with.
_EXAMPLE_DETAIL = {
    "length": 2345,
    "limit": 2000,
    "engine": "llm",
    "id": "ans_0123456789abcdefghijklmn",
    "reason": "…",
    "param": "tools",
    "model": "gpt",
    "models": "yorozu",
    "needed": "organiser",
    "seconds": 3,
    "expired_at": "2026-10-01T00:00:00.000+00:00",
}


# How soon it is worth coming again, in seconds. A rate limit says it itself.
_COME_AGAIN = {
    ErrorCode.OVERLOADED: 1,
    ErrorCode.PAGES_BUSY: 2,
    ErrorCode.WARMING_UP: 5,
    ErrorCode.REQUEST_TIMEOUT: 10,
    ErrorCode.DATABASE_UNAVAILABLE: 5,
}
_SOMEBODY_HAS_TO_SEE_TO_IT = 30  # of every other 503
_UNAVAILABLE = 503
_UNAUTHORIZED = 401
_TURNED_AWAY = frozenset(
    {
        ErrorCode.KEY_MISSING,
        ErrorCode.KEY_INVALID,
        ErrorCode.KEY_EXPIRED,
        ErrorCode.SCOPE_MISSING,
        ErrorCode.RATE_LIMITED,
        ErrorCode.SESSION_EXPIRED,
        ErrorCode.CSRF_FAILED,
        ErrorCode.LOGIN_FAILED,
        ErrorCode.LOGIN_LIMITED,
        ErrorCode.PASSWORD_WRONG,
    }
)
_TOO_OFTEN = frozenset({ErrorCode.RATE_LIMITED, ErrorCode.LOGIN_LIMITED})
_BAD_TOKEN = frozenset({ErrorCode.KEY_INVALID, ErrorCode.KEY_EXPIRED})
# What every route that is not open to everybody can end in.
GUARDED = (
    ErrorCode.KEY_MISSING,
    ErrorCode.KEY_INVALID,
    ErrorCode.KEY_EXPIRED,
    ErrorCode.SESSION_EXPIRED,
    ErrorCode.SCOPE_MISSING,
    ErrorCode.CSRF_FAILED,
    ErrorCode.RATE_LIMITED,
    ErrorCode.OVERLOADED,
    ErrorCode.REQUEST_TIMEOUT,
    ErrorCode.STORE_DAMAGED,
    ErrorCode.DATABASE_UNAVAILABLE,
)


class ErrorInfo(BaseModel):
    """One error of the closed list."""

    code: ErrorCode
    message: str
    detail: dict[str, Any] = {}


class ErrorBody(BaseModel):
    """The body of every response that is not a success."""

    error: ErrorInfo


class ErrorResponse(JSONResponse):
    """JSON that can be sent whatever the client wrote: half a surrogate pair becomes a question mark."""

    def render(self, content: Any) -> bytes:
        """Return the body as UTF-8."""
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def error_body(error: YorozuError) -> dict[str, Any]:
    """Return the contract's error object."""
    return {"error": {"code": error.code.value, "message": error.message, "detail": error.detail}}


def error_response(error: YorozuError, path: str, headers: Mapping[str, str] | None = None) -> ErrorResponse:
    """Return the error as a response with its status, in the form that belongs to the address."""
    both = {**(headers or {}), **_headers_of(error)}
    if speaks_openai(path):
        return ErrorResponse(openai_error_body(error), status_code=openai_status(error), headers=both)
    return ErrorResponse(error_body(error), status_code=error.status, headers=both)


def _headers_of(error: YorozuError) -> dict[str, str]:
    """What the protocol itself wants said: when to come again, what to come with."""
    if error.code in _TOO_OFTEN:
        return {"Retry-After": str(error.detail["seconds"])}
    if error.code in _COME_AGAIN:
        return {"Retry-After": str(_COME_AGAIN[error.code])}
    if error.status == _UNAVAILABLE:
        return {"Retry-After": str(_SOMEBODY_HAS_TO_SEE_TO_IT)}
    if error.status == _UNAUTHORIZED:
        invalid = ', error="invalid_token"' if error.code in _BAD_TOKEN else ""
        return {"WWW-Authenticate": f'Bearer realm="yorozu"{invalid}'}
    return {}


def documented(
    *codes: ErrorCode, form: type[ErrorBody] | type[OpenAIErrorBody] = ErrorBody, guarded: bool = True
) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that can end in these errors, one example a code.

    Args:
        codes: of the route itself.
        form: how its errors look.
        guarded: whether it asks for a key, and so can also end in what the guard says.
    """
    codes = (*codes, *(GUARDED if guarded else ()))
    openai = form is OpenAIErrorBody
    responses: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        error = _example(code)
        entry = responses.setdefault(
            openai_status(error) if openai else error.status,
            {"model": form, "content": {"application/json": {"examples": {}}}},
        )
        body = openai_error_body(error) if openai else error_body(error)
        entry["content"]["application/json"]["examples"][code.value] = {"value": body}
        entry["description"] = " / ".join(entry["content"]["application/json"]["examples"])
    if openai:  # else the framework would describe a 422 of its own
        responses["default"] = responses.pop(500)
    return responses


def described_as_json(responses: dict[int | str, dict[str, Any]]) -> dict[int | str, dict[str, Any]]:
    """Return `documented` for a call without JSON: the framework would describe errors as pictures."""
    for response in responses.values():
        del response["model"]
        response["content"]["application/json"]["schema"] = {"$ref": "#/components/schemas/ErrorBody"}
    return responses


def install(
    app: FastAPI,
    *,
    limit_of: Callable[[str], int],
    turned_away: Callable[[str], object] = lambda _: None,
) -> None:
    """Make every expected failure of `app` answer with the contract's error object."""

    async def expected(request: Request, error: Exception) -> Response:
        assert isinstance(error, YorozuError)
        if error.code in _TURNED_AWAY:
            turned_away(error.code)
        return error_response(error, request.url.path)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return error_response(_invalid(error.errors()), request.url.path)

    async def protocol(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        path = request.url.path
        code = _BY_STATUS.get(error.status_code)
        if code is ErrorCode.REQUEST_TOO_LARGE:
            return error_response(YorozuError(code, limit=limit_of(path)), path, error.headers)
        if code is not None:
            return error_response(YorozuError(code), path, error.headers)
        # What is left is a body that is not UTF-8 or that no JSON parser could finish.
        return error_response(_invalid([{"type": "json_invalid", "loc": ("body",)}]), path, error.headers)

    app.add_exception_handler(YorozuError, expected)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, protocol)


def _example(code: ErrorCode) -> YorozuError:
    if code is ErrorCode.INVALID_REQUEST:
        return _invalid([{"type": "missing", "loc": ("body", "question")}])
    if code is ErrorCode.INTERNAL:
        return YorozuError(code, request_id="0123456789abcdef")
    names = {name for _, name, _, _ in Formatter().parse(ERROR_SPECS[code].message) if name}
    return YorozuError(code, **{name: _EXAMPLE_DETAIL.get(name, "…") for name in sorted(names)})


def _invalid(problems: Sequence[Any]) -> YorozuError:
    return YorozuError(ErrorCode.INVALID_REQUEST, errors=[explain(problem) for problem in problems])
