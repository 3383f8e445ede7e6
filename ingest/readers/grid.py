"""A table of any format as a grid of cells, and the blocks that it is read out as."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ingest.models import Block

_MAX_LABEL = 40  # characters; longer cells are text, not column names
_HEADER_SEARCH_ROWS = 30  # a header stands near the top, below titles and remarks
_MAX_HEADER_DEPTH = 4
_MAX_TITLE = 60
_KEY_LENGTH = 20  # a first cell up to this length names the value beside it
# Words that columns are called by, at the end of a label: 要求事項, 質問内容, 対応期限.
_KNOWN = re.compile(
    r"#|[qa]|.{0,8}(?:no\.?|番号|通番|連番|項番|項目|事項|分類|区分|種別|名称|[^\W\d_]名|内容|説明|質問|問|回答|答"
    r"|備考|要件|条件|基準|レベル|日付|期限|結果|用語|定義|担当者?|氏名|対象|理由|方法|資料|url)"
)
_VALUE = re.compile(r"[\d\s.,:/%+\-~¥$年月日時分秒円件]+")
_REMARK = re.compile(r"[※＊*注(（]")


class Cell(NamedTuple):
    """One cell: its text and the place where a merged cell begins (row, column from 0)."""

    text: str
    origin: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of equal length; a merged cell stands at every place that it covers.

    `numbers` are the row numbers of the sheet (from 1), empty where the format counts none. `header` is
    the number of header rows where the format says so, else None. `marked` are rows set off by style.
    """

    rows: list[list[Cell]]
    sheet: str | None = None
    page: int | None = None
    numbers: Sequence[int] = ()
    header: int | None = None
    marked: frozenset[int] = field(default=frozenset())


class Header(NamedTuple):
    """Where a table's column names stand: rows start..end (end excluded) and the names."""

    start: int
    end: int
    columns: tuple[str, ...]


def plain_grid(rows: Sequence[Sequence[str]], **where: object) -> Grid:
    """Return a grid without merged cells; short rows are filled up with empty cells."""
    width = max((len(row) for row in rows), default=0)
    cells = [
        [Cell(row[c] if c < len(row) else "", (r, c)) for c in range(width)] for r, row in enumerate(rows)
    ]
    return Grid(cells, **where)  # type: ignore[arg-type]


def parts(row: Sequence[Cell]) -> list[tuple[int, str]]:
    """The (column, text) of a row's cells that say something, a merged cell once."""
    seen: set[tuple[int, int]] = set()
    found = []
    for column, cell in enumerate(row):
        if cell.text.strip() and cell.origin not in seen:
            found.append((column, cell.text.strip()))
        seen.add(cell.origin)
    return found


def find_header(grid: Grid, start: int = 0) -> Header | None:
    """Return the column names, searched from row `start` on.

    The first row of several cells is the header if the rows below bear it out; a later one (a form's
    fields stand above it) only if its words or its style say so.
    """
    if grid.header is not None:
        depth = grid.header
        return Header(0, depth, column_names(grid.rows[:depth])) if depth and start == 0 else None
    first = True
    for index in range(start, min(len(grid.rows), start + _HEADER_SEARCH_ROWS)):
        if len(parts(grid.rows[index])) < 2:  # noqa: PLR2004 - one cell is a title or a remark
            continue
        end = index + _depth(grid, index)
        if _is_strong(grid, index, end) or (first and _is_likely(grid, index, end)):
            return Header(index, end, column_names(grid.rows[index:end]))
        first = False
    return None


def find_headers(grid: Grid) -> list[Header]:
    """Return the headers of all tables in the grid: the first one, and those that follow an empty row."""
    found = []
    header = find_header(grid)
    while header is not None:
        found.append(header)
        header = _next_header(grid, header.end + 1)
    return found


def _next_header(grid: Grid, start: int) -> Header | None:
    """The first row of several cells behind an empty row, below titles, if it is certainly a header."""
    behind_gap = False
    for index in range(start, len(grid.rows)):
        behind_gap = behind_gap or (bool(grid.numbers) and grid.numbers[index] > grid.numbers[index - 1] + 1)
        if not behind_gap or len(parts(grid.rows[index])) < 2:  # noqa: PLR2004 - a title or a remark
            continue
        behind_gap = False
        end = index + _depth(grid, index)
        if _is_strong(grid, index, end):
            return Header(index, end, column_names(grid.rows[index:end]))
    return None


