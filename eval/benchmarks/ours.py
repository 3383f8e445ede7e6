"""This product, indexed and asked as `yorozu eval retrieval` does."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from app.answering.service import AnswerService
from app.assemble import answer_service
from app.settings import ServiceSettings
from eval.indexer import ProductIndexer
from eval.kit import Kit, KitDocument
from eval.kit_index import document_search, kit_parts
from ingest.embedding.base import Embedder

QUERY_LIMIT = 20_000  # characters; a kit's queries may be whole letters


class Ours:
    """The product on one folder. A title is a heading above the text, as in any file that is ingested."""

    def __init__(self, settings: ServiceSettings, embedder: Embedder | None, folder: Path) -> None:
        import_module("ingest.index.chroma")  # a second that is not part of indexing

        self._settings = settings
        self._embedder = embedder
        self._folder = folder
        self._kit = Kit(folder, (), (), {}, {})
        self._service: AnswerService | None = None

    def index(self, documents: Sequence[KitDocument]) -> None:
        """Split, embed and store `documents`; called once."""
        self._kit = Kit(self._folder, tuple(documents), (), {}, {})
        indexer = ProductIndexer(self._settings, self._embedder)
        parts = list(kit_parts(self._kit, indexer.count_tokens))
        indexer.build(self._folder, [p.source for p in parts], [q for p in parts for q in p.passages])

    def search(self, query: str, k: int) -> list[str]:
        """Return the ids of up to `k` documents, best first."""
        return document_search(self._kit, self._opened().search)(query, k)

    def _opened(self) -> AnswerService:
        """The service on the finished index. Opening it belongs to the first question, as in a server."""
        if self._service is None:
            given = {
                "data_dir": self._folder,
                "model_dir": self._settings.models,
                "question_limit": QUERY_LIMIT,
            }
            self._service = answer_service(self._settings.model_copy(update=given))
        return self._service
