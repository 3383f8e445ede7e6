from pathlib import Path

import pytest

from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block
from ingest.readers.markdown import markdown_blocks, read_markdown


def shown(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in markdown_blocks(text)]


def test_headings_lists_code_and_quotes() -> None:
    assert markdown_blocks(
        "# 規程\n\n本文です。\n\n- 一\n  - 二\n\n3. 三\n4. 四\n\n> 引用\n\n```\nx = 1\n```\n"
    ) == [
        Block("heading", "規程", level=1),
        Block("paragraph", "本文です。"),
        Block("list_item", "一"),
        Block("list_item", "二"),
        Block("list_item", "3. 三"),
        Block("list_item", "4. 四"),
        Block("paragraph", "引用"),
        Block("paragraph", "x = 1"),
    ]


def test_tables_name_their_columns() -> None:
    (row,) = markdown_blocks("| No | 要求事項 |\n|---|---|\n| 17 | **方針**を策定 |\n")
    assert row == Block("table_row", "No：17／要求事項：方針を策定", columns=("No", "要求事項"))


def test_html_tables_inside() -> None:
    rows = "<tr><th>用語</th><th>定義</th></tr><tr><td>方針</td><td>考え方</td></tr>"
    assert shown(f"前文\n\n<table>{rows}</table>\n\n後文\n")[1] == ("table_row", "用語：方針／定義：考え方")


def test_pictures_go_and_links_keep_their_address() -> None:
    text = "![図](a.png)\n\n[手引き](https://example.jp/a)を見る。<https://example.jp/b> [上へ](#top)\n"
    assert shown(text) == [("paragraph", "手引き（https://example.jp/a）を見る。https://example.jp/b 上へ")]


def test_line_ends_are_joined_and_breaks_kept() -> None:
    text = "この規程は、会社が持つ情報を守るために必要な事項を定める\nものであり、全社員に適用する。"
    text += "  \n次の行です。\n"
    assert shown(text) == [
        (
            "paragraph",
            "この規程は、会社が持つ情報を守るために必要な事項を定めるものであり、全社員に適用する。\n次の行です。",
        )
    ]


def test_markup_inside_text_is_gone() -> None:
    assert shown("a<br>b <span>c</span> `d` **e**") == [("paragraph", "a\nb c d e")]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ('---\ntitle: "社内規程"\ndate: 2024-04-01\n---\n# 見出し\n\n文\n', "社内規程"),
        ("# 見出し\n\n文\n", "見出し"),
        ("文だけ\n", None),
    ],
)
def test_the_title(tmp_path: Path, text: str, title: str | None) -> None:
    path = tmp_path / "a.md"
    path.write_text(text, encoding="utf-8")
    content = read_markdown(path)
    assert content.title == title
    assert not any("date:" in block.text for block in content.blocks)


def test_pictures_alone_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("![図](a.png)\n", encoding="utf-8")
    with pytest.raises(YorozuError) as caught:
        read_markdown(path)
    assert caught.value.code == ErrorCode.FILE_NO_TEXT


def test_a_real_variant(shared: Path) -> None:
    content = read_markdown(shared / "samples" / "consultation_variants" / "4136.md")
    assert content.title == "障害者相談支援事業等に関連するお問合せ（Ｑ＆Ａ）"
    assert sum(block.text.startswith("問") for block in content.blocks) == 5
    assert not any(".jpg" in block.text for block in content.blocks)
