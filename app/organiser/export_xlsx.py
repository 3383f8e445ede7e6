"""The spreadsheet that the questions came in, with the answers written beside them.

Names stay out: a column that identifies someone is emptied, the question column holds the generalised words,
and everything that is neither is taken out with comments, links, pictures and sheets that hold no questions.
Only who says that nothing is to be generalised gets the sheet as it came. Formulas become their values.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import openpyxl
from openpyxl.packaging.core import DocumentProperties
from openpyxl.packaging.custom import CustomPropertyList
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.dimensions import SheetFormatProperties
from openpyxl.worksheet.worksheet import Worksheet

from app.organiser.handout import Item
from app.organiser.models import ColumnPlan, Role
from app.organiser.safe_text import plain, starts_active
from ingest.readers.isolated import IsolatedReader
from ingest.readers.ooxml import open_package

if TYPE_CHECKING:
    from ingest.readers.grid import Grid

_REWRITE = "app.organiser.export_xlsx:rewritten"  # what an IsolatedReader is told
_CELLS = "ingest.readers.delimited:read_csv_grid"
_MOST_WRITTEN = 512 * 1024 * 1024  # openpyxl writes each sheet into a temporary file first
_KEPT: frozenset[Role] = frozenset({"number", "item_no", "date", "theme", "answer"})
_WITHHELD = "（非公開）"
_MOST = 32_000  # characters; Excel refuses a cell of more than 32,767
_WIDE, _NARROW = 60, 24
_NEW = ("質問番号", "回答案", "参考資料", "出典", "注意", "確認事項", "状態")
Generalise = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Written:
    """What is written beside one row: its questions, each with its answer where one was drafted."""

    question: str
    items: tuple[Item, ...]


def workbook_of(
    path: Path,
    plans: Sequence[ColumnPlan],
    rows: Mapping[tuple[int, int], Written],
    generalise: Generalise | None,
) -> bytes:
    """Return the workbook.

    Args:
        path: the xlsx or csv file that came in, read without harm before.
        plans: how its tables were read.
        rows: by sheet_no and row, both from 1.
        generalise: makes any other kept text neutral; None leaves the sheet as it came.

    Raises:
        YorozuError: a FILE_* code, where the file has changed since it was read.
    """
    book = _from_csv(path) if path.suffix.lower() in {".csv", ".tsv"} else _from_xlsx(path)
    sheets = list(book.worksheets)
    used = {plan.sheet_no: plan for plan in plans if plan.used}
    for number, sheet in enumerate(sheets, start=1):
        plan = used.get(number)
        if plan is not None:
            first = sheet.max_column + 1
            if generalise is not None:
                _neutral(sheet, plan, rows, generalise, number)
            _write_answers(sheet, plan, rows, number, first)
        elif generalise is not None:
            book.remove(sheet)
        _as_text(sheet)
    _without_properties(book)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def rewritten(path: Path) -> bytes:
    """Values instead of formulas, no links to other workbooks, no macros. Runs in the isolated reader.

    Raises:
        YorozuError: a FILE_* code.
    """
    book = openpyxl.load_workbook(open_package(path), data_only=True, keep_links=False, keep_vba=False)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _from_xlsx(path: Path) -> openpyxl.Workbook:
    """The workbook as this program's own library wrote it: a stranger's file is never parsed here."""
    with IsolatedReader(reader=_REWRITE, written_bytes=_MOST_WRITTEN) as reader:
        return openpyxl.load_workbook(BytesIO(reader.call(path)))


def _from_csv(path: Path) -> openpyxl.Workbook:
    """A workbook of the cells; like any stranger's file it is parsed in a process of its own."""
    with IsolatedReader(reader=_CELLS) as reader:
        grid = cast("Grid", reader.call(path))
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row, cells in enumerate(grid.rows, start=1):
        for column, cell in enumerate(cells, start=1):
            _put(sheet, row, column, cell.text)
    return book


