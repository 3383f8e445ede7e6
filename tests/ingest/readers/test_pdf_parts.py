"""The parts of the PDF reader that decide by shape, place or number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers import pdf_shapes as shapes
from ingest.readers.pdf_join import join_lines
from ingest.readers.pdf_labels import page_labels, sensible_title
from ingest.readers.pdf_lines import Piece, make_line, text_width, with_spacing
from ingest.readers.pdf_quality import is_better, quality
from ingest.readers.pdf_running import is_page_number
from ingest.text.normalise import fold

GOOD = "情報セキュリティの方針を定めて、従業員に知らせる。"
DEBRIS = "ɹɹং Θͨ͘͠ͱ͍;ݱ ၊ఆ͞Εͨ༗ަػྲྀి౯ͷͻͱͭͷ"


@pytest.mark.parametrize(
    ("text", "garbled"),
    [
        (GOOD, False),
        ("The policy applies to every employee, on site or remote (see 3.2).", False),
        ("売上 1,200 1,350 △3.2% 98.5 1,000 2,400 12 13 14 ■ 2023", False),
        ("Настоящая политика применяется ко всем сотрудникам компании.", False),
        (DEBRIS, True),
        ("\ue001\ue002\ue003\ue004 \ufffd\ufffd\ufffd 12", True),
        ("‚±‚ÌŽè\u0088ø‚«‚ÍÌ¬³‚È‰ïŽÐ‚ªî•ñŽ‘ŽY‚ðŽç‚é", True),
    ],
)
def test_debris_is_told_from_text(text: str, garbled: bool) -> None:  # noqa: FBT001
    assert quality(text).garbled is garbled


@pytest.mark.parametrize(
    "text", ["", "12", DEBRIS, "Table 3 1,200 1,350 98.5", "劧湣慴敬楴敲慰獨摥噣洠敲摯瑡"]
)
def test_doubtful_pages_get_a_second_reading(text: str) -> None:
    assert quality(text).doubtful


def test_a_japanese_page_is_not_read_twice_and_the_better_reading_wins() -> None:
    assert not quality(GOOD * 3).doubtful
    assert is_better(quality(GOOD), quality(DEBRIS))
    assert is_better(quality(GOOD), quality(""))
    assert not is_better(quality(DEBRIS), quality(GOOD))
    assert not is_better(quality(GOOD), quality(GOOD))


@pytest.mark.parametrize(
    "text", ["54", "- 54 -", "— 54 —", "(1)", "（１２）", "iv", "P.3", "12/107", "3ページ"]
)
def test_page_numbers(text: str) -> None:
    assert is_page_number(text)


@pytest.mark.parametrize("text", ["3.6", "第3章", "2013 年度版", "54名", "a)", ""])
def test_not_page_numbers(text: str) -> None:
    assert not is_page_number(text)


def test_labels_follow_the_majority_and_fill_gaps_between_pages_of_one_series() -> None:
    printed = [None, "(1)", "(2)", "(3)", "1", "2", None, "4", "99", "6"]
    assert page_labels(printed, None) == (None, "(1)", "(2)", "(3)", "1", "2", "3", "4", "5", "6")


def test_brackets_are_ornament_where_all_numbers_have_them() -> None:
    assert page_labels(["(1)", "(2)", "(3)"], None) == ("1", "2", "3")


def test_a_lone_number_in_the_margin_is_not_believed() -> None:
    assert page_labels([None, "7", None, None, None], None) == (None,) * 5


def test_roman_numbers_count_and_words_that_look_like_them_do_not() -> None:
    assert page_labels(["ii", "iii", "iv", "mix"], None) == ("ii", "iii", "iv", None)


def test_declared_labels_yield_to_what_is_printed() -> None:
    assert page_labels(["3", "4", "5"], ["1", "2", "3"]) == ("3", "4", "5")
    assert page_labels(["3", None, "5", "6"], ["3", "4", "5", "6"]) == ("3", "4", "5", "6")
    assert page_labels([None, None], ["1", "2"]) == (None, None)
    assert page_labels([None, None], ["i", "1"]) == ("i", "1")


@given(st.integers(min_value=-3, max_value=30), st.integers(min_value=3, max_value=40))
def test_any_constant_offset_is_found(offset: int, pages: int) -> None:
    printed = [str(n - offset) if n > offset else None for n in range(1, pages + 1)]
    found = page_labels(printed, None)
    if sum(p is not None for p in printed) >= 3:
        assert list(found) == printed


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("中小企業の情報セキュリティ対策ガイドライン", True),
        ("Guidelines for  Suppliers", True),
        ("Microsoft Word - 手引き.docx", False),
        ("Taro9-安全基準（その１）.PDF", False),
        ("<4D6963726F736F667420576F7264202D20>", False),
        ("スライド 1", False),
        ("無題", False),
        ("12345", False),
        ("", False),
        (None, False),
    ],
)
def test_titles(title: str | None, kept: bool) -> None:  # noqa: FBT001
    assert (sensible_title(title) is not None) is kept


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("第１章 総則", "chapter"),
        ("第二部 実践編", "part"),
        ("第3条（定義）", "article"),
        ("第3条に定める方法により", None),
        ("附属書 A（参考）リスク", "appendix"),
        ("4.2.1 リスクの評価", "decimal3"),
        ("２．３ 体制", "decimal2"),
        ("10 通信及び運用管理", "decimal1"),
        ("2 点を満たす組織", None),
        ("１．目的", "decimal1"),
        ("2013 年度版", None),
        ("■参考資料", "mark"),
        ("☆◎☆◎", None),
        ("本書の目的", None),
    ],
)
def test_kinds_of_headings(text: str, kind: str | None) -> None:
    found = shapes.heading_kind(text)
    assert (found[0] if found else None) == kind


@pytest.mark.parametrize(
    "text", ["①台帳", "・端末", "ア．鍵", "(1) 方針", "（ア）鍵", "a) 権限", "※ 注意", "- item", "１．方針"]
)
def test_list_items(text: str) -> None:
    assert shapes.item_marker(text)


@pytest.mark.parametrize(
    "text", ["2 割特例の適用", "10 月１日", "本書は", "アクセス権", "2013年", "1.5倍", "-5 度"]
)
def test_not_list_items(text: str) -> None:
    assert not shapes.item_marker(text)


@pytest.mark.parametrize(
    "text",
    [
        "問１．対象は",
        "問 10．１万円",
        "（答）",
        "答 はい",
        "Q1. 費用",
        "Ａ：無料",
        "【質問】",
        "質問⑲ 規程",
        "回答：",
        "問1-2 次",
    ],
)
def test_questions_and_answers(text: str) -> None:
    assert shapes.qa_marker(text)


@pytest.mark.parametrize(
    "text", ["問題は", "答えは", "質問が多い", "回答者は", "Android", "A policy is", "QRコード", "Aさん"]
)
def test_not_questions(text: str) -> None:
    assert not shapes.qa_marker(text)


def test_contents_lines_end_in_leaders_and_ellipses_do_not() -> None:
    assert shapes.is_contents_line("第1章 はじめに ........ 3")
    assert shapes.is_contents_line("附則・・・・・・・・12")
    assert shapes.is_contents_line("問１．対象は ______ 3")
    assert not shapes.is_contents_line("・③端末機……………データの入出力のための機器")
    assert not shapes.is_contents_line("合計 3")


@given(st.lists(st.text("漢字かなABC12 、。-", min_size=1), min_size=1, max_size=5))
def test_joining_changes_nothing_but_blanks(texts: list[str]) -> None:
    assert fold(join_lines(texts)) == fold("".join(texts))


def test_stretched_lines_are_closed_up_and_words_are_kept_apart() -> None:
    assert join_lines(["内 閣 官 房 、 そ", "の他"]) == "内閣官房、その他"
    assert join_lines(["information", "security"]) == "information security"
    assert join_lines(["3.2", "可用性"]) == "3.2 可用性"
    assert join_lines(["項目と 内容を決める"]) == "項目と 内容を決める"
    assert join_lines(["内 閣"]) == "内 閣"  # one blank may be meant
    assert join_lines(["内 閣 官房長"]) == "内閣官房長"
    assert join_lines(["内閣 官房 長官室長等"]) == "内閣 官房 長官室長等"
    assert join_lines(["self-", "test"]) == "self-test"
    assert join_lines(["ISO", "規格"]) == "ISO規格"
    assert join_lines(["規格", "ISO"]) == "規格ISO"
    assert join_lines(["3.2", "1"]) == "3.2 1"
    assert join_lines([]) == ""


def test_blanks_of_the_second_reading_are_taken_only_for_the_same_letters() -> None:
    first = make_line([Piece("五設置基準", 40, 700, 10)])
    same = make_line([Piece("五 設置基準", 40, 700, 10)])
    other = make_line([Piece("五 設置基凖", 40, 700, 10)])
    assert first is not None
    assert same is not None
    assert other is not None
    assert [line.text for line in with_spacing([first], [other, same])] == ["五 設置基準"]
    assert [line.text for line in with_spacing([first], [other])] == ["五設置基準"]


def test_wide_letters_take_an_em() -> None:
    assert text_width("漢字", 10) == 20
    assert text_width("ab", 10) == 10
    assert make_line([Piece("  ", 0, 0, 10)]) is None
