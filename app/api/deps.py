"""What routes ask for, as annotated types."""

from typing import Annotated

from fastapi import Depends, Request
from pydantic import AfterValidator

from app.api.warming import Warming
from app.state import ServiceState


# `async`: a plain function would wait for a worker thread, and health checks with it.
async def _state(request: Request) -> ServiceState:
    state = request.app.state.service
    assert isinstance(state, ServiceState)
    return state


async def _warming(request: Request) -> Warming:
    warming = request.app.state.warming
    assert isinstance(warming, Warming)
    return warming


def _printable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("NUL")
    text.encode("utf-8")  # half a surrogate pair is a UnicodeEncodeError, which is a ValueError
    return text


State = Annotated[ServiceState, Depends(_state)]
WarmingUp = Annotated[Warming, Depends(_warming)]
# Text that can be stored, logged and sent back.
Text = Annotated[str, AfterValidator(_printable)]
