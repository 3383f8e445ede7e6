"""LlamaIndex as it comes: VectorStoreIndex, its default splitter and its default similarity."""

from collections.abc import Sequence
from typing import Any

from langchain_core.embeddings import Embeddings
from llama_index.core import Document, VectorStoreIndex
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.embeddings import BaseEmbedding

from eval.benchmarks.system import best_documents, document_text
from eval.kit import KitDocument


class OurEmbedding(BaseEmbedding):
    """Our embedder behind LlamaIndex's interface; the prefixes are the embedder's business."""

    _embedder: Embeddings = PrivateAttr()

    def __init__(self, embedder: Embeddings) -> None:
        super().__init__()
        self._embedder = embedder

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._embedder.embed_query(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._embedder.embed_query(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._embedder.embed_documents([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._embedder.embed_documents(texts)


class LlamaIndexDefault:
    """Sentences up to 1,024 tokens with 200 shared, cosine over vectors in memory: all defaults."""

    def __init__(self, embedder: Embeddings) -> None:
        self._embedding = OurEmbedding(embedder)
        self._index: Any = None

    def index(self, documents: Sequence[KitDocument]) -> None:
        """Split, embed and store `documents`; called once."""
        # Metadata would be embedded along with the text, so that the id stays out of it.
        given = [Document(text=document_text(d), id_=d.id) for d in documents]
        self._index = VectorStoreIndex.from_documents(given, embed_model=self._embedding)

    def search(self, query: str, k: int) -> list[str]:
        """Return the ids of up to `k` documents, best first."""

        def chunks(n: int) -> list[str]:
            found = self._index.as_retriever(similarity_top_k=n).retrieve(query)
            return [str(hit.node.ref_doc_id) for hit in found]

        return best_documents(chunks, k)
