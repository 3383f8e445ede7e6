"""The second PDF reader: pypdfium2, asked where the first finds nothing or garbage, and for better blanks."""

import ctypes
import re
from dataclasses import replace
from typing import Any

from ingest.errors import ErrorCode, YorozuError
from ingest.readers.pdf_lines import Line, Page, Piece, make_line, without_ruby
from ingest.text.normalise import clean

_PASSWORD_ERROR = "password"  # noqa: S105  # a word of pdfium's message, not a secret
_WORD = re.compile(r"\S+[ \t\u3000]*")
_LAST_OF_BMP = "\uffff"  # beyond it pdfium counts two characters for one
_MANY_PATHS = 60  # letters drawn as outlines, or a chart; a ruled blank page has fewer


class SecondReader:
    """An open PDF; `None` for a page means that pdfium cannot read it either. Close it after use."""

    def __init__(self, path: str) -> None:
        """Open the file at `path`.

        Raises:
            YorozuError: FILE_ENCRYPTED or FILE_DAMAGED.
        """
        import pypdfium2

        self._error: type[Exception] = pypdfium2.PdfiumError
        try:
            self._document: Any = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError as error:
            if _PASSWORD_ERROR in str(error).lower():
                raise YorozuError(ErrorCode.FILE_ENCRYPTED) from error
            raise YorozuError(ErrorCode.FILE_DAMAGED, reason="PDFとして開けません") from error
        self.page_count: int = len(self._document)

    def close(self) -> None:
        """Give the file back."""
        self._document.close()

    def title(self) -> str | None:
        """The title in the file's description."""
        return str(self._document.get_metadata_value("Title")) or None

    def page(self, index: int) -> Page | None:
        """Page `index` (from 0) with its lines and where they stand; None when it is damaged."""
        try:
            page = self._document[index]
            words = page.get_textpage()
        except self._error:
            return None
        try:
            text = str(words.get_text_range())
            lines = without_ruby(_lines(words, text))
            return Page(index + 1, clean(text), tuple(lines), float(page.get_height()))
        except self._error:
            return None
        finally:
            words.close()
            page.close()

    def hidden(self, index: int) -> str | None:
        """Why page `index` gives no text although something is drawn there; None for an empty page."""
        import pypdfium2.raw as pdfium

        try:
            page = self._document[index]
        except self._error:
            return ErrorCode.FILE_DAMAGED.value
        try:
            kinds = [found.type for found in page.get_objects(max_depth=4)]
            words = page.get_textpage()
            letters = words.count_chars()
            words.close()
        except self._error:
            return ErrorCode.FILE_DAMAGED.value
        finally:
            page.close()
        if pdfium.FPDF_PAGEOBJ_IMAGE in kinds or kinds.count(pdfium.FPDF_PAGEOBJ_PATH) > _MANY_PATHS:
            return ErrorCode.FILE_NO_TEXT.value
        unmapped = pdfium.FPDF_PAGEOBJ_TEXT in kinds and letters == 0  # blanks count as letters, too
        return ErrorCode.FILE_GARBLED.value if unmapped else None


def _lines(words: Any, text: str) -> list[Line]:
    found: list[Line] = []
    placed = text.isascii() or max(text) <= _LAST_OF_BMP
    start = 0
    for raw in text.split("\n"):
        if raw.strip():
            line = make_line(_pieces(words, raw, start))
            if line is not None:
                found.append(line if placed else replace(line, y=None, cells=()))
        start += len(raw) + 1
    return found


def _pieces(words: Any, raw: str, start: int) -> list[Piece]:
    """The words of a line that begins at character `start` of the page, each with its place."""
    found = [(match.group(), start + match.start()) for match in _WORD.finditer(raw)]
    size, y = _type_size(words, found[0][1])
    pieces: list[Piece] = []
    for text, index in found:
        left = words.get_charbox(index, loose=True)[0]
        right = words.get_charbox(index + len(text.rstrip()) - 1, loose=True)[2]
        pieces.append(Piece(text, left, y, size, end=max(left, right)))
    return pieces


def _type_size(words: Any, index: int) -> tuple[float, float]:
    """Size and baseline of the character `index`."""
    import pypdfium2.raw as pdfium

    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(words, index, ctypes.byref(x), ctypes.byref(y))
    size = abs(float(pdfium.FPDFText_GetFontSize(words, index)))
    left, bottom, right, top = words.get_charbox(index, loose=True)
    scaled = max(top - bottom, right - left)
    return (size if size > 1 else scaled), y.value
