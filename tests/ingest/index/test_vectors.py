from functools import partial
from pathlib import Path

import numpy as np

from app.answering.retrieve import Retriever
from ingest.index.build import build_index
from ingest.index.reader import open_index
from ingest.index.vectors import field_texts
from ingest.models import Passage, Source
from ingest.passages import asked_text
from ingest.text.words import Tokenizer
from tests.fakes.hashed_embedder import HashedEmbedder

page = partial(Passage, source_id="guide", file="g.pdf")
UNDER = ("第2部", "3 委託", "3.1 契約")
PASSAGES = [
    page("p0", text="契約を結びます。", ordinal=0, heading=UNDER),
    page("p1", text="監査を受けます。", ordinal=1, heading=UNDER),
    page("p2", text="見出しのない段落です。", ordinal=2),
    page("p3", text="別の資料です。", ordinal=0, heading=UNDER[1:], source_id="other"),
    page("p4", text="番号の札です。", ordinal=3, heading=("4 札",), question="札は？", question_no=1),
    page(
        "p5",
        text="札の続きです。",
        ordinal=4,
        question="札は？",
        question_no=1,
        wordings=("名札は？", "札は？"),
    ),
    page("p6", text="別の札です。", ordinal=5, question="札は？", question_no=2, wordings=("名札は？",)),
]


def test_what_a_passage_answers() -> None:
    assert [asked_text(passage) for passage in PASSAGES] == [
        "3 委託 3.1 契約",
        "3 委託 3.1 契約",
        "",
        "3 委託 3.1 契約",
        "札は？",
        "札は？",
        "札は？",
    ]


def test_the_last_headings_stand_in_for_a_question_once_a_place() -> None:
    question = field_texts(PASSAGES[:4])["question"]
    assert question.texts == ["3 委託 3.1 契約", "3 委託 3.1 契約"]  # of two documents
    assert question.first == [0, 3]
    assert (question.rows, question.places) == ([0, 1, 3], [0, 0, 1])


def test_a_question_is_shared_by_its_passages_with_its_other_wordings() -> None:
    question = field_texts(PASSAGES[5:])["question"]
    assert question.texts == ["札は？", "名札は？", "札は？", "名札は？"]
    assert question.first == [0, 0, 1, 1]
    assert (question.rows, question.places) == ([0, 0, 1, 1], [0, 1, 2, 3])
    again = field_texts([PASSAGES[5], PASSAGES[4]])["question"]
    assert again.texts == ["札は？", "名札は？"]
    assert (again.rows, again.places) == ([0, 0, 1, 1], [0, 1, 0, 1])


def test_only_consultations_have_sentences_of_their_own() -> None:
    fields = field_texts(PASSAGES)
    assert fields["sentence"].rows[0] == 4
    assert set(fields["sentence"].rows) == {4, 5, 6}
    assert fields["text"].rows == list(range(len(PASSAGES)))
    assert fields["text"].texts[0] == "第2部 3 委託 3.1 契約\n契約を結びます。"
    assert fields["text"].texts[4] == "札は？\n番号の札です。"


def test_a_heading_is_found_as_a_question_is(tmp_path: Path) -> None:
    embedder = HashedEmbedder()
    sources = [Source("guide", "手引き"), Source("other", "別の手引き")]
    build_index(tmp_path, sources, PASSAGES, embedder)
    index = open_index(tmp_path, embedder.name)
    asked = embedder.query("3 委託 3.1 契約")
    rows, cosines = index.nearest("question", asked, 2)
    assert sorted(rows.tolist()) == [0, 3]
    np.testing.assert_allclose(cosines, 1, atol=1e-5)
    exact = index.cosines("question", asked, range(4))
    np.testing.assert_allclose(exact[[0, 1, 3]], 1, atol=1e-5)
    assert np.isnan(exact[2])


def test_words_of_one_meaning_meet_in_the_concepts(tmp_path: Path) -> None:
    """CSIRT shares neither a word nor a letter with シーサート."""
    passages = [
        page("p0", text="シーサートを設けます。", ordinal=0),
        page("p1", text="入館証を返します。", ordinal=1),
        page("p2", text="床を拭きます。", ordinal=2),
    ]
    build_index(tmp_path, [Source("guide", "手引き")], passages, None)
    index = open_index(tmp_path, None)
    retriever = Retriever(Tokenizer(), None)
    rows = np.arange(len(index))
    signals = retriever.signals(index, "CSIRT")
    assert signals.scaled("concepts", rows).argmax() == 0
    assert signals.scaled("concepts", rows)[0] == 1
    assert not signals.scaled("words", rows).any()
    assert not signals.scaled("chars", rows).any()
    assert signals.rows.tolist() == [0]
    assert retriever.search(index, "CSIRT", (), 3).candidates[0].passage.id == "p0"
