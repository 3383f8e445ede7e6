"""The presentation that slides are added to: the built-in form, or a company's own template."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError
from pptx.util import Emu, Pt

from app.organiser.layout import Box
from ingest.errors import ErrorCode, YorozuError

_TITLES = frozenset({PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE})
_BODIES = frozenset({PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT})
_SUBTITLES = frozenset({PP_PLACEHOLDER.SUBTITLE, PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT})
_WIDE = (Pt(960), Pt(540))
_LEAST = Box(400, 200)  # points; less leaves no room for a question and its answer
_MAX_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle on a slide, in EMU."""

    left: int
    top: int
    width: int
    height: int

    @property
    def box(self) -> Box:
        """Its size in points."""
        return Box(Emu(self.width).pt, Emu(self.height).pt)


@dataclass(frozen=True, slots=True)
class Form:
    """An empty presentation with the layouts to use.

    Attributes:
        deck: the presentation, without slides.
        opening: layout of the title slide.
        content: layout of all others.
        title: where their title stands.
        body: where their text goes.
        own: whether it is a company's own: its colours and page numbers are left alone.
    """

    deck: Any
    opening: Any
    content: Any
    title: Area
    body: Area
    own: bool


def open_form(template: Path | None) -> Form:
    """Open a template, or the built-in form.

    Raises:
        YorozuError: TEMPLATE_UNUSABLE.
    """
    deck = _opened(template) if template else _built_in()
    opening = content = None
    for layout in deck.slide_layouts:
        kinds = [placeholder.placeholder_format.type for placeholder in layout.placeholders]
        if opening is None and _TITLES & set(kinds) and PP_PLACEHOLDER.SUBTITLE in kinds:
            opening = layout
        if content is None and PP_PLACEHOLDER.TITLE in kinds and sum(k in _BODIES for k in kinds) == 1:
            content = layout
    if content is None:
        raise _unusable(template, "タイトルと本文の枠が一つずつあるレイアウトがありません")
    form = Form(
        deck=deck,
        opening=opening or content,
        content=content,
        title=_area(content, _TITLES, template),
        body=_area(content, _BODIES, template),
        own=template is not None,
    )
    if form.body.box.width < _LEAST.width or form.body.box.height < _LEAST.height:
        raise _unusable(template, "本文の枠が小さすぎます")
    return form


def placeholder(slide: Any, *, title: bool) -> Any:
    """The slide's title, or what its subtitle goes into; None where the layout has none."""
    wanted = _TITLES if title else _SUBTITLES
    return next((p for p in slide.placeholders if p.placeholder_format.type in wanted), None)


def _opened(template: Path) -> Any:
    try:
        if template.stat().st_size > _MAX_BYTES:
            raise _unusable(template, "大きすぎます")
        deck = Presentation(str(template))
    except (OSError, PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        raise _unusable(template, "PowerPoint（.pptx）のファイルとして開けません") from error
    for entry in list(deck.slides._sldIdLst):  # noqa: SLF001 - python-pptx has no call that removes a slide
        deck.part.drop_rel(entry.rId)
        deck.slides._sldIdLst.remove(entry)  # noqa: SLF001
    return deck


def _built_in() -> Any:
    """A wide form with a plain head; python-pptx brings the layouts."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = _WIDE
    for layout in deck.slide_layouts:
        for shape in list(layout.placeholders):
            kind = shape.placeholder_format.type
            if kind in _TITLES:
                place = (40, 150, 880, 130) if kind == PP_PLACEHOLDER.CENTER_TITLE else (30, 14, 900, 52)
            elif kind == PP_PLACEHOLDER.SUBTITLE:
                place = (40, 300, 880, 110)
            elif kind in _BODIES:
                place = (30, 78, 900, 424)
            else:
                layout.placeholders._element.remove(shape._element)  # noqa: SLF001
                continue
            shape.left, shape.top, shape.width, shape.height = (Pt(number) for number in place)
    return deck


def _area(layout: Any, kinds: frozenset[Any], template: Path | None) -> Area:
    shape = next(p for p in layout.placeholders if p.placeholder_format.type in kinds)
    numbers = (shape.left, shape.top, shape.width, shape.height)
    if any(number is None for number in numbers):
        raise _unusable(template, "タイトルか本文の枠の位置が決められていません")
    return Area(*numbers)


def _unusable(template: Path | None, reason: str) -> YorozuError:
    return YorozuError(ErrorCode.TEMPLATE_UNUSABLE, path=str(template), reason=reason)
