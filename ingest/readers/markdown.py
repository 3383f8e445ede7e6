"""Markdown: headings, lists, tables, code and quotes; front matter gives the title."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block, BlockKind, FileContent
from ingest.readers.encoding import decode
from ingest.readers.grid import grid_blocks, plain_grid
from ingest.readers.html import fragment_blocks
from ingest.readers.lines import unwrap
from ingest.text.normalise import clean

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title[ \t]*:[ \t]*(.+)$", re.MULTILINE)
_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_HARD = "\x1e"  # a break that the author asked for, as against the end of a line in the source


def read_markdown(path: Path) -> FileContent:
    """Return the blocks of a Markdown file.

    Raises:
        YorozuError: FILE_ENCODING, FILE_NO_TEXT.
        OSError: the file cannot be read.
    """
    text = decode(path.read_bytes()).replace("\r\n", "\n")
    front = _FRONT_MATTER.match(text)
    blocks = markdown_blocks(text[front.end() :] if front else text)
    if not blocks:
        raise YorozuError(ErrorCode.FILE_NO_TEXT)
    named = _FRONT_TITLE.search(front[1]) if front else None
    if named is not None:
        return FileContent(tuple(blocks), title=clean(named[1]).strip().strip("\"'"))
    first = next((b.text for b in blocks if b.kind == "heading" and b.level == 1), None)
    return FileContent(tuple(blocks), title=first)


def markdown_blocks(text: str) -> list[Block]:
    """Return the blocks of Markdown text (CommonMark with tables)."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark", {"maxNesting": 40}).enable(["table", "strikethrough"]).parse(text)
    return _Reading().read(tokens)


@dataclass
class _Reading:
    """The blocks so far, and what is open around the token at hand."""

    blocks: list[Block] = field(default_factory=list)
    markers: list[str] = field(default_factory=list)  # of the list items that are open: "1. ", ""
    level: int = 0
    heading: int = 0  # depth of the heading that is open
    rows: list[list[str]] = field(default_factory=list)
    header_rows: int = 0
    in_cell: bool = False

    def read(self, tokens: Sequence["Token"]) -> list[Block]:
        for token in tokens:
            if token.type == "inline":
                self._inline(token)
            elif token.type in {"fence", "code_block"}:
                self._add("paragraph", clean(token.content).strip("\n").rstrip())
            elif token.type == "html_block":
                self.blocks += fragment_blocks(token.content)
            else:
                self._structure(token)
        return self.blocks

    def _structure(self, token: "Token") -> None:
        match token.type:
            case "heading_open":
                self.heading = int(token.tag[1])
            case "heading_close":
                self.heading = 0
            case "list_item_open":
                # The number is part of what the reader sees; a bullet is not.
                self.markers.append(f"{token.info}{token.markup} " if token.info else "")
            case "list_item_close":
                self.markers.pop()
            case _:
                self._table(token)

    def _table(self, token: "Token") -> None:
        match token.type:
            case "table_open":
                self.rows, self.header_rows = [], 0
            case "tr_open":
                self.rows.append([])
            case "thead_close":
                self.header_rows = len(self.rows) if any(any(row) for row in self.rows) else 0
            case "th_open" | "td_open":
                self.in_cell = True
            case "th_close" | "td_close":
                self.in_cell = False
            case "table_close":
                grid = plain_grid(self.rows, header=self.header_rows)
                self.blocks += grid_blocks(grid, level=self.level + 1)

    def _inline(self, token: "Token") -> None:
        text = inline_text(token)
        if self.in_cell:
            self.rows[-1].append(text)
        elif self.heading:
            self.level = self.heading if text else self.level
            self._add("heading", text.replace("\n", " "), level=self.heading)
        elif self.markers:
            marker, self.markers[-1] = self.markers[-1], ""
            self._add("list_item", marker + text if text else "")
        else:
            self._add("paragraph", text)

    def _add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        if text.strip():
            self.blocks.append(Block(kind, text, level=level))


def inline_text(token: "Token") -> str:
    """Return the words of an inline token: links with their address, pictures gone, line ends joined."""
    parts: list[str] = []
    opened: list[tuple[str, int]] = []  # address, and where its words begin
    for child in token.children or []:
        if child.type in {"text", "code_inline", "text_special"}:
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append("\n")
        elif child.type == "hardbreak" or (
            child.type == "html_inline" and _BREAK_TAG.fullmatch(child.content)
        ):
            parts.append(_HARD)
        elif child.type == "link_open":
            opened.append((str(child.attrs.get("href", "")), len(parts)))
        elif child.type == "link_close" and opened:
            parts.append(_address(*opened.pop(), parts))
    paragraphs = "".join(parts).split(_HARD)
    lines = [line for part in paragraphs for line in unwrap(clean(part).split("\n"))]
    return "\n".join(lines)


def _address(href: str, start: int, parts: list[str]) -> str:
    words = "".join(parts[start:]).strip()
    if not words or words == href or href.startswith("#") or href.removeprefix("mailto:") == words:
        return ""
    return f"（{href}）"
