import numpy as np

from ingest.embedding.remembered import Remembered
from tests.fakes.letter_embedder import LetterEmbedder


def test_a_question_that_comes_again_is_not_computed_again() -> None:
    inner = LetterEmbedder()
    embedder = Remembered(inner)
    first = embedder.query("規程は")
    assert np.array_equal(embedder.query("規程は"), first)
    assert inner.asked == ["規程は"]
    assert (embedder.name, embedder.count_tokens("規程は")) == (inner.name, 3)


def test_several_are_computed_at_once_each_once_and_in_order() -> None:
    inner = LetterEmbedder()
    embedder = Remembered(inner)
    embedder.query("一")
    found = embedder.queries(["二", "一", "二", "三"])
    assert inner.asked == ["一", "二", "三"]
    assert np.array_equal(
        found, np.stack([LetterEmbedder().query(text) for text in ("二", "一", "二", "三")])
    )
    embedder.query("三")
    assert inner.asked == ["一", "二", "三"]
    assert embedder.queries([]).shape[0] == 0


def test_what_was_asked_longest_ago_goes_first() -> None:
    inner = LetterEmbedder()
    embedder = Remembered(inner, kept=2)
    for text in ("一", "二", "一", "三", "一", "二"):
        embedder.query(text)
    assert inner.asked == ["一", "二", "三", "二"]
