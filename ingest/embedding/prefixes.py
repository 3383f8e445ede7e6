"""What a model wants to see before a question and before a passage."""

import json
from dataclasses import dataclass
from pathlib import Path

from ingest.settings import Settings

# Families whose folders often do not say it themselves; the longer name first.
_FAMILIES = (
    ("ruri-v3", "検索クエリ: ", "検索文書: "),
    ("ruri", "クエリ: ", "文章: "),
    ("e5", "query: ", "passage: "),
)


@dataclass(frozen=True)
class Prefixes:
    """Text put before a question and before a passage."""

    query: str = ""
    passage: str = ""


def find_prefixes(settings: Settings, folder: Path, title: str) -> Prefixes:
    """Return the prefixes: the settings', else the model's own, else what its family is known to want."""
    own = _own(folder)
    lower = title.lower()
    known = next(((query, passage) for family, query, passage in _FAMILIES if family in lower), ("", ""))
    query = own.get("query", known[0])
    passage = own.get("document", own.get("passage", known[1]))
    return Prefixes(
        query if settings.query_prefix is None else settings.query_prefix,
        passage if settings.passage_prefix is None else settings.passage_prefix,
    )


def _own(folder: Path) -> dict[str, str]:
    """Prompts that the folder names; blank ones do not count, newer versions write them unasked."""
    try:
        config = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))
        return {name: text for name, text in config.get("prompts", {}).items() if text}
    except (OSError, ValueError, AttributeError):
        return {}
