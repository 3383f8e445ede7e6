"""`Idempotency-Key`: who sends the same request again gets the same result again."""

import hashlib
from typing import Annotated

from fastapi import Header
from pydantic import BaseModel

from app.access.visitor import Visitor
from app.store.repeats import Repeatable

# Long enough that nobody meets another's by accident: anonymous visitors of one address share a room.
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=16,
        max_length=255,
        pattern=r"^[!-~]+$",
        description="再送しても二重に処理されないようにするための、リクエストごとに新しい16文字以上の値（UUIDなど）。"
        "同じ値と同じ本文なら、24時間は同じ結果が返ります",
        examples=["3f1c9a52-6f0e-4a57-9a55-0c1f2d3e4b5a"],
    ),
]


def repeatable(key: str | None, visitor: Visitor, what: str, body: BaseModel) -> Repeatable | None:
    """Return what makes a request repeatable, None where its sender did not ask for it.

    Args:
        key: the header.
        visitor: whose key it is; each visitor's are apart from all others'.
        what: method and path.
        body: as it was read, so that blanks and the order of its fields make no difference.
    """
    if key is None:
        return None
    text = f"{what}\n{body.model_dump_json()}".encode("utf-8", "surrogatepass")
    owner = visitor.owner or f"@{visitor.address}"[:100]
    return Repeatable(owner, key, hashlib.sha256(text).hexdigest())
