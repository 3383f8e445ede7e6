from pathlib import Path

import pytest

from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block
from ingest.readers.rst import read_rst, rst_blocks


def shown(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in rst_blocks(text)]


def test_sections_lists_and_literals() -> None:
    assert rst_blocks(
        "規程\n====\n\n本文です。\n\n目的\n----\n\n* 一\n\n  * 二\n\n2. 三\n\n例::\n\n  x = 1\n"
    ) == [
        Block("heading", "規程", level=1),
        Block("paragraph", "本文です。"),
        Block("heading", "目的", level=2),
        Block("list_item", "一"),
        Block("list_item", "二"),
        Block("list_item", "2. 三"),
        Block("paragraph", "例:"),
        Block("paragraph", "x = 1"),
    ]


def test_tables() -> None:
    text = "== ======\nNo 内容\n== ======\n1  方針\n2  規程\n== ======\n"
    rows = rst_blocks(text)
    assert [row.text for row in rows] == ["No：1／内容：方針", "No：2／内容：規程"]
    assert rows[0].columns == ("No", "内容")


def test_unknown_roles_and_directives_are_tolerated() -> None:
    text = (
        "用語は :ref:`説明 <anchor>` と :term:`方針` を見る。\n\n"
        ".. versionadded:: 2.0\n   この節は新しい。\n\n"
        ".. toctree::\n   :maxdepth: 2\n\n   a\n\n"
        "最後の文。\n"
    )
    assert [text for _, text in shown(text)] == [
        "用語は 説明 と 方針 を見る。",
        "2.0",
        "この節は新しい。",
        "最後の文。",
    ]


def test_nothing_is_inserted_from_other_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("秘密の文", encoding="utf-8")
    text = f"文。\n\n.. include:: {secret}\n\n.. raw:: html\n   :file: {secret}\n\n"
    text += f".. csv-table:: t\n   :file: {secret}\n"
    assert shown(text) == [("paragraph", "文。")]
    assert capsys.readouterr() == ("", "")


def test_links_and_comments() -> None:
    text = "詳細は `手引き <https://example.jp/a>`_ を見る。\n\n.. 作者の覚え\n\n.. image:: a.png\n"
    assert shown(text) == [("paragraph", "詳細は 手引き（https://example.jp/a） を見る。")]


def test_headings_alone_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.rst"
    path.write_text("題\n==\n", encoding="utf-8")
    with pytest.raises(YorozuError) as caught:
        read_rst(path)
    assert caught.value.code == ErrorCode.FILE_NO_TEXT


def test_the_real_policy(shared: Path) -> None:
    content = read_rst(shared / "samples" / "docs" / "web_standards_password.rst")
    headings = [(block.text, block.level) for block in content.blocks if block.kind == "heading"]
    assert content.title == "パスワードの標準"
    assert len(headings) == 20
    assert ("ハッシュ関数の繰り返し回数", 5) in headings
    assert "サービスは, パスワードの最大の長さを32〜100文字にする必要がある." in [
        b.text for b in content.blocks
    ]
    assert sum(block.kind == "list_item" for block in content.blocks) == 9
