import json
import re
import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest
from pptx import Presentation
from pptx.util import Emu, Pt

from app.organiser.deck_pages import PADDING, pages_of
from app.organiser.draft_desk import DraftDesk
from app.organiser.drafting import work
from app.organiser.export import exported, write_file
from app.organiser.export_docx import document_of
from app.organiser.export_markdown import markdown_of
from app.organiser.export_pptx import deck_of
from app.organiser.export_xlsx import Written, workbook_of
from app.organiser.handout import Handout, Item, Line
from app.organiser.intake import intake
from app.organiser.layout import MARGIN, Box, broken, height_of, width_of
from app.organiser.safe_text import without_addresses
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.drafting import MEETING, with_questions

URL = "https://www.ipa.go.jp/security/guide/sme/about.html"
SENTENCE = (
    "自社のリスクを把握し、その大きさに見合った規程（Security Policy 第3.1版）にすることが重要です。[1]"
)
EVIL = "=cmd|' /C calc'!A0"


def _item(no: int, sentences: int = 4, question: str = "専任者がいない場合、規程はどう作りますか。") -> Item:
    return Item(
        no=no,
        question=question,
        lines=tuple(Line(text=SENTENCE) for _ in range(sentences)),
        references=(("■IPA：中小企業の情報セキュリティ対策ガイドライン 第3.1版 P54～64", URL),),
        sources=("[1] よろず相談会 議題1 質問7",),
        cautions=("期限（2023年度中）が過ぎています。今も有効かご確認ください。",) if no % 3 == 0 else (),
        state="下書き（未確認）",
        needs="確認のみ",
    )


def _handout(count: int) -> Handout:
    sentences = {4: 30, 9: 70, 17: 1}
    wordy = {5: 90}
    items = tuple(
        _item(n, sentences.get(n, 3 + n % 5), "長い質問です。" * wordy.get(n, 2)) for n in range(1, count + 1)
    )
    return Handout(title="第2回 よろず相談会", theme="規程の整備", held_on="2026-12-10", items=items)


def test_lines_end_where_japanese_may_end() -> None:
    text = "「情報セキュリティ」とは、機密性（Confidentiality）と完全性、可用性を守ることです。" * 4
    for width in range(120, 400, 7):
        lines = broken(text, 16, width)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(width_of(line, 16) * MARGIN <= width + 1e-6 for line in lines)
        assert not any(line[0] in "、。）」ー" for line in lines)
        assert not any(line[-1] in "「（" for line in lines)


@pytest.mark.parametrize("count", [3, 20, 60])
def test_nothing_leaves_its_slide_and_nothing_is_left_out(count: int) -> None:
    handout, box = _handout(count), Box(900, 424)
    pages = pages_of(handout, box)
    for page in pages:
        assert page.blocks
        assert sum(block.height for block in page.blocks) <= box.height
        for block in page.blocks:
            lines = sum(
                height_of(len(broken(p.text, p.size, box.width - 14)), p.size) for p in block.paragraphs
            )
            assert lines + 2 * PADDING <= block.height + 0.01
    text = "".join(p.text for page in pages for block in page.blocks for p in block.paragraphs)
    said = sum(len(item.lines) for item in handout.items)
    assert text.replace(" ", "").count(SENTENCE.replace(" ", "")[:20]) == said
    assert text.count(URL) == count
    assert any("つづき" in page.title for page in pages) == (count > 3)


def test_the_deck_has_the_meeting_s_form() -> None:
    deck = Presentation(BytesIO(deck_of(_handout(3), font="Yu Gothic")))
    titles = [slide.shapes.title.text for slide in deck.slides if slide.shapes.title is not None]
    assert titles[:4] == ["第2回 よろず相談会", "進行と注意事項", "本日取り上げさせて頂くご質問一覧", "質問1"]
    for number, slide in enumerate(deck.slides, 1):
        for shape in slide.shapes:
            assert shape.top + shape.height <= deck.slide_height
            assert shape.left + shape.width <= deck.slide_width
            assert shape.has_text_frame
            assert shape.text_frame.text or "slidenum" in shape._element.xml
        if number > 1:
            assert any('type="slidenum"' in shape._element.xml for shape in slide.shapes)
    last = "".join(shape.text_frame.text for shape in deck.slides[5].shapes if shape.has_text_frame)
    assert "※期限（2023年度中）が過ぎています。" in last


