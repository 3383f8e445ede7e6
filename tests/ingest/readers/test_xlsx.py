import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block, FileContent
from ingest.readers import xlsx
from ingest.readers.xlsx import cell_text, read_xlsx


def read(folder: Path, book: openpyxl.Workbook) -> FileContent:
    path = folder / "book.xlsx"
    book.save(path)
    return read_xlsx(path)


def workbook(*rows: list[Any], name: str = "Sheet1") -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = name
    for row in rows:
        book.active.append(row)
    return book


def texts(content: FileContent, kind: str = "table_row") -> list[str]:
    return [block.text for block in content.blocks if block.kind == kind]


def test_title_rows_above_the_header(tmp_path: Path) -> None:
    book = workbook(
        ["自己評価チェックシート"],
        ["※ 色の付いた欄に記入してください。"],
        [],
        ["No", "要求事項", "達成条件"],
        [17, "方針を策定すること", "策定し、周知している"],
        [],
        [18, "規程を定めること", None],
        name="チェックシート",
    )
    content = read(tmp_path, book)
    assert [(b.kind, b.text, b.level) for b in content.blocks[:3]] == [
        ("heading", "チェックシート", 1),
        ("heading", "自己評価チェックシート", 2),
        ("paragraph", "※ 色の付いた欄に記入してください。", 0),
    ]
    assert content.blocks[3] == Block(
        "table_row",
        "No：17／要求事項：方針を策定すること／達成条件：策定し、周知している",
        columns=("No", "要求事項", "達成条件"),
        sheet="チェックシート",
        row=5,
    )
    assert content.blocks[4].text == "No：18／要求事項：規程を定めること"
    assert content.blocks[4].row == 7


def test_merged_cells_carry_their_value(tmp_path: Path) -> None:
    book = workbook(
        ["分類", "No", "レベル", None, "備考"],
        [None, None, "Lv1", "Lv2", None],
        ["方針", 1, "○", "○", "同じ備考"],
        [None, 2, "－", "○", None],
        ["体制の整備", None, None, None, None],
        ["体制", 3, "○", "－", "別の備考"],
    )
    for area in ("A1:A2", "B1:B2", "C1:D1", "E1:E2", "A3:A4", "E3:E4", "A5:E5"):
        book.active.merge_cells(area)  # type: ignore[union-attr]
    content = read(tmp_path, book)
    assert texts(content) == [
        "分類：方針／No：1／レベル Lv1：○／レベル Lv2：○／備考：同じ備考",
        "分類：方針／No：2／レベル Lv1：－／レベル Lv2：○／備考：同じ備考",
        "分類：体制／No：3／レベル Lv1：○／レベル Lv2：－／備考：別の備考",
    ]
    assert texts(content, "heading") == ["体制の整備"]


def test_a_value_merged_across_columns_is_said_once(tmp_path: Path) -> None:
    book = workbook(["項目", "四月", "五月"], ["訓練", "実施済み", None], ["点検", "未", "済"])
    book.active.merge_cells("B2:C2")  # type: ignore[union-attr]
    assert texts(read(tmp_path, book))[0] == "項目：訓練／四月：実施済み"


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (dt.datetime(2024, 4, 1), "yyyy/m/d", "2024-04-01"),  # noqa: DTZ001 - sheets know no zones
        (dt.datetime(2024, 4, 1, 9, 30), "General", "2024-04-01 09:30"),  # noqa: DTZ001
        (dt.time(9, 5), "General", "09:05"),
        (3.0, "General", "3"),
        (0.1 + 0.2, "General", "0.3"),
        (0.125, "0.0%", "12.5%"),
        (True, "General", "TRUE"),
        ("#REF!", "General", ""),
        (None, "General", ""),
        ("適⽤\u200b する", "General", "適用 する"),
    ],
)
def test_values_read_as_shown(value: object, number_format: str, shown: str) -> None:
    assert cell_text(value, number_format) == shown


