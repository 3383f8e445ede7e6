"""The blocks of an HTML tree in reading order."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.models import Block, BlockKind
from ingest.readers.grid import Cell, Grid, grid_blocks
from ingest.text.normalise import clean

if TYPE_CHECKING:
    from bs4 import Tag

_BLOCK = frozenset(
    (
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "legend",
        "li",
        "main",
        "menu",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "body",
        "html",
        "caption",
        "label",
    )
)
_HEADING = re.compile(r"h([1-6])")
_JAPANESE_BREAK = re.compile(r"(?<=[^\x00-\x7f])[ \t\r]*\n\s*(?=[^\x00-\x7f])")
_SPACE = re.compile(r"[ \t\r\n]+")
_BR = "\x1e"  # stands for <br> while the line breaks of the markup are folded; `clean` would drop it
_MAX_TERM = 80  # characters; a longer <dt> is text
_MAX_SPAN = 100  # columns or rows; HTML itself allows no more than 1000
_MAX_PLACES = 500_000  # of a table; beyond it spans are no longer believed
_REFERENCE = 0.5  # of a block's text: with that much of it linked, the link is what the block is for


@dataclass(frozen=True, slots=True)
class _Item:
    """A block, how deep in definition lists it stands (0: in none), and whether it is a term (<dt>)."""

    block: Block
    depth: int = 0
    term: bool = False


@dataclass
class Walker:
    """Collects blocks while it walks; inline text is gathered until a block element begins or ends."""

    items: list[_Item] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    level: int = 0  # of the last real heading
    depth: int = 0  # of definition lists

    def blocks(self, root: "Tag") -> list[Block]:
        """Return the blocks below `root`."""
        self._walk(root, "paragraph")
        self._flush("paragraph")
        return _settle_terms(self.items)

    def _walk(self, node: "Tag", kind: BlockKind) -> None:
        from bs4.element import NavigableString, Tag

        for child in node.children:
            if isinstance(child, Tag):
                self._enter(child, kind)
            elif isinstance(child, NavigableString):
                self.text.append(str(child))

    def _enter(self, tag: "Tag", kind: BlockKind) -> None:
        if tag.name == "br":
            self.text.append(_BR)
        elif tag.name not in _BLOCK:
            if tag.name == "a":
                self.links.append((tag.get_text(), str(tag.get("href", ""))))
            self._walk(tag, kind)
        else:
            self._flush(kind)
            self._enter_block(tag, kind)

    def _enter_block(self, tag: "Tag", kind: BlockKind) -> None:
        heading = _HEADING.fullmatch(tag.name)
        if heading:
            self._heading(tag, int(heading[1]))
        elif tag.name in {"dt", "summary"}:
            self._term(tag)
        elif tag.name == "table" and not _is_layout(tag):
            self.items += [_Item(block, self.depth) for block in _table_blocks(tag, self.level)]
        elif tag.name == "pre":
            self._add(Block("paragraph", clean(tag.get_text()).strip("\n").rstrip()))
        else:
            inside = tag.name in {"dl", "details"}
            self.depth += inside
            self._walk(tag, "list_item" if tag.name == "li" else kind)
            self._flush("list_item" if tag.name == "li" else kind)
            self.depth -= inside

    def _heading(self, tag: "Tag", level: int) -> None:
        text = inline_text(tag).replace("\n", " ")
        if text:
            self.level = level
            self.items.append(_Item(Block("heading", text, level=level), self.depth))

    def _term(self, tag: "Tag") -> None:
        text = inline_text(tag)
        if text:
            is_heading = len(text) <= _MAX_TERM and not text.endswith("。")
            self.items.append(
                _Item(Block("paragraph", text, level=self.level), max(self.depth, 1), is_heading)
            )

    def _flush(self, kind: BlockKind) -> None:
        text = _tidy("".join(self.text))
        links, self.text, self.links = self.links, [], []
        if text:
            self._add(Block(kind, text + _addresses(text, links)))

    def _add(self, block: Block) -> None:
        if block.text.strip():
            self.items.append(_Item(block, self.depth))


def inline_text(tag: "Tag") -> str:
    """Return the text of an element with <br> and block elements as line breaks."""
    from bs4.element import NavigableString, Tag

    parts: list[str] = []
    for node in tag.descendants:
        if isinstance(node, Tag) and (node.name == "br" or node.name in _BLOCK):
            parts.append(_BR)
        elif isinstance(node, NavigableString):
            parts.append(str(node))
    return _tidy("".join(parts))


def _tidy(text: str) -> str:
    """Fold the line breaks of the markup (none between Japanese, a blank elsewhere), keep those of <br>."""
    text = _SPACE.sub(" ", _JAPANESE_BREAK.sub("", text))
    lines = (clean(line).strip() for line in text.split(_BR))
    return "\n".join(line for line in lines if line)


def _addresses(text: str, links: Iterable[tuple[str, str]]) -> str:
    """The addresses of a block that is there for its links (a reference), in full-width brackets."""
    links = [(words.strip(), href) for words, href in links if href.startswith(("http://", "https://"))]
    linked = sum(len(words) for words, _ in links)
    if linked < _REFERENCE * len(text):
        return ""
    return "".join(f"（{href}）" for _, href in dict.fromkeys(links) if href not in text)


def _is_layout(table: "Tag") -> bool:
    """Whether a table only arranges the page: marked so, tables or headings inside it, or a single cell."""
    if table.get("role") in {"presentation", "none"} or table.find(["table", "h1", "h2", "h3"]) is not None:
        return True
    return len(table.find_all(["td", "th"])) == 1


def _table_blocks(table: "Tag", level: int) -> list[Block]:
    caption = table.find("caption")
    blocks = grid_blocks(_grid(table), level=level + 1)
    text = inline_text(caption) if caption is not None else ""
    return [Block("paragraph", text), *blocks] if text else blocks


def _grid(table: "Tag") -> Grid:
    """The cells of a table at every place that rowspan and colspan give them."""
    places: dict[tuple[int, int], Cell] = {}
    rows = table.find_all("tr")
    head = 0
    for r, row in enumerate(rows):
        cells = row.find_all(["td", "th"], recursive=False)
        if head == r and cells and (row.find_parent("thead") or all(cell.name == "th" for cell in cells)):
            head = r + 1
        column = 0
        for cell in cells:
            while (r, column) in places:
                column += 1
            down, across = _span(cell.get("rowspan")) or len(rows) - r, _span(cell.get("colspan")) or 1
            if len(places) > _MAX_PLACES:
                down = across = 1
            value = Cell(inline_text(cell), (r, column))
            for place in (
                (r + i, column + j) for i in range(min(down, len(rows) - r)) for j in range(across)
            ):
                places.setdefault(place, value)
            column += across
    width = max((column for _, column in places), default=-1) + 1
    grid = [[places.get((r, c), Cell("", (r, c))) for c in range(width)] for r in range(len(rows))]
    return Grid(grid, header=head if 0 < head < len(rows) else None)


def _span(value: object) -> int:
    """A span as written; 0 means to the end, nonsense means 1."""
    text = str(value or "1").strip()
    return min(int(text), _MAX_SPAN) if text.isascii() and text.isdigit() else 1


def _settle_terms(items: list[_Item]) -> list[Block]:
    """Make headings of the <dt> under which everything up to the next heading belongs, else paragraphs.

    Blocks know no end of a section: text behind a definition list would seem to belong to its last term.
    """
    deepest = max((item.depth for item in items), default=0)
    # closed[d]: reading on from here, a heading at depth d or above comes before any text outside depth d.
    closed = [True] * (deepest + 2)
    settled: list[Block] = []
    for item in reversed(items):
        block = item.block
        if item.term and closed[item.depth]:
            block = replace(block, kind="heading", level=block.level + item.depth)
        elif block.kind != "heading":
            block = replace(block, level=0)
        settled.append(block)
        if block.kind == "heading":
            closed[item.depth :] = [True] * len(closed[item.depth :])
        else:
            closed[item.depth + 1 :] = [False] * len(closed[item.depth + 1 :])
    return settled[::-1]
