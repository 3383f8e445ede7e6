from dataclasses import replace

import pytest

from ingest.models import Block, Consultation, FileContent, Passage, Qa, Reference, Source
from ingest.passages import indexed_text, searched_text, split_file

GUIDE = Source("guide", "対策ガイドライン")
MEETING = Consultation("m", "相談会", (Qa(1, "規程は要りますか", "要ります。"),))


def split(content: FileContent, source: Source = GUIDE) -> list[Passage]:
    return split_file(content, source, "guide.pdf", len)


def paged(labels: tuple[str | None, ...] = ()) -> FileContent:
    pages = tuple(f"{n}頁目の文です。" for n in range(1, 5))
    blocks = tuple(Block("paragraph", text, page=n) for n, text in enumerate(pages, 1))
    return FileContent(blocks, pages=pages, page_labels=labels)


def test_qas_first_then_the_rest_numbered_in_order() -> None:
    made = split(FileContent((Block("paragraph", "そのほかの案内です。"),), MEETING))
    assert [(p.ordinal, p.question_no, p.text) for p in made] == [
        (0, 1, "要ります。"),
        (1, None, "そのほかの案内です。"),
    ]
    assert {(p.source_id, p.file) for p in made} == {("guide", "guide.pdf")}


def test_printed_numbers_of_the_reader_win_over_the_offset() -> None:
    source = replace(GUIDE, page_offset=2)
    assert [p.page_label for p in split(paged((None, "ii", "1", "2")), source)] == [None, "ii", "1", "2"]


def test_the_offset_serves_where_no_number_is_printed() -> None:
    source = replace(GUIDE, page_offset=2)
    assert [p.page_label for p in split(paged(), source)] == [None, None, "1", "2"]
    assert [p.page_label for p in split(paged((None, None, "A", None)), source)] == [None, None, "A", "2"]


def test_without_either_there_is_no_printed_number() -> None:
    assert {p.page_label for p in split(paged())} == {None}


def test_an_offset_below_zero_counts_on() -> None:
    source = replace(GUIDE, page_offset=-10)
    assert [p.page_label for p in split(paged(), source)] == ["11", "12", "13", "14"]


def test_the_same_file_gives_the_same_ids_and_no_two_are_alike() -> None:
    twins = tuple(Block("table_row", "同じ文です。", sheet="一覧", row=row) for row in (2, 3, 4))
    content = FileContent(twins, MEETING)
    ids = [p.id for p in split(content)]
    assert ids == [p.id for p in split(content)]
    assert len(set(ids)) == len(ids) == 4


@pytest.mark.parametrize(
    "other",
    [
        FileContent((Block("paragraph", "別の文です。"),)),
        FileContent((Block("heading", "章", level=1), Block("paragraph", "文です。"))),
        FileContent((Block("paragraph", "文です。", page=1),), pages=("文です。",)),
        FileContent((Block("paragraph", "文です。", sheet="表", row=2),)),
    ],
)
def test_an_id_changes_with_words_headings_and_place(other: FileContent) -> None:
    content = FileContent((Block("paragraph", "文です。"),))
    assert split(content)[0].id != split(other)[0].id
    assert split(content)[0].id != split(content, Source("another", "別の資料"))[0].id


def test_what_is_embedded_begins_with_what_the_words_are_about() -> None:
    qa = Passage("", "m", "m", "要ります。", 0, question="規程は要りますか", heading=("体制",))
    assert indexed_text(qa) == "規程は要りますか\n要ります。"
    text = Passage("", "g", "g", "責任者を決める。", 0, heading=("第1部", "体制"))
    assert indexed_text(text) == "第1部 体制\n責任者を決める。"
    assert indexed_text(replace(text, heading=())) == "責任者を決める。"


def test_column_names_stand_in_front_unless_the_row_names_them() -> None:
    row = Passage("", "g", "g", "17 規程", 0, columns=("No", "要求"))
    assert indexed_text(row) == "No 要求\n17 規程"
    assert indexed_text(replace(row, text="No：17／要求：規程")) == "No：17／要求：規程"


def test_titles_referred_to_are_searched_but_not_embedded() -> None:
    references = (Reference("■IPA：手引き第3.1版"), Reference("", "https://example.org/"))
    passage = Passage("", "m", "m", "要ります。", 0, question="規程は", references=references)
    assert searched_text(passage) == "規程は\n要ります。\n■IPA：手引き第3.1版"
    assert "手引き" not in indexed_text(passage)


def test_a_lone_surrogate_does_not_stop_an_ingest() -> None:
    (made,) = split(FileContent((Block("paragraph", "壊れた\ud800字です。"),)))
    assert len(made.id) == 20


def test_nothing_readable_gives_no_passage() -> None:
    assert split(FileContent()) == []
    assert split(FileContent((Block("paragraph", " \n"), Block("heading", "章", level=1)))) == []
