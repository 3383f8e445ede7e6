"""PowerPoint decks: a slide is a page; title, text in reading order, tables, diagrams, notes."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block, FileContent
from ingest.readers.grid import Cell, Grid, grid_blocks
from ingest.readers.ooxml import DAMAGE, damaged, open_package
from ingest.readers.pptx_boxes import reading_order
from ingest.text.normalise import clean

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_FURNITURE = frozenset({"DATE", "FOOTER", "SLIDE_NUMBER", "HEADER"})
_NOTES = "ノート"
_MAX_NESTING = 20  # groups inside groups


def read_pptx(path: Path) -> FileContent:
    """Return the blocks of all visible slides; `pages` holds the text of each slide, hidden ones empty.

    Raises:
        YorozuError: FILE_ENCRYPTED, FILE_DAMAGED, FILE_TOO_LARGE, FILE_NO_TEXT.
        OSError: the file cannot be read.
    """
    from pptx.exc import PythonPptxError

    errors: tuple[type[Exception], ...] = (*DAMAGE, PythonPptxError)
    package = open_package(path)
    slides: list[list[Block]] = []
    notes: list[str] = []
    try:
        presentation = _open(package)
        for number, slide in enumerate(presentation.slides, start=1):
            hidden = slide.element.get("show") in {"0", "false"}
            if hidden:
                notes.append(f"非表示のスライド {number} は読みませんでした。")
            slides.append([] if hidden else _Slide(slide, number).read())
        title = clean(presentation.core_properties.title or "").strip()
    except errors as error:
        raise damaged("PowerPointのファイルとして読めません") from error
    blocks = [block for slide in slides for block in slide]
    if not blocks:
        raise YorozuError(ErrorCode.FILE_NO_TEXT)
    first = next((block.text for block in blocks if block.kind == "heading"), None)
    pages = tuple("\n".join(block.text for block in slide) for slide in slides)
    return FileContent(tuple(blocks), title=first or title or None, pages=pages, notes=tuple(notes))


def _open(package: Any) -> Any:
    import pptx

    return pptx.Presentation(package)


@dataclass
class _Slide:
    """Reads one slide."""

    slide: Any
    page: int
    blocks: list[Block] = field(default_factory=list)
    level: int = 2

    def read(self) -> list[Block]:
        title = self.slide.shapes.title
        text = _one_line(title.text_frame) if title is not None else ""
        if text:
            self.level = 1 if self._opens_part(title) else 2
            self._add(Block("heading", text, level=self.level))
        skipped = title.shape_id if title is not None else None
        for shape in reading_order([s for s in self.slide.shapes if s.shape_id != skipped]):
            self._shape(shape, 0)
        if self.slide.has_notes_slide and self.slide.notes_slide.notes_text_frame is not None:
            self._notes(self.slide.notes_slide.notes_text_frame)
        return self.blocks

    def _opens_part(self, title: Any) -> bool:
        """Whether the slide is a title page or opens a section."""
        kind = self.slide.slide_layout.element.get("type")
        return kind in {"title", "secHead"} or title.placeholder_format.type.name == "CENTER_TITLE"

    def _shape(self, shape: Any, depth: int) -> None:
        if _is_furniture(shape) or _is_hidden(shape):
            return
        if hasattr(shape, "shapes") and depth < _MAX_NESTING:
            for inner in reading_order(list(shape.shapes)):
                self._shape(inner, depth + 1)
        elif getattr(shape, "has_table", False):
            for block in grid_blocks(replace(_grid(shape.table), page=self.page), level=self.level + 1):
                self._add(block)
        elif shape.has_text_frame:
            for block in _paragraphs(shape.text_frame):
                self._add(block)
        else:
            for text in _diagram_texts(shape, self.slide.part):
                self._add(Block("paragraph", text))

    def _notes(self, frame: Any) -> None:
        blocks = list(_paragraphs(frame))
        if blocks:
            self._add(Block("heading", _NOTES, level=self.level + 1))
            for block in blocks:
                self._add(block)

    def _add(self, block: Block) -> None:
        if block.text.strip():
            self.blocks.append(replace(block, page=self.page))


def _paragraphs(frame: Any) -> Iterator[Block]:
    for paragraph in frame.paragraphs:
        text = _text(paragraph)
        properties = paragraph._p.pPr  # noqa: SLF001 - bullets are not in the public interface
        bullet = properties is not None and any(
            properties.find(f"{_A}{name}") is not None for name in ("buChar", "buAutoNum", "buBlip")
        )
        if text:
            yield Block("list_item" if bullet or paragraph.level else "paragraph", text)


def _text(paragraph: Any) -> str:
    # python-pptx hands out a line break inside a paragraph as a vertical tab.
    lines = paragraph.text.replace("\v", "\n").split("\n")
    return "\n".join(line for line in (clean(line).strip() for line in lines) if line)


def _one_line(frame: Any) -> str:
    return " ".join(" ".join(_text(paragraph).split("\n")) for paragraph in frame.paragraphs).strip()


def _is_furniture(shape: Any) -> bool:
    if not shape.is_placeholder or shape.placeholder_format.type is None:
        return False
    return shape.placeholder_format.type.name in _FURNITURE


def _is_hidden(shape: Any) -> bool:
    properties = next((e for e in shape._element.iter() if e.tag.endswith("}cNvPr")), None)  # noqa: SLF001
    return properties is not None and properties.get("hidden") in {"1", "true"}


def _grid(table: Any) -> Grid:
    origins: dict[tuple[int, int], Cell] = {}
    for r, row in enumerate(table.rows):
        for c, cell in enumerate(row.cells):
            if cell.is_spanned and (r, c) in origins:
                continue
            text = "\n".join(filter(None, (_text(p) for p in cell.text_frame.paragraphs)))
            down, across = (cell.span_height, cell.span_width) if cell.is_merge_origin else (1, 1)
            value = Cell(text, (r, c))
            origins.update({(r + i, c + j): value for i in range(down) for j in range(across)})
    width, height = len(table.columns), len(table.rows)
    rows = [[origins.get((r, c), Cell("", (r, c))) for c in range(width)] for r in range(height)]
    header = 1 if table.first_row and height > 1 and any(cell.text for cell in rows[0]) else None
    return Grid(rows, header=header)


def _diagram_texts(shape: Any, part: Any) -> Iterator[str]:
    """The texts of a SmartArt diagram, which stand in a part of their own."""
    from lxml import etree

    relations = next(shape._element.iter(f"{_DIAGRAM}relIds"), None)  # noqa: SLF001
    if relations is None:
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(part.related_part(relations.get(f"{_R}dm")).blob, parser)
    for paragraph in root.iter(f"{_A}p"):
        text = clean("".join(run.text or "" for run in paragraph.iter(f"{_A}t"))).strip()
        if text:
            yield text
