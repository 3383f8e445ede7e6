from hypothesis import given
from hypothesis import strategies as st

from ingest.chunks import MAX_TOKENS
from ingest.models import Consultation, Passage, Qa, Reference
from ingest.qa_passages import consultation_passages
from ingest.text.normalise import fold
from ingest.text.sentences import split_sentences


def cut(*qas: Qa, pages: tuple[str, ...] = ()) -> list[Passage]:
    return list(consultation_passages(Consultation("m", "相談会", qas), "m", "m.pdf", pages, len))


def test_what_is_known_of_a_qa_goes_with_its_answer() -> None:
    reference = Reference("■IPA：手引き P5", "https://example.org/")
    (made,) = cut(
        Qa(4, "何を記録しますか", "入退室を記録します。", (17, 18), (reference,), heading=("運用",))
    )
    assert (made.question, made.question_no, made.item_nos) == ("何を記録しますか", 4, (17, 18))
    assert (made.references, made.heading, made.text) == ((reference,), ("運用",), "入退室を記録します。")
    assert (made.page, made.page_end) == (None, None)


def test_a_long_answer_becomes_several_passages_of_one_question() -> None:
    answer = "\n".join("あ" * 149 + "。" for _ in range(5))
    made = cut(Qa(1, "質問", answer))
    assert [len(p.text) for p in made] == [301, 301, 150]
    assert {p.question for p in made} == {"質問"}
    assert "\n".join(p.text for p in made) == answer


def test_each_line_goes_with_its_page() -> None:
    pages = ("問 質問\n答 一頁目に答える。", "続きは二頁目にある。")
    made = cut(Qa(1, "質問", "一頁目に答える。\n続きは二頁目にある。", page=1, page_end=2), pages=pages)
    assert [(p.page, p.page_end, p.text) for p in made] == [
        (1, 1, "一頁目に答える。"),
        (2, 2, "続きは二頁目にある。"),
    ]


def test_a_sentence_over_a_page_break_has_both_pages() -> None:
    pages = ("先の文。文の前半は", "次の頁に続く。後の文。")
    answer = "先の文。文の前半は次の頁に続く。後の文。"
    made = cut(Qa(1, "質問", answer, page=1, page_end=2), pages=pages)
    assert [(p.page, p.page_end, p.text) for p in made] == [
        (1, 1, "先の文。"),
        (1, 2, "文の前半は次の頁に続く。"),
        (2, 2, "後の文。"),
    ]


def test_lines_that_are_apart_on_the_page_are_not_made_one_quote() -> None:
    page = ("一つ目。\n参考資料\n二つ目。",)
    made = cut(Qa(1, "質問", "一つ目。\n二つ目。", page=1, page_end=1), pages=page)
    assert [p.text for p in made] == ["一つ目。", "二つ目。"]


def test_an_answer_starts_on_its_own_page_though_an_earlier_one_says_the_same() -> None:
    pages = ("はい。", "はい。")
    (made,) = cut(Qa(2, "質問", "はい。", page=2, page_end=2), pages=pages)
    assert (made.page, made.page_end) == (2, 2)


_SENTENCES = st.lists(st.text(alphabet="規程を作A1・", min_size=1, max_size=30), min_size=1, max_size=12)


@given(_SENTENCES, st.data())
def test_every_passage_stands_on_the_pages_named_wherever_the_page_breaks(
    sentences: list[str], data: st.DataObject
) -> None:
    answer = "".join(f"{sentence}。" for sentence in sentences)
    at = data.draw(st.integers(0, len(answer)))
    pages = (f"問一 {answer[:at]}", answer[at:])
    made = cut(Qa(1, "問一", answer, page=1, page_end=2), pages=pages)
    for passage in made:
        assert passage.page is not None
        assert passage.page_end is not None
        printed = "".join(pages[passage.page - 1 : passage.page_end])
        assert fold(passage.text) in fold(printed)
        assert passage.text.endswith("。")
    assert "".join(p.text for p in made) == answer


@given(st.lists(st.text(alphabet="規程を作A1・", min_size=1, max_size=90), min_size=1, max_size=20))
def test_no_answer_goes_over_the_limit(sentences: list[str]) -> None:
    answer = "".join(f"{sentence}。" for sentence in sentences)
    unpaged, paged = cut(Qa(1, "問", answer)), cut(Qa(1, "問", answer, page=1), pages=(answer,))
    for made in (unpaged, paged):
        assert all(len(p.text) <= MAX_TOKENS for p in made)
        assert [s for p in made for s in split_sentences(p.text)] == split_sentences(answer)
