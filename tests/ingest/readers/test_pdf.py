"""PDFs made here: what a reader of the page expects to find in the blocks, and what must not be there."""

import io
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block, FileContent
from ingest.readers.pdf import read_pdf
from ingest.text.normalise import fold

MINCHO, GOTHIC = "HeiseiMin-W3", "HeiseiKakuGo-W5"
PARAGRAPH = (
    "この手引きは、小さな会社が情報資産を守るために最初に行うことをまとめたものです。専任の担",
    "当者がいない場合でも、経営者が方針を決め、従業員が手順を守れば、多くの事故は防げます。",
)
Draw = Callable[[Canvas], None]


def make(path: Path, *pages: Draw, title: str = "") -> Path:
    for name in (MINCHO, GOTHIC):
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    canvas = Canvas(str(path), pagesize=(595, 842))
    canvas.setTitle(title)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return path


def put(canvas: Canvas, x: float, y: float, text: str, size: float = 10.5, font: str = MINCHO) -> None:
    canvas.setFont(font, size)
    canvas.drawString(x, y, text)


def text_page(*lines: str, head: str = "", foot: str = "") -> Draw:
    def draw(canvas: Canvas) -> None:
        if head:
            put(canvas, 70, 800, head, 8)
        for n, line in enumerate(lines):
            put(canvas, 70, 740 - 18 * n, line)
        if foot:
            put(canvas, 290, 40, foot, 9)

    return draw


def picture(canvas: Canvas) -> None:
    pixel = ImageReader(io.BytesIO(b"P6 1 1 255\n\xff\x00\x00"))
    canvas.drawImage(pixel, 50, 50, 400, 600)


def verbatim(content: FileContent) -> bool:
    return all(b.page is not None and fold(b.text) in fold(content.pages[b.page - 1]) for b in content.blocks)


def of_kind(content: FileContent, kind: str) -> list[str]:
    return [block.text for block in content.blocks if block.kind == kind]


def reason(path: Path) -> ErrorCode:
    with pytest.raises(YorozuError) as caught:
        read_pdf(path)
    return caught.value.code


def outcome(path: Path) -> tuple[str | None, FileContent]:
    try:
        return None, read_pdf(path)
    except YorozuError as error:
        return error.code.value, FileContent()


def test_broken_lines_become_one_paragraph_without_blanks(tmp_path: Path) -> None:
    content = read_pdf(make(tmp_path / "a.pdf", text_page(*PARAGRAPH)))
    assert of_kind(content, "paragraph") == ["".join(PARAGRAPH)]
    assert content.blocks[0].page == 1


def test_english_lines_are_joined_with_a_blank(tmp_path: Path) -> None:
    lines = (
        "The policy applies to every employee and to all contractors who have access to the",
        "information systems of the company, whether on site or from a remote location.",
    )
    content = read_pdf(make(tmp_path / "a.pdf", text_page(*lines)))
    assert of_kind(content, "paragraph") == [" ".join(lines)]


def test_running_heads_and_page_numbers_leave_the_blocks_but_not_the_pages(tmp_path: Path) -> None:
    pages = [text_page(*PARAGRAPH, head="情報管理の手引き 第2版", foot=f"- {n} -") for n in range(1, 7)]
    content = read_pdf(make(tmp_path / "a.pdf", text_page("表紙の題名"), *pages))
    assert "情報管理の手引き 第2版" in content.pages[3]
    assert not [b for b in content.blocks if "第2版" in b.text or b.text.strip("- ").isdecimal()]
    assert content.page_labels == (None, "1", "2", "3", "4", "5", "6")


def test_a_heading_that_begins_some_pages_is_not_a_running_head(tmp_path: Path) -> None:
    pages = [text_page("1.1 管理策", *PARAGRAPH) if n % 3 == 0 else text_page(*PARAGRAPH) for n in range(9)]
    content = read_pdf(make(tmp_path / "a.pdf", *pages))
    assert of_kind(content, "heading") == ["1.1 管理策"] * 3


def test_headings_have_levels_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    content = read_pdf(
        make(
            tmp_path / "a.pdf",
            text_page(
                "第1部 総則",
                "第1章 はじめに",
                "1.1 目的",
                *PARAGRAPH,
                "1.2 適用範囲",
                *PARAGRAPH,
                "第2章 体制",
                "2.1 責任者",
                *PARAGRAPH,
            ),
        )
    )
    found = [(b.level, b.text) for b in content.blocks if b.kind == "heading"]
    assert found == [
        (1, "第1部 総則"),
        (2, "第1章 はじめに"),
        (3, "1.1 目的"),
        (3, "1.2 適用範囲"),
        (2, "第2章 体制"),
        (3, "2.1 責任者"),
    ]


