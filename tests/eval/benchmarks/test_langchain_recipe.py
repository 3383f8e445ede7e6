from pathlib import Path

import pytest

from eval.benchmarks.langchain_recipe import LangChainRecipe
from eval.retrieval import run_kit
from tests.fakes.letter_embedder import LetterEmbedder
from tests.fakes.tiny_kit import DOCUMENTS, KIT

pytest.importorskip("langchain_text_splitters", reason="the peers are installed by `make bench`")


def test_it_finds_documents_by_their_chunks(tmp_path: Path) -> None:
    embedder = LetterEmbedder()
    system = LangChainRecipe(embedder, tmp_path)
    system.index(DOCUMENTS)
    assert embedder.embedded[0].startswith("通勤手当\n通勤手当は")
    assert len(embedder.embedded) > len(DOCUMENTS)  # the long one is split
    assert max(len(text) for text in embedder.embedded) <= 1000
    assert run_kit(KIT, system.search).as_json()["recall@100"] == 1.0
    assert system.search(KIT.queries["q3"], 1) == ["long"]
    assert set(embedder.asked) == set(KIT.queries.values())
