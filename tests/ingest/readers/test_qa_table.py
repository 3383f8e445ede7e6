"""Which columns hold question and answer, and which item numbers a cell names."""

import pytest

from ingest.readers.qa_table import item_numbers, qa_columns

NAMES = {
    "question": "質問 ご質問 御質問内容 質問文 質問本文 照会事項 照会要旨 問 問い 設問 Ｑ Question "
    "お問い合わせ お問合せ内容 問い合わせ事項 【質問】",
    "answer": "回答 ご回答 御回答 回答内容 回答文 回答案 回答要旨 回答例 答 答え Ａ Answer ANSWERS",
    "number": "No. № ＃ 番号 通番 連番 通し番号 質問No 質問番号 回答番号 問番号 QNo. QA番号",
    "items": "項目番号 対象項目番号 該当項目No 関連要件番号 要求事項番号 チェックシート番号 チェックリストNo "
    "項番 対象項目 該当項目",
    "references": "参考 参考資料 参考URL 参考情報 参考リンク 参照資料 参照先 参照URL "
    "参照 出典 根拠 根拠資料 URL リンク",
    "heading": "分類 大分類 中分類 区分 カテゴリ カテゴリー 種別 テーマ 議題 分野 Category",
}
ASKED_AND_ANSWERED = ("質問", "回答")


@pytest.mark.parametrize(
    ("role", "name"), [(r, name) for r, names in NAMES.items() for name in names.split()]
)
def test_the_role_of_a_column(role: str, name: str) -> None:
    roles = qa_columns((*ASKED_AND_ANSWERED, name))
    assert roles is not None
    assert 2 in roles[role]
    assert sum(len(columns) for columns in roles.values()) == 3


@pytest.mark.parametrize(
    "name", ["質問者", "質問日", "回答者", "回答日", "備考", "番地", "項目", "", "参考人", "Qualität"]
)
def test_a_column_without_a_role(name: str) -> None:
    assert qa_columns((*ASKED_AND_ANSWERED, name)) == {"question": [0], "answer": [1]}


def test_a_table_needs_a_question_and_an_answer() -> None:
    assert qa_columns(("番号", "質問", "備考")) is None
    assert qa_columns(("番号", "回答", "備考")) is None
    assert qa_columns(("質問（内容）", "ご質問", "回答")) == {"question": [0, 1], "answer": [2]}


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("17", (17,)),
        ("No９４～９６、17", (94, 95, 96, 17)),
        ("3 - 5", (3, 4, 5)),
        ("5、5、3", (5, 3)),
        ("7〜7", (7,)),
        ("9~3", (9, 3)),
        ("1～101", (1, 101)),  # a whole checklist
        ("3.1", ()),
        ("12345", ()),
        ("すべて", ()),
    ],
)
def test_item_numbers_of_a_cell(cell: str, numbers: tuple[int, ...]) -> None:
    assert item_numbers(cell) == numbers


def test_the_longest_range_is_written_out() -> None:
    assert item_numbers("1～100") == tuple(range(1, 101))
