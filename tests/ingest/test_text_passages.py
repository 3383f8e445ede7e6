from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.chunks import MAX_TOKENS, TARGET_TOKENS
from ingest.models import Block, BlockKind, FileContent, Passage
from ingest.text.normalise import fold
from ingest.text_passages import text_passages


def heading(text: str, level: int = 1, page: int | None = None) -> Block:
    return Block("heading", text, page=page, level=level)


def paragraph(text: str, page: int | None = None) -> Block:
    return Block("paragraph", text, page=page)


def cut(*blocks: Block, pages: tuple[str, ...] = ()) -> list[Passage]:
    return text_passages(FileContent(blocks, pages=pages), "guide", "guide.pdf", len)


def texts(passages: Iterable[Passage]) -> list[str]:
    return [passage.text for passage in passages]


def test_neighbours_under_one_heading_are_joined() -> None:
    (made,) = cut(heading("1 目的"), paragraph("一つ目。"), paragraph("二つ目。"))
    assert made.text == "1 目的\n一つ目。\n二つ目。"
    assert (made.source_id, made.file) == ("guide", "guide.pdf")


def test_a_passage_stops_growing_at_the_target() -> None:
    line = "あ" * (TARGET_TOKENS // 2 - 1) + "。"
    assert texts(cut(*[paragraph(line)] * 3)) == [f"{line}\n{line}", line]


def test_list_items_stay_with_their_list_beyond_the_target() -> None:
    lead = paragraph("次のとおりです。" + "あ" * TARGET_TOKENS)
    items = [Block("list_item", f"・項目{i}") for i in range(5)]
    (made,) = cut(lead, *items)
    assert made.text.endswith("・項目0\n・項目1\n・項目2\n・項目3\n・項目4")


def test_but_no_list_takes_a_passage_over_the_limit() -> None:
    items = [Block("list_item", "・" + "い" * 99) for _ in range(9)]
    assert [len(text.replace("\n", "")) for text in texts(cut(*items))] == [400, 400, 100]


def test_a_long_block_is_cut_between_sentences_only() -> None:
    sentences = ["う" * (90 + i) + "。" for i in range(12)]
    made = texts(cut(paragraph("".join(sentences))))
    assert "".join(made) == "".join(sentences)
    assert all(text.endswith("。") and len(text) <= MAX_TOKENS for text in made)


def test_headings_nest_and_close() -> None:
    made = cut(
        heading("第1部", 1),
        heading("1.1 体制", 2),
        paragraph("責任者を決める。"),
        heading("1.2 教育", 2),
        paragraph("年に一度行う。"),
        heading("第2部", 1),
        paragraph("付録です。"),
    )
    assert [passage.heading for passage in made] == [("第1部", "1.1 体制"), ("第1部", "1.2 教育"), ("第2部",)]


def test_headings_alone_make_no_passage() -> None:
    assert cut(heading("目次"), heading("1 目的", 2), heading("奥付")) == []


def test_a_page_break_ends_a_passage() -> None:
    pages = ("一頁目の文。", "二頁目の文。")
    made = cut(paragraph(pages[0], 1), paragraph(pages[1], 2), pages=pages)
    assert [(p.text, p.page, p.page_end) for p in made] == [(pages[0], 1, 1), (pages[1], 2, 2)]


def test_blocks_that_do_not_stand_together_on_the_page_are_not_joined() -> None:
    """A quote is looked for on the page word for word: a box printed between two columns parts them."""
    page = ("左の文。図の説明。右の文。",)
    made = cut(paragraph("左の文。", 1), paragraph("右の文。", 1), pages=page)
    assert texts(made) == ["左の文。", "右の文。"]
    together = cut(paragraph("左の文。", 1), paragraph("図の説明。", 1), pages=page)
    assert texts(together) == ["左の文。\n図の説明。"]


def test_a_row_of_a_sheet_is_a_record_of_its_own() -> None:
    rows = [
        Block("table_row", f"No：{n}／要求：記録を残す", columns=("No", "要求"), sheet="一覧", row=n)
        for n in (17, 18)
    ]
    made = cut(*rows)
    assert [(p.item_nos, p.sheet, p.row, p.columns) for p in made] == [
        ((17,), "一覧", 17, ("No", "要求")),
        ((18,), "一覧", 18, ("No", "要求")),
    ]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("No：17／要求：規程", (17,)),
        ("No.:17/要求:規程", (17,)),
        ("項番：１７／要求：規程", (17,)),
        ("分類：体制／No：17／要求：規程", (17,)),
        ("項目No：171／要求：規程", (171,)),
        ("枚数：17／要求：規程", ()),
        ("No：12345／要求：規程", ()),
        ("No17に沿って見直す。", (17,)),
        ("No94～96に沿って見直す。", (94, 95, 96)),
    ],
)
def test_item_numbers_from_the_number_column_and_the_words(text: str, numbers: tuple[int, ...]) -> None:
    (made,) = cut(Block("table_row", text, sheet="一覧", row=2))
    assert made.item_nos == numbers


_WORDS = st.text(alphabet="規程を作る。A1・「」 ", min_size=1, max_size=60)
_KINDS: st.SearchStrategy[BlockKind] = st.sampled_from(["heading", "paragraph", "list_item", "table_row"])


@given(st.lists(st.tuples(_KINDS, _WORDS, st.integers(1, 3), st.integers(0, 2)), max_size=25))
def test_the_passages_hold_every_block_in_order_on_its_page(
    given_blocks: list[tuple[BlockKind, str, int, int]],
) -> None:
    page = 1
    blocks: list[Block] = []
    for kind, text, level, step in given_blocks:
        page += step == 2
        blocks.append(Block(kind, text, page=page, level=level if kind == "heading" else 0))
    pages = tuple("".join(b.text for b in blocks if b.page == n) for n in range(1, page + 1))
    made = cut(*blocks, pages=pages)
    words = [fold(b.text) for b in blocks if b.kind != "heading"]
    rest = fold("".join(texts(made)))
    for word in words:
        assert word in rest
        rest = rest[rest.index(word) + len(word) :]
    assert all(fold(p.text) in fold(pages[(p.page or 0) - 1]) for p in made)
    assert all(len(p.text.replace("\n", "")) <= MAX_TOKENS for p in made)
