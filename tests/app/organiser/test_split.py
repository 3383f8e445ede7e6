import pytest

from app.organiser.split import split_questions, without_courtesies


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("1. 規程はどう作りますか\n2. 教育は年に何回必要ですか", 2),
        ("①規程はどう作りますか。②教育は年に何回必要ですか。", 2),
        ("・委託先の確認方法を教えてください\n・頻度はどの程度がよいでしょうか", 2),
        ("規程はどう作りますか。\n\n教育は年に何回必要ですか。", 2),
        ("Q1. 規程はどう作りますか\nＱ２．教育は必要ですか", 2),
        ("弊社は小規模です。専任者がいません。どう進めればよいですか。", 1),
        ("専任者がいません。どう進めればよいですか。また、参考になる資料はありますか。", 1),
        ("次の場合はどうなりますか。\n・持ち出し用のPC\n・個人のスマートフォン", 1),
        ("No17の意味を教えてください。\n\n当社ではPCを共用しています。", 1),
        ("1. 規程はどう作りますか", 1),
        ("", 0),
    ],
)
def test_a_cell_holds_so_many_questions(text: str, count: int) -> None:
    assert len(split_questions(text)) == count


def test_marks_go_and_a_background_goes_along() -> None:
    text = "弊社では専任者がいません。以下2点です。\n(1) 体制はどう作りますか\n(2) 予算はどの程度ですか"
    assert split_questions(text) == [
        "弊社では専任者がいません。\n体制はどう作りますか",
        "弊社では専任者がいません。\n予算はどの程度ですか",
    ]


def test_nothing_but_courtesies_is_left_out() -> None:
    text = "いつもお世話になっております。\n規程はどう作りますか。\n以上、よろしくお願いいたします。"
    assert without_courtesies(text) == "規程はどう作りますか。"
