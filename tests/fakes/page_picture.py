"""A page of a guideline as a picture, with a line marked, as the service draws it."""

import io

import pypdfium2
from PIL import Image, ImageChops, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

LINES = (
    "3　本格的に取り組む",
    "(1)　情報セキュリティ規程を作る",
    "自社の事業と情報資産に合った規程を定めます。",
    "付録のひな形を使えます。",
    "そのまま使わず、自社に無い部門や設備の記述は削ります。",
)
MARKED = 3


def page_picture() -> bytes:
    """Return a PNG of A4 at 96 dpi."""
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiKakuGo-W5"))
    paper = io.BytesIO()
    canvas = Canvas(paper, pagesize=A4)
    for number, line in enumerate(LINES):
        canvas.setFont("HeiseiKakuGo-W5", 16 if number < 2 else 12)
        canvas.drawString(72, 740 - 34 * number, line)
    canvas.drawCentredString(A4[0] / 2, 40, "54")
    canvas.save()
    document = pypdfium2.PdfDocument(paper.getvalue())
    scale = 96 / 72
    picture: Image.Image = document[0].render(scale=scale).to_pil().convert("RGB")
    document.close()
    marks = Image.new("RGB", picture.size, "white")
    top = (A4[1] - 740 + 34 * MARKED - 14) * scale
    ImageDraw.Draw(marks).rectangle((70 * scale, top, 225 * scale, top + 18 * scale), fill=(255, 226, 92))
    stored = io.BytesIO()
    ImageChops.multiply(picture, marks).save(stored, "PNG", optimize=True)
    return stored.getvalue()