@pytest.mark.parametrize("form", ["pptx", "docx"])
def test_nothing_in_an_office_file_acts(form: str) -> None:
    item = _item(1, question=f"{EVIL}\x07\u202e http://evil.example/")
    handout = Handout(title="題\x00名", items=(item,))
    content = deck_of(handout, font="Yu Gothic") if form == "pptx" else document_of(handout, font="Yu Gothic")
    with zipfile.ZipFile(BytesIO(content)) as parts:
        names = parts.namelist()
        whole = b"".join(parts.read(name) for name in names if name.endswith((".xml", ".rels")))
    assert b"hyperlink" not in whole.replace(b"relationships/hyperlink", b"hyperlink-type") or form == "docx"
    assert not any("vba" in name.lower() or "embeddings" in name for name in names)
    assert b'TargetMode="External"' not in whole
    assert b"Yu Gothic" in whole


def test_a_company_s_own_template_is_used(tmp_path: Path) -> None:
    template = tmp_path / "自社.pptx"
    own = Presentation()
    own.slides.add_slide(own.slide_layouts[1]).shapes.title.text = "見本のスライド"
    own.save(str(template))
    deck = Presentation(BytesIO(deck_of(_handout(3), font="Meiryo", template=template)))
    assert (deck.slide_width, deck.slide_height) == (own.slide_width, own.slide_height)
    text = "".join(s.text_frame.text for slide in deck.slides for s in slide.shapes if s.has_text_frame)
    assert "見本のスライド" not in text
    assert "質問1" in text


@pytest.mark.parametrize("kind", ["missing", "text", "no_body"])
def test_an_unusable_template_is_named(tmp_path: Path, kind: str) -> None:
    template = tmp_path / "t.pptx"
    if kind == "text":
        template.write_text("x", encoding="utf-8")
    if kind == "no_body":
        own = Presentation()
        for layout in list(own.slide_layouts):
            if layout.name != "Blank":
                own.slide_layouts.remove(layout)
        own.save(str(template))
    with pytest.raises(YorozuError) as told:
        deck_of(_handout(3), font="x", template=template)
    assert told.value.code is ErrorCode.TEMPLATE_UNUSABLE
    assert str(template) in told.value.message


def test_the_document_reads_like_the_deck() -> None:
    document = docx.Document(BytesIO(document_of(_handout(3), font="Yu Gothic")))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert text.count(SENTENCE) == sum(len(item.lines) for item in _handout(3).items)
    for wanted in ("進行と注意事項", "本日取り上げさせて頂くご質問一覧", "参考資料", URL, "注意"):
        assert wanted in text


def test_markdown_is_text_and_nothing_else() -> None:
    item = _item(1).model_copy(
        update={"question": "# 見出し <script>alert(1)</script> [x](javascript:1) ![y](z)"}
    )
    text = markdown_of(Handout(title="題", items=(item,)))
    assert "<script>" not in text.replace("\\<", "")
    assert not re.search(r"(?<!\\)\]\(", text)
    assert f"<{URL}>" in text


def test_only_addresses_of_the_catalogue_are_left() -> None:
    text = f"{URL} と http://evil.example/x と javascript:alert(1) と //evil.example"
    assert without_addresses(text, {URL}) == f"{URL} と （URL省略） と （URL省略） と （URL省略）"


