"""What routes ask for, as annotated types."""

import dataclasses
from typing import Annotated

from fastapi import Depends, Request
from pydantic import AfterValidator

from app.access.visitor import ANYBODY, Visitor
from app.api.warming import Warming
from app.state import ServiceState


# `async`: a plain function would wait for a worker thread, and health checks with it.
async def _state(request: Request) -> ServiceState:
    state = request.app.state.service
    assert isinstance(state, ServiceState)
    # What a route opens and saves is the visitor's, without the route having to think of it.
    return dataclasses.replace(state, store=state.store.seen_by(await _visitor(request)))


async def _visitor(request: Request) -> Visitor:
    """Who asks, as `app.api.access` found out; a route that asks for nothing gets nobody in particular."""
    visitor = getattr(request.state, "visitor", ANYBODY)
    assert isinstance(visitor, Visitor)
    return visitor


async def _warming(request: Request) -> Warming:
    warming = request.app.state.warming
    assert isinstance(warming, Warming)
    return warming


def _printable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("NUL")
    text.encode("utf-8")  # half a surrogate pair is a UnicodeEncodeError, which is a ValueError
    return text


Asking = Annotated[Visitor, Depends(_visitor)]
State = Annotated[ServiceState, Depends(_state)]
WarmingUp = Annotated[Warming, Depends(_warming)]
# Text that can be stored, logged and sent back.
Text = Annotated[str, AfterValidator(_printable)]
