"""Haystack's BM25 as it comes, and the hybrid pipeline that its documentation shows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from haystack import Document, Pipeline, component
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from langchain_core.embeddings import Embeddings

from eval.benchmarks.system import best_documents, document_text
from eval.kit import KitDocument

# As in Haystack's tutorial on hybrid retrieval. A word is what stands between two blanks, so that Japanese
# text is seldom split; that is the recipe, and the embedder cuts off what exceeds its window.
_SPLIT = {"split_by": "word", "split_length": 512, "split_overlap": 32}
_ID = "document"


class HaystackBm25:
    """Whole documents, BM25 with Haystack's default tokens: a letter each in Japanese."""

    def __init__(self) -> None:
        self._store = InMemoryDocumentStore()
        self._retriever = InMemoryBM25Retriever(self._store)

    def index(self, documents: Sequence[KitDocument]) -> None:
        """Store `documents`; called once."""
        self._store.write_documents(_documents(documents))

    def search(self, query: str, k: int) -> list[str]:
        """Return the ids of up to `k` documents, best first."""
        return _ids(self._retriever.run(query=query, top_k=k))


@component
class DocumentEmbedder:
    """Our embedder as a component of an indexing pipeline."""

    def __init__(self, embedder: Embeddings) -> None:
        self._embedder = embedder

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, Any]:
        """Give each document its vector."""
        vectors = self._embedder.embed_documents([document.content for document in documents])
        return {"documents": [replace(d, embedding=v) for d, v in zip(documents, vectors, strict=True)]}


@component
class TextEmbedder:
    """Our embedder as a component of a query pipeline."""

    def __init__(self, embedder: Embeddings) -> None:
        self._embedder = embedder

    @component.output_types(embedding=list[float])
    def run(self, text: str) -> dict[str, Any]:
        """Return the vector of a question."""
        return {"embedding": self._embedder.embed_query(text)}


class HaystackHybrid:
    """BM25 and vectors over the same chunks, joined by reciprocal rank fusion."""

    def __init__(self, embedder: Embeddings) -> None:
        store = InMemoryDocumentStore()
        self._indexing = Pipeline()
        self._indexing.add_component("splitter", DocumentSplitter(**_SPLIT))
        self._indexing.add_component("embedder", DocumentEmbedder(embedder))
        self._indexing.add_component("writer", DocumentWriter(store))
        self._indexing.connect("splitter", "embedder")
        self._indexing.connect("embedder", "writer")
        self._querying = Pipeline()
        self._querying.add_component("embedder", TextEmbedder(embedder))
        self._querying.add_component("vectors", InMemoryEmbeddingRetriever(store))
        self._querying.add_component("words", InMemoryBM25Retriever(store))
        self._querying.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
        self._querying.connect("embedder", "vectors")
        self._querying.connect("words", "joiner")
        self._querying.connect("vectors", "joiner")

    def index(self, documents: Sequence[KitDocument]) -> None:
        """Split, embed and store `documents`; called once."""
        self._indexing.run({"splitter": {"documents": _documents(documents)}})

    def search(self, query: str, k: int) -> list[str]:
        """Return the ids of up to `k` documents, best first."""

        def chunks(n: int) -> list[str]:
            given = {
                "embedder": {"text": query},
                "words": {"query": query, "top_k": n},
                "vectors": {"top_k": n},
            }
            return _ids(self._querying.run(given)["joiner"])

        return best_documents(chunks, k)


def _documents(documents: Sequence[KitDocument]) -> list[Any]:
    return [Document(content=document_text(d), meta={_ID: d.id}) for d in documents]


def _ids(result: dict[str, Any]) -> list[str]:
    return [str(document.meta[_ID]) for document in result["documents"]]
