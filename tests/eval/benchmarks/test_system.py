from eval.benchmarks.system import best_documents, document_text
from eval.kit import KitDocument


def test_a_document_is_its_title_above_its_text() -> None:
    assert document_text(KitDocument("d", "題名", "本文")) == "題名\n本文"
    assert document_text(KitDocument("d", " ", "本文")) == "本文"


def test_documents_rank_where_their_best_chunk_does() -> None:
    found = ["b", "a", "b", "c", "a"]
    assert best_documents(lambda n: found[:n], 3) == ["b", "a", "c"]
    assert best_documents(lambda n: found[:n], 1) == ["b"]


def test_more_chunks_are_asked_for_until_there_are_enough_documents_or_no_more() -> None:
    asked: list[int] = []

    def chunks(n: int) -> list[str]:
        asked.append(n)
        return (["a"] * 50 + ["b"])[:n]

    assert best_documents(chunks, 2) == ["a", "b"]
    assert asked == [4, 16, 64]
    assert best_documents(chunks, 9) == ["a", "b"]
    assert asked[3:] == [18, 72]
