from functools import partial
from pathlib import Path

import numpy as np
import pytest

from app.answering.retrieve import NEIGHBOUR_WEIGHT, Retriever, _supported
from app.answering.signals import FIELDS, SIGNALS
from app.answering.understand import understand
from ingest.index.build import build_index
from ingest.index.reader import Index, open_index
from ingest.models import Passage, Source
from ingest.text.words import Tokenizer
from tests.fakes.hashed_embedder import HashedEmbedder


def first(index: Index, retriever: Retriever, query: str, *item_nos: int) -> Passage:
    return retriever.search(index, query, item_nos, 5).candidates[0].passage


@pytest.mark.parametrize(
    ("query", "question_no"),
    [
        ("時計が遅れる", 1),
        ("名札の管理", 2),
        ("植木鉢の水やり", 3),
        ("しょくぶつではなく、でんきゅうがきれた", 4),
        ("ヒジョウグチノカギ", 5),
    ],
)
def test_words_and_their_sounds_find_the_answer(
    query: str, question_no: int, index: Index, retriever: Retriever
) -> None:
    assert first(index, retriever, query).question_no == question_no


def test_a_page_of_a_guideline_is_found_beside_the_answers(index: Index, retriever: Retriever) -> None:
    assert first(index, retriever, "冷房の温度の設定").page == 4


@pytest.mark.parametrize(("number", "question_no"), [(17, 1), (117, 2), (171, 3), (95, 5)])
def test_an_item_number_is_exact(number: int, question_no: int, index: Index, retriever: Retriever) -> None:
    """No17 is not No117 and not No171, whatever the characters have in common."""
    found = retriever.search(index, f"No{number}とは何ですか", (number,), 10).candidates
    assert found[0].passage.question_no == question_no
    assert {c.passage.question_no for c in found if c.item_match} == {question_no}


def test_the_item_asked_for_comes_before_the_words_alike(index: Index, retriever: Retriever) -> None:
    assert first(index, retriever, "No30の名札の管理", 30).question_no == 4


def test_an_item_that_nothing_is_about_matches_nothing(index: Index, retriever: Retriever) -> None:
    found = retriever.search(index, "No7の名札の管理", (7,), 10).candidates
    assert not any(c.item_match for c in found)
    assert found[0].passage.question_no == 2


def test_words_alone_leave_no_cosines(index: Index, retriever: Retriever) -> None:
    found = retriever.search(index, "名札", (), 3).candidates
    assert found
    for candidate in found:
        cosines = (candidate.cosine, candidate.question_cosine, candidate.sentence_cosine)
        assert all(np.isnan(cosine) for cosine in cosines)


@pytest.mark.parametrize(
    ("text", "lost"), [("名札", None), ("xyzzy", "unknown_words"), ("はい、それで。", "no_words")]
)
def test_words_that_find_nothing_are_noticed(
    text: str, lost: str | None, index: Index, retriever: Retriever
) -> None:
    assert retriever.signals(index, text).words_lost == lost


def test_best_first_at_most_k_and_none_twice(index: Index, retriever: Retriever) -> None:
    found = retriever.search(index, "名札と時計と電球の管理", (), 4).candidates
    assert len(found) == 4
    scores = [c.score for c in found]
    assert scores == sorted(scores, reverse=True)
    assert len({c.row for c in found}) == 4
    assert [index.passage(c.row) for c in found] == [c.passage for c in found]


def test_the_story_around_a_part_says_what_it_is_about(
    index: Index, retriever: Retriever, tokenizer: Tokenizer
) -> None:
    text = "来客に名札を渡しています。工場の担当は誰が決めて管理しますか。"
    question = understand(text, tokenizer, limit=200)
    (part,) = question.parts
    assert "名札" not in part.text
    found = retriever.for_part(index, question, part.text, 10)
    assert found.wording == part.text
    badge = next(c for c in found.candidates if c.passage.question_no == 2)
    alone = retriever.search(index, part.text, (), 10).candidates
    before = next((c.score for c in alone if c.passage.question_no == 2), 0.0)
    assert badge.score > before


def test_a_part_that_is_the_whole_question_ranks_as_a_search(
    index: Index, retriever: Retriever, tokenizer: Tokenizer
) -> None:
    question = understand("名札はどう管理しますか", tokenizer, limit=200)
    found = retriever.for_part(index, question, question.text, 5)
    again = retriever.search(index, question.text, (), 5)
    assert [c.row for c in found.candidates] == [c.row for c in again.candidates]


def test_with_vectors_the_same_wording_is_nearest(tmp_path: Path, tokenizer: Tokenizer) -> None:
    embedder = HashedEmbedder()
    passage = partial(Passage, source_id="a", file="a.txt", ordinal=0)
    passages = [
        passage("p1", text="窓を拭く。", question="いつ拭くか", question_no=1),
        passage("p2", text="床を掃く。"),
    ]
    build_index(tmp_path, [Source("a", "掃除")], passages, embedder)
    index = open_index(tmp_path, embedder.name)
    found = Retriever(tokenizer, embedder).search(index, "いつ拭くか", (), 2).candidates
    assert found[0].passage.id == "p1"
    assert found[0].question_cosine == pytest.approx(1.0, abs=1e-3)
    other = next(c for c in found if c.passage.id == "p2")
    assert np.isnan(other.question_cosine)
    assert len(FIELDS) == 3


def test_no_weight_outdoes_an_item_number(index: Index, tokenizer: Tokenizer) -> None:
    loud = Retriever(tokenizer, None, dict.fromkeys(SIGNALS, 50.0))
    found = loud.search(index, "No30の来客に渡す名札の管理", (30,), 5).candidates
    assert [candidate.item_match for candidate in found[:2]] == [True, False]


def test_what_a_neighbour_names_counts_for_the_rule_beside_it(tmp_path: Path) -> None:
    headings = ("1 書庫", "1 書庫", "1 書庫", "2 書棚")
    passages = [
        Passage(f"p{row}", "guide", "g.pdf", "本文", row, heading=(heading,))
        for row, heading in enumerate(headings)
    ]
    build_index(tmp_path, [Source("guide", "手引き")], passages, None)
    of_all = np.array([1.0, 0.5, 0.2, 0.5], dtype=np.float32)
    rows = np.array([1, 2, 3])  # the best one, row 0, is not among them and speaks all the same
    found = _supported(open_index(tmp_path, None), rows, of_all[rows], lambda some: of_all[some])
    share = NEIGHBOUR_WEIGHT
    assert found == pytest.approx([0.5 + share * (1.0 - 0.5), 0.2 + share * (0.5 - 0.2), 0.5])
    assert share > 0
    best = np.array([0, 3])
    found = _supported(open_index(tmp_path, None), best, of_all[best], lambda some: of_all[some])
    assert found == pytest.approx(of_all[best])  # nobody is lifted by those below
