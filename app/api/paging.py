"""Lists in pieces: `limit` at a time, each piece saying with what the next one begins."""

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Query
from fastapi.exceptions import RequestValidationError

from app.api.deps import Text

MOST = 1000
T = TypeVar("T")

Limit = Annotated[int, Query(ge=1, le=MOST, description="件数")]
After = Annotated[
    Text | None, Query(max_length=200, description="前のページの next。その次から返します", examples=[None])
]


def piece(
    items: Sequence[T], limit: int, after: str | None, name: Callable[[T], str]
) -> tuple[list[T], str | None]:
    """Return the items that follow the one called `after`, and the name to go on with, None at the end.

    Raises:
        RequestValidationError: `after` names nothing (any more).
    """
    start = 0
    if after is not None:
        places = [place for place, item in enumerate(items) if name(item) == after]
        if not places:
            raise RequestValidationError([{"type": "value_error.after", "loc": ("query", "after")}])
        start = places[0] + 1
    found = list(items[start : start + limit])
    return found, name(found[-1]) if found and start + limit < len(items) else None
