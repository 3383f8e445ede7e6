"""What happens in the drawing process: text and picture of one PDF page, with pdfium.

pdfium may crash on a bad file and is not safe to use from several threads; `app.pages.render` keeps it in
processes of its own.
"""

import ctypes
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from app.pages.marks import Box, PageText
from ingest.errors import ErrorCode, YorozuError

MOST_PIXELS = 16_000_000
_POINTS_PER_PIXEL_STEP = 100  # pdfium's own conversion rounds to whole pixels
_COMPRESSION = 3  # a third quicker than the usual 6, and on text hardly larger
_MARK, _EDGE = (255, 228, 110), (226, 150, 0)
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)


@dataclass(frozen=True, slots=True)
class ReadText:
    """Asks for the characters of a page. `page` counts from 1."""

    path: str
    page: int


@dataclass(frozen=True, slots=True)
class DrawPage:
    """Asks for the PNG of a page with some places marked. `scale` is pixels a point."""

    path: str
    page: int
    scale: float
    marks: tuple[Box, ...] = ()


def work(asked: ReadText | DrawPage) -> PageText | bytes:
    """Do what is asked.

    Raises:
        YorozuError: PAGE_UNREADABLE with its reason.
    """
    import pypdfium2

    try:
        with _page(asked) as page:
            return _text(page) if isinstance(asked, ReadText) else _picture(page, asked)
    except pypdfium2.PdfiumError as error:
        reason = "ページを開けません。壊れている可能性があります"
        raise YorozuError(ErrorCode.PAGE_UNREADABLE, reason=reason) from error


@contextmanager
def _page(asked: ReadText | DrawPage) -> Iterator[Any]:
    import pypdfium2

    document = pypdfium2.PdfDocument(asked.path)
    try:
        if isinstance(asked, DrawPage):
            document.init_forms()  # or what was filled in is not drawn
        page = document[asked.page - 1]
        try:
            yield page
        finally:
            page.close()
    except IndexError as error:
        reason = "ファイルにこのページがありません"
        raise YorozuError(ErrorCode.PAGE_UNREADABLE, reason=reason) from error
    finally:
        document.close()


def _text(page: Any) -> PageText:
    import pypdfium2.raw as pdfium

    width, height = page.get_size()
    shown = _as_shown(page, width, height)
    words = page.get_textpage()
    try:
        rect = pdfium.FS_RECTF()
        text: list[str] = []
        boxes: list[Box] = []
        for index in range(words.count_chars()):
            code = pdfium.FPDFText_GetUnicode(words, index)
            if code in _LOW and text and ord(text[-1]) in _HIGH:
                text[-1] = chr(0x10000 + ((ord(text[-1]) - 0xD800) << 10) + (code - 0xDC00))
                continue
            # The whole cell of the letter: the ink of 。 or ー alone would make a line end or bend there.
            pdfium.FPDFText_GetLooseCharBox(words, index, rect)
            text.append(chr(code))
            boxes.append(shown.box(rect.left, rect.bottom, rect.right, rect.top))
    finally:
        words.close()
    return PageText(width, height, "".join(text), tuple(boxes))


@dataclass(frozen=True, slots=True)
class _AsShown:
    """From the file's coordinates (from below, unrotated, uncropped) to those of the page as shown."""

    x: tuple[float, float, float]
    y: tuple[float, float, float]

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        xs, ys = zip(self._point(left, bottom), self._point(right, top), strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def _point(self, x: float, y: float) -> tuple[float, float]:
        return (
            self.x[0] * x + self.x[1] * y + self.x[2],
            self.y[0] * x + self.y[1] * y + self.y[2],
        )


def _as_shown(page: Any, width: float, height: float) -> _AsShown:
    """Ask pdfium where three points go; the rest follows."""
    step = _POINTS_PER_PIXEL_STEP
    far = max(width, height, 1.0)

    def shown(x: float, y: float) -> tuple[float, float]:
        return tuple(part / step for part in _device(page, (round(width * step), round(height * step)), x, y))  # type: ignore[return-value]

    zero, across, up = shown(0, 0), shown(far, 0), shown(0, far)
    return _AsShown(
        ((across[0] - zero[0]) / far, (up[0] - zero[0]) / far, zero[0]),
        ((across[1] - zero[1]) / far, (up[1] - zero[1]) / far, zero[1]),
    )


def _device(page: Any, size: tuple[int, int], x: float, y: float) -> tuple[int, int]:
    import pypdfium2.raw as pdfium

    to_x, to_y = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, to_x, to_y)
    return to_x.value, to_y.value


def _picture(page: Any, asked: DrawPage) -> bytes:
    from PIL import Image, ImageChops, ImageDraw

    width, height = page.get_size()
    scale = _bounded(asked.scale, width, height)
    picture = page.render(scale=scale).to_pil().convert("RGB")
    if asked.marks:
        sheet = Image.new("RGB", picture.size, "white")
        brush = ImageDraw.Draw(sheet)
        for box in asked.marks:
            left, top, right, bottom = (value * scale for value in box)
            brush.rectangle((left, top, max(left, right), max(top, bottom)), fill=_MARK, outline=_EDGE)
        picture = ImageChops.multiply(
            picture, sheet
        )  # as a marker pen does: letters stay as dark as they are
    stream = io.BytesIO()
    picture.save(stream, "PNG", compress_level=_COMPRESSION)
    return stream.getvalue()


def _bounded(scale: float, width: float, height: float) -> float:
    """The scale, smaller where the picture would have more than MOST_PIXELS.

    Raises:
        YorozuError: PAGE_UNREADABLE where the page has no area, or is a thread a hundred metres long.
    """
    if width > 0 and height > 0:
        scale = min(scale, (MOST_PIXELS / (width * height)) ** 0.5)
        if min(width, height) * scale >= 1 and max(width, height) * scale < 2**15:
            return scale
    reason = "ページの大きさが正しくありません"
    raise YorozuError(ErrorCode.PAGE_UNREADABLE, reason=reason)
