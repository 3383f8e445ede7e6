"""What speaks for and against the best passage, on the small index."""

import math

import pytest

from app.answering.evidence import Features, answer_text, features_of, place_of
from app.answering.retrieve import Candidate, Retrieved
from ingest.index.reader import Index
from ingest.models import Passage, Reference
from ingest.text.words import Tokenizer

LEVELS = Passage("x", "guide", "g.pdf", "レベル1は全50項目、レベル2は全74項目です。", 0, page=9)


class Weigh:
    """Features of candidates as search hands them over."""

    def __init__(self, index: Index, tokenizer: Tokenizer) -> None:
        self._index, self._tokenizer = index, tokenizer
        self._by_id = {passage.id: passage for passage in index.passages(range(len(index)))}

    def __call__(self, question: str, *candidates: Candidate) -> Features:
        found = features_of(self._index, self._tokenizer, Retrieved(question, candidates))
        assert found is not None
        return found

    def candidate(
        self,
        passage: str | Passage,
        score: float = 1.0,
        cosines: tuple[float, float, float] = (math.nan, math.nan, math.nan),
        *,
        item_match: bool = False,
    ) -> Candidate:
        found = self._by_id[passage] if isinstance(passage, str) else passage
        return Candidate(0, found, score, *cosines, item_match=item_match)


@pytest.fixture(scope="module")
def weigh(index: Index, tokenizer: Tokenizer) -> Weigh:
    return Weigh(index, tokenizer)


def test_nothing_found_has_no_features(index: Index, tokenizer: Tokenizer) -> None:
    assert features_of(index, tokenizer, Retrieved("名札", ())) is None


def test_the_best_candidate_is_weighed(weigh: Weigh) -> None:
    badge, clock = weigh.candidate("qa2.0", 0.9), weigh.candidate("qa1.0", 0.5)
    assert weigh("名札の番号", badge, clock).coverage == 1.0
    assert weigh("名札の番号", clock, badge).coverage == 0.0


def test_a_vector_that_is_missing_is_stood_in_for_by_that_of_the_text(weigh: Weigh) -> None:
    none = weigh("名札", weigh.candidate("qa2.0"))
    assert (none.cosine, none.question_cosine, none.sentence_cosine) == (0.0, 0.0, 0.0)
    text = weigh("名札", weigh.candidate("page4", cosines=(0.8, math.nan, math.nan)))
    assert (text.cosine, text.question_cosine, text.sentence_cosine) == (0.8, 0.8, 0.8)
    every = weigh("名札", weigh.candidate("qa2.0", cosines=(0.8, 0.7, 0.9)))
    assert (every.cosine, every.question_cosine, every.sentence_cosine) == (0.8, 0.7, 0.9)


def test_words_of_the_question_in_the_passage_and_anywhere(weigh: Weigh, index: Index) -> None:
    found = weigh("名札と火星", weigh.candidate("qa2.0"))
    assert found.known == 0.5
    assert found.length == pytest.approx(math.log(3))
    # 火星 is nowhere, so rarer: less than half of the question is covered.
    assert found.coverage == pytest.approx(index.idf("名札") / (index.idf("名札") + index.idf("火星")))
    assert 0 < found.coverage < 0.5
    assert weigh("名札、名札と名札の火星", weigh.candidate("qa2.0")).length == found.length


def test_other_wordings_of_its_question_are_searched_too(weigh: Weigh) -> None:
    passage = Passage(
        "x", "guide", "g.pdf", "受付で渡します。", 0, page=9, wordings=("名札はいくらですか。",)
    )
    found = weigh("名札はいくらですか", weigh.candidate(passage))
    assert found.coverage == 1.0
    assert found.readings == 1.0
    assert found.kind_missing == 1.0  # they say nothing: no amount stands in the answer


def test_the_words_of_a_passage_and_of_its_wordings_do_not_run_together(weigh: Weigh) -> None:
    passage = Passage("x", "guide", "g.pdf", "予備の鍵", 0, page=9, wordings=("穴の大きさ",))
    assert weigh("鍵穴", weigh.candidate(passage)).readings == 0.0


def test_what_is_written_in_kana_is_found_as_it_is_read(weigh: Weigh) -> None:
    assert weigh("なふだ", weigh.candidate("qa2.0")).readings == 1.0
    assert weigh("なふだ", weigh.candidate("qa1.0")).readings == 0.0
    # なふだ, ふだも, だもの, なふだも, ふだもの: of the five runs one is read there.
    assert weigh("なふだもの", weigh.candidate("qa2.0")).readings == pytest.approx(0.2)


