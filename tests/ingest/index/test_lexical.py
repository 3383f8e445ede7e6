from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.index import lexical_writer
from ingest.index.lexical import LexicalField
from ingest.index.lexical_writer import write_field

DOCUMENTS = [
    ["規程", "作る", "規程"],
    ["委託", "先", "管理"],
    [],
    ["規程", "委託"],
]


def field(folder: Path, documents: list[list[str]], *, k1: float = 1.2, b: float = 0.75) -> LexicalField:
    write_field(folder, documents, k1=k1, b=b)
    return LexicalField(folder)


def by_hand(documents: list[list[str]], query: list[str], k1: float, b: float) -> list[float]:
    """BM25 as its formula says, one document and one word at a time."""
    filled = [document for document in documents if document]
    average = sum(map(len, filled)) / len(filled) if filled else 1.0
    scores = []
    for document in documents:
        score = 0.0
        for word in query:
            df, tf = sum(word in other for other in filled), document.count(word)
            if tf:
                idf = float(np.log(1 + (len(filled) - df + 0.5) / (df + 0.5)))
                score += idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * len(document) / average))
        scores.append(score)
    return scores


def test_scores_are_those_of_the_formula(tmp_path: Path) -> None:
    query = ["規程", "委託", "規程", "知らない"]
    scores = field(tmp_path / "f", DOCUMENTS).scores(query)
    assert scores.dtype == np.float32
    assert scores == pytest.approx(by_hand(DOCUMENTS, query, 1.2, 0.75), rel=1e-5)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from("あいうえお"), max_size=6), max_size=9),
    st.lists(st.sampled_from("あいうかき"), max_size=5),
    st.integers(1, 4),
)
def test_any_corpus_in_batches_of_any_size_scores_as_the_formula(
    tmp_path_factory: pytest.TempPathFactory, documents: list[list[str]], query: list[str], batch: int
) -> None:
    folder = tmp_path_factory.mktemp("lexical") / "f"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical_writer, "_BATCH", batch)
        patch.setattr(lexical_writer, "_MERGED", batch)
        scores = field(folder, documents).scores(query)
    assert list(scores) == pytest.approx(by_hand(documents, query, 1.2, 0.75), rel=1e-5)


@pytest.mark.parametrize("documents", [[], [[], []]])
def test_an_empty_field_answers_with_zeros(tmp_path: Path, documents: list[list[str]]) -> None:
    empty = field(tmp_path / "f", documents)
    assert empty.scores(["規程"]).tolist() == [0.0] * len(documents)
    assert empty.df("規程") == 0


def test_unknown_words_and_no_words_give_zeros(tmp_path: Path) -> None:
    known = field(tmp_path / "f", DOCUMENTS)
    assert known.scores([]).tolist() == known.scores(["知らない"]).tolist() == [0.0] * 4


def test_rarity(tmp_path: Path) -> None:
    known = field(tmp_path / "f", DOCUMENTS)
    assert (known.df("規程"), known.df("管理"), known.df("知らない")) == (2, 1, 0)
    assert known.idf("規程") < known.idf("管理") < known.idf("知らない")
