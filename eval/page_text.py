"""Where the letters of a PDF page stand according to pdfminer.six: a second opinion on our marks."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.text.normalise import fold

MOST = 0.6


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as it is printed, its middle in points from the upper left corner, and its text box."""

    text: str
    x: float
    y: float
    box: int


def read_pages(path: Path, *, as_drawn: bool = False) -> list[list[Letter]]:
    """Return the letters of every page, no blanks: in pdfminer's reading order, or in the file's own."""
    from pdfminer.layout import LAParams
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage

    from eval.page_spacing import SpacedPages

    resources = PDFResourceManager()
    device = SpacedPages(resources, laparams=None if as_drawn else LAParams())
    interpreter = PDFPageInterpreter(resources, device)
    pages = []
    with path.open("rb") as stream:
        for page in PDFPage.get_pages(stream):
            interpreter.process_page(page)
            layout = device.get_result()
            pages.append([each for each in _letters(layout, float(layout.height)) if each.text.strip()])
    return pages


def positions(page: list[Letter], quote: str) -> tuple[Letter, ...] | None:
    """Return the letters of `quote`, found by plain search, line by line, a table's line cell by cell.

    A part that stands in several places is left out: a plain search cannot say which is meant. None where
    less than MOST of the letters are found so.
    """
    text, owners = _searchable(page)
    found: list[Letter] = []
    behind = 0
    for line in quote.split("\n"):
        whole = fold(line)
        for key in [whole] if whole in text else [fold(cell) for cell in line.split()]:
            at = text.find(key, behind)
            at = at if at >= 0 else text.find(key)
            if at < 0 or not key or (key != fold(quote) and text.count(key) > 1):
                continue
            found += [page[owners[i]] for i in range(at, at + len(key))]
            behind = at + len(key)
    return tuple(found) if len(found) >= MOST * len(fold(quote)) else None


def places(page: list[Letter], quote: str) -> int:
    """How often the quote stands on the page."""
    return _searchable(page)[0].count(fold(quote))


def _searchable(page: list[Letter]) -> tuple[str, list[int]]:
    texts = [fold(letter.text) for letter in page]
    return "".join(texts), [i for i, text in enumerate(texts) for _ in text]


def _letters(item: Any, height: float, box: int = 0) -> Iterator[Letter]:
    from pdfminer.layout import LTChar

    if isinstance(item, LTChar):
        yield Letter(item.get_text(), (item.x0 + item.x1) / 2, height - (item.y0 + item.y1) / 2, box)
    elif hasattr(item, "__iter__"):
        for number, part in enumerate(item):
            yield from _letters(part, height, box or number + 1)
