import email.message
from pathlib import Path

import docx
import openpyxl
import pytest

from app.organiser.intake import intake, intake_text
from ingest.errors import ErrorCode, YorozuError

CSV = (
    "受付番号,会社名,ご担当者,メールアドレス,項目番号,ご質問内容\r\n"
    "1,株式会社あおぞら精機,空野一郎,sorano@aozora.example,No17,規程はどう作りますか\r\n"
    '2,カネシロ工業,金城花子,h@kaneshiro.example,94～96,"1. 教育は年に何回必要ですか\n'
    '2. 記録は何年残しますか"\r\n'
    "3,東雲ゴム,,,,\r\n"
)


def _workbook(path: Path) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "質問票"
    sheet["A1"] = "第2回よろず相談会 質問票"
    sheet["A3"], sheet["B3"], sheet["D3"] = "No", "ご記入者", "質問"
    sheet["B4"], sheet["C4"] = "会社名", "氏名"
    for area in ("A3:A4", "B3:C3", "D3:D4"):
        sheet.merge_cells(area)
    sheet.append([1, "株式会社あおぞら精機", "空野一郎", "規程はどう作りますか"])
    sheet.append([])
    sheet.append([2, "カネシロ工業", "金城花子", "教育は年に何回必要ですか"])
    sheet["D8"] = '=A1&"の件"'
    book.create_sheet("控え").sheet_state = "hidden"
    book["控え"].append(["質問", "見えないものですか"])
    book.save(path)
    return book


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_csv_rows_become_questions_with_their_place_and_known_names(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "q.csv"
    file.write_bytes(CSV.encode(encoding))
    result = intake(file)
    assert [(q.text, q.origin.row, q.origin.part) for q in result.questions] == [
        ("規程はどう作りますか", 2, None),
        ("教育は年に何回必要ですか", 3, 1),
        ("記録は何年残しますか", 3, 2),
    ]
    assert result.questions[0].item_nos == (17,)
    assert result.questions[1].item_nos == (94, 95, 96)
    assert {(n.kind, n.text) for n in result.questions[0].known} == {
        ("company", "株式会社あおぞら精機"),
        ("person", "空野一郎"),
        ("mail", "sorano@aozora.example"),
    }
    assert [skip.why for skip in result.skipped] == ["質問の欄が空です"]


def test_merged_headers_hidden_sheets_and_formulas(tmp_path: Path) -> None:
    _workbook(tmp_path / "q.xlsx")
    result = intake(tmp_path / "q.xlsx")
    assert [(q.text, q.origin.sheet_no, q.origin.row) for q in result.questions] == [
        ("規程はどう作りますか", 1, 5),
        ("教育は年に何回必要ですか", 1, 7),
    ]
    assert [c.role for c in result.plans[0].columns] == ["number", "company", "person", "question"]
    assert any("非表示" in note for note in result.notes)
    assert any("数式" in note for note in result.notes)


def test_a_plan_changed_by_a_person_is_followed(tmp_path: Path) -> None:
    file = tmp_path / "q.csv"
    file.write_text("メモ,その他\nあいう,規程の雛形\nかきく,教育の頻度\n", encoding="utf-8")
    first = intake(file)
    assert not first.questions
    assert "指定してください" in first.notes[-1]
    again = intake(file, [first.plans[0].with_role(1, "question").with_header((1, 1))])
    assert [q.text for q in again.questions] == ["規程の雛形", "教育の頻度"]


def test_a_single_column_with_its_name_above(tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_text("ご質問\n規程はどう作りますか\n教育は必要ですか\n", encoding="utf-8")
    assert [q.origin.row for q in intake(tmp_path / "q.csv").questions] == [2, 3]


def test_without_a_header_the_column_that_asks_is_proposed(tmp_path: Path) -> None:
    file = tmp_path / "q.csv"
    rows = [
        "規程はどのように作ればよいですか",
        "教育は年に何回必要でしょうか",
        "委託先の確認方法を教えてください",
    ]
    file.write_text("".join(f"{n},{row}\n" for n, row in enumerate(rows, 1)), encoding="utf-8")
    result = intake(file)
    assert [q.text for q in result.questions] == rows
    column = next(c for c in result.plans[0].columns if c.role == "question")
    assert not column.sure


def test_a_word_file_by_its_table_or_its_text(tmp_path: Path) -> None:
    table = docx.Document()
    table.add_paragraph("質問票")
    grid = table.add_table(rows=2, cols=2)
    for cell, text in zip(
        grid._cells, ["会社名", "質問内容", "東雲ゴム", "規程はどう作りますか"], strict=True
    ):
        cell.text = text
    table.save(str(tmp_path / "table.docx"))
    assert [q.text for q in intake(tmp_path / "table.docx").questions] == ["規程はどう作りますか"]
    plain = docx.Document()
    plain.add_paragraph("1. 規程はどう作りますか")
    plain.add_paragraph("2. 教育は年に何回必要ですか")
    plain.save(str(tmp_path / "text.docx"))
    assert len(intake(tmp_path / "text.docx").questions) == 2


def test_a_mail_without_greetings_quotes_and_signature(tmp_path: Path) -> None:
    mail = email.message.EmailMessage()
    mail["From"] = "空野一郎 <sorano@aozora.example>"
    mail["Date"] = "Mon, 23 Nov 2026 10:00:00 +0900"
    mail.set_content(
        "いつもお世話になっております。\n\n専任者がいない場合の体制を教えてください。\n"
        "よろしくお願いいたします。\n\n> 前回はどうでしたか\n\n-- \n株式会社あおぞら精機\n空野一郎\n"
    )
    (tmp_path / "q.eml").write_bytes(bytes(mail))
    (question,) = intake(tmp_path / "q.eml").questions
    assert question.text == "専任者がいない場合の体制を教えてください。"
    assert question.origin.kind == "mail"
    assert question.received_at == "2026-11-23T10:00:00+09:00"
    assert {n.text for n in question.known} == {"空野一郎", "sorano@aozora.example", "株式会社あおぞら精機"}


def test_pasted_text_and_text_that_asks_nothing() -> None:
    assert len(intake_text("・規程はどう作りますか\n・教育は必要ですか").questions) == 2
    with pytest.raises(YorozuError) as caught:
        intake_text("お世話になっております。")
    assert caught.value.code is ErrorCode.NO_QUESTIONS


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("q.xlsx", b"PK\x03\x04broken", ErrorCode.FILE_DAMAGED),
        ("q.csv", b"", ErrorCode.FILE_EMPTY),
        ("q.exe", b"MZ binary", ErrorCode.FILE_UNSUPPORTED),
        ("q.pdf", b"%PDF-1.7", ErrorCode.FILE_UNSUPPORTED),
        ("q.csv", b"\x80\x81\xff\xfe\x00\x9f" * 20, ErrorCode.FILE_ENCODING),
    ],
)
def test_a_bad_file_is_a_clear_error(tmp_path: Path, name: str, content: bytes, code: ErrorCode) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(YorozuError) as caught:
        intake(tmp_path / name)
    assert caught.value.code is code


def test_a_missing_and_an_oversized_file(tmp_path: Path) -> None:
    with pytest.raises(YorozuError, match="見つかりません"):
        intake(tmp_path / "nope.csv")
    (tmp_path / "big.csv").write_bytes(b"a,b\n" * 400_000)
    with pytest.raises(YorozuError) as caught:
        intake(tmp_path / "big.csv", max_mb=1)
    assert caught.value.code is ErrorCode.FILE_TOO_LARGE


@pytest.mark.slow
def test_twenty_thousand_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("質問")
    sheet.append(["会社名", "質問"])
    for n in range(20_000):
        sheet.append(["株式会社あおぞら精機", f"項目{n}の進め方を教えてください"])
    book.save(tmp_path / "big.xlsx")
    assert len(intake(tmp_path / "big.xlsx").questions) == 20_000
