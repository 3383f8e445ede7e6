"""Reads a PDF: pypdf first, pypdfium2 where that fails, and a name for what neither can read."""

from dataclasses import replace
from pathlib import Path

from pypdf import PdfReader

from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block, FileContent, PageProblem
from ingest.readers.pdf_first import first_labels, first_title, open_first, quiet, read_first, size_of
from ingest.readers.pdf_join import join_lines
from ingest.readers.pdf_labels import page_labels, sensible_title
from ingest.readers.pdf_layout import page_blocks
from ingest.readers.pdf_lines import Line, Page, with_spacing
from ingest.readers.pdf_quality import is_better, quality
from ingest.readers.pdf_running import find_margins
from ingest.readers.pdf_second import SecondReader
from ingest.text.normalise import clean

_TITLE_LETTERS = 80


def read_pdf(path: Path) -> FileContent:
    """Read the PDF at `path`.

    Returns:
        `pages` holds the cleaned text of every page, `blocks` the same in order of reading without running
        heads, page numbers and table of contents; each block stands word for word on its page. Pages that
        cannot be read are in `problems`.

    Raises:
        YorozuError: FILE_UNREADABLE, FILE_EMPTY, FILE_ENCRYPTED, FILE_DAMAGED; FILE_NO_TEXT or FILE_GARBLED
            when not a single page gives text.
    """
    if size_of(path) == 0:
        raise YorozuError(ErrorCode.FILE_EMPTY)
    try:
        with quiet(), path.open("rb") as stream:
            return _read(path, open_first(stream))
    except PermissionError as error:
        raise YorozuError(ErrorCode.FILE_UNREADABLE, reason=error.strerror or "PermissionError") from error


def _read(path: Path, first: PdfReader | None) -> FileContent:
    second = _open_second(path, required=first is None)
    try:
        pages = _pages(first, second)
        title = first_title(first) if first is not None else second.title() if second is not None else None
    finally:
        if second is not None:
            second.close()
    problems = tuple(PageProblem(p.number, p.problem) for p in pages if p.problem is not None)
    if not any(page.lines for page in pages):
        raise YorozuError(_worst(problems), reason="どのページも読めません")
    margins = find_margins(pages)
    blocks = page_blocks(pages, margins.running)
    return FileContent(
        blocks=blocks,
        title=sensible_title(clean(title or "")) or _title_on_page(pages[0], blocks),
        pages=tuple(page.text for page in pages),
        page_labels=page_labels(list(margins.numbers), first_labels(first) if first is not None else None),
        problems=problems,
    )


def _open_second(path: Path, *, required: bool) -> SecondReader | None:
    try:
        return SecondReader(str(path))
    except YorozuError:
        if required:
            raise
        return None


def _pages(first: PdfReader | None, second: SecondReader | None) -> list[Page]:
    count = len(first.pages) if first is not None else second.page_count if second is not None else 0
    return [_page(first, second, index) for index in range(count)]


def _page(first: PdfReader | None, second: SecondReader | None, index: int) -> Page:
    """The better of two readings of one page, with a problem named when neither is text."""
    number = index + 1
    page = read_first(first, index) if first is not None else Page(number, "", (), problem="file_damaged")
    if second is None or index >= second.page_count:
        return _judged(page, ErrorCode.FILE_NO_TEXT.value)
    other = second.page(index)
    if other is not None:
        page = other if _should_replace(other, page) else _spaced(page, other)
    return _judged(page, None if page.text.strip() else second.hidden(index))


def _should_replace(other: Page, page: Page) -> bool:
    found = quality(page.text)
    return page.problem is not None or (found.doubtful and is_better(quality(other.text), found))


def _spaced(page: Page, other: Page) -> Page:
    return replace(page, lines=tuple(with_spacing(page.lines, other.lines)))


def _judged(page: Page, hidden: str | None) -> Page:
    """Name what is wrong with the page; `hidden` says why it is empty, None if nothing stands on it."""
    if page.problem is not None:
        return page
    if not page.text.strip():
        return replace(page, text="", lines=(), problem=hidden)
    if quality(page.text).garbled:
        return replace(page, lines=(), problem=ErrorCode.FILE_GARBLED.value)
    return page


def _worst(problems: tuple[PageProblem, ...]) -> ErrorCode:
    codes = {problem.code for problem in problems}
    for code in (ErrorCode.FILE_GARBLED, ErrorCode.FILE_NO_TEXT, ErrorCode.FILE_DAMAGED):
        if code.value in codes:
            return code
    return ErrorCode.FILE_NO_TEXT


def _title_on_page(page: Page, blocks: tuple[Block, ...]) -> str | None:
    """The largest type on the first page, else its first heading."""
    candidates = [line for line in page.lines if sensible_title(line.text) is not None]
    largest = max((line.size for line in candidates), default=0.0)
    lines: list[Line] = []
    for line in candidates:
        if line.size >= 0.95 * largest:
            lines.append(line)
        elif lines:
            break
    title = join_lines([line.text for line in lines[:3]])
    if lines and len(lines) < len(candidates) and len(title) <= _TITLE_LETTERS:
        return title
    heading = next(
        (block.text for block in blocks if block.kind == "heading" and block.page == page.number), None
    )
    first = candidates[0].text if candidates else None
    return heading or (first if first is not None and len(first) <= _TITLE_LETTERS else None)
