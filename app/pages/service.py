"""Pages of sources: which there are, what is marked on them, what they look like."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from threading import Lock

from app.pages.cache import PageCache, key_of
from app.pages.highlight import Highlight
from app.pages.letters import letters_of
from app.pages.locate import Found, Status, locate
from app.pages.marks import PageText, rectangles
from app.pages.models import PageList, PageMarks, box_of, mark_of, message_of
from app.pages.places import Places
from app.pages.readable import ReadablePage, divide, mark, page_of_quote
from app.pages.render import Renderer
from ingest.errors import ErrorCode, YorozuError
from ingest.index.reader import Index
from ingest.index.records import FileRecord
from ingest.models import Passage, Source

CACHE_FOLDER = "pages"
_FORMAT = 1  # raise it when the same page and quote would be drawn or marked otherwise
_SLIDES = (".pptx", ".pptm", ".ppsx")  # the other format whose pages the index knows
_REMEMBERED = 64  # files whose division into pages is kept
_WITHOUT_PICTURE = frozenset(
    {
        ErrorCode.SOURCE_FILE_MISSING,
        ErrorCode.SOURCE_FILE_CHANGED,
        ErrorCode.PAGE_UNREADABLE,
        ErrorCode.PAGES_BUSY,
    }
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as PNG. `key` changes with everything that the picture depends on."""

    key: str
    png: bytes
    marks: PageMarks | None


@dataclass(frozen=True, slots=True)
class View:
    """All that the page for people is made of.

    Attributes:
        source: whose page it is.
        number: the page, from 1.
        count: of all pages.
        page: its passages, marked; what a source without pictures shows.
        text: of a PDF page, everything that stands on it.
        text_spans: what of `text` is marked.
        status: what became of the quote, None where none was asked for.
        picture: whether there is a PNG of it.
        problem: why a picture that should be there is not.
    """

    source: Source
    number: int
    count: int
    page: ReadablePage
    text: str
    text_spans: tuple[tuple[int, int], ...]
    status: Status | None
    picture: bool
    problem: str | None


@dataclass(frozen=True, slots=True)
class _File:
    record: FileRecord
    pages: list[tuple[Passage, ...]]
    is_pdf: bool


def _no_index() -> Index:
    raise YorozuError(ErrorCode.INDEX_MISSING)


