"""Files made to do harm: macros, ten thousand pages, gigabytes of nothing, names that lead elsewhere."""

import base64
import io
import json
import resource
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from pptx import Presentation

from app.access.visitor import Scope
from app.organiser import export_xlsx
from app.organiser.export_xlsx import rewritten, workbook_of
from app.organiser.intake import intake
from ingest.errors import ErrorCode, YorozuError
from ingest.pipeline import ingest
from ingest.readers.isolated import IsolatedReader
from ingest.readers.ooxml import open_package
from ingest.readers.registry import read_file
from tests.fakes.small_corpus import settings_in
from tests.security.conftest import Running

MACRO = b"\xd0\xcf\x11\xe0 Sub AutoOpen() Shell planted-macro End Sub"
QUESTION = "委託先の点検はどこまで求められますか。"
PARTS = {".xlsx": "xl/vbaProject.bin", ".docx": "word/vbaProject.bin", ".pptx": "ppt/vbaProject.bin"}
OPEN, OFFICE = b"application/vnd.openxmlformats-officedocument.", b"application/vnd.ms-"
VBA = OFFICE + b"office.vbaProject"
TYPES = {
    ".xlsx": (OPEN + b"spreadsheetml.sheet.main+xml", OFFICE + b"excel.sheet.macroEnabled.main+xml"),
    ".docx": (OPEN + b"wordprocessingml.document.main+xml", OFFICE + b"word.document.macroEnabled.main+xml"),
    ".pptx": (
        OPEN + b"presentationml.presentation.main+xml",
        OFFICE + b"powerpoint.presentation.macroEnabled.main+xml",
    ),
}
KINDS = {".xlsx": "xl/workbook.xml", ".docx": "word/document.xml", ".pptx": "ppt/presentation.xml"}


def _office(suffix: str) -> bytes:
    """An ordinary file with one question in it."""
    stream = io.BytesIO()
    if suffix == ".xlsx":
        book = openpyxl.Workbook()
        book.worksheets[0].append(["ご質問"])
        book.worksheets[0].append([QUESTION])
        book.save(stream)
    elif suffix == ".docx":
        document = Document()
        document.add_paragraph(QUESTION)
        document.save(stream)
    else:
        deck = Presentation()
        deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = QUESTION
        deck.save(stream)
    return stream.getvalue()


