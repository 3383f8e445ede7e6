from pathlib import Path
from typing import Any

import pptx
import pytest
from pptx.util import Cm

from ingest.errors import ErrorCode, YorozuError
from ingest.models import FileContent
from ingest.readers.pptx import read_pptx

TITLE, BODY, SECTION, TITLE_ONLY, BLANK = 0, 1, 2, 5, 6


def read(folder: Path, deck: Any) -> FileContent:
    path = folder / "a.pptx"
    deck.save(path)
    return read_pptx(path)


def slide(deck: Any, layout: int, title: str = "") -> Any:
    made = deck.slides.add_slide(deck.slide_layouts[layout])
    if title:
        made.shapes.title.text = title
    return made


def box(shapes: Any, left: float, top: float, text: str) -> None:
    shapes.add_textbox(Cm(left), Cm(top), Cm(5), Cm(1)).text_frame.text = text


def test_a_slide_is_a_page_with_title_text_and_notes(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    slide(deck, TITLE, "第２回よろず相談会")
    second = slide(deck, BODY, "規程の作り方")
    frame = second.placeholders[1].text_frame
    frame.text = "ひな形を使います。\v二行目です。"
    frame.add_paragraph().text = "細目"
    frame.paragraphs[1].level = 1
    second.notes_slide.notes_text_frame.text = "ここは丁寧に話す。"
    content = read(tmp_path, deck)
    assert content.title == "第２回よろず相談会"
    assert [(b.kind, b.text, b.page, b.level) for b in content.blocks] == [
        ("heading", "第２回よろず相談会", 1, 1),
        ("heading", "規程の作り方", 2, 2),
        ("paragraph", "ひな形を使います。\n二行目です。", 2, 0),
        ("list_item", "細目", 2, 0),
        ("heading", "ノート", 2, 3),
        ("paragraph", "ここは丁寧に話す。", 2, 0),
    ]
    assert content.pages[0] == "第２回よろず相談会"
    assert all(b.text in content.pages[b.page - 1] for b in content.blocks if b.page)


def test_boxes_are_read_in_the_order_that_a_reader_takes(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    made = slide(deck, BLANK)
    for left, top, text in ((12, 9, "右下"), (1, 9, "左下"), (1, 1, "上"), (12, 5, "右中"), (1, 5.1, "左中")):
        box(made.shapes, left, top, text)
    assert [b.text for b in read(tmp_path, deck).blocks] == ["上", "左中", "右中", "左下", "右下"]


def test_columns_that_no_row_cuts_are_read_one_by_one(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    made = slide(deck, BLANK)
    made.shapes.add_textbox(Cm(12), Cm(1), Cm(5), Cm(9)).text_frame.text = "右の長い欄"
    for top, text in ((6, "左下"), (1, "左上")):
        box(made.shapes, 1, top, text)
    assert [b.text for b in read(tmp_path, deck).blocks] == ["左上", "左下", "右の長い欄"]


def test_groups_stay_together(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    made = slide(deck, BLANK)
    group = made.shapes.add_group_shape()
    box(group.shapes, 1, 3, "組の下")
    box(group.shapes, 1, 1, "組の上")
    box(made.shapes, 1, 8, "組の外")
    assert [b.text for b in read(tmp_path, deck).blocks] == ["組の上", "組の下", "組の外"]


def test_tables_with_merged_cells(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    made = slide(deck, TITLE_ONLY, "一覧")
    table = made.shapes.add_table(3, 3, Cm(1), Cm(5), Cm(15), Cm(4)).table
    for r, row in enumerate((["分類", "項目", "要否"], ["方針", "策定", "要"], ["", "周知", "否"])):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    rows = [b for b in read(tmp_path, deck).blocks if b.kind == "table_row"]
    assert [row.text for row in rows] == [
        "分類：方針／項目：策定／要否：要",
        "分類：方針／項目：周知／要否：否",
    ]
    assert {row.page for row in rows} == {1}


def test_hidden_slides_keep_their_number_and_are_named(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    slide(deck, TITLE_ONLY, "予備").element.set("show", "0")
    slide(deck, TITLE_ONLY, "本編")
    content = read(tmp_path, deck)
    assert [(b.text, b.page) for b in content.blocks] == [("本編", 2)]
    assert content.pages == ("", "本編")
    assert content.notes == ("非表示のスライド 1 は読みませんでした。",)


def test_a_section_page_opens_a_part(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    slide(deck, SECTION, "議題１")
    assert read(tmp_path, deck).blocks[0].level == 1


def test_an_empty_deck_has_no_text(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    slide(deck, BLANK)
    with pytest.raises(YorozuError) as caught:
        read(tmp_path, deck)
    assert caught.value.code == ErrorCode.FILE_NO_TEXT
