"""CSV and TSV files: encoding and delimiter found out, every row with its column names."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from ingest.errors import ErrorCode, YorozuError
from ingest.models import FileContent
from ingest.readers.encoding import decode
from ingest.readers.grid import Grid, grid_blocks, plain_grid
from ingest.readers.ooxml import damaged
from ingest.readers.qa_table import QaRows, read_qa_rows
from ingest.text.normalise import clean

_DELIMITERS = ",\t;|"
_SNIFF_LINES = 50


def read_csv(path: Path) -> FileContent:
    """Return the rows of a delimited text file, and a consultation where it has question and answer columns.

    Raises:
        YorozuError: FILE_ENCODING, FILE_DAMAGED, FILE_NO_TEXT.
        OSError: the file cannot be read.
    """
    grid = read_csv_grid(path)
    found = QaRows()
    used = read_qa_rows(grid, found)
    blocks = grid_blocks(grid, skip=used)
    return FileContent(tuple(blocks), found.consultation(path.stem, None))


def read_csv_grid(path: Path) -> Grid:
    """The filled rows of a delimited text file.

    Raises:
        YorozuError: FILE_ENCODING, FILE_DAMAGED, FILE_NO_TEXT.
        OSError: the file cannot be read.
    """
    text = decode(path.read_bytes()).replace("\x00", "")
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=sniff_delimiter(text)))
    except csv.Error as error:
        raise damaged("区切りの書式を解釈できません") from error
    rows = [(n, [clean(cell).strip() for cell in record]) for n, record in enumerate(records, start=1)]
    filled = [(n, row) for n, row in rows if any(row)]
    if not filled:
        raise YorozuError(ErrorCode.FILE_NO_TEXT)
    return plain_grid([row for _, row in filled], numbers=[n for n, _ in filled])


def sniff_delimiter(text: str) -> str:
    """Return the delimiter under which most of the first records have one same number (above 1) of cells."""
    head = "".join(text.splitlines(keepends=True)[:_SNIFF_LINES])
    return max(_DELIMITERS, key=lambda mark: (_regularity(head, mark), -_DELIMITERS.index(mark)))


def _regularity(head: str, mark: str) -> float:
    try:
        widths = [
            len(record) for record in csv.reader(io.StringIO(head, newline=""), delimiter=mark) if record
        ]
    except csv.Error:
        return 0.0
    return _share_of_commonest(widths)


def _share_of_commonest(widths: Sequence[int]) -> float:
    wide = [width for width in widths if width > 1]
    if not wide:
        return 0.0
    commonest = max(set(wide), key=lambda width: (wide.count(width), width))
    return wide.count(commonest) / len(widths)
