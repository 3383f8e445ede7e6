import pytest

from app.pages.letters import letters_of
from app.pages.locate import locate


def found(page: str, quote: str) -> tuple[str, list[str]]:
    result = locate(letters_of(page), letters_of(quote))
    return result.status, [page[start:end] for start, end in result.spans]


@pytest.mark.parametrize(
    ("page", "quote", "marked"),
    [
        (
            "前の文。規程を\n定めて  ください。後の文。",
            "規程を定めてください。",
            "規程を\n定めて  ください。",
        ),
        ("これを適⽤する⻑さ。", "適用する長さ", "適⽤する⻑さ"),
        ("ｶﾞｲﾄﾞﾗｲﾝ第３．１版", "ガイドライン第3.1版", "ｶﾞｲﾄﾞﾗｲﾝ第３．１版"),
        ("the ﬁrst of oﬃces", "First of Offices", "ﬁrst of oﬃces"),
        ("項目No９４－９６です", "no94-96", "No９４－９６"),
    ],
)
def test_a_quote_is_found_whatever_the_spelling(page: str, quote: str, marked: str) -> None:
    assert found(page, quote) == ("exact", [marked])


def test_a_ligature_at_the_edge_is_marked_whole() -> None:
    assert found("oﬃce", "fice") == ("exact", ["ﬃce"])


def test_every_place_that_says_it_is_marked() -> None:
    assert found("目的を示す。範囲。目的を示す。", "目的を示す。") == ("exact", ["目的を示す。"] * 2)


def test_pieces_in_another_order_and_what_stands_between() -> None:
    page = "担当は総務課とし、毎年四月に見直す。\n3\n教育は年に一回以上、全社員を対象に行う。"
    quote = "教育は年に一回以上、全社員を対象に行う。\n担当は総務課とし、毎年四月に見直す。"
    status, marked = found(page, quote)
    assert status == "close"
    assert "".join(marked).replace("\n", "") == page.replace("\n3\n", "").replace("\n", "")


def test_ruby_between_the_letters_does_not_part_them() -> None:
    status, marked = found(
        "情報の脆弱ぜいじゃく性を速やかに修正してください。", "情報の脆弱性を速やかに修正してください。"
    )
    assert status == "close"
    assert marked == ["脆弱ぜいじゃく性を速やかに修正してください。"] or marked[0].endswith("ください。")


def test_the_part_of_a_quote_that_goes_on_overleaf() -> None:
    here, there = (
        "持ち出す機器は台帳に記録して管理者の承認を得る",
        "ことを原則とし、返却のときは欠品や傷がないかを必ず二人で確かめて記録を残し、年に一度は見直す。",
    )
    status, marked = found("前置き。" + here, here + there)
    assert (status, marked) == ("partial", [here])


@pytest.mark.parametrize(
    "quote", ["火星の天気は晴れのち砂嵐です。", "", "　", "情報セキュリティの方針は取締役会で決めます"]
)
def test_what_is_not_there_is_not_marked(quote: str) -> None:
    assert found("情報セキュリティの教育は、年に一回行います。", quote) == ("absent", [])
