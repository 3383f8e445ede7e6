from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block
from ingest.readers.lines import heading_level, is_item, unwrap
from ingest.readers.plain import join_lines, read_plain, text_blocks
from ingest.text.normalise import fold

LINES = st.lists(st.text(alphabet="あいう漢字、。ABC 1２・■第章（）「」", max_size=30), max_size=12)


def test_one_block_a_line_blank_lines_included(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("一行目\r\n\r\n三行目 \r\n".encode("cp932"))
    assert [block.text for block in read_plain(path).blocks] == ["一行目", "", "三行目", ""]


def test_wrapped_japanese_is_joined_without_a_blank() -> None:
    text = (
        "この規程は、当社が保有する情報資産を適切に保護するために必要な事項を定め、もって情報セキュ\n"
        "リティの維持及び向上を図ることを目的とする。\n"
    )
    assert [block.text for block in text_blocks(text)] == [text.replace("\n", "")]


def test_wrapped_english_is_joined_with_a_blank() -> None:
    text = "This policy defines how the company protects\nits information assets."
    assert text_blocks(text)[0].text == "This policy defines how the company protects its information assets."


def test_short_lines_stay_lines() -> None:
    assert [b.text for b in text_blocks("例の会社\n総務課\n電話 00-0000")] == [
        "例の会社\n総務課\n電話 00-0000"
    ]


def test_items_and_headings_open_blocks_of_their_own() -> None:
    text = "第２章　体制\n\n責任者を置く。\n・総務課\n・情報課\n（1）任命は社長が行う。\n\n"
    text += "■ 連絡先\n\n内線です。"
    assert [(b.kind, b.text, b.level) for b in text_blocks(text)] == [
        ("heading", "第２章 体制", 1),
        ("paragraph", "責任者を置く。", 0),
        ("list_item", "・総務課", 0),
        ("list_item", "・情報課", 0),
        ("list_item", "（1）任命は社長が行う。", 0),
        ("heading", "■ 連絡先", 2),
        ("paragraph", "内線です。", 0),
    ]


def test_numbered_lines_with_nothing_below_are_items() -> None:
    kinds = [(b.kind, b.text) for b in text_blocks("手順\n\n1. 申請する\n\n2. 承認する\n\n3. 記録する")]
    assert kinds == [
        ("paragraph", "手順"),
        ("list_item", "1. 申請する"),
        ("list_item", "2. 承認する"),
        ("list_item", "3. 記録する"),
    ]


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("第一章 総則", 1),
        ("第３節　教育", 2),
        ("１．目的", 1),
        ("1.2 適用範囲", 2),
        ("1.2.3 例外", 3),
        ("【連絡先】", 2),
        ("2024.4.1 から始めた", 0),
        ("3.5倍になった", 0),
        ("第１条 この規程は、情報を守るために定める。", 0),
        ("ふつうの文です。", 0),
        ("", 0),
    ],
)
def test_the_shape_of_headings(line: str, level: int) -> None:
    assert heading_level(line) == level


def test_items_are_known_by_their_mark() -> None:
    assert all(is_item(line) for line in ("・一", "① 一", "(2) 二", "※注", "ア. い", "1. a"))
    assert not any(is_item(line) for line in ("一般に", "2024年", "-", "1.5倍"))


@given(LINES)
def test_joining_loses_no_character(lines: list[str]) -> None:
    assert fold("".join(unwrap(lines))) == fold("".join(lines))
    blocks = join_lines([Block("paragraph", line) for line in lines])
    assert fold("".join(block.text for block in blocks)) == fold("".join(lines))
    assert all(block.text.strip() for block in blocks)


def test_other_blocks_pass_through() -> None:
    row = Block("table_row", "列：値", columns=("列",))
    assert join_lines([Block("paragraph", "前"), row, Block("paragraph", "")])[1] == row


def test_blank_lines_alone_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\n \n", encoding="utf-8")
    with pytest.raises(YorozuError) as caught:
        read_plain(path)
    assert caught.value.code == ErrorCode.FILE_NO_TEXT
