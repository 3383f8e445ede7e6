import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.item_numbers import find_item_numbers, mentions_item_number


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("No17の体制について", (17,)),
        ("No.30「教育」", (30,)),
        ("№３０", (30,)),
        ("Ｎｏ．１７と１８", (17, 18)),
        ("No９４～９６", (94, 95, 96)),
        ("No91、No94〜96", (91, 94, 95, 96)),
        ("No94～No96", (94, 95, 96)),
        ("No.17,18", (17, 18)),
        ("No17・18", (17, 18)),
        ("項番91", (91,)),
        ("項目番号 17", (17,)),
        ("76番はどうすれば", (76,)),
        ("項番17から19について", (17, 18, 19)),
        ("No18のあとにNo9、またNo18", (18, 9)),
        ("No2、3年以内に", (2,)),
        ("No.17-1", (17,)),
        ("no17ってなに", (17,)),
    ],
)
def test_reads_item_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert find_item_numbers(text) == numbers
    assert mentions_item_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "2番目の方法",
        "1番大切なこと",
        "電話番号 03-1234-5678",
        "電話 No.12",
        "第3.1版",
        "P54～64",
        "2023年4月1日",
        "No.1クラスの品質",
        "業界No.1の実績",
        "全50項目を満たす",
        "項目3つ",
        "3番線",
        "質問①④⑤で紹介",
        "No.2023",
        "No.3.1",
        "Node12",
        "No.96～94",
        "No.1～900",
        "110番に電話",
        "",
    ],
)
def test_leaves_other_numbers_alone(text: str) -> None:
    assert find_item_numbers(text) == ()
    assert not mentions_item_number(text)


@given(st.lists(st.integers(1, 153), min_size=1, max_size=8, unique=True), st.sampled_from("、・,と"))
def test_a_list_is_read_in_its_order(numbers: list[int], sign: str) -> None:
    assert find_item_numbers("No" + sign.join(map(str, numbers)) + "の項目") == tuple(numbers)


@given(st.integers(1, 150), st.integers(1, 60), st.sampled_from("～〜~-–"))
def test_a_range_is_every_number_in_it(start: int, width: int, sign: str) -> None:
    assert find_item_numbers(f"№{start}{sign}{start + width}") == tuple(range(start, start + width + 1))
