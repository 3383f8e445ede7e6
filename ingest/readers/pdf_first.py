"""The first PDF reader: pypdf, page by page, with the place and size of every run of text."""

import logging
import math
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from pypdf import PageObject, PasswordType, PdfReader
from pypdf.errors import DependencyError, PyPdfError

from ingest.errors import ErrorCode, YorozuError
from ingest.readers.pdf_lines import Line, Page, Piece, make_line, split_ruby, without_ruby
from ingest.text.normalise import clean

# What pypdf trips over in a damaged file, besides the errors of its own.
PARSE_ERRORS = (
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep pypdf's remarks about a damaged file off stderr; what matters comes back as a named problem."""
    logger = logging.getLogger("pypdf")
    propagate, handler = logger.propagate, logging.NullHandler()
    logger.propagate = False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate


def open_first(stream: IO[bytes]) -> PdfReader | None:
    """Open with pypdf, unlocking an empty password; None when pypdf cannot make sense of the file.

    Raises:
        YorozuError: FILE_ENCRYPTED when a password is needed.
    """
    try:
        reader = PdfReader(stream)
        locked = reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED
        if not locked and len(reader.pages) == 0:
            return None
    except DependencyError as error:
        raise YorozuError(ErrorCode.FILE_ENCRYPTED) from error
    except PARSE_ERRORS:
        return None
    if locked:
        raise YorozuError(ErrorCode.FILE_ENCRYPTED)
    return reader


def read_first(reader: PdfReader, index: int) -> Page:
    """The text and lines of page `index` (from 0); `problem` is set when the page is damaged."""
    try:
        page = reader.pages[index]
        pieces: list[Piece] = []
        place = _placer(page)

        def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
            pieces.append(place(text, cm, tm, font, size))

        text = page.extract_text(visitor_text=visit)
        height = float(page.mediabox.width if page.rotation % 180 else page.mediabox.height)
    except PARSE_ERRORS:
        return Page(index + 1, "", (), problem=ErrorCode.FILE_DAMAGED.value)
    lines = _lines(pieces)
    return Page(index + 1, clean(text), tuple(without_ruby(lines)), height)


def _placer(page: PageObject) -> Any:
    rotation = page.rotation % 360
    left, bottom = float(page.mediabox.left), float(page.mediabox.bottom)
    width, height = float(page.mediabox.width), float(page.mediabox.height)

    def place(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> Piece:
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4] - left
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5] - bottom
        up = (tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3])
        x, y = {90: (y, width - x), 180: (width - x, height - y), 270: (height - y, x)}.get(rotation, (x, y))
        return Piece(text, x, y, abs(size) * math.hypot(*up), _font_name(font))

    return place


def _font_name(font: Any) -> str:
    name = font.get("/BaseFont", "") if font is not None else ""
    return str(name).lstrip("/").rpartition("+")[2]


def _lines(pieces: list[Piece]) -> list[Line]:
    rows: list[list[Piece]] = [[]]
    for piece in pieces:
        for number, part in enumerate(piece.text.split("\n")):
            if number:
                rows.append([])
            if part:
                rows[-1].append(Piece(part, piece.x, piece.y, piece.size, piece.font))
    made = (make_line(part) for row in rows for part in split_ruby(row))
    return [line for line in made if line is not None]


def first_labels(reader: PdfReader) -> list[str] | None:
    """The page labels that the file itself gives, None when it gives none."""
    try:
        return list(reader.page_labels) if "/PageLabels" in reader.root_object else None
    except PARSE_ERRORS:
        return None


def first_title(reader: PdfReader) -> str | None:
    """The title in the file's description, whatever it is worth."""
    try:
        return reader.metadata.title if reader.metadata is not None else None
    except PARSE_ERRORS:
        return None


def size_of(path: Path) -> int:
    """Bytes in the file.

    Raises:
        YorozuError: FILE_UNREADABLE when it cannot be looked at.
    """
    try:
        return path.stat().st_size
    except OSError as error:
        raise YorozuError(ErrorCode.FILE_UNREADABLE, reason=error.strerror or type(error).__name__) from error