def test_unnumbered_large_type_is_a_heading_and_the_title(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, 70, 770, "情報セキュリティの基礎", 20, GOTHIC)
        for n, line in enumerate(PARAGRAPH * 3):
            put(canvas, 70, 700 - 18 * n, line)

    content = read_pdf(make(tmp_path / "a.pdf", draw, title="Microsoft Word - 手引き.docx"))
    assert content.title == "情報セキュリティの基礎"
    assert of_kind(content, "heading") == ["情報セキュリティの基礎"]


def test_the_title_of_the_file_is_taken_when_a_person_wrote_it(tmp_path: Path) -> None:
    content = read_pdf(make(tmp_path / "a.pdf", text_page(*PARAGRAPH), title="小さな会社の情報管理"))
    assert content.title == "小さな会社の情報管理"


def test_list_items_are_blocks_of_their_own_with_their_second_lines(tmp_path: Path) -> None:
    lines = (
        "次のことを行います。",
        "① 社内の情報資産を台帳に書き出し、誰が管理するかを決めて、毎年一回その内容を見直す",
        "ことを経営者に報告する。",
        "② 退職者の権限を消す。",
        "・端末を更新する。",
        "ア．鍵をかける。",
    )
    content = read_pdf(make(tmp_path / "a.pdf", text_page(*lines)))
    assert of_kind(content, "list_item") == [lines[1] + lines[2], lines[3], lines[4], lines[5]]


def test_questions_and_answers_begin_blocks(tmp_path: Path) -> None:
    lines = (
        "問１ 専任者は必要ですか。",
        "答 必要ではありません。",
        "Q2. 費用はいくらですか。",
        "A2. 無料です。",
        "【回答】ありません。",
    )
    content = read_pdf(make(tmp_path / "a.pdf", text_page(*lines)))
    assert [b.text for b in content.blocks] == list(lines)


def test_the_table_of_contents_is_left_out(tmp_path: Path) -> None:
    contents = text_page(
        "目 次",
        "第1章 はじめに ............................ 1",
        "第2章 体制をととのえるために経営者と担当者が最初の一か月で",
        "行うこと ................................ 2",
        "付録 ____________________________________ 9",
    )
    content = read_pdf(make(tmp_path / "a.pdf", contents, text_page("第1章 はじめに", *PARAGRAPH)))
    assert [b.text for b in content.blocks if b.page == 1] == []
    assert of_kind(content, "heading") == ["第1章 はじめに"]


def test_table_rows_keep_their_cells_and_carry_the_column_names(tmp_path: Path) -> None:
    rows = (("項目", "内容", "期限"), ("台帳", "資産を書き出す", "三月"), ("権限", "退職者を消す", "四月"))

    def draw(canvas: Canvas) -> None:
        for n, row in enumerate(rows):
            for x, cell in zip((70, 220, 420), row, strict=True):
                put(canvas, x, 700 - 20 * n, cell)

    content = read_pdf(make(tmp_path / "a.pdf", draw))
    found = [(b.text, b.columns) for b in content.blocks if b.kind == "table_row"]
    assert found[1:] == [("台帳 資産を書き出す 三月", rows[0]), ("権限 退職者を消す 四月", rows[0])]


