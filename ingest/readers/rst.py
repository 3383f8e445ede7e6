"""reStructuredText, with nothing inserted, run or fetched; unknown roles and directives are tolerated."""

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block, BlockKind, FileContent
from ingest.readers.encoding import decode
from ingest.readers.grid import Cell, Grid, grid_blocks
from ingest.readers.lines import unwrap
from ingest.readers.ooxml import damaged
from ingest.text.normalise import clean

# What an unknown role leaves: :ref:`words <target>` or :ref:`target`.
_ROLE = re.compile(r":[\w:+.-]+:`([^`<]+?)(?:\s*<[^`>]*>)?`")
_OPTION = re.compile(r"\s*:[\w-]+:.*")
# Directives of documentation tools whose body is no text for readers.
_NO_TEXT = frozenset(
    (
        "toctree",
        "index",
        "include",
        "literalinclude",
        "raw",
        "csv-table",
        "only",
        "ifconfig",
        "tabularcolumns",
        "image",
        "figure",
        "graphviz",
        "uml",
        "mermaid",
        "contents",
        "meta",
        "highlight",
        "autoclass",
        "automodule",
        "autofunction",
        "currentmodule",
    )
)
_MAX_DEPTH = 5  # of unknown directives inside each other
_SETTINGS: dict[str, Any] = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "report_level": 5,
    "halt_level": 5,
    "warning_stream": "",
    "input_encoding": "unicode",
    "doctitle_xform": False,
    "smart_quotes": False,
    "traceback": True,
}


def read_rst(path: Path) -> FileContent:
    """Return the blocks of a reStructuredText file.

    Raises:
        YorozuError: FILE_ENCODING, FILE_DAMAGED, FILE_NO_TEXT.
        OSError: the file cannot be read.
    """
    blocks = rst_blocks(decode(path.read_bytes()))
    if not any(block.kind != "heading" for block in blocks):
        raise YorozuError(ErrorCode.FILE_NO_TEXT)
    title = next((b.text for b in blocks if b.kind == "heading" and b.level == 1), None)
    return FileContent(tuple(blocks), title=title)


def rst_blocks(text: str, depth: int = 0, level: int = 0) -> list[Block]:
    """Return the blocks of reStructuredText; `level` is the depth of the section that it stands in."""
    from docutils.core import publish_doctree
    from docutils.utils import SystemMessage

    try:
        tree = publish_doctree(text, settings_overrides=_SETTINGS)
    except (SystemMessage, RecursionError) as error:
        raise damaged("reStructuredTextとして読めません") from error
    reading = _Reading(depth, level)
    reading.walk(tree, "paragraph")
    return reading.blocks