class PageService:
    """Shows pages. Safe to use from several threads.

    Args:
        index: hands out the current generation.
        places: finds files.
        renderer: draws PDF pages.
        cache: keeps what was drawn.
    """

    def __init__(
        self, index: Callable[[], Index], places: Places, renderer: Renderer, cache: PageCache
    ) -> None:
        self._index = index
        self._places = places
        self._renderer = renderer
        self._cache = cache
        self._files: OrderedDict[tuple[str, str], _File] = OrderedDict()
        self._lock = Lock()

    @classmethod
    def nothing(cls) -> "PageService":
        """A service without an index: every call says so."""
        return cls(_no_index, Places(Path()), Renderer(workers=1), PageCache(Path(CACHE_FOLDER), 0))

    def close(self) -> None:
        """End the drawing processes."""
        self._renderer.close()

    def pages(self, source_id: str, highlight: Highlight | None = None) -> PageList:
        """Return how many pages a source has, and on which the quote stands.

        Raises:
            YorozuError: SOURCE_NOT_FOUND, SOURCE_FILE_MISSING, INDEX_MISSING ….
        """
        file = self._file(self._index(), source_id, highlight)
        return PageList(
            source_id=source_id,
            picture=file.is_pdf,
            count=len(file.pages),
            found_on=_found_on(file.pages, highlight) if highlight else None,
        )

    def view(self, source_id: str, page: int, highlight: Highlight | None = None) -> View:
        """Return page `page` (from 1) as text, the quote marked. A picture that cannot be had is no failure.

        Raises:
            YorozuError: as `pages`, and PAGE_NOT_FOUND.
        """
        index = self._index()
        file = self._file(index, source_id, highlight)
        _check(source_id, page, len(file.pages))
        readable = ReadablePage(page, file.pages[page - 1])
        text = (index.page_text(file.record.file, page) or "") if file.is_pdf else ""
        on_text: Found | None = None
        if highlight is not None:
            mark(readable, highlight.quote)
            on_text = locate(letters_of(text), letters_of(highlight.quote)) if file.is_pdf else readable.found
        status, problem = on_text.status if on_text else None, None
        if file.is_pdf:
            try:
                path = self._places.path(file.record)
                if highlight is not None:
                    status = self._marks(file.record, path, page, highlight.quote).status
            except YorozuError as error:
                if error.code not in _WITHOUT_PICTURE:
                    raise
                problem = error.message
        return View(
            source=index.source(source_id),
            number=page,
            count=len(file.pages),
            page=readable,
            text=text,
            text_spans=on_text.spans if on_text else (),
            status=status,
            picture=file.is_pdf and problem is None,
            problem=problem,
        )

    def marks(self, source_id: str, page: int, highlight: Highlight) -> PageMarks:
        """Return where the quote stands on page `page` of a PDF.

        Raises:
            YorozuError: as `view`, and PAGE_NO_PICTURE, SOURCE_FILE_CHANGED, PAGE_UNREADABLE, PAGES_BUSY.
        """
        record, path = self._pdf(source_id, page, highlight)
        return self._marks(record, path, page, highlight.quote)

    def picture(
        self, source_id: str, page: int, highlight: Highlight | None, scale: int, known: str | None = None
    ) -> Picture:
        """Return page `page` of a PDF as PNG, the quote marked; no bytes where `known` is the picture's key.

        Raises:
            YorozuError: as `marks`.
        """
        record, path = self._pdf(source_id, page, highlight)
        quote = highlight.quote if highlight else None
        key = key_of(_FORMAT, version("pypdfium2"), "picture", record.sha256, page, scale, quote)
        if key == known:
            return Picture(key, b"", None)
        marks = self._marks(record, path, page, quote) if quote is not None else None
        png = self._cache.get(key)
        if png is None:
            boxes = tuple(box_of(each) for each in marks.marks) if marks else ()
            with _named(source_id, page):
                png = self._renderer.picture(path, page, float(scale), boxes)
            self._cache.put(key, png)
        return Picture(key, png, marks)

    def _pdf(self, source_id: str, page: int, highlight: Highlight | None) -> tuple[FileRecord, Path]:
        file = self._file(self._index(), source_id, highlight)
        if not file.is_pdf:
            raise YorozuError(ErrorCode.PAGE_NO_PICTURE, id=source_id)
        _check(source_id, page, len(file.pages))
        return file.record, self._places.path(file.record)

    def _file(self, index: Index, source_id: str, highlight: Highlight | None) -> _File:
        """The source's file and the passages of each of its pages; pages without passages are empty."""
        record = self._places.record(index, source_id, highlight.file if highlight else None)
        key = (index.generation, record.file)
        with self._lock:
            if key in self._files:
                self._files.move_to_end(key)
                return self._files[key]
        passages = index.passages_of_file(record.file)
        printed = len(index.pages_of_file(record.file))
        pages = _by_page(passages, printed) if printed else divide(passages)
        file = _File(record, pages, bool(printed) and not record.file.lower().endswith(_SLIDES))
        with self._lock:
            self._files[key] = file
            if len(self._files) > _REMEMBERED:
                self._files.popitem(last=False)
        return file

    def _marks(self, record: FileRecord, path: Path, page: int, quote: str) -> PageMarks:
        key = key_of(_FORMAT, version("pypdfium2"), "marks", record.sha256, page, quote)
        kept = self._cache.get(key)
        if kept is not None:
            return PageMarks.model_validate_json(kept)
        with _named(record.source_id, page):
            text = self._renderer.text(path, page)
        marks = marks_on(text, page, quote)
        self._cache.put(key, marks.model_dump_json().encode())
        return marks


class _named:  # noqa: N801 - reads as a function
    """Adds to a failure of the renderer which page it was."""

    def __init__(self, source_id: str | None, page: int) -> None:
        self._detail = {"id": source_id, "page": page}

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, YorozuError) and error.code is ErrorCode.PAGE_UNREADABLE:
            raise YorozuError(error.code, **{**error.detail, **self._detail}) from error


def marks_on(text: PageText, page: int, quote: str) -> PageMarks:
    """Return where `quote` stands on page `page` of a PDF, given the page's characters."""
    found = locate(letters_of(text.text), letters_of(quote))
    return PageMarks(
        page=page,
        width=round(text.width, 2),
        height=round(text.height, 2),
        status=found.status,
        coverage=found.coverage,
        message=message_of(found.status),
        marks=[mark_of(box, text.width, text.height) for box in rectangles(text, found.spans)],
    )


def _check(source_id: str, page: int, count: int) -> None:
    if not 1 <= page <= count:
        raise YorozuError(ErrorCode.PAGE_NOT_FOUND, id=source_id, page=page, count=count)


def _by_page(passages: list[Passage], count: int) -> list[tuple[Passage, ...]]:
    pages: list[list[Passage]] = [[] for _ in range(count)]
    for passage in passages:
        first = passage.page or 1
        for page in range(first, max(first, passage.page_end or first) + 1):
            if page <= count:
                pages[page - 1].append(passage)
    return [tuple(page) for page in pages]


def _found_on(pages: list[tuple[Passage, ...]], highlight: Highlight) -> int | None:
    if highlight.page is not None and highlight.page <= len(pages):
        return highlight.page
    return page_of_quote(pages, highlight.quote)
