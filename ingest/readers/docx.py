"""Word documents: body in document order, headings by style, tables by row, text boxes, footnotes."""

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block, FileContent
from ingest.readers.docx_styles import (
    Numbering,
    Style,
    heading_depth,
    is_contents,
    is_title,
    number_of,
    read_styles,
    style_id,
)
from ingest.readers.docx_text import MC, W, paragraph_text, text_boxes
from ingest.readers.grid import Cell, Grid, grid_blocks
from ingest.readers.lines import heading_level, is_item
from ingest.readers.ooxml import DAMAGE, damaged, open_package
from ingest.readers.qa_table import QaRows, read_qa_rows
from ingest.text.normalise import clean

_MACRO = b"word.document.macroEnabled"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def read_docx(path: Path) -> FileContent:
    """Return the blocks of a Word document; a table of questions and answers becomes a consultation.

    Raises:
        YorozuError: FILE_ENCRYPTED, FILE_DAMAGED, FILE_TOO_LARGE, FILE_NO_TEXT.
        OSError: the file cannot be read.
    """
    reading = _reading(path)
    title = reading.title
    blocks = reading.blocks if reading.styled else _headings_by_shape(reading.blocks)
    if not any(block.kind != "heading" for block in blocks) and not reading.found.qas:
        raise YorozuError(ErrorCode.FILE_NO_TEXT)
    return FileContent(tuple(blocks), reading.found.consultation(path.stem, title), title)


def read_docx_grids(path: Path) -> tuple[list[Grid], list[str]]:
    """The tables of a Word document, and the paragraphs that stand outside of them.

    Raises:
        YorozuError: FILE_ENCRYPTED, FILE_DAMAGED, FILE_TOO_LARGE.
        OSError: the file cannot be read.
    """
    reading = _reading(path, with_tables=False)
    return reading.grids, [block.text for block in reading.blocks]


def _reading(path: Path, *, with_tables: bool = True) -> "_Reading":
    """A document walked to its end, its title found."""
    from docx.exceptions import PythonDocxError
    from docx.opc.exceptions import OpcError
    from docx.oxml.exceptions import XmlchemyError

    errors: tuple[type[Exception], ...] = (*DAMAGE, PythonDocxError, OpcError, XmlchemyError)
    package = open_package(path)
    try:
        reading = _open(package)
        reading.with_tables = with_tables
        reading.body(reading.root.find(f"{W}body"))
        reading.footnotes()
        reading.title = reading.title or clean(reading.document.core_properties.title or "").strip() or None
    except errors as error:
        raise damaged("Wordのファイルとして読めません") from error
    return reading


def _open(package: Any) -> "_Reading":
    import docx

    with zipfile.ZipFile(package) as parts:
        if _MACRO in parts.read("[Content_Types].xml"):  # the library reads none, and damaged it is not
            raise YorozuError(ErrorCode.FILE_UNSUPPORTED, suffix=".docm、マクロつきのWord文書")
    document = docx.Document(package)
    part = document.part
    addresses = {key: rel.target_ref for key, rel in part.rels.items() if rel.is_external}
    related = {
        rel.reltype.removeprefix(_RELATION): rel.target_part
        for rel in part.rels.values()
        if not rel.is_external
    }
    numbering = Numbering.read(related["numbering"].element) if "numbering" in related else Numbering()
    styles = read_styles(related["styles"].element) if "styles" in related else {}
    return _Reading(document, addresses, styles, numbering, related.get("footnotes"))


