"""A table row, which the index keeps as 列名：値／列名：値, back in its cells."""

import re
from collections.abc import Sequence


def cells_of(text: str, columns: Sequence[str]) -> dict[str, tuple[int, int]] | None:
    """Return where in `text` the value of each column stands (start, end); None where it is no such row.

    A value may hold ／ and ： itself: only a column's name between them begins a cell. A value without a name
    stays with the cell before it.
    """
    if not columns:
        return None
    names = "|".join(re.escape(name) for name in sorted(columns, key=len, reverse=True))
    starts = list(re.finditer(f"(?:^|／)({names})：", text))
    if not starts or starts[0].start() != 0:
        return None
    ends = [match.start() for match in starts[1:]] + [len(text)]
    cells: dict[str, tuple[int, int]] = {}
    for match, end in zip(starts, ends, strict=True):
        if match[1] in cells:
            return None  # two columns of one name: nobody can say which is which
        cells[match[1]] = (match.end(), end)
    return cells
