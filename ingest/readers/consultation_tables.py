"""Checklist tables that a slide's text holds flattened: № 内容 解説書, one cell a line."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.readers.consultation_lines import Line, join

_CAPTION = re.compile(r"^[ー―─—–-]++\s*+(\S.{3,80}?\S)\s*[ー―─—–-]{1,80}$")
_TABLE_HEAD = re.compile(r"^(?:№|No\.?|NO\.?|Ｎｏ\.?|項番|項目番号)(?:\s+\S{1,12}){1,5}$")
_ROW = re.compile(r"^(\d{1,3})(?:\s+(\S.*))?$")
_EMPTY_CELL = re.compile(r"^[ー―─—–\-−／/]+$")


def read_tables(lines: Sequence[Line]) -> tuple[list[Line], tuple[int, ...]]:
    """Return the lines with flattened checklist tables made readable, and the item numbers of their rows.

    A head such as 「№ 内容 解説書」 and empty cells (ー) go; a number on a line of its own joins its text.
    Captions between dashes (ー…ー) lose the dashes.
    """
    out: list[Line] = []
    numbers: list[int] = []
    in_table = False
    for line in lines:
        row = _ROW.match(line.text) if in_table else None
        if _TABLE_HEAD.match(line.text):
            in_table = True
        elif _EMPTY_CELL.match(line.text):
            in_table = in_table and False
        elif row:
            numbers.append(int(row.group(1)))
            out.append(line)
        elif line.text and out and in_table and _ROW.match(out[-1].text):
            out[-1] = replace(out[-1], text=_cell(out[-1].text, line.text))
        elif found := _CAPTION.match(line.text):
            in_table = False
            out += [replace(line, text=""), replace(line, text=found.group(1)), replace(line, text="")]
        else:
            out.append(line)
    return out, tuple(dict.fromkeys(numbers))


def _cell(row: str, text: str) -> str:
    return f"{row} {text}" if row.isdecimal() else join(row, text)
