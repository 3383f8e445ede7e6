from pathlib import Path

import pytest

from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block, FileContent
from ingest.readers.html import fragment_blocks, read_html


def read(folder: Path, markup: str | bytes) -> FileContent:
    path = folder / "a.html"
    path.write_bytes(markup.encode() if isinstance(markup, str) else markup)
    return read_html(path)


def shown(markup: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in fragment_blocks(f"<body>{markup}</body>")]


def test_the_main_part_without_what_surrounds_it(tmp_path: Path) -> None:
    content = read(
        tmp_path,
        """<html><head><title>手引き ｜ 例の役所</title><style>p{}</style></head><body>
        <header><p>例の役所</p></header><nav><ul><li>ホーム</li></ul></nav>
        <div class="breadcrumb">ホーム &gt; 手引き</div>
        <main><h1>手引き</h1><p>本文は
        ここです。</p><p hidden>見えない</p><p style="display: none">これも</p>
        <span aria-hidden="true">×</span>
        <ul><li><a href="#a">一</a></li><li><a href="#b">二</a></li><li><a href="#c">三</a></li></ul>
        <script>var x;</script></main><footer>著作権</footer></body></html>""",
    )
    assert content.title == "手引き"
    assert content.blocks == (Block("heading", "手引き", level=1), Block("paragraph", "本文はここです。"))


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc_jp", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    markup = '<html><head><meta charset="x"></head><body><p>情報を守るための規程です。</p></body></html>'
    assert read(tmp_path, markup.encode(encoding)).blocks[0].text == "情報を守るための規程です。"


def test_the_page_may_name_an_encoding_of_its_own(tmp_path: Path) -> None:
    markup = '<head><meta charset="windows-1252"></head><body><p>café über ñ</p></body>'
    assert read(tmp_path, markup.encode("cp1252")).blocks[0].text == "café über ñ"


def test_ruby_breaks_and_inline_elements() -> None:
    assert shown(
        "<p><ruby>規程<rp>(</rp><rt>きてい</rt><rp>)</rp></ruby>を<b>必ず</b><br>守る<span>。</span></p>"
    ) == [("paragraph", "規程を必ず\n守る。")]
    assert shown("<div>裸の文<p>段落</p>続き</div>") == [
        ("paragraph", "裸の文"),
        ("paragraph", "段落"),
        ("paragraph", "続き"),
    ]


def test_lists_inside_lists() -> None:
    assert shown("<ul><li>親<ul><li>子</li></ul>後</li><li>次</li></ul>") == [
        ("list_item", "親"),
        ("list_item", "子"),
        ("list_item", "後"),
        ("list_item", "次"),
    ]


def test_tables_with_spans_and_a_two_row_head() -> None:
    markup = """<table><caption>基準</caption><thead><tr><th rowspan=2>分類</th><th colspan=2>レベル</th></tr>
    <tr><th>低</th><th>高</th></tr></thead><tbody><tr><td rowspan=2>方針</td><td>○</td><td>◎</td></tr>
    <tr><td colspan=2>なし</td></tr></tbody></table>"""
    blocks = fragment_blocks(markup)
    assert [block.text for block in blocks] == [
        "基準",
        "分類：方針／レベル 低：○／レベル 高：◎",
        "分類：方針／レベル 低：なし",
    ]
    assert blocks[1].columns == ("分類", "レベル 低", "レベル 高")


def test_row_heads_without_a_head_row_name_their_value() -> None:
    rows = "<tr><th>窓口</th><td>総務課です。</td></tr><tr><th>電話</th><td>内線でお願いします。</td></tr>"
    assert [text for _, text in shown(f"<table>{rows}</table>")] == [
        "窓口：総務課です。",
        "電話：内線でお願いします。",
    ]


def test_layout_tables_are_read_as_text() -> None:
    assert shown("<table><tr><td><h2>題</h2><p>本文</p></td><td><p>横</p></td></tr></table>") == [
        ("heading", "題"),
        ("paragraph", "本文"),
        ("paragraph", "横"),
    ]


def test_terms_are_headings_where_nothing_else_falls_under_them() -> None:
    closed = (
        "<h2>用語</h2><dl><dt>方針</dt><dd>考え方</dd><dt>規程</dt><dd>決まり</dd></dl><h2>次</h2><p>文</p>"
    )
    levels = [(b.kind, b.text, b.level) for b in fragment_blocks(closed)]
    assert levels[1] == ("heading", "方針", 3)
    assert levels[3] == ("heading", "規程", 3)
    followed = "<h2>用語</h2><dl><dt>方針</dt><dd>考え方</dd></dl><p>用語の話の続き。</p>"
    assert shown(followed)[1] == ("paragraph", "方針")


def test_references_keep_their_address_and_running_text_does_not() -> None:
    link = '<a href="https://example.jp/a.pdf">手引き 第2版</a>'
    assert shown(f"<ul><li>{link}</li></ul>") == [("list_item", "手引き 第2版（https://example.jp/a.pdf）")]
    assert shown(f"<p>作り方の詳しい説明は、別に定める{link}の第三章に書かれています。</p>")[0][1].endswith(
        "書かれています。"
    )


def test_a_page_without_text(tmp_path: Path) -> None:
    with pytest.raises(YorozuError) as caught:
        read(tmp_path, "<html><body><img src=a.png><script>x</script></body></html>")
    assert caught.value.code == ErrorCode.FILE_NO_TEXT


def test_the_real_guideline(shared: Path) -> None:
    content = read_html(shared / "samples" / "docs" / "ppc-mynumber-biz.html")
    assert content.title == "特定個人情報の適正な取扱いに関するガイドライン（事業者編）"
    headings = [block.text for block in content.blocks if block.kind == "heading"]
    assert headings[:3] == ["第１ はじめに", "第２ 用語の定義等", "第３ 総論"]
    assert headings.count("第４－２－⑵ 安全管理措置") == 1
    row = next(block for block in content.blocks if block.kind == "table_row")
    assert row.columns == ("項番", "用語", "定義等")
    assert row.text.startswith("項番：①／用語：個人情報／定義等：生存する個人に関する情報であって")
    texts = "\n".join(block.text for block in content.blocks)
    assert (
        "そこで、番号法においては、特定個人情報について、個人情報保護法よりも厳格な各種の保護措置を設けている。"
        in texts
    )
    assert "サイト内検索" not in texts
    assert "本文へ移動します" not in texts
    assert "目次" not in headings


def test_elements_nested_without_end_are_refused(tmp_path: Path) -> None:
    with pytest.raises(YorozuError) as caught:
        read(tmp_path, "<div>" * 3000 + "文です。")
    assert caught.value.code == ErrorCode.FILE_DAMAGED