@dataclass
class _Reading:
    """Walks the body of a document and collects its blocks."""

    document: Any
    addresses: dict[str, str]
    styles: dict[str, Style]
    numbering: Numbering
    notes_part: Any = None
    blocks: list[Block] = field(default_factory=list)
    found: QaRows = field(default_factory=QaRows)
    title: str | None = None
    grids: list[Grid] = field(default_factory=list)
    with_tables: bool = True  # whether the rows of tables become blocks too
    level: int = 0  # of the last heading
    styled: bool = False  # whether any heading is one by style

    @property
    def root(self) -> Any:
        """The w:document element."""
        return self.document.element

    def body(self, container: Any) -> None:
        """Add the blocks of a container: the body, a cell, a text box."""
        for element in container:
            if element.tag == f"{W}p":
                self._paragraph(element)
            elif element.tag == f"{W}tbl":
                self._table(element)
            elif element.tag == f"{W}sdt":
                content = element.find(f"{W}sdtContent")
                if content is not None and not _is_contents_field(element):
                    self.body(content)
            elif element.tag in {
                f"{W}ins",
                f"{W}customXml",
                f"{W}smartTag",
                f"{W}moveTo",
                f"{MC}AlternateContent",
                f"{MC}Choice",
            }:
                self.body(element)

    def footnotes(self) -> None:
        """Add the footnotes behind the body."""
        if self.notes_part is None:
            return
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(self.notes_part.blob, parser)
        for note in root.iter(f"{W}footnote"):
            if note.get(f"{W}type") is None:  # the others are the lines that separate notes from text
                texts = [paragraph_text(p, {}) for p in note.iter(f"{W}p")]
                self._add(Block("paragraph", "\n".join(text for text in texts if text)))

    def _paragraph(self, paragraph: Any) -> None:
        style = self.styles.get(style_id(paragraph), Style())
        text = paragraph_text(paragraph, self.addresses)
        if not is_contents(style):
            number = self._number(paragraph, style) if text else ""
            self._add(self._block(paragraph, style, f"{number} {text}" if number else text))
        for box in text_boxes(paragraph):
            self.body(box)

    def _block(self, paragraph: Any, style: Style, text: str) -> Block:
        depth = heading_depth(paragraph, style)
        if depth and text:
            self.level = depth
            self.styled = self.styled or not is_title(style)
            if is_title(style) and self.title is None:
                self.title = text.replace("\n", " ")
            return Block("heading", text.replace("\n", " "), level=depth)
        listed = number_of(paragraph.find(f"{W}pPr")) or style.numbering
        return Block("list_item" if listed and listed[0] != "0" else "paragraph", text)

    def _number(self, paragraph: Any, style: Style) -> str:
        own = number_of(paragraph.find(f"{W}pPr"))
        listed = own or style.numbering
        if listed is None or listed[0] == "0":
            return ""
        return self.numbering.next(*listed)

    def _table(self, table: Any) -> None:
        rows = list(_rows(table))
        if max((len(row) for row in rows), default=0) <= 1:  # a frame around text
            for row in rows:
                for cell in row:
                    self.body(cell)
            return
        grid = self._grid(rows)
        self.grids.append(grid)
        if not self.with_tables:
            return
        used = read_qa_rows(grid, self.found)
        self.blocks += grid_blocks(grid, level=self.level + 1, skip=used)

    def _grid(self, rows: list[list[Any]]) -> Grid:
        places: dict[tuple[int, int], Cell] = {}
        head = 0
        for r, row in enumerate(rows):
            column = _before(row)
            for cell in row:
                span = int(_attribute(cell, "gridSpan") or 1)
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                continues = (
                    merge is not None and merge.get(f"{W}val") != "restart" and (r - 1, column) in places
                )
                value = places[r - 1, column] if continues else Cell(self._cell_text(cell), (r, column))
                places.update({(r, column + j): value for j in range(span)})
                column += span
            if head == r and row and row[0].getparent().find(f"{W}trPr/{W}tblHeader") is not None:
                head = r + 1
        width = max((column for _, column in places), default=-1) + 1
        cells = [[places.get((r, c), Cell("", (r, c))) for c in range(width)] for r in range(len(rows))]
        if 0 < head < len(rows):
            # An empty header row is the writer's word that the columns have no names.
            return Grid(cells, header=head if any(cell.text for row in cells[:head] for cell in row) else 0)
        return Grid(cells)

    def _cell_text(self, cell: Any) -> str:
        """The lines of a cell; a table inside it is read row by row."""
        inner = replace(self, blocks=[], grids=[], with_tables=True, found=QaRows(), title="", level=0)
        inner.body(cell)
        return "\n".join(block.text for block in inner.blocks)

    def _add(self, block: Block) -> None:
        if block.text.strip():
            self.blocks.append(block)


def _rows(table: Any) -> Iterable[list[Any]]:
    """The cells of each row, those inside content controls included."""
    for row in table.iter(f"{W}tr"):
        if next(row.iterancestors(f"{W}tbl")) is table and row.find(f"{W}trPr/{W}del") is None:
            yield [cell for cell in row.iter(f"{W}tc") if next(cell.iterancestors(f"{W}tr")) is row]


def _before(row: list[Any]) -> int:
    """Columns that the row leaves out before its first cell."""
    skipped = row[0].getparent().find(f"{W}trPr/{W}gridBefore") if row else None
    return int(skipped.get(f"{W}val") or 0) if skipped is not None else 0


def _attribute(cell: Any, name: str) -> str | None:
    element = cell.find(f"{W}tcPr/{W}{name}")
    return element.get(f"{W}val") if element is not None else None


def _is_contents_field(element: Any) -> bool:
    gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(f"{W}val") == "Table of Contents"


def _headings_by_shape(blocks: list[Block]) -> list[Block]:
    """A document without heading styles: 第１章, ■ and the like are headings where text follows them."""
    shaped: list[Block] = []
    for index, block in enumerate(blocks):
        level = heading_level(block.text) if block.kind == "paragraph" and "\n" not in block.text else 0
        below = blocks[index + 1] if index + 1 < len(blocks) else None
        heads = below is not None and below.kind != "heading" and heading_level(below.text) != level
        is_heading = level and heads and not is_item(block.text)
        shaped.append(replace(block, kind="heading", level=level) if is_heading else block)
    return shaped
