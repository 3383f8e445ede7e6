"""YAML: a consultation is handed on to its own reader, anything else is read out as text under its keys."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block, FileContent
from ingest.readers.encoding import decode
from ingest.readers.ooxml import damaged
from ingest.readers.plain import text_blocks
from ingest.text.normalise import clean

_JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
_WORDS = re.compile(r"\S+\s+\S+")
_SHORTEST = 12  # characters; below it a value without Japanese is an id, a date, a tag
_CONSULTATION = re.compile(r"^[\"']?qas[\"']?\s*:", re.MULTILINE)


def read_yaml(path: Path) -> FileContent:
    """Return the content of a consultation file, or each text of a generic YAML file under its keys.

    Raises:
        YorozuError: FILE_ENCODING, FILE_DAMAGED (no YAML), FILE_NO_TEXT; CONSULTATION_INVALID.
        OSError: the file cannot be read.
    """
    text = decode(path.read_bytes())
    if _CONSULTATION.search(text):
        from ingest.readers.consultation_yaml import read_consultation_yaml

        return read_consultation_yaml(path)
    documents = _load(text)
    reading = _Reading()
    for document in documents:
        reading.walk(document, ())
    if not reading.blocks:
        raise YorozuError(ErrorCode.FILE_NO_TEXT)
    return FileContent(tuple(reading.blocks), title=_title(documents))


def _load(text: str) -> list[Any]:
    import yaml

    try:
        return list(yaml.safe_load_all(text))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"（{mark.line + 1}行目）" if mark is not None else ""
        raise damaged(f"YAMLの書式に誤りがあります{where}") from error
    except (RecursionError, ValueError) as error:  # ValueError: a date such as 2024-02-31
        raise damaged("YAMLとして読めません") from error


@dataclass
class _Reading:
    """The texts found so far, and the keys whose headings are open."""

    blocks: list[Block] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    opened: tuple[str, ...] = ()

    def walk(self, node: object, path: tuple[str, ...]) -> None:
        """Add the texts below `node`; what an alias repeats is read once (and never without end)."""
        if isinstance(node, dict | list):
            if id(node) in self.seen:
                return
            self.seen.add(id(node))
        if isinstance(node, dict):
            for key, value in node.items():
                self.walk(value, (*path, clean(str(key))))
        elif isinstance(node, list):
            for value in node:
                self.walk(value, path)
        elif isinstance(node, str) and _is_text(node):
            self._add(node, path)

    def _add(self, text: str, path: tuple[str, ...]) -> None:
        common = 0
        while common < min(len(self.opened), len(path)) and self.opened[common] == path[common]:
            common += 1
        self.blocks += [Block("heading", key, level=n) for n, key in enumerate(path[common:], common + 1)]
        below = text_blocks(text)
        headed = any(block.kind == "heading" for block in below)
        self.blocks += [replace(b, level=b.level + len(path)) if b.kind == "heading" else b for b in below]
        # A heading inside the text would go on into the next text of the same key: that opens its key anew.
        self.opened = path[:-1] if headed else path


def _is_text(value: str) -> bool:
    return bool(_JAPANESE.search(value)) or (len(value) >= _SHORTEST and bool(_WORDS.search(value.strip())))


def _title(documents: list[Any]) -> str | None:
    """The `title` or `name` of the first document; of several languages the Japanese one."""
    first = documents[0] if documents and isinstance(documents[0], dict) else {}
    title = next((first[key] for key in ("title", "name", "題名") if first.get(key)), None)
    if isinstance(title, dict):
        title = title.get("ja") or next(iter(title.values()), None)
    return clean(title).strip() or None if isinstance(title, str) else None