@dataclass
class _Reading:
    """Walks a doctree; `depth` counts the unknown directives around it."""

    depth: int
    level: int
    blocks: list[Block] = field(default_factory=list)
    marker: str = ""  # of the list item whose first paragraph is still to come

    def walk(self, node: Any, kind: BlockKind) -> None:
        """Add the blocks of the children of `node`."""
        for child in node.children:
            handler = self._handlers().get(child.tagname)
            if handler is not None:
                handler(child, kind)
            elif child.children and child.tagname not in {
                "comment",
                "target",
                "substitution_definition",
                "label",
            }:
                self.walk(child, kind)

    def _handlers(self) -> dict[str, Callable[[Any, BlockKind], None]]:
        return {
            "section": self._section,
            "title": self._title,
            "subtitle": self._title,
            "rubric": self._paragraph,
            "paragraph": self._paragraph,
            "attribution": self._paragraph,
            "term": self._paragraph,
            "field_name": self._paragraph,
            "caption": self._paragraph,
            "line_block": self._line_block,
            "literal_block": self._literal,
            "doctest_block": self._literal,
            "list_item": self._item,
            "enumerated_list": self._enumerated,
            "table": self._table,
            "system_message": self._unknown,
            "comment": lambda *_: None,
        }

    def _section(self, node: Any, kind: BlockKind) -> None:
        self.level += 1
        self.walk(node, kind)
        self.level -= 1

    def _title(self, node: Any, kind: BlockKind) -> None:
        if node.parent.tagname == "section":
            self._add("heading", _text(node).replace("\n", " "), max(self.level, 1))
        else:
            self._paragraph(node, kind)  # of an admonition, a topic, a table

    def _paragraph(self, node: Any, kind: BlockKind) -> None:
        text = _text(node)
        if text:
            marker, self.marker = self.marker, ""
            self._add(kind, marker + text)

    def _line_block(self, node: Any, kind: BlockKind) -> None:
        lines = [_text(line) for line in node.findall() if line.tagname == "line"]
        self._add(kind, "\n".join(line for line in lines if line))

    def _literal(self, node: Any, _kind: BlockKind) -> None:
        self._add("paragraph", clean(node.astext()).strip("\n").rstrip())

    def _item(self, node: Any, _kind: BlockKind) -> None:
        self.walk(node, "list_item")
        self.marker = ""

    def _enumerated(self, node: Any, _kind: BlockKind) -> None:
        plain = node.get("enumtype") == "arabic"
        for number, item in enumerate(node.children, start=int(node.get("start", 1))):
            self.marker = f"{node.get('prefix', '')}{number}{node.get('suffix', '.')} " if plain else ""
            self._item(item, "list_item")

    def _table(self, node: Any, kind: BlockKind) -> None:
        for title in node.children:
            if title.tagname == "title":
                self._paragraph(title, kind)
        self.blocks += grid_blocks(_grid(node), level=self.level + 1)

    def _unknown(self, node: Any, kind: BlockKind) -> None:
        """An unknown directive: its body is read where it is text; any other message is dropped."""
        source = next((child.astext() for child in node.children if child.tagname == "literal_block"), "")
        name = re.match(r"\.\.\s+(?:\|[^|]*\|\s+)?([\w:+.-]+)\s*::[ \t]*(.*)", source)
        if name is None or name[1] in _NO_TEXT or self.depth >= _MAX_DEPTH:
            return
        lines = source.split("\n")[1:]
        while lines and _OPTION.fullmatch(lines[0]):
            lines.pop(0)
        if name[2].strip():
            self._add(kind, _plain(name[2]))
        self.blocks += rst_blocks(textwrap.dedent("\n".join(lines)), self.depth + 1, self.level)

    def _add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        if text.strip():
            self.blocks.append(Block(kind, text, level=level))


def _text(node: Any) -> str:
    """The words of an inline node: lines joined, links with their address, unknown roles tidied."""
    from docutils import nodes

    parts = []
    for child in node.children:
        if isinstance(child, nodes.image | nodes.system_message | nodes.footnote_reference):
            continue
        words = child.astext()
        address = child.get("refuri", "") if isinstance(child, nodes.reference) else ""
        shown = address and address not in words and not address.startswith("mailto:")
        parts.append(f"{words}（{address}）" if shown else words)
    return _plain("".join(parts))


def _plain(text: str) -> str:
    return "\n".join(unwrap(clean(_ROLE.sub(r"\1", text)).split("\n")))


def _grid(table: Any) -> Grid:
    """The cells of a table at every place that its spans give them."""
    places: dict[tuple[int, int], Cell] = {}
    rows = list(table.findall(lambda node: node.tagname == "row"))
    head = sum(row.parent.tagname == "thead" for row in rows)
    for r, row in enumerate(rows):
        column = 0
        for entry in row.children:
            while (r, column) in places:
                column += 1
            across, down = int(entry.get("morecols", 0)) + 1, int(entry.get("morerows", 0)) + 1
            value = Cell("\n".join(_cell_lines(entry)), (r, column))
            for place in ((r + i, column + j) for i in range(down) for j in range(across)):
                places.setdefault(place, value)
            column += across
    width = max((column for _, column in places), default=-1) + 1
    grid = [[places.get((r, c), Cell("", (r, c))) for c in range(width)] for r in range(len(rows))]
    return Grid(grid, header=head or None)


def _cell_lines(entry: Any) -> list[str]:
    reading = _Reading(_MAX_DEPTH, 0)
    reading.walk(entry, "paragraph")
    return [block.text for block in reading.blocks]
