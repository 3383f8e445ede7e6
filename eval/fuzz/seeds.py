"""The files that are mutated: real samples where they lie at hand, and small ones made here."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

SAMPLES = Path("../shared/samples")
MOST_BYTES = 500_000  # a mutated large file tests patience, not the readers
KINDS = (".pdf", ".docx", ".xlsx", ".pptx")
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def seeds(samples: Path = SAMPLES) -> list[tuple[str, bytes]]:
    """Return name and content of every seed, sorted by name, own ones first."""
    found = [("own.pdf", _pdf()), ("own.docx", _docx()), ("own.xlsx", _xlsx()), ("own.pptx", _pptx())]
    lying = sorted(samples.rglob("*")) if samples.is_dir() else []
    wanted = (path for path in lying if path.suffix in KINDS and path.stat().st_size <= MOST_BYTES)
    found.extend((path.name, path.read_bytes()) for path in wanted)
    return found


def _pdf() -> bytes:
    content = b"BT /F 12 Tf 50 700 Td (Question 1: which lock? Answer: this one.) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /Font << /F 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body = b"%PDF-1.7\n"
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


def _docx() -> bytes:
    import docx

    document = docx.Document()
    document.add_heading("入退室の規程", level=1)
    document.add_paragraph("質問1 鍵は誰が預かりますか。")
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text, table.cell(1, 1).text = "質問", "受付が預かります。"
    return _plain(document.save)


def _xlsx() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (("番号", "質問"), (1, "鍵は誰が預かりますか。"), (2, "=SUM(A1:A2)")):
        sheet.append(row)
    sheet.merge_cells("A4:B5")
    return _plain(book.save)


def _pptx() -> bytes:
    import pptx

    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "入退室の規程"
    slide.placeholders[1].text = "鍵は受付が預かります。"
    return _plain(deck.save)


def _plain(save: Callable[[io.BytesIO], object]) -> bytes:
    """What a library saves, packed anew without dates: the same seed on every day."""
    written, packed = io.BytesIO(), io.BytesIO()
    save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            content = _TIME.sub(b"2026-01-01T00:00:00Z", source.read(member))
            target.writestr(zipfile.ZipInfo(member.filename), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
