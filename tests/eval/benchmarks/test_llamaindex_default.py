import pytest

from eval.retrieval import run_kit
from tests.fakes.letter_embedder import LetterEmbedder
from tests.fakes.tiny_kit import DOCUMENTS, KIT

pytest.importorskip("llama_index.core", reason="the peers are installed by `make bench`")


def test_it_finds_documents_by_their_chunks() -> None:
    from eval.benchmarks.llamaindex_default import LlamaIndexDefault

    embedder = LetterEmbedder()
    system = LlamaIndexDefault(embedder)
    system.index(DOCUMENTS)
    # Nothing but the document's own text is embedded.
    assert embedder.embedded[:2] == ["通勤手当\n" + DOCUMENTS[0].text, DOCUMENTS[1].text]
    assert len(embedder.embedded) > len(DOCUMENTS)
    assert run_kit(KIT, system.search).as_json()["recall@100"] == 1.0
    assert system.search(KIT.queries["q3"], 1) == ["long"]
    assert set(embedder.asked) == set(KIT.queries.values())
