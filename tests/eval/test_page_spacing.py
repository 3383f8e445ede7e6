from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from app.pages.marks import PageText
from app.pages.pdfium import ReadText, work
from eval.page_text import read_pages


@pytest.mark.parametrize(
    "shown", ["(B) Tj", "[(B)] TJ", "[-500 (B)] TJ", "[() -500 (B)] TJ", "[500] TJ (B) Tj"]
)
def test_letters_stand_where_pdfium_draws_them_however_a_line_is_put_together(
    tmp_path: Path, shown: str
) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(400, 100))
    canvas.setFont("Courier", 10)
    line = canvas.beginText(20, 50)
    line.setCharSpace(25)
    line.textOut("A")
    line._code += [shown, "(C) Tj"]
    canvas.drawText(line)
    canvas.save()
    drawn = work(ReadText(str(tmp_path / "a.pdf"), 1))
    assert isinstance(drawn, PageText)
    middles = {
        letter: (box[0] + box[2]) / 2
        for letter, box in zip(drawn.text, drawn.boxes, strict=True)
        if letter in "ABC"
    }
    (page,) = read_pages(tmp_path / "a.pdf", as_drawn=True)
    # pdfium's boxes are those of the ink, pdfminer's those of the advance: Courier's differ by a point.
    assert {one.text: one.x for one in page} == pytest.approx(middles, abs=1.5)
