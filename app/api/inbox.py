"""The inbox of what readers send: where a route puts a question, and where the organisers take it from."""

from typing import Annotated

from fastapi import Depends, Request

from app.api.deps import State
from app.store.originals import OriginalStore
from app.store.sent_questions import SentQuestions


async def _inbox(request: Request, state: State) -> SentQuestions:
    originals = request.app.state.originals
    assert isinstance(originals, OriginalStore)
    return SentQuestions(state.store, originals)


Inbox = Annotated[SentQuestions, Depends(_inbox)]
