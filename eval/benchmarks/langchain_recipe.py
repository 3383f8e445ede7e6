"""LangChain's standard recipe: RecursiveCharacterTextSplitter and Chroma."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from eval.benchmarks.system import best_documents, document_text
from eval.kit import KitDocument

# As in LangChain's own tutorials on retrieval.
CHUNK_SIZE = 1000
CHUNK_OVERLAP = 200
_ID = "document"


class LangChainRecipe:
    """Chunks of 1,000 characters with 200 shared, the nearest vectors of a Chroma database on disk."""

    def __init__(self, embedder: Embeddings, folder: Path) -> None:
        import langchain_chroma
        import langchain_text_splitters
        from chromadb.config import Settings

        self._splitter: Any = langchain_text_splitters.RecursiveCharacterTextSplitter(
            chunk_size=CHUNK_SIZE, chunk_overlap=CHUNK_OVERLAP
        )
        self._store = langchain_chroma.Chroma(
            embedding_function=embedder,
            persist_directory=str(folder),
            client_settings=Settings(anonymized_telemetry=False, is_persistent=True),
        )

    def index(self, documents: Sequence[KitDocument]) -> None:
        """Split, embed and store `documents`; called once."""
        self.add(Document(page_content=document_text(d), metadata={_ID: d.id}) for d in documents)

    def add(self, documents: Iterable[Document]) -> int:
        """Split, embed and store documents of LangChain's own kind; return how many chunks they became."""
        chunks: list[Document] = self._splitter.split_documents(documents)
        batch = 1_000  # Chroma takes some thousands at a time and refuses more
        for start in range(0, len(chunks), batch):
            self._store.add_documents(chunks[start : start + batch])
        return len(chunks)

    def search(self, query: str, k: int) -> list[str]:
        """Return the ids of up to `k` documents, best first."""

        def chunks(n: int) -> list[str]:
            return [str(c.metadata[_ID]) for c in self._store.similarity_search(query, k=n)]

        return best_documents(chunks, k)
