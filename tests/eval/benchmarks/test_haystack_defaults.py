import os

import pytest

from eval.retrieval import run_kit
from tests.fakes.letter_embedder import LetterEmbedder
from tests.fakes.tiny_kit import DOCUMENTS, KIT

os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")
pytest.importorskip("haystack", reason="the peers are installed by `make bench`")


def test_bm25_finds_whole_documents() -> None:
    from eval.benchmarks.haystack_defaults import HaystackBm25

    system = HaystackBm25()
    system.index(DOCUMENTS)
    assert run_kit(KIT, system.search).as_json()["recall@100"] == 1.0
    assert system.search(KIT.queries["q3"], 1) == ["long"]


def test_the_hybrid_pipeline_asks_words_and_vectors() -> None:
    from eval.benchmarks.haystack_defaults import HaystackHybrid

    embedder = LetterEmbedder()
    system = HaystackHybrid(embedder)
    system.index(DOCUMENTS)
    assert embedder.embedded[0] == "通勤手当\n" + DOCUMENTS[0].text
    assert run_kit(KIT, system.search).as_json()["recall@100"] == 1.0
    assert system.search(KIT.queries["q3"], 1) == ["long"]
    assert set(embedder.asked) == set(KIT.queries.values())
