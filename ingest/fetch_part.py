"""A part file: the beginning of a download, and beside it which version of what it is the beginning of."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.fetch_record import replace_text


@dataclass(frozen=True, slots=True)
class PartState:
    """Which version of what a part file begins."""

    url: str
    validator: str  # strong ETag or Last-Modified, for If-Range


def write_state(part: Path, state: PartState) -> None:
    """Remember the state of a part file."""
    replace_text(_state_path(part), json.dumps(asdict(state)))


def read_state(part: Path, url: str) -> PartState | None:
    """Return the state of a part file that can be resumed from `url`; any other part file is removed."""
    try:
        state = PartState(**json.loads(_state_path(part).read_text(encoding="utf-8")))
        resumable = state.url == url and isinstance(state.validator, str) and part.stat().st_size > 0
    except (OSError, ValueError, TypeError):
        drop_part(part)
        return None
    if not resumable:
        drop_part(part)
        return None
    return state


def drop_part(part: Path) -> None:
    """Remove a part file and what is known of it."""
    part.unlink(missing_ok=True)
    _state_path(part).unlink(missing_ok=True)


def _state_path(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")
