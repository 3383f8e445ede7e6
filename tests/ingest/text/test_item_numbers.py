import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.item_numbers import find_item_numbers, mentions_item_number, without_item_numbers


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
        ("No.17 - 1", (17,)),
        ("no17ってなに", (17,)),
        ("17番～20番", (17, 18, 19, 20)),
        ("17番から19番まで", (17, 18, 19)),
        ("17番と20番", (17, 20)),
        ("17番について", (17,)),
        ("17番、", (17,)),
        ("17番まで", (17,)),
        ("№17～", (17,)),
        ("No１７、１８", (17, 18)),
        ("No 17とNo17a", (17,)),
        ("No.017", (17,)),
        ("No17から19まで", (17, 18, 19)),
        ("No17ないし19", (17, 18, 19)),
        ("No17乃至19", (17, 18, 19)),
        ("No17及び19", (17, 19)),
        ("No17および19", (17, 19)),
        ("No17並びに19", (17, 19)),
        ("No17ならびに19", (17, 19)),
        ("No17又は19", (17, 19)),
        ("No17または19", (17, 19)),
        ("No17や19", (17, 19)),
        ("チェック項目17と20", (17, 20)),
        ("チェック項目No.17", (17,)),
        ("項目3について", (3,)),
        ("No.1～201", tuple(range(1, 202))),
        ("No.999", (999,)),
        ("No.1の項目", (1,)),
        ("業界標準のNo.2", (2,)),
        ("業界No.2", (2,)),
        ("電話番号を管理する手順の、No.12", (12,)),
        ("No30は76番のあと", (30, 76)),
        ("76番はNo30のあと", (76, 30)),
        ("17番から始める", (17,)),
        ("17と18番の", (17, 18)),
        ("No17～17", (17,)),
        ("項目76番は", (76,)),
        ("①No.2", (2,)),
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
        "119番へ通報",
        "No.0",
        "No⑰",
        "No.1～202",
        "NoA1",
        "casino17",
        "10no.5",
        "第3番の",
        "3.5番の",
        "TEL No.12",
        "fax: No.12",
        "内線No.12",
        "携帯No.12",
        "シェアNo.1の",
        "世界No.1",
        "日本No.1",
        "国内No.1",
        "業界No.1",
        "No.1000",
        "地域No.1",
        "県内No.1",
        "売上No.1",
        "顧客満足度No.1",
        "人気No.1",
        "No.1シェア",
        "No.1企業",
        "No.1ブランド",
        "No.1を目指す",
        "No.1を獲得",
        "No.1を達成",
        "No.1になる",
        "No.1の実績",
        "No.1のシェア",
        "No.1の企業",
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


@pytest.mark.parametrize("unit", [" ", "No", "No1", "No1、", "1番～", "No1 ", "1", "項目", "電話No1"])
def test_a_very_long_line_takes_no_time(unit: str) -> None:
    begun = time.monotonic()
    find_item_numbers("No" + unit * (50_000 // len(unit)) + "。")
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("項番９５について教えてください", "について教えてください"),
        ("No94～96とNo.17の違いは", "の違いは"),
        ("2023年4月のNo.1クラスの評価", "2023年4月のNo.1クラスの評価"),
    ],
)
def test_what_is_left_without_item_numbers(text: str, rest: str) -> None:
    assert without_item_numbers(text).replace(" ", "") == rest