def test_a_row_whose_cells_have_several_lines_is_one_block(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for x, name in ((70, "項目"), (200, "行うこと"), (460, "担当")):
            put(canvas, x, 720, name)
        for top, name in ((700, "台帳の"), (640, "権限の")):
            put(canvas, 70, top, name)
            put(canvas, 70, top - 15, "整備")
            put(canvas, 200, top, "資産を書き出して管理する人を")
            put(canvas, 200, top - 15, "決める。")
            put(canvas, 460, top, "総務部")

    content = read_pdf(make(tmp_path / "a.pdf", draw))
    names = ("項目", "行うこと", "担当")
    assert (
        Block("table_row", "台帳の整備 資産を書き出して管理する人を決める。 総務部", 1, columns=names)
        in content.blocks
    )
    assert (
        Block("table_row", "権限の整備 資産を書き出して管理する人を決める。 総務部", 1, columns=names)
        in content.blocks
    )


def test_ruby_is_left_out_and_the_base_text_stays(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, 70, 718, "会社の機器について、")
        put(canvas, 70, 711, "ぜいじゃくせい", 5)
        put(canvas, 70, 700, "脆弱性を放置しないことが大切です。")

    content = read_pdf(make(tmp_path / "a.pdf", draw))
    assert "ぜいじゃくせい" in content.pages[0]
    assert [b.text for b in content.blocks] == ["会社の機器について、", "脆弱性を放置しないことが大切です。"]


def test_kangxi_radicals_and_half_width_kana_become_ordinary_letters(tmp_path: Path) -> None:
    content = read_pdf(make(tmp_path / "a.pdf", text_page("ｾｷｭﾘﾃｨの⼿引きを適⽤する。")))
    assert content.blocks[0].text == "セキュリティの手引きを適用する。"


def test_a_picture_page_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    content = read_pdf(make(tmp_path / "a.pdf", text_page(*PARAGRAPH), picture, lambda _: None))
    assert [(p.page, p.code) for p in content.problems] == [(2, "file_no_text")]
    assert content.pages[1:] == ("", "")
    assert content.blocks[0].text == "".join(PARAGRAPH)


def test_a_file_of_pictures_has_no_text(tmp_path: Path) -> None:
    assert reason(make(tmp_path / "a.pdf", picture, picture)) is ErrorCode.FILE_NO_TEXT


@pytest.mark.parametrize(("password", "expected"), [("", None), ("geheim", ErrorCode.FILE_ENCRYPTED)])
@pytest.mark.parametrize("algorithm", ["AES-256", "AES-128", "RC4-128"])
def test_encryption(tmp_path: Path, password: str, expected: ErrorCode | None, algorithm: str) -> None:
    writer = PdfWriter(clone_from=PdfReader(make(tmp_path / "open.pdf", text_page(*PARAGRAPH))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm=algorithm)
    locked = tmp_path / "locked.pdf"
    writer.write(locked)
    if expected is None:
        assert read_pdf(locked).blocks[0].text == "".join(PARAGRAPH)
    else:
        assert reason(locked) is expected


def test_declared_page_labels_are_used_when_nothing_printed_speaks_against_them(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(make(tmp_path / "open.pdf", *[text_page(*PARAGRAPH)] * 4)))
    writer.set_page_label(0, 1, PageLabelStyle.LOWERCASE_ROMAN)
    writer.set_page_label(2, 3, PageLabelStyle.DECIMAL, start=11)
    writer.write(tmp_path / "a.pdf")
    assert read_pdf(tmp_path / "a.pdf").page_labels == ("i", "ii", "11", "12")


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\n%%EOF", b"PK\x03\x04 not a pdf", b"%PDF-1.4\n" + bytes(range(256)) * 4]
)
def test_what_is_no_pdf_is_damaged(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.pdf").write_bytes(data)
    assert reason(tmp_path / "a.pdf") is ErrorCode.FILE_DAMAGED


def test_empty_and_missing_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").touch()
    assert reason(tmp_path / "a.pdf") is ErrorCode.FILE_EMPTY
    assert reason(tmp_path / "none.pdf") is ErrorCode.FILE_UNREADABLE


@pytest.mark.parametrize("seed", range(25))
def test_a_damaged_file_ends_in_text_or_a_named_reason(tmp_path: Path, seed: int) -> None:
    data = bytearray(
        make(
            tmp_path / "a.pdf", *[text_page("1.1 目的", *PARAGRAPH, foot=str(n)) for n in range(3)]
        ).read_bytes()
    )
    chance = random.Random(seed)
    for _ in range(chance.randrange(1, 60)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    (tmp_path / "b.pdf").write_bytes(
        bytes(data[: chance.choice((len(data), chance.randrange(40, len(data))))])
    )
    code, content = outcome(tmp_path / "b.pdf")
    named = {"file_damaged", "file_no_text", "file_garbled", "file_encrypted", None}
    assert code in named
    assert verbatim(content)
    assert len(content.pages) == len(content.page_labels)


def test_pypdf_keeps_quiet_and_its_logger_is_left_as_it_was(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    data = make(tmp_path / "a.pdf", text_page(*PARAGRAPH)).read_bytes()
    (tmp_path / "b.pdf").write_bytes(data.replace(b"startxref", b"startxxxx"))
    assert read_pdf(tmp_path / "b.pdf").blocks[0].text == "".join(PARAGRAPH)
    assert capfd.readouterr().err == ""
