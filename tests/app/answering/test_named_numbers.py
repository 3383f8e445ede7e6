import time

import pytest

from app.answering.named_numbers import named_numbers, unknown_names


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("レベル３の期限", ("レベル", "3")),
        ("P57を見る", ("p", "57")),
        ("57ページを見る", ("p", "57")),
        ("付録8の手引き", ("付録", "8")),
        ("第4.0版", ("版", "4.0")),
        ("Lv2まで", ("レベル", "2")),
        ("LEVEL 2", ("レベル", "2")),
        ("page 57", ("p", "57")),
        ("pp.57", ("p", "57")),
        ("57頁", ("p", "57")),
        ("ページ57", ("p", "57")),
        ("頁57", ("p", "57")),
        ("第3章", ("章", "3")),
        ("3章には", ("章", "3")),
        ("第2部", ("部", "2")),
        ("4.0版", ("版", "4.0")),
        ("レベル1～3", ("レベル", "2")),
        ("レベル1・2", ("レベル", "2")),
        ("レベル1,2,3", ("レベル", "3")),
        ("レベル1、2、3", ("レベル", "3")),
        ("P54、56", ("p", "56")),
        ("54～64ページ", ("p", "57")),
        ("p1-301", ("p", "300")),
        ("TLS1.2", ("tls", "1.2")),
    ],
)
def test_reads_a_name_with_its_number(text: str, pair: tuple[str, str]) -> None:
    assert pair in named_numbers(text)


def test_a_range_of_pages_holds_each_page() -> None:
    assert unknown_names("P57には何が書いてありますか", "P54～64を参照") == set()
    assert unknown_names("P70には何が書いてありますか", "P54～64を参照") == {("p", "70")}


def test_only_a_word_numbered_in_the_text_can_be_unknown() -> None:
    assert unknown_names("レベル3の期限は", "レベル1は23年度中、レベル２は24年度末") == {("レベル", "3")}
    assert unknown_names("フェーズ3の期限は", "レベル1は23年度中") == set()


@pytest.mark.parametrize(
    "text",
    [
        "社員20名の会社",
        "3年前の話",
        "2社目",
        "10台のPC",
        "月額1,000円",
        "午前9時",
        "対策10か条",
        "対策2つ",
        "ISO27001",
        "約3.5倍",
        "コード1.234",
    ],
)
def test_counted_amounts_are_no_names(text: str) -> None:
    assert named_numbers(text) == set()


def test_several_numbers_of_one_name() -> None:
    assert named_numbers("レベル1～3・5") == {("レベル", n) for n in "1235"}
    assert named_numbers("第4版") == {("版", "4")}
    assert named_numbers("付録8-1") == {("付録", "8")}
    assert named_numbers("P9～3") == {("p", "9"), ("p", "3")}
    assert len(named_numbers("P1～301")) == 301
    assert named_numbers("P1～302") == {("p", "1"), ("p", "302")}
    assert named_numbers("レベル1、2名") == {("レベル", "1")}
    assert named_numbers("P1、1.5、3") == {("p", "1"), ("p", "1.5"), ("p", "3")}


def test_numbers_of_one_kind_say_nothing_about_another() -> None:
    assert unknown_names("第3章は", "第1章と第4版") == {("章", "3")}
    assert unknown_names("第3章は", "第4版") == set()
    assert unknown_names("レベル2は", "レベル1～3が対象") == set()


@pytest.mark.parametrize("unit", ["ー", "漢", "A", "1", "レベル1、", "1～", "第", " "])
def test_a_very_long_line_takes_no_time(unit: str) -> None:
    begun = time.monotonic()
    named_numbers("P" + unit * (50_000 // len(unit)) + "。")
    assert time.monotonic() - begun < 5
