"""The meeting's deck as .pptx: title, 進行と注意事項, 質問一覧, the questions with their answers."""

from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from app.organiser.deck_pages import GAP, INDENT, PADDING, Block, Kind, Page, pages_of
from app.organiser.deck_template import Form, open_form, placeholder
from app.organiser.handout import Handout
from app.organiser.layout import Box, broken, fitting

_SPACING = 1.35  # as `layout.height_of`; exact, so that no font's own line height counts
_LABEL_SIZE = 12.0
_TITLE_SIZES = (40.0, 36.0, 32.0, 28.0, 24.0, 20.0, 18.0, 16.0, 14.0, 12.0)
_COLOURS: dict[Kind, tuple[str, str]] = {  # of the ground, of the label
    "question": ("EAF1F8", "1F4E79"),
    "answer": ("FFFFFF", "1F4E79"),
    "caution": ("FFF4E0", "9C4A00"),
    "reference": ("F3F3F3", "404040"),
    "source": ("FFFFFF", "595959"),
    "plain": ("FFFFFF", "1F4E79"),
}
_INK, _HEAD = "222222", "1F4E79"


def deck_of(handout: Handout, *, font: str, template: Path | None = None) -> bytes:
    """Return the deck.

    Args:
        handout: the meeting.
        font: Japanese font that is named in the file; nothing is embedded.
        template: a company's own presentation.

    Raises:
        YorozuError: TEMPLATE_UNUSABLE.
    """
    form = open_form(template)
    _opening(form, handout, font)
    for page in pages_of(handout, form.body.box):
        _slide(form, page, font)
    form.deck.core_properties.author = ""
    form.deck.core_properties.title = handout.title
    stream = BytesIO()
    form.deck.save(stream)
    return stream.getvalue()


def _opening(form: Form, handout: Handout, font: str) -> None:
    slide = form.deck.slides.add_slide(form.opening)
    title, below = placeholder(slide, title=True), placeholder(slide, title=False)
    _fill(title, [handout.title], font, bold=True, colour=None if form.own else _HEAD)
    state = "" if handout.final else "（未承認の下書きを含みます）"
    lines = [line for line in (handout.subtitle, state) if line]
    if below is not None and lines:
        _fill(below, lines, font, largest=24.0)
    _without_empty(slide)


def _slide(form: Form, page: Page, font: str) -> None:
    slide = form.deck.slides.add_slide(form.content)
    _fill(
        placeholder(slide, title=True), [page.title], font,
        bold=True, largest=26.0, colour=None if form.own else _HEAD,
    )  # fmt: skip
    _without_empty(slide)
    top = Emu(form.body.top).pt
    for block in page.blocks:
        _block(slide, form, block, top, font)
        top += block.height + GAP
    _page_number(slide, form, font)


def _without_empty(slide: Any) -> None:
    """Take out frames that nothing was written into: they would show as "click to add text"."""
    for shape in list(slide.placeholders):
        if not shape.has_text_frame or not shape.text_frame.text:
            shape._element.getparent().remove(shape._element)  # noqa: SLF001 - python-pptx cannot remove


def _fill(
    shape: Any,
    lines: list[str],
    font: str,
    *,
    bold: bool = False,
    largest: float = 40.0,
    colour: str | None = None,
) -> None:
    """Write into a frame of the layout, in the largest letters that fit."""
    frame = shape.text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    inner = Box(Emu(shape.width).pt - 16, Emu(shape.height).pt - 10)
    sizes = [size for size in _TITLE_SIZES if size <= largest] or [largest]
    size = fitting(lines, sizes, inner) or sizes[-1]
    room = int(inner.height // (size * _SPACING))
    shown = [piece for line in lines for piece in broken(line, size, inner.width)]
    if len(shown) > room:  # a title of many hundred characters
        lines = [*shown[: max(room, 1) - 1], shown[max(room, 1) - 1][:-1] + "…"]
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        _write(paragraph, line, size, font, bold=bold, colour=colour)


def _block(slide: Any, form: Form, block: Block, top: float, font: str) -> None:
    shape = slide.shapes.add_textbox(Emu(form.body.left), Pt(top), Emu(form.body.width), Pt(block.height))
    ground, ink = _COLOURS[block.kind]
    if ground != "FFFFFF":
        shape.fill.solid()
        shape.fill.fore_color.rgb = _rgb(ground)
    frame = shape.text_frame
    frame.word_wrap, frame.auto_size, frame.vertical_anchor = True, MSO_AUTO_SIZE.NONE, MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = Pt(INDENT / 2)
    frame.margin_top = frame.margin_bottom = Pt(PADDING)
    paragraph = frame.paragraphs[0]
    if block.label:
        _write(paragraph, block.label, _LABEL_SIZE, font, bold=True, colour=ink)
    for number, said in enumerate(block.paragraphs):
        if block.label or number:
            paragraph = frame.add_paragraph()
        _write(paragraph, said.text, said.size, font, bold=said.bold, colour=_INK)


def _write(
    paragraph: Any, text: str, size: float, font: str, *, bold: bool = False, colour: str | None = None
) -> None:
    """One paragraph; line breaks in `text` stay within it."""
    paragraph.line_spacing = Pt(size * _SPACING)
    paragraph.space_before = paragraph.space_after = Pt(0)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - 禁則 and bullets are not in python-pptx's API
    properties.set("eaLnBrk", "1")
    properties.set("latinLnBrk", "0")
    properties.set("hangingPunct", "0")
    if properties.find(qn("a:buNone")) is None:
        properties.append(etree.SubElement(properties, qn("a:buNone")))
        properties.set("marL", "0")
        properties.set("indent", "0")
    for number, line in enumerate(text.split("\n")):
        if number:
            paragraph.add_line_break()
        _style(paragraph.add_run(), line, size, font, bold=bold, colour=colour)


def _style(run: Any, text: str, size: float, font: str, *, bold: bool, colour: Any) -> None:
    run.text = text
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, font
    if colour is not None:
        run.font.color.rgb = _rgb(colour)
    properties = run._r.get_or_add_rPr()  # noqa: SLF001 - the East Asian font is not in python-pptx's API
    properties.set("lang", "ja-JP")
    properties.set("altLang", "en-US")
    etree.SubElement(properties, qn("a:ea")).set("typeface", font)


def _rgb(colour: str) -> Any:
    return RGBColor.from_string(colour)  # type: ignore[no-untyped-call]


def _page_number(slide: Any, form: Form, font: str) -> None:
    """The slide's number as a field, at the foot on the right."""
    deck = form.deck
    height = Emu(deck.slide_height).pt
    width = Emu(deck.slide_width).pt
    shape = slide.shapes.add_textbox(Pt(width - 90), Pt(height - 30), Pt(70), Pt(22))
    paragraph = shape.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT
    field = etree.SubElement(paragraph._p, qn("a:fld"))  # noqa: SLF001 - fields are not in python-pptx's API
    field.set("id", "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
    field.set("type", "slidenum")
    properties = etree.SubElement(field, qn("a:rPr"))
    properties.set("lang", "ja-JP")
    properties.set("sz", "1100")
    for name in ("a:latin", "a:ea"):
        etree.SubElement(properties, qn(name)).set("typeface", font)
    etree.SubElement(field, qn("a:t")).text = str(len(deck.slides))
