import numpy as np
import pytest

from app.answering.retrieve import Retriever
from ingest.index.reader import Index


def literal(index: Index, retriever: Retriever, text: str) -> np.ndarray:
    rows = np.arange(len(index), dtype=np.int64)
    return retriever.signals(index, text).scaled("literal", rows)


def test_words_count_more_where_one_passage_holds_them_all(index: Index, retriever: Retriever) -> None:
    own_words = literal(index, retriever, "名札は番号を付けて受付で管理します。")
    rows = np.arange(len(index), dtype=np.int64)
    signals = retriever.signals(index, "名札は番号を付けて受付で管理します。")
    both = (signals.scaled("words", rows) + signals.scaled("chars", rows)) / 2
    assert own_words == pytest.approx(both)
    assert own_words.argmax() == 1


def test_a_question_in_other_words_leaves_little_of_it(index: Index, retriever: Retriever) -> None:
    other_words = literal(index, retriever, "お客さんに貸す胸章の番号が足りなくなったら困るのですが")
    assert 0 < other_words.max() < 0.5 < literal(index, retriever, "番号を付けて管理").max()


def test_words_that_occur_nowhere_count_nothing(index: Index, retriever: Retriever) -> None:
    assert not literal(index, retriever, "xyzzy plugh").any()
    assert not literal(index, retriever, "はい、それで。").any()