def _neutral(
    sheet: Worksheet,
    plan: ColumnPlan,
    rows: Mapping[tuple[int, int], Written],
    generalise: Generalise,
    number: int,
) -> None:
    roles = {column.index + 1: column.role for column in plan.columns}
    last = plan.header_rows[1] if plan.header_rows else 0
    for cells in list(sheet.iter_rows()):
        written = rows.get((number, cells[0].row or 0))
        for cell in cells:
            if cell.value is None or not hasattr(cell, "hyperlink"):  # inside a merged area
                continue
            cell.hyperlink = cell.comment = None
            role = roles.get(cell.column, "other")
            if cell.row <= last or role in _KEPT:
                if isinstance(cell.value, str):
                    _put(sheet, cell.row, cell.column, generalise(cell.value))
            elif role == "question" and written is not None:
                _put(sheet, cell.row, cell.column, written.question)
            else:
                _put(sheet, cell.row, cell.column, _WITHHELD)
    if generalise(sheet.title) != sheet.title:
        sheet.title = f"質問{number}"
    _without_extras(sheet)


def _without_extras(sheet: Worksheet) -> None:
    """Pictures, charts, rules and headers may hold names as well, and nothing here needs them."""
    sheet._images, sheet._charts = [], []  # type: ignore[attr-defined]  # noqa: SLF001 - no call empties them
    sheet.data_validations.dataValidation = []
    sheet.conditional_formatting = type(sheet.conditional_formatting)()
    sheet.auto_filter.ref = None
    sheet.sheet_format = SheetFormatProperties()
    sheet.defined_names.clear()
    for part in (sheet.oddHeader, sheet.oddFooter, sheet.evenHeader, sheet.evenFooter, sheet.firstHeader):
        for side in (part.left, part.center, part.right) if part is not None else ():
            side.text = None


def _without_properties(book: openpyxl.Workbook) -> None:
    book.properties = DocumentProperties(creator="")
    book.custom_doc_props = CustomPropertyList()  # type: ignore[attr-defined]
    book.defined_names.clear()


def _write_answers(
    sheet: Worksheet,
    plan: ColumnPlan,
    rows: Mapping[tuple[int, int], Written],
    number: int,
    first: int,
) -> None:
    if plan.header_rows is not None:
        for offset, name in enumerate(_NEW):
            cell = _put(sheet, plan.header_rows[1], first + offset, name)
            cell.font = Font(bold=True)
            cell.fill = PatternFill("solid", fgColor="EAF1F8")
    for offset, name in enumerate(_NEW):
        letter = get_column_letter(first + offset)
        sheet.column_dimensions[letter].width = _WIDE if name == "回答案" else _NARROW
    for (sheet_no, row), written in rows.items():
        if sheet_no == number and written.items:
            for offset, text in enumerate(_cells(written.items)):
                cell = _put(sheet, row, first + offset, text)
                cell.alignment = Alignment(wrap_text=True, vertical="top")


def _cells(items: Sequence[Item]) -> tuple[str, ...]:
    """The texts of the new columns; several questions of one row are numbered."""

    def all_of(told: Callable[[Item], str]) -> str:
        texts = [told(item) for item in items]
        if len(texts) == 1:
            return texts[0]
        return "\n\n".join(f"（{place}）{text}" for place, text in enumerate(texts, 1) if text)

    return (
        "、".join(dict.fromkeys(str(item.no) for item in items)),
        all_of(lambda item: "\n".join(line.text for line in item.lines)),
        all_of(lambda item: "\n".join(t for label, url in item.references for t in (label, url) if t)),
        all_of(lambda item: "\n".join(item.sources)),
        all_of(lambda item: "\n".join(f"※{caution}" for caution in item.cautions)),
        all_of(lambda item: "\n".join((item.needs, *item.why))),
        all_of(lambda item: item.state),
    )


def _put(sheet: Worksheet, row: int, column: int, text: str) -> Any:
    """Write text that stays text, whatever it begins with."""
    text = plain(text)
    cell = sheet.cell(row, column)
    cell.value = text if len(text) <= _MOST else text[:_MOST] + "…"
    if text:
        cell.data_type = "s"
        if starts_active(text):
            cell.quotePrefix = True
    return cell


def _as_text(sheet: Worksheet) -> None:
    """Texts that begin like a formula are marked as text, and links are taken off."""
    for cells in sheet.iter_rows():
        for cell in cells:
            if hasattr(cell, "hyperlink") and cell.hyperlink is not None:
                cell.hyperlink = None
            if isinstance(cell.value, str) and starts_active(cell.value):
                cell.data_type = "s"
                cell.quotePrefix = True
