from collections import Counter
from itertools import islice

import numpy as np

from eval.benchmarks.made_up import DIMENSION, PER_SOURCE, MadeUpEmbedder, passages, questions, sources
from ingest.embedding.base import Vectors
from ingest.index.records import dump
from ingest.text.words import grams
from tests.fakes.hashed_embedder import HashedEmbedder


def test_a_smaller_corpus_is_the_beginning_of_a_larger_one() -> None:
    larger = list(islice(passages(10_000), 300))
    assert larger == list(passages(300))
    assert len({passage.id for passage in larger}) == 300
    assert dump(larger[0]) == dump(next(passages(1)))


def test_passages_belong_to_the_sources() -> None:
    count = PER_SOURCE + 1
    given = sources(count)
    assert [source.id for source in given] == ["guide-0000", "guide-0001"]
    assert {passage.source_id for passage in passages(count)} == {source.id for source in given}


def test_passages_are_as_long_and_as_repetitive_as_text() -> None:
    texts = [passage.text for passage in passages(500)]
    lengths = sorted(map(len, texts))
    assert lengths[0] > 90
    assert 150 < lengths[250] < 200
    assert lengths[-1] < 300
    holding = Counter(gram for text in texts for gram in set(grams(text)))
    assert holding["の"] > 450  # stands nearly everywhere
    assert sum(count == 1 for count in holding.values()) > len(holding) / 5  # and much stands once


def test_new_names_never_stop_coming() -> None:
    first: set[str] = set()
    second: set[str] = set()
    for number, passage in enumerate(passages(1000)):
        (first if number < 500 else second).update(grams(passage.text))
    assert len(second - first) > 100


def test_questions_are_repeatable_and_differ() -> None:
    assert questions(50) == questions(60)[:50]
    assert len(set(questions(50))) > 45
    assert all(question.endswith(("か。", "ください。")) for question in questions(50))


def test_vectors_are_of_unit_length_repeatable_and_nearer_within_a_topic() -> None:
    texts = ["権限について\n一つ", "権限について\n二つ", "委託先について\n三つ"]
    vectors = MadeUpEmbedder().passages(texts)
    assert vectors.shape == (3, DIMENSION)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert np.array_equal(vectors[1], MadeUpEmbedder().query(texts[1]))
    assert 0.5 < vectors[0] @ vectors[2] < vectors[0] @ vectors[1] < 0.95


def test_the_real_embedder_is_asked_for_questions_alone() -> None:
    class Counting(HashedEmbedder):
        asked = 0

        def query(self, text: str) -> Vectors:
            self.asked += 1
            return super().query(text)

    real = Counting()
    both = MadeUpEmbedder(real)
    both.passages(["規程"])
    assert (real.asked, real.embedded) == (0, [])
    assert np.array_equal(both.query("規程は"), MadeUpEmbedder().query("規程は"))
    assert real.asked == 1
