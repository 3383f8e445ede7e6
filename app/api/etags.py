"""Entity tags: has the client this already?"""

import hashlib
from typing import Annotated, Any

from fastapi import Header
from fastapi.responses import Response
from pydantic import BaseModel

Known = Annotated[
    str, Header(alias="If-None-Match", description="前に受け取った ETag。変わっていなければ 304 が返ります")
]
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "If-None-Match のものと変わっていません"}}


def tagged(body: BaseModel, known: str) -> Response:
    """Return `body` as JSON with its tag, or 304 where the client named that tag.

    Private and asked for again each time: whether it may still be read is decided here, not in a cache.
    """
    content = body.model_dump_json().encode("utf-8")
    tag = f'"{hashlib.sha256(content).hexdigest()[:40]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if names(known, tag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)


def names(known: str, tag: str) -> bool:
    """Tell whether an If-None-Match header names a tag. Weak ones count, as they do for reading."""
    given = {part.strip().removeprefix("W/") for part in known.split(",")}
    return "*" in given or tag in given