def _sheet(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "質問票"
    sheet.append(["受付番号", "会社名", "ご質問内容", "備考"])
    asked = "株式会社あおぞら精機です。規程はどう作りますか"
    sheet.append([1, "株式会社あおぞら精機", asked, "あおぞら精機より"])
    sheet.append([2, "カネシロ工業", "教育は年に何回必要ですか", EVIL])
    sheet["B2"].hyperlink = "https://aozora.example/"
    book.create_sheet("あおぞら精機メモ").append(["あおぞら精機"])
    book.properties.creator = "空野一郎"
    book.save(path)


def test_answers_stand_beside_their_questions_and_names_stay_out(tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    _sheet(path)
    result = intake(path)
    item = _item(1).model_copy(update={"lines": (Line(text="=1+1"), Line(text="-x\x07"))})
    rows = {
        (1, 2): Written("弊社です。規程はどう作りますか", (item,)),
        (1, 3): Written("教育は", (_item(2),)),
    }
    content = workbook_of(path, result.plans, rows, lambda text: text.replace("あおぞら精機", "A社"))
    with zipfile.ZipFile(BytesIO(content)) as parts:
        whole = b"".join(parts.read(name) for name in parts.namelist()).decode("utf-8", "replace")
    for name in ("あおぞら", "カネシロ", "空野", "aozora", "cmd|"):
        assert name not in whole
    assert "<f>" not in whole
    book = openpyxl.load_workbook(BytesIO(content))
    assert [sheet.title for sheet in book.worksheets] == ["質問票"]
    sheet = book.worksheets[0]
    assert sheet["C2"].value == "弊社です。規程はどう作りますか"
    assert [cell.value for cell in sheet[1]][4:6] == ["質問番号", "回答案"]
    answer = sheet["F2"]
    assert (answer.value, answer.data_type, answer.quotePrefix) == ("=1+1\n-x", "s", True)


def test_without_generalising_the_sheet_stays_whole_and_formulas_do_not_act(tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    _sheet(path)
    content = workbook_of(path, intake(path).plans, {(1, 2): Written("x", (_item(1),))}, None)
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    assert sheet["B2"].value == "株式会社あおぞら精機"
    assert sheet["D3"].data_type != "f"
    assert sheet["B2"].hyperlink is None


def test_every_form_of_a_meeting(desk: DraftDesk) -> None:
    with pytest.raises(YorozuError):
        exported(desk, "none", ".md")
    with_questions(desk, ["規程はどう作りますか", "根拠の無い質問ですか"])
    with pytest.raises(YorozuError) as told:
        exported(desk, MEETING, ".md")
    assert told.value.code is ErrorCode.NOTHING_TO_EXPORT
    work(desk)
    assert "担当者が作成します" in exported(desk, MEETING, ".md").decode()
    whole = json.loads(exported(desk, MEETING, ".json"))
    assert [d["answer"]["status"] for d in whole["drafts"]] == ["answered", "insufficient_evidence"]
    with pytest.raises(YorozuError) as told:
        exported(desk, MEETING, ".odt")
    assert told.value.code is ErrorCode.EXPORT_FORMAT


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    write_file(tmp_path / "a.md", b"1")
    assert (tmp_path / "a.md").read_bytes() == b"1"
    with pytest.raises(YorozuError) as told:
        write_file(tmp_path / "no" / "a.md", b"1")
    assert told.value.code is ErrorCode.EXPORT_UNWRITABLE
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]


@pytest.mark.slow
@pytest.mark.parametrize("count", [3, 20, 60])
def test_rendered_slides_show_all_text_inside_its_frame(tmp_path: Path, count: int) -> None:
    """LibreOffice lays the deck out: of each text every character stands on its slide, within its margins."""
    pdfium = pytest.importorskip("pypdfium2")
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not here")
    deck = tmp_path / "deck.pptx"
    deck.write_bytes(deck_of(_handout(count), font="Noto Sans CJK JP"))
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    command = [soffice, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(deck)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    slides = list(Presentation(str(deck)).slides)
    pdf = pdfium.PdfDocument(str(tmp_path / "deck.pdf"))
    assert len(pdf) == len(slides)
    for slide, page in zip(slides, pdf, strict=True):
        words = page.get_textpage()
        boxes = [words.get_charbox(n) for n in range(words.count_chars())]
        width, height = page.get_size()
        bottom = height - Pt(540 - 8).pt * height / 540
        inked = [box for box in boxes if box[2] > box[0]]
        assert all(b[0] > 0 and b[2] < width and bottom <= b[1] and b[3] < height for b in inked)
        for shape in slide.shapes:
            if "slidenum" in shape._element.xml or slide is slides[0]:
                continue
            top = height - Emu(shape.top).pt * height / 540
            foot = height - Emu(shape.top + shape.height).pt * height / 540
            text = [box for box in inked if foot - 1 <= (box[1] + box[3]) / 2 <= top]
            shown = len(re.sub(r"\s", "", shape.text_frame.text))
            assert len(text) >= shown * 0.98, shape.text_frame.text[:60]
