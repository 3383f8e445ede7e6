"""Excel workbooks: every row with its column names; merged cells, title rows, dates as they are shown."""

import datetime as dt
import io
import re
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block, FileContent
from ingest.readers.grid import Cell, Grid, grid_blocks
from ingest.readers.ooxml import DAMAGE, damaged, open_package
from ingest.readers.qa_table import QaRows, read_qa_rows
from ingest.text.normalise import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openpyxl.worksheet.worksheet import Worksheet

# A workbook beyond this many bytes of sheet XML is streamed: objects take some 30 times the size in memory.
_STREAM_FROM = 80 * 1024 * 1024
_MAX_COLUMNS = 500  # a sheet formatted to its last column is not wider for it
_DEFAULT_NAME = re.compile(r"(?:sheet|シート)\s*\d*", re.IGNORECASE)
_UNCOMPUTED = re.compile(rb"(?:</f>|<f[^>]*/>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})


def read_xlsx(path: Path) -> FileContent:
    """Return the rows of all visible sheets; a table of questions and answers becomes a consultation.

    Raises:
        YorozuError: FILE_ENCRYPTED, FILE_DAMAGED, FILE_TOO_LARGE, FILE_NO_TEXT.
        OSError: the file cannot be read.
    """
    blocks: list[Block] = []
    found = QaRows()
    grids, notes, title = read_xlsx_grids(path)
    for _, grid in grids:
        blocks += _sheet_blocks(grid, found)
    if not blocks and not found.qas:
        raise YorozuError(ErrorCode.FILE_NO_TEXT)
    consultation = found.consultation(path.stem, title)
    return FileContent(tuple(blocks), consultation, title, notes=notes)


def read_xlsx_grids(path: Path) -> tuple[list[tuple[int, Grid]], tuple[str, ...], str | None]:
    """The visible sheets as grids, each with its position among all sheets (from 1); remarks; the title.

    Raises:
        YorozuError: FILE_ENCRYPTED, FILE_DAMAGED, FILE_TOO_LARGE.
        OSError: the file cannot be read.
    """
    package = open_package(path)
    grids: list[tuple[int, Grid]] = []
    try:
        streamed, uncomputed = _inspect(package)
        notes = ["大きなファイルのため、セルの結合を考慮せずに読みました。"] if streamed else []
        if uncomputed:
            notes.append(
                "計算結果が保存されていない数式があり、その値は読めません。Excelで開いて保存し直してください。"
            )
        workbook = _load(package, streamed=streamed)
        for number, sheet in enumerate(workbook.worksheets, start=1):
            if sheet.sheet_state != "visible":
                notes.append(f"非表示のシート「{clean(sheet.title)}」は読みませんでした。")
                continue
            grids.append((number, _streamed_grid(sheet) if streamed else _grid(sheet)))
        title = clean(workbook.properties.title or "").strip() or None
    except DAMAGE as error:
        raise damaged("Excelのファイルとして読めません") from error
    return grids, tuple(notes), title


def _inspect(package: io.BytesIO) -> tuple[bool, bool]:
    """Whether the workbook is to be streamed, and whether formulas without a stored value are in it."""
    with zipfile.ZipFile(package) as parts:
        sheets = [part for part in parts.infolist() if part.filename.startswith("xl/worksheets/")]
        streamed = sum(part.file_size for part in sheets) > _STREAM_FROM
        uncomputed = not streamed and any(_UNCOMPUTED.search(parts.read(part)) for part in sheets)
    package.seek(0)
    return streamed, uncomputed


def _load(package: io.BytesIO, *, streamed: bool) -> Any:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about extensions of Excel that hold no text
        return openpyxl.load_workbook(package, data_only=True, read_only=streamed, keep_links=False)


def _sheet_blocks(grid: Grid, found: QaRows) -> list[Block]:
    used = read_qa_rows(grid, found)
    name = grid.sheet or ""
    named = bool(name) and not _DEFAULT_NAME.fullmatch(name)
    rows = grid_blocks(grid, level=2 if named else 1, skip=used)
    return [Block("heading", name, level=1, sheet=name), *rows] if named and rows else rows


def _grid(sheet: "Worksheet") -> Grid:
    """The filled rows of a sheet; merged cells carry their value to every place that they cover."""
    texts: dict[tuple[int, int], Cell] = {}
    bold: dict[int, list[bool]] = {}
    styles: dict[int, bool] = {}  # reading a style is slow, and a sheet has few
    # The public ways to walk a sheet create each cell of its area, a million rows where one is formatted.
    for (row, column), cell in sheet._cells.items():  # noqa: SLF001
        if column <= _MAX_COLUMNS and (text := cell_text(cell.value, cell.number_format)):
            texts[row, column] = Cell(text, (row, column))
            if cell.style_id not in styles:
                styles[cell.style_id] = _is_marked(cell)
            bold.setdefault(row, []).append(styles[cell.style_id])
    filled = {row for row, _ in texts}
    for area in sheet.merged_cells.ranges:
        source = texts.get((area.min_row, area.min_col))
        if source is None:
            continue
        columns = range(area.min_col, min(area.max_col, _MAX_COLUMNS) + 1)
        rows = [row for row in range(area.min_row, area.max_row + 1) if row in filled]
        texts.update({(row, column): source for row in rows for column in columns})
    if not texts:
        return Grid([], clean(sheet.title))
    left, right = min(c for _, c in texts), max(c for _, c in texts)
    numbers = sorted(filled)
    empty = Cell("", (0, 0))
    rows_ = [[texts.get((row, c), empty) for c in range(left, right + 1)] for row in numbers]
    marked = frozenset(i for i, row in enumerate(numbers) if all(bold.get(row, [False])))
    return Grid(rows_, clean(sheet.title), numbers=numbers, marked=marked)


def _streamed_grid(sheet: Any) -> Grid:
    sheet.reset_dimensions()
    rows, numbers = [], []
    values: Iterable[tuple[Any, ...]] = sheet.iter_rows(values_only=True)
    for number, row in enumerate(values, start=1):
        cells = [Cell(cell_text(v), (number, c)) for c, v in enumerate(row[:_MAX_COLUMNS])]
        if any(cell.text for cell in cells):
            rows.append(cells)
            numbers.append(number)
    width = max(map(len, rows), default=0)
    padded = [row + [Cell("", (0, 0))] * (width - len(row)) for row in rows]
    return Grid(padded, clean(sheet.title), numbers=numbers)


def _is_marked(cell: Any) -> bool:
    """Whether a cell is set off as headers are: bold, or on a coloured ground."""
    fill = cell.fill
    return bool(cell.font and cell.font.b) or bool(fill and fill.fill_type == "solid")


def cell_text(value: object, number_format: str = "General") -> str:
    """Return a cell's value as a person reads it in the sheet: 2024-04-01, 50%, 3 (not 3.0)."""
    if value is None or (isinstance(value, str) and value in _ERRORS):
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.date | dt.time):
        return _moment_text(value)
    if isinstance(value, int | float):
        percent = "%" in number_format
        return format(value * 100 if percent else value, ".15g" if not percent else ".10g") + "%" * percent
    return clean(str(value)).strip()


def _moment_text(value: dt.date | dt.time) -> str:
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    return value.isoformat("minutes") if isinstance(value, dt.time) else value.isoformat()
