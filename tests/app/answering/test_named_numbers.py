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


@pytest.mark.parametrize("text", ["社員20名の会社", "3年前の話", "2社目", "10台のPC"])
def test_counted_amounts_are_no_names(text: str) -> None:
    assert named_numbers(text) == set()
