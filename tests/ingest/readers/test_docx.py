from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block, FileContent
from ingest.readers.docx import read_docx

BOX = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" Requires="wps">'
    "<w:drawing><wps:txbx><w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></wps:txbx></w:drawing>"
    "</mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></w:pict>"
    "</mc:Fallback></mc:AlternateContent>"
)
RUBY = (
    "<w:r><w:ruby><w:rt><w:r><w:t>きてい</w:t></w:r></w:rt>"
    "<w:rubyBase><w:r><w:t>規程</w:t></w:r></w:rubyBase></w:ruby></w:r>"
)


def read(folder: Path, document: Any) -> FileContent:
    path = folder / "a.docx"
    document.save(path)
    return read_docx(path)


def table(document: Any, *rows: list[str]) -> Any:
    made = document.add_table(len(rows), len(rows[0]))
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            made.cell(r, c).text = text
    return made


def test_headings_paragraphs_and_tables_in_document_order(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("規程", 0)
    document.add_heading("目的", 1)
    document.add_paragraph("情報を守るため。")
    table(document, ["No", "要求事項"], ["17", "方針を策定"], ["18", "規程を策定"])
    document.add_heading("範囲", 2)
    document.add_paragraph("全社員", style="List Bullet")
    content = read(tmp_path, document)
    assert content.title == "規程"
    assert content.blocks == (
        Block("heading", "規程", level=1),
        Block("heading", "目的", level=1),
        Block("paragraph", "情報を守るため。"),
        Block("table_row", "No：17／要求事項：方針を策定", columns=("No", "要求事項")),
        Block("table_row", "No：18／要求事項：規程を策定", columns=("No", "要求事項")),
        Block("heading", "範囲", level=2),
        Block("list_item", "全社員"),
    )


def test_localised_and_outline_headings(tmp_path: Path) -> None:
    document = docx.Document()
    style = document.styles.add_style("見出し 3", WD_STYLE_TYPE.PARAGRAPH)
    child = document.styles.add_style("社内見出し", WD_STYLE_TYPE.PARAGRAPH)
    child.base_style = style
    document.add_paragraph("第三層", style="見出し 3")
    document.add_paragraph("受け継いだ層", style="社内見出し")
    outlined = document.add_paragraph("概要レベル")
    level = OxmlElement("w:outlineLvl")
    level.set(qn("w:val"), "1")
    outlined._p.get_or_add_pPr().append(level)
    document.add_paragraph("本文です。")
    levels = [(b.text, b.level) for b in read(tmp_path, document).blocks if b.kind == "heading"]
    assert levels == [("第三層", 3), ("受け継いだ層", 3), ("概要レベル", 2)]


def test_a_text_box_is_read_once(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("前の文。")
    box = BOX.format(text="枠の中の注意").replace(
        "<mc:AlternateContent ", f"<mc:AlternateContent {nsdecls('w')} ", 1
    )
    paragraph.add_run()._r.append(parse_xml(box))
    assert [b.text for b in read(tmp_path, document).blocks] == ["前の文。", "枠の中の注意"]


def test_merged_cells_nested_tables_and_frames(tmp_path: Path) -> None:
    document = docx.Document()
    made = table(
        document, ["分類", "項目", "内容"], ["方針", "一", "甲"], ["", "二", "二"], ["体制", "三", "丙"]
    )
    made.cell(1, 0).merge(made.cell(2, 0))
    made.cell(2, 1).merge(made.cell(2, 2)).text = "またがる値"
    inner = made.cell(3, 2).add_table(2, 2)
    for (r, c), text in {(0, 0): "担当", (0, 1): "氏名", (1, 0): "責任者", (1, 1): "山田"}.items():
        inner.cell(r, c).text = text
    frame = document.add_table(1, 1)
    frame.cell(0, 0).text = "囲みの文章です。"
    assert [b.text for b in read(tmp_path, document).blocks] == [
        "分類：方針／項目：一／内容：甲",
        "分類：方針／項目：またがる値",
        "分類：体制／項目：三／内容：丙\n担当：責任者／氏名：山田",
        "囲みの文章です。",
    ]


def test_numbers_that_word_only_shows(tmp_path: Path) -> None:
    document = docx.Document()
    for text in ("一番目", "二番目"):
        document.add_paragraph(text, style="List Number")
    assert [b.text for b in read(tmp_path, document).blocks] == ["1. 一番目", "2. 二番目"]


def test_deleted_hidden_and_reading_aids_are_left_out(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()._p
    for xml in (
        "<w:r><w:t>残る</w:t></w:r>",
        "<w:del><w:r><w:delText>消した</w:delText></w:r></w:del>",
        "<w:ins><w:r><w:t>足した</w:t></w:r></w:ins>",
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隠し</w:t></w:r>",
        RUBY,
        "<w:r><w:instrText>PAGEREF x</w:instrText></w:r>",
        "<w:r><w:br/><w:t>次の行</w:t></w:r>",
    ):
        paragraph.append(parse_xml(xml.replace(">", f" {nsdecls('w')}>", 1)))
    assert [b.text for b in read(tmp_path, document).blocks] == ["残る足した規程\n次の行"]


def test_the_table_of_contents_is_left_out(tmp_path: Path) -> None:
    document = docx.Document()
    document.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("目的 ……… 1", style="toc 1")
    document.add_heading("目的", 1)
    document.add_paragraph("本文です。")
    assert [b.text for b in read(tmp_path, document).blocks] == ["目的", "本文です。"]


def test_headings_by_shape_where_no_style_says_so(tmp_path: Path) -> None:
    document = docx.Document()
    for text in ("第１章　総則", "この規程は情報を守るために定める。", "■ 対象", "全社員とする。"):
        document.add_paragraph(text)
    kinds = [(b.kind, b.level) for b in read(tmp_path, document).blocks]
    assert kinds == [("heading", 1), ("paragraph", 0), ("heading", 2), ("paragraph", 0)]


def test_a_table_of_questions_is_a_consultation(tmp_path: Path) -> None:
    document = docx.Document()
    table(
        document,
        ["No", "質問", "回答"],
        ["1", "要りますか", "要ります。"],
        ["2", "誰がしますか", "責任者です。"],
    )
    content = read(tmp_path, document)
    assert content.consultation is not None
    assert [qa.answer for qa in content.consultation.qas] == ["要ります。", "責任者です。"]
    assert content.blocks == ()


def test_a_document_of_pictures_has_no_text(tmp_path: Path) -> None:
    with pytest.raises(YorozuError) as caught:
        read(tmp_path, docx.Document())
    assert caught.value.code == ErrorCode.FILE_NO_TEXT


def test_the_real_standard(shared: Path) -> None:
    content = read_docx(shared / "samples" / "docs" / "owasp_asvs_5.0.0_ja.docx")
    headings = [b for b in content.blocks if b.kind == "heading"]
    assert content.title == "Application Security Verification Standard"
    assert [sum(b.level == n for b in headings) for n in (1, 2, 3, 4)] == [27, 155, 41, 2]
    row = next(b for b in content.blocks if b.text.startswith("#：1.1.1／"))
    assert row.columns == ("#", "説明", "レベル")
    assert row.text.endswith("／レベル：2")
    texts = [b.text for b in content.blocks]
    assert "アプリケーションセキュリティ検証標準 (ASVS) バージョン 5.0 へようこそ。" in texts
    assert "Tobias Ahnoff／Ralph Andalis／Ryan Armstrong／Gabriel Corona" in texts
    assert not any("PAGEREF" in text for text in texts)
    assert (
        sum("V1 エンコーディングとサニタイゼーション" in text for text in texts) == 1
    )  # not in the contents too