def _with_macro(suffix: str) -> bytes:
    """The same as Office writes it with a macro: another content type, and the macro as a part."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_office(suffix))) as given, zipfile.ZipFile(stream, "w") as made:
        for name in given.namelist():
            data = given.read(name)
            if name == "[Content_Types].xml":
                data = data.replace(*TYPES[suffix])
                data = data.replace(b"</Types>", b'<Default Extension="bin" ContentType="%s"/></Types>' % VBA)
            made.writestr(name, data)
        made.writestr(PARTS[suffix], MACRO)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("suffix", "name"), [(".xlsx", "a.xlsx"), (".xlsx", "a.xlsm"), (".pptx", "a.pptx"), (".pptx", "a.pptm")]
)
def test_a_file_with_a_macro_is_read_as_data(suffix: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(_with_macro(suffix))
    content = read_file(path)
    text = "".join(block.text for block in content.blocks) + str(content.consultation or "")
    assert QUESTION in text
    assert "planted-macro" not in text


@pytest.mark.parametrize("name", ["a.docx", "a.docm"])
def test_a_word_file_with_a_macro_is_named_as_such(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(_with_macro(".docx"))
    with pytest.raises(YorozuError, match="マクロつき") as caught:
        read_file(path)
    assert caught.value.code is ErrorCode.FILE_UNSUPPORTED


@pytest.mark.slow
def test_no_macro_comes_out_of_an_exported_sheet(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(_with_macro(".xlsx"))
    result = intake(path)
    assert [question.text for question in result.questions] == [QUESTION]
    for made in (rewritten(path), workbook_of(path, result.plans, {}, None)):
        with zipfile.ZipFile(io.BytesIO(made)) as package:
            assert not [name for name in package.namelist() if "vba" in name.lower()]
            assert b"macroEnabled" not in package.read("[Content_Types].xml")
            assert all(b"planted-macro" not in package.read(name) for name in package.namelist())


@pytest.mark.slow
def test_a_sheet_of_commas_is_parsed_in_a_process_of_its_own_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"ご質問\n{QUESTION}\n", encoding="utf-8")
    asked: list[str] = []

    class Noted(IsolatedReader):
        def __init__(self, seconds: float = 60.0, *, reader: str) -> None:
            super().__init__(seconds, reader=reader)
            asked.append(reader)

    monkeypatch.setattr(export_xlsx, "IsolatedReader", Noted)
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(path, intake(path).plans, {}, None)))
    assert book.worksheets[0].cell(2, 1).value == QUESTION
    assert asked == ["ingest.readers.delimited:read_csv_grid"]


def test_a_package_of_very_many_parts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as package:
        for number in range(10_001):
            package.writestr(f"x/{number}", b"")
        package.writestr(KINDS[".docx"], b"<x/>")
    with pytest.raises(YorozuError, match="部品の数") as caught:
        open_package(path)
    assert caught.value.code is ErrorCode.FILE_DAMAGED


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.txt", "a.eml"])
def test_half_a_gigabyte_of_nothing_is_refused_by_its_size(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(500 * 1024 * 1024)  # sparse: it takes no room
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(YorozuError) as caught:
        intake(path)
    assert caught.value.code is ErrorCode.FILE_TOO_LARGE
    assert time.monotonic() - started < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024  # kB


def test_and_an_ingest_names_it_and_goes_on(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    settings.corpus.mkdir()
    with (settings.corpus / "big.pdf").open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(500 * 1024 * 1024)
    (settings.corpus / "a.txt").write_text("名札は番号を付けて受付で管理します。\n", encoding="utf-8")
    report = ingest(settings, embedder=None)
    assert [(file, code) for file, code, _ in report.failures] == [("big.pdf", ErrorCode.FILE_TOO_LARGE)]
    assert report.passages == 1


def _pages(count: int) -> bytes:
    """A PDF of so many pages, each with a line of text, written by hand."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>"]
    kids = b" ".join(b"%d 0 R" % (5 + n) for n in range(count))
    objects.append(b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids))
    objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    line = b"BT /F 12 Tf 72 700 Td (Keep the badge numbers at the front desk.) Tj ET"
    objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(line), line))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 3 0 R>>>>>>"
    objects += [page] * count
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, one in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, one))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table))
    return out.getvalue()


@pytest.mark.slow
def test_ten_thousand_pages_end_within_the_limits(tmp_path: Path) -> None:
    path = tmp_path / "many.pdf"
    path.write_bytes(_pages(10_000))
    seconds, started = 60.0, time.monotonic()
    with IsolatedReader(seconds) as reader, suppress(YorozuError):
        content = reader.read(path)
        assert content.blocks
    assert time.monotonic() - started < seconds + 30


@pytest.mark.parametrize(
    "name",
    [
        "a\x00.csv",
        "../../../etc/passwd.csv",
        "/etc/shadow",
        "x\u202evsc.csv",
        "あ" * 5000,
        "\ud800.csv",
        "a\r\n.csv",
    ],
)
def test_names_that_lead_elsewhere_are_refused_or_only_shown(service: Running, name: str) -> None:
    organiser = service.shown(Scope.ORGANISER)
    service.client.post("/api/v1/meetings", json={"id": "m3", "title": "第3回"}, headers=organiser)
    body = {"name": name, "content": base64.b64encode(b"\x00\x01").decode()}
    raw = json.dumps(body).encode()
    headers = organiser | {"Content-Type": "application/json"}
    response = service.client.post("/api/v1/meetings/m3/intake/preview", content=raw, headers=headers)
    code = response.json()["error"]["code"]
    assert 400 <= response.status_code < 500
    refused = len(name) > 200 or any(character in name for character in "\x00\ud800")
    assert code == "invalid_request" if refused else code.startswith("file_")