def test_hidden_sheets_are_left_out_and_named(tmp_path: Path) -> None:
    book = workbook(["項目", "内容"], ["目的", "守ること"])
    secret = book.create_sheet("選択肢")
    secret.append(["はい", "いいえ"])
    secret.sheet_state = "hidden"
    content = read(tmp_path, book)
    assert texts(content) == ["項目：目的／内容：守ること"]
    assert content.notes == ("非表示のシート「選択肢」は読みませんでした。",)


def test_formulas_without_a_stored_value_are_named(tmp_path: Path) -> None:
    book = workbook(["項目", "合計"], ["点数", "=1+1"])
    notes = read(tmp_path, book).notes
    assert len(notes) == 1
    assert "数式" in notes[0]


def test_a_form_is_read_as_fields(tmp_path: Path) -> None:
    book = workbook(["会社名", "株式会社例"], ["所在地", "東京都"], ["ご要望", "早めの回答を希望します。"])
    assert texts(read(tmp_path, book)) == [
        "会社名：株式会社例",
        "所在地：東京都",
        "ご要望：早めの回答を希望します。",
    ]


def test_bold_labels_are_a_header(tmp_path: Path) -> None:
    book = workbook(["拠点", "系列"], ["東", "甲"], ["西", "乙"])
    for cell in book.active[1]:  # type: ignore[index]
        cell.font = Font(bold=True)
    assert texts(read(tmp_path, book)) == ["拠点：東／系列：甲", "拠点：西／系列：乙"]


def test_a_second_table_has_its_own_header(tmp_path: Path) -> None:
    book = workbook(["No", "項目"], [1, "施錠"], [], ["表２"], ["用語", "説明"], ["方針", "考え方"])
    content = read(tmp_path, book)
    assert texts(content) == ["No：1／項目：施錠", "用語：方針／説明：考え方"]


def test_prepared_empty_lines_say_nothing(tmp_path: Path) -> None:
    book = workbook(["No", "質問", "備考"], [1, "規程は", "急ぎ"], [2, None, None], [3, None, None])
    assert texts(read(tmp_path, book)) == ["No：1／質問：規程は／備考：急ぎ"]


def test_questions_of_several_sheets_are_one_consultation(tmp_path: Path) -> None:
    book = workbook(["質問票"], ["No", "質問", "回答"], [1, "一ですか", "はい、一です。"], name="第１回")
    second = book.create_sheet("第２回")
    for row in (["No", "質問内容", "回答内容"], [1, "二ですか", "はい、二です。"]):
        second.append(row)
    consultation = read(tmp_path, book).consultation
    assert consultation is not None
    assert [(qa.question_no, qa.question, qa.heading) for qa in consultation.qas] == [
        (1, "一ですか", ("第１回",)),
        (2, "二ですか", ("第２回",)),
    ]


def test_a_sheet_formatted_to_its_end_is_quick(tmp_path: Path) -> None:
    book = workbook(["項目", "内容"], ["目的", "守ること"])
    assert book.active is not None
    book.active.cell(1_048_576, 16_384).font = Font(bold=True)
    assert texts(read(tmp_path, book)) == ["項目：目的／内容：守ること"]


def test_large_books_are_streamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "_STREAM_FROM", 10)
    book = workbook(["表題"], [], ["項目", "内容"], ["目的", "守ること"])
    content = read(tmp_path, book)
    assert texts(content) == ["項目：目的／内容：守ること"]
    assert content.blocks[-1].row == 4
    assert "結合" in content.notes[0]


def test_an_empty_book_has_no_text(tmp_path: Path) -> None:
    with pytest.raises(YorozuError) as caught:
        read(tmp_path, workbook())
    assert caught.value.code == ErrorCode.FILE_NO_TEXT


def test_damaged_xml_is_named(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole.xlsx", tmp_path / "broken.xlsx"
    workbook(["項目", "内容"]).save(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data[: len(data) // 2] if "sheet1" in name else data)
    with pytest.raises(YorozuError) as caught:
        read_xlsx(broken)
    assert caught.value.code == ErrorCode.FILE_DAMAGED