def test_a_question_without_words_is_covered_by_nothing(weigh: Weigh) -> None:
    found = weigh("？", weigh.candidate("qa2.0"))
    assert (found.coverage, found.known, found.readings, found.length) == (0.0, 0.0, 0.0, 0.0)


def test_the_margin_is_to_the_best_of_another_place(weigh: Weigh) -> None:
    badge, same_qa = weigh.candidate("qa2.0", 0.9), weigh.candidate("qa2.1", 0.85)
    clock, lamp = weigh.candidate("qa1.0", 0.5), weigh.candidate("qa4.0", 0.25)
    assert weigh("名札", badge, same_qa, clock, lamp).margin == pytest.approx(0.4)
    assert weigh("名札", badge, same_qa).margin == 1.0
    # One about the item asked for is lifted far above the rest; an order by a model may cross the scores.
    assert weigh("名札", weigh.candidate("qa2.0", 2.5), clock).margin == 1.0
    assert weigh("名札", clock, badge).margin == 0.0


def test_a_page_is_a_place_and_a_whole_qa(weigh: Weigh) -> None:
    floor, air = weigh.candidate("page3"), weigh.candidate("page4")
    assert place_of(floor) == ("guide", None, 3)
    assert place_of(air) == ("guide", None, 4)
    # A Q&A may run over two pages.
    parts = [Passage(str(n), "m", "m.pdf", "文", n, question_no=7, page=n) for n in (1, 2)]
    assert {place_of(weigh.candidate(part)) for part in parts} == {("m", 7, None)}


@pytest.mark.parametrize(
    ("question", "passage", "missing"),
    [
        ("時計の電池はいつ交換しますか", "qa1.0", 0.0),
        ("名札はいつ返しますか", "qa3.0", 1.0),
        ("名札の費用はいくらですか", "qa2.0", 1.0),
        ("名札はどう管理しますか", "qa2.0", 0.0),
    ],
)
def test_the_kind_of_fact_asked_for(question: str, passage: str, missing: float, weigh: Weigh) -> None:
    assert weigh(question, weigh.candidate(passage)).kind_missing == missing


def test_a_kind_of_fact_may_stand_in_the_references(weigh: Weigh) -> None:
    assert weigh("時計の手引きの何ページですか", weigh.candidate("qa1.0")).kind_missing == 0.0  # … P3
    assert weigh("名札の手引きの何ページですか", weigh.candidate("qa2.0")).kind_missing == 1.0


def test_a_level_that_the_passage_does_not_speak_of(weigh: Weigh) -> None:
    assert weigh("レベル3の項目は", weigh.candidate(LEVELS)).unknown_name == 1.0
    assert weigh("レベル2の項目は", weigh.candidate(LEVELS)).unknown_name == 0.0
    assert weigh("名札の項目は", weigh.candidate(LEVELS)).unknown_name == 0.0


def test_an_item_asked_for_by_its_number(weigh: Weigh) -> None:
    assert weigh("No117は", weigh.candidate("qa2.0", item_match=True)).item_match == 1.0
    assert weigh("名札は", weigh.candidate("qa2.0")).item_match == 0.0
    assert math.isnan(weigh("名札は", weigh.candidate("qa2.0")).judged)


def test_a_qa_is_answered_with_all_its_parts_a_page_with_itself(weigh: Weigh, index: Index) -> None:
    assert answer_text(index, weigh.candidate("qa2.1")).split("\n") == [
        "来客に渡す名札は、どう管理すればよいですか。",
        "名札は番号を付けて受付で管理します。",
        "退出のときに必ず返してもらってください。",
    ]
    assert answer_text(index, weigh.candidate("page4")).split("\n") == [
        "2 空調",
        "2 空調",
        "夏の冷房は二十八度に設定します。",
    ]


def test_a_reference_with_and_without_an_address(weigh: Weigh, index: Index) -> None:
    given = (Reference("手引き P3", "https://example.org/g"), Reference("手引き P4"))
    passage = Passage("x", "meeting", "m.yaml", "文", 0, question="問い", question_no=3, references=given)
    assert answer_text(index, weigh.candidate(passage)).split("\n")[-2:] == [
        "手引き P3 https://example.org/g",
        "手引き P4 ",
    ]
