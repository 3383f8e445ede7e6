"""`Idempotency-Key` for the organiser's changes: the same request again changes nothing and says the same."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel

from app.access.visitor import Visitor
from app.api.deps import Asking, State
from app.api.idempotency import IdempotencyKey, repeatable
from app.store.access_tables import kept_results
from app.store.answers import AnswerStore
from app.store.repeats import Repeats

Result = TypeVar("Result", bound=BaseModel)


class Doing:
    """What a request asks for, done once where it carries a key. Of two at once the first's result counts."""

    def __init__(self, key: str | None, visitor: Visitor, store: AnswerStore, what: str) -> None:
        self._key = key
        self._visitor = visitor
        self._store = store
        self._what = what

    def __call__(self, body: BaseModel, result: type[Result], do: Callable[[], Result]) -> Result:
        """Return what `do` returns, or returned when the same request came first.

        Args:
            body: of the request.
            result: what is returned; it must be whole again after a way through JSON.
            do: makes the change. What it raises is not remembered.

        Raises:
            YorozuError: IDEMPOTENCY_CONFLICT where the key came with another body; what `do` raises.
        """
        wanted = repeatable(self._key, self._visitor, self._what, body)
        if wanted is None:
            return do()
        repeats = Repeats(self._store, kept_results)
        made = repeats.result(wanted)
        if made is None:
            made = repeats.keep(wanted, do().model_dump_json())
        return result.model_validate_json(made)


async def _doing(request: Request, visitor: Asking, state: State, key: IdempotencyKey = None) -> Doing:
    return Doing(key, visitor, state.store, f"{request.method} {request.url.path}")


Once = Annotated[Doing, Depends(_doing)]
