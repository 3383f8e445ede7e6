"""The meeting's questions and answers as .docx."""

from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from app.organiser.deck_pages import RULES
from app.organiser.handout import Handout, Item

_HEAD = RGBColor(0x1F, 0x4E, 0x79)
_CAUTION = RGBColor(0x9C, 0x4A, 0x00)


def document_of(handout: Handout, *, font: str) -> bytes:
    """Return the document: title, 進行と注意事項, 質問一覧, each question with its answer."""
    document = Document()
    _prepare(document, font)
    document.add_heading(handout.title, level=0)
    if handout.subtitle:
        document.add_paragraph(handout.subtitle)
    if not handout.final:
        document.add_paragraph("（未承認の下書きを含みます）")
    document.add_heading("進行と注意事項", level=1)
    for rule in RULES:
        document.add_paragraph(rule, style="List Bullet")
    document.add_heading("本日取り上げさせて頂くご質問一覧", level=1)
    for item in handout.items:
        document.add_paragraph(f"質問{item.no}　{item.question}")
    for item in handout.items:
        _item(document, item)
    document.core_properties.author = ""
    document.core_properties.title = handout.title
    document.core_properties.comments = ""
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _item(document: Any, item: Item) -> None:
    document.add_heading(f"質問{item.no}", level=1)
    _labelled(document, "質問内容", [item.question])
    _labelled(document, "回答", [line.text for line in item.lines])
    if item.cautions:
        for paragraph in _labelled(document, "注意", [f"※{caution}" for caution in item.cautions]):
            paragraph.runs[0].font.color.rgb = _CAUTION
    references = [text for label, url in item.references for text in (label, url) if text]
    if references:
        _labelled(document, "参考資料", references)
    if item.sources:
        _labelled(document, "出典", list(item.sources))


def _labelled(document: Any, label: str, texts: list[str]) -> list[Any]:
    document.add_heading(label, level=2)
    return [document.add_paragraph(text) for text in texts]


def _prepare(document: Any, font: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "List Bullet"):
        style = document.styles[name]
        style.font.name = font
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(kind), None)
        for kind in ("w:ascii", "w:hAnsi", "w:eastAsia"):
            fonts.set(qn(kind), font)
        if name != "Normal":
            style.font.color.rgb = None if name == "List Bullet" else _HEAD
    document.styles["Normal"].font.size = Pt(10.5)
    properties = document.styles["Normal"].element.get_or_add_pPr()
    kinsoku = OxmlElement("w:kinsoku")
    kinsoku.set(qn("w:val"), "1")
    properties.append(kinsoku)
    _page_numbers(section)


def _page_numbers(section: Any) -> None:
    run = section.footer.paragraphs[0].add_run()
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.text = text
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)  # noqa: SLF001 - fields are not in python-docx's API