def column_names(rows: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    """The name of each column, levels of a header joined by a space; "" where there is none."""
    if not rows:
        return ()
    names = []
    for column in range(len(rows[0])):
        levels: dict[tuple[int, int], str] = {}
        for row in rows:
            levels.setdefault(row[column].origin, one_line(row[column].text))
        names.append(" ".join(dict.fromkeys(text for text in levels.values() if text)))
    return tuple(names)


def one_line(text: str) -> str:
    """Return `text` on one line; a break between Japanese characters leaves no blank behind."""
    return re.sub(r"(?<=[^\x00-\x7f])\s*\n\s*(?=[^\x00-\x7f])", "", text).replace("\n", " ").strip()


def row_text(row: Sequence[Cell], columns: Sequence[str]) -> str:
    """Return a row as 列名：値／列名：値, values that share a merged cell once."""
    named = []
    for column, text in parts(row):
        name = columns[column] if column < len(columns) else ""
        named.append(f"{name}：{text}" if name else text)
    return "／".join(named)


def grid_blocks(grid: Grid, *, level: int = 1, skip: frozenset[int] = frozenset()) -> list[Block]:
    """Return the blocks of a table in reading order.

    Args:
        grid: the table.
        level: depth of the headings that stand in the table (titles above it, section rows in it).
        skip: rows (from 0) that are read otherwise.
    """
    headers = find_headers(grid)
    blocks: list[Block] = []
    for index in range(len(grid.rows)):
        if index in skip or any(header.start <= index < header.end for header in headers):
            continue
        titles_next = any(
            header.start > index and _all_single(grid, index, header.start) for header in headers
        )
        above = [header for header in headers if header.end <= index and not titles_next]
        names = above[-1].columns if above else None
        if block := _row_block(grid, index, names, level, titled=bool(headers)):
            blocks.append(block)
    return blocks


def _all_single(grid: Grid, start: int, end: int) -> bool:
    """Whether the rows from `start` up to a header hold one cell each: they are its titles and remarks."""
    return all(len(parts(row)) == 1 for row in grid.rows[start:end])


def _row_block(
    grid: Grid, index: int, columns: tuple[str, ...] | None, level: int, *, titled: bool
) -> Block | None:
    cells = parts(grid.rows[index])
    if not cells:
        return None
    place = Block("paragraph", "", grid.page, sheet=grid.sheet, row=_number(grid, index))
    text = cells[0][1]
    if len(cells) == 1 and (columns is None or _spans(grid.rows[index], cells[0][0])):
        if titled and _is_title(grid, index, text):
            return replace(place, kind="heading", text=one_line(text), level=level + (columns is not None))
        return replace(place, text=text)
    if columns is None:
        return replace(place, kind="table_row", text=_unnamed(cells, keyed=grid.header is None))
    if len(cells) == 1 and len(columns) > 2 and _is_value(text):  # noqa: PLR2004
        return None  # a form's prepared line: a number and nothing beside it
    return replace(place, kind="table_row", text=row_text(grid.rows[index], columns), columns=columns)


def _number(grid: Grid, index: int) -> int | None:
    return grid.numbers[index] if grid.numbers else None


def _is_title(grid: Grid, index: int, text: str) -> bool:
    short = len(text) <= _MAX_TITLE and not text.endswith("。") and not _REMARK.match(text)
    return short and index < len(grid.rows) - 1


def _unnamed(cells: list[tuple[int, str]], *, keyed: bool) -> str:
    """A row without column names; two cells of which the first is short are a name and its value."""
    texts = [text for _, text in cells]
    if keyed and len(texts) == 2 and len(texts[0]) <= _KEY_LENGTH and not _is_value(texts[0]):  # noqa: PLR2004
        return f"{one_line(texts[0]).rstrip(':：')}：{texts[1]}"
    return "／".join(texts)


def _spans(row: Sequence[Cell], column: int) -> bool:
    """Whether the only cell of a row covers at least half of it: a section title inside the table."""
    width = sum(cell.origin == row[column].origin for cell in row)
    return width > 1 and width * 2 >= len(row)


def _are_labels(cells: list[tuple[int, str]]) -> bool:
    texts = [one_line(text) for _, text in cells]
    return all(len(text) <= _MAX_LABEL and not text.endswith("。") for text in texts) and not any(
        _is_value(text) for text in texts[:-1]
    )


def _is_value(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).strip()
    return bool(_VALUE.fullmatch(plain)) and any(char.isdigit() for char in plain)


def _depth(grid: Grid, index: int) -> int:
    """Rows that the header takes up: as many as its tallest merged cell covers."""
    depth = 1
    for column, cell in enumerate(grid.rows[index]):
        below = index + 1
        while below < len(grid.rows) and cell.text and grid.rows[below][column].origin == cell.origin:
            below += 1
        depth = max(depth, below - index)
    return depth if depth <= _MAX_HEADER_DEPTH else 1


def _is_strong(grid: Grid, start: int, end: int) -> bool:
    """Whether words that columns are called by, or a style of its own, make a row of labels the header."""
    labels = parts(grid.rows[start])
    if end >= len(grid.rows) or len(labels) < 2 or not _are_labels(labels):  # noqa: PLR2004
        return False
    known = sum(bool(_KNOWN.fullmatch(_key(label))) for _, label in labels)
    return known > 1 or (start in grid.marked and end not in grid.marked)


def _is_likely(grid: Grid, start: int, end: int) -> bool:
    """Whether the rows below bear a row of labels out: full and wide, or of another sort than it."""
    labels = {column: one_line(text) for column, text in parts(grid.rows[start])}
    below = [dict(parts(row)) for row in grid.rows[end : end + _HEADER_SEARCH_ROWS]]
    below = [row for row in below if len(row) > 1]
    if not below or not _are_labels(list(labels.items())):
        return False
    known = any(_KNOWN.fullmatch(_key(label)) for label in labels.values())
    contrast = any(_contrasts(labels[c], [row[c] for row in below if c in row]) for c in labels)
    distinct = len(set(labels.values())) == len(labels)
    full = len(labels) * 10 >= 8 * max(len(row) for row in below)
    if len(labels) > 2 and distinct and full:  # noqa: PLR2004
        return known or contrast or len(below) > 1
    return known and contrast


def _contrasts(label: str, values: list[str]) -> bool:
    """Whether a column's values are of another sort than its label: numbers, or much longer."""
    if not values:
        return False
    if all(_is_value(value) for value in values):
        return True
    return sum(map(len, values)) / len(values) >= 2 * len(label) + 4


def _key(label: str) -> str:
    return re.sub(r"[\s()\[\]【】]", "", unicodedata.normalize("NFKC", label)).casefold()
