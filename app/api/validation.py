"""What is wrong with a request, field by field, in Japanese."""

from collections.abc import Mapping
from typing import Any

from ingest.reasons import reason_of


def explain(problem: Mapping[str, Any]) -> dict[str, str]:
    """Turn one entry of a validation error into `{field, reason}`."""
    where = [str(part) for part in problem.get("loc", ()) if not isinstance(part, int)]
    return {"field": ".".join(where)[:200], "reason": reason_of(problem)}
