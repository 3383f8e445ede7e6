"""Rows of tables, told by where their cells stand; read row by row, as the file draws them."""

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.readers.pdf_join import join_lines
from ingest.readers.pdf_lines import Line
from ingest.readers.pdf_shapes import ends_sentence, has_words, heading_kind, item_marker

_SIDE_EM = 2.0  # the next cell begins at least this far to the right of the last one
_SAME_EM = 1.2  # lines of one cell begin within this distance
_ALIGNED_EM = 0.7
_STEP_EM = 2.2  # lines of one cell follow each other at most this far down
_MIN_CELLS = 2
_HEADER_CELLS = 3  # a header line has at least this many names, or two over two columns
_HEADER_LETTERS = 20
_LABEL_EM = 14  # a line this short between two rows is the label of a group of rows
_ROW_LINES = 32
_CELL_LINES = 10  # a longer first "cell" is a column of running text


@dataclass(frozen=True, slots=True)
class Row:
    """Lines that belong together: a table row or a single line of text."""

    lines: tuple[Line, ...]
    columns: tuple[str, ...] = ()
    table: bool = False


def find_rows(lines: list[Line]) -> list[Row]:
    """Group `lines` into table rows; lines outside tables come back one by one."""
    groups = _groups(lines)
    rows: list[Row] = []
    columns: tuple[str, ...] = ()
    for index, group in enumerate(groups):
        after = groups[index + 1] if index + 1 < len(groups) else []
        if not _is_table_row(group, [groups[index - 1] if index else [], after]):
            rows.extend(Row((line,)) for line in group)
            if len(group) > 1 or group[0].right - group[0].x > _LABEL_EM * group[0].size:
                columns = ()
            continue
        names = _names(group)
        if _is_head(names, columns, after):
            columns = names
            rows.append(Row(tuple(group), table=True))
        else:
            rows.append(Row(tuple(group), columns, table=True))
    return rows


def _is_head(names: tuple[str, ...], columns: tuple[str, ...], after: list[Line]) -> bool:
    """The first row of a table, the same again, or a second line of names that divides the first further."""
    if not names or _cell_count(after) < len(names) - 1:
        return False
    return not columns or names == columns or len(names) > len(columns)


def _is_table_row(group: list[Line], beside: list[list[Line]]) -> bool:
    cells = _cell_count(group)
    if cells < _MIN_CELLS or len(group) > _ROW_LINES:
        return False
    if len(group) > 1:
        return cells > _MIN_CELLS or any(_cell_count(other) >= _MIN_CELLS for other in beside)
    if cells > _MIN_CELLS:
        return any(_cell_count(other) >= _MIN_CELLS for other in beside)
    return any(_aligned(group[0], other[0]) for other in beside if len(other) == 1)


def _aligned(line: Line, other: Line) -> bool:
    """Two lines of two cells each, one below the other."""
    if len(line.cells) != _MIN_CELLS or len(other.cells) != _MIN_CELLS or ends_sentence(line.cells[0][1]):
        return False
    if heading_kind(line.text) is not None or item_marker(line.text):
        return False
    near = _ALIGNED_EM * max(line.size, 1.0)
    return all(abs(a - b) <= near for (a, _), (b, _) in zip(line.cells, other.cells, strict=True))


def _groups(lines: list[Line]) -> list[list[Line]]:
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _same_row(groups[-1], line):
            groups[-1].append(line)
        else:
            groups.append([*_first_cell(groups, line), line])
    return groups


def _first_cell(groups: list[list[Line]], line: Line) -> list[Line]:
    """Take back the lines of a first cell when `line` turns out to begin the second, beside them."""
    taken: list[Line] = []
    while groups and len(groups[-1]) == 1 and line.y is not None and len(taken) < _CELL_LINES:
        other = groups[-1][0]
        em = max(other.size, line.size, 1.0)
        below = taken[0] if taken else None
        stacked = below is None or (
            abs(other.x - below.x) <= _SAME_EM * em and _step(other, below) < _STEP_EM * em
        )
        if (
            other.y is None
            or other.y > line.y + 0.5 * em
            or other.right > line.x
            or not stacked
            or other.broken
        ):
            break
        taken.insert(0, other)
        groups.pop()
    if taken and _step(line, taken[-1]) > 0.5 * max(line.size, 1.0):
        return taken
    groups.extend([other] for other in taken)
    return []


def _step(above: Line, below: Line) -> float:
    return (above.y or 0.0) - (below.y or 0.0)


def _same_row(group: list[Line], line: Line) -> bool:
    """The line starts another cell of the row, to the right of the last one and not below the row's foot."""
    last = group[-1]
    if line.y is None or last.y is None or line.broken or len(group) > _ROW_LINES:
        return False
    em = max(last.size, line.size, 1.0)
    heights = [member.y for member in group if member.y is not None]
    if line.y > max(heights) + 0.5 * em:
        return False
    if (
        line.x > last.last_x + _SIDE_EM * em
        and line.x > last.right - em
        and line.y >= min(heights) - 0.5 * em
    ):
        return True
    lefts = [x for x, _ in last.cells[1 if len(group) == 1 else 0 :]] or [last.x]
    in_cell = any(abs(line.x - x) <= _SAME_EM * em for x in lefts)
    in_cell = in_cell or (_cell_count(group) > _MIN_CELLS and last.last_x < line.x < last.right - em)
    below = 0 < last.y - line.y < _STEP_EM * em and len(line.cells) <= 1
    return in_cell and below and _cell_count(group) > 1 and line.x > group[0].x + _SIDE_EM * em


def _cell_count(group: list[Line]) -> int:
    count = 0
    before: Line | None = None
    for line in group:
        apart = before is None or line.x > before.last_x + _SIDE_EM * max(line.size, 1.0)
        count += len(line.cells) if apart else len(line.cells) - 1
        before = line
    return count


def _names(group: list[Line]) -> tuple[str, ...]:
    """The column names, if this row can be the head of a table: short words, none a sentence or a number."""
    names = tuple(row_cells(group))
    fits = len(names) >= _HEADER_CELLS and all(
        0 < len(name) <= _HEADER_LETTERS and "。" not in name and has_words(name) for name in names
    )
    numbered = heading_kind(names[0]) is not None or any(item_marker(name) for name in names)
    return names if fits and not numbered and len(set(names)) == len(names) else ()


def row_cells(lines: Iterable[Line]) -> list[str]:
    """The cells of a table row, each joined from its lines."""
    cells: list[str] = []
    cell: list[str] = []
    before: Line | None = None
    for line in lines:
        if before is not None and line.x > before.last_x + before.size and not _is_under(before, line):
            cells.append(join_lines(cell))
            cell = []
        texts = [text for _, text in line.cells]
        if len(texts) == 1 or " ".join(texts).count(" ") < line.text.count(" "):
            texts = [line.text]
        for text in texts[:-1]:
            cells.append(join_lines([*cell, text]))
            cell = []
        cell.append(texts[-1])
        before = line
    return [*cells, join_lines(cell)]


def _is_under(above: Line, below: Line) -> bool:
    if above.y is None or below.y is None:
        return False
    return 0 < above.y - below.y <= _STEP_EM * max(above.size, below.size, 1.0)
